// Prints the digests of job receipts as ethers and viem compute them: node receipts.mjs '[{"domain":…,"message":…}]'
import { TypedDataEncoder } from 'ethers'
import { hashTypedData } from 'viem'

const types = {
  JobReceipt: [
    { name: 'jobId', type: 'bytes32' },
    { name: 'provider', type: 'address' },
    { name: 'consumer', type: 'address' },
    { name: 'listingId', type: 'uint64' },
    { name: 'modelHash', type: 'bytes32' },
    { name: 'requestHash', type: 'bytes32' },
    { name: 'resultHash', type: 'bytes32' },
    { name: 'fingerprint', type: 'bytes32' },
    { name: 'unitsIn', type: 'uint64' },
    { name: 'unitsOut', type: 'uint64' },
    { name: 'price', type: 'uint128' },
    { name: 'completedAt', type: 'uint64' },
  ],
}

const cases = [JSON.parse(process.argv[2])].flat() // one, or a list
console.log(JSON.stringify(cases.map(digests)))

/** Returns the digest of a message under a domain, by each client. */
function digests({ domain, message }) {
  return {
    ethers: TypedDataEncoder.hash(domain, types, message),
    viem: hashTypedData({ domain, types, primaryType: 'JobReceipt', message }),
  }
}
