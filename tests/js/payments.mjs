// Prints the digests of payment messages as ethers and viem compute them, from a list of what eth_signTypedData_v4 takes:
// node payments.mjs < typed-data.json
import { readFileSync } from 'node:fs'
import { TypedDataEncoder } from 'ethers'
import { hashTypedData } from 'viem'

const ClaimEntry = [
  { name: 'channelId', type: 'bytes32' },
  { name: 'maxClaimableAmount', type: 'uint128' },
  { name: 'totalClaimed', type: 'uint128' },
]

// By the name of the message.
const types = {
  ChannelConfig: {
    ChannelConfig: [
      { name: 'payer', type: 'address' },
      { name: 'payerAuthorizer', type: 'address' },
      { name: 'receiver', type: 'address' },
      { name: 'receiverAuthorizer', type: 'address' },
      { name: 'token', type: 'address' },
      { name: 'withdrawDelay', type: 'uint40' },
      { name: 'salt', type: 'bytes32' },
    ],
  },
  Voucher: {
    Voucher: [
      { name: 'channelId', type: 'bytes32' },
      { name: 'maxClaimableAmount', type: 'uint128' },
    ],
  },
  UsageVoucher: {
    UsageVoucher: [
      { name: 'channelId', type: 'bytes32' },
      { name: 'maxClaimableAmount', type: 'uint128' },
      { name: 'units', type: 'uint128' },
      { name: 'usageRoot', type: 'bytes32' },
    ],
  },
  ClaimBatch: {
    ClaimBatch: [{ name: 'claims', type: 'ClaimEntry[]' }],
    ClaimEntry,
  },
  Refund: {
    Refund: [
      { name: 'channelId', type: 'bytes32' },
      { name: 'nonce', type: 'uint256' },
      { name: 'amount', type: 'uint128' },
    ],
  },
  ReceiveWithAuthorization: {
    ReceiveWithAuthorization: [
      { name: 'from', type: 'address' },
      { name: 'to', type: 'address' },
      { name: 'value', type: 'uint256' },
      { name: 'validAfter', type: 'uint256' },
      { name: 'validBefore', type: 'uint256' },
      { name: 'nonce', type: 'bytes32' },
    ],
  },
}

const cases = JSON.parse(readFileSync(0, 'utf8'))
console.log(JSON.stringify(cases.map(digests)))

/** Returns the digest of a message by each client, and by viem with the types that came along, as a wallet does. */
function digests({ domain, primaryType, message, types: shown }) {
  const known = types[primaryType]
  return {
    ethers: TypedDataEncoder.hash(domain, known, message),
    viem: hashTypedData({ domain, types: known, primaryType, message }),
    wallet: hashTypedData({ domain, types: shown, primaryType, message }),
  }
}
