// A day with the AIA token, in viem: inputs are read from the environment by story.mjs.
import {
  ContractFunctionRevertedError, createPublicClient, createWalletClient, defineChain, domainSeparator,
  encodeFunctionData, getAddress, getContract, http, parseEventLogs, parseSignature, parseUnits, publicActions, toHex,
  webSocket, zeroHash,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount, sign } from 'viem/accounts'
import {
  authorizationTypes, chapter, finish, holderKey, holds, permitTypes, refusal, relayerKey, roomy, rpcUrl, same,
  tokenAbi, tokenAddress, until, walletArtifact, wsUrl,
} from './story.mjs'

const transport = http(rpcUrl, { batch: true })
const chainId = await createPublicClient({ transport }).getChainId()
const chain = defineChain({
  id: chainId, name: 'the node', nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
  rpcUrls: { default: { http: [rpcUrl] } },
  prepareTransactionRequest: [leaveRoom, { runAt: ['afterFillParameters'] }],
})
const node = createPublicClient({ chain, transport, pollingInterval: 50, cacheTime: 0 })
const socket = wsUrl && createPublicClient({ chain, transport: webSocket(wsUrl) })
const holder = actor(privateKeyToAccount(holderKey))
const relayer = actor(privateKeyToAccount(relayerKey))
const shop = privateKeyToAccount(generatePrivateKey()).address
const holderAddress = holder.account.address
const relayerAddress = relayer.account.address
const token = getContract({ address: tokenAddress, abi: tokenAbi, client: holder })
const relayed = getContract({ address: tokenAddress, abi: tokenAbi, client: relayer })

const start = await node.getBlock()
const hourFromNow = start.timestamp + 3600n
const balanceAtStart = await token.read.balanceOf([holderAddress])
const moved = [] // every transfer the story makes: { from, to, value }
const watched = socket ? await watchTransfers() : []

chapter('The token introduces itself')
same(await token.read.name(), 'AIA', 'its name is AIA')
same(await token.read.symbol(), 'AIA', 'its symbol is AIA')
const decimals = await token.read.decimals()
same(decimals, 18, 'it has 18 decimals')
const supply = await token.read.totalSupply()
const aia = (amount) => parseUnits(amount, decimals)
holds(supply >= balanceAtStart && balanceAtStart >= aia('100'), 'the holder has 100 AIA or more of the supply')
same(await token.read.balanceOf([relayerAddress]), 0n, 'the relayer has none')

chapter('Fees')
const fees = await node.estimateFeesPerGas()
holds(await node.getGasPrice() >= start.baseFeePerGas, 'the gas price covers the base fee')
holds(fees.maxFeePerGas >= start.baseFeePerGas, 'so does the fee cap')
const history = await node.getFeeHistory({ blockCount: 1, blockNumber: start.number, rewardPercentiles: [50] })
same(history.baseFeePerGas.length, 2, 'the fee history of one block also foretells the next')
same(history.baseFeePerGas[0], start.baseFeePerGas, 'and agrees with the block')

chapter('The holder pays the shop')
const estimate = roomy(await token.estimateGas.transfer([shop, aia('5')]))
const payment = await mined(token.write.transfer([shop, aia('5')]))
moved.push({ from: holderAddress, to: shop, value: aia('5') })
holds(payment.gasUsed > 21_000n && payment.gasUsed <= estimate, 'within the gas estimate')
holds(payment.effectiveGasPrice >= start.baseFeePerGas, 'at a price that covers the base fee')
const [event] = parseEventLogs({ abi: tokenAbi, logs: payment.logs, eventName: 'Transfer' })
same(event.args, moved[0], 'the receipt has its Transfer event')
same(await token.read.balanceOf([shop]), aia('5'), 'the shop has the money')
const { transactions } = await node.getBlock({ blockHash: payment.blockHash, includeTransactions: true })
const [internal, own] = transactions
same([internal.typeHex, own.hash], ['0x6a', payment.transactionHash], 'its block begins with a transaction of ArbOS')
same((await node.getTransactionReceipt({ hash: internal.hash })).gasUsed, 0n, 'which costs nothing')

chapter('The holder approves the relayer')
await mined(token.write.approve([relayerAddress, aia('3')]))
same(await token.read.allowance([holderAddress, relayerAddress]), aia('3'), 'the allowance is set')

chapter('A permit replaces the approval')
const domain = await signingDomain()
same(domainSeparator({ domain }), await token.read.DOMAIN_SEPARATOR(), 'the signing domain is that of the token')
const permit = {
  owner: holderAddress, spender: relayerAddress, value: aia('2'),
  nonce: await token.read.nonces([holderAddress]), deadline: hourFromNow,
}
const permitSignature = await holder.signTypedData({
  domain, types: permitTypes, primaryType: 'Permit', message: permit,
})
const { v, r, s } = parseSignature(permitSignature)
await mined(relayed.write.permit([permit.owner, permit.spender, permit.value, permit.deadline, v, r, s]))
same(await token.read.allowance([holderAddress, relayerAddress]), aia('2'), 'the relayer submits it')
same(await token.read.nonces([holderAddress]), permit.nonce + 1n, 'its nonce is used up')
await mined(relayed.write.transferFrom([holderAddress, shop, aia('2')]))
moved.push({ from: holderAddress, to: shop, value: aia('2') })
same(await token.read.allowance([holderAddress, relayerAddress]), 0n, 'and spends it')

chapter('An account without ETH pays by signature')
const payer = privateKeyToAccount(generatePrivateKey())
await mined(token.write.transfer([payer.address, aia('10')]))
moved.push({ from: holderAddress, to: payer.address, value: aia('10') })
same(await node.getBalance({ address: payer.address }), 0n, 'it holds AIA and no ETH')

const byParts = await authorize(payer, aia('4'))
const parts = parseSignature(byParts.signature)
const partsCall = [...byParts.fields, parts.v, parts.r, parts.s]
const authorized = await mined(relayed.write.transferWithAuthorization(partsCall))
moved.push({ from: payer.address, to: shop, value: aia('4') })
holds(await token.read.authorizationState([payer.address, byParts.nonce]), 'the relayer submits v, r, s')

const byBytes = await authorize(payer, aia('6'))
await mined(relayed.write.transferWithAuthorization([...byBytes.fields, byBytes.signature]))
moved.push({ from: payer.address, to: shop, value: aia('6') })
holds(await token.read.authorizationState([payer.address, byBytes.nonce]), 'the relayer submits bytes')
same(await token.read.balanceOf([payer.address]), 0n, 'all is spent')

chapter('The first authorization is replayed')
const replay = await refusal(relayed.write.transferWithAuthorization(partsCall), 'the replay is refused')
same(decoded(replay), ['ERC3009UsedAuthorization', [payer.address, byParts.nonce]], 'by its error')
const forcedHash = await relayed.write.transferWithAuthorization(partsCall, { gas: authorized.gasUsed })
const forced = await node.waitForTransactionReceipt({ hash: forcedHash })
same([forced.status, forced.logs], ['reverted', []], 'sent all the same, it fails on chain and does nothing')

chapter('The holder votes with its balance')
const delegation = await mined(token.write.delegate([holderAddress]))
const balance = await token.read.balanceOf([holderAddress])
same(await token.read.delegates([holderAddress]), holderAddress, 'it delegates to itself')
same(await token.read.getVotes([holderAddress]), balance, 'its balance is its votes')
await node.request({ method: 'evm_increaseTime', params: [60] })
await node.request({ method: 'evm_mine', params: [] })
const { timestamp } = await node.getBlock({ blockNumber: delegation.blockNumber })
same(await token.read.getPastVotes([holderAddress, timestamp]), balance, 'a minute later they are on record')
same(await token.read.getPastTotalSupply([timestamp]), supply, 'and so is the supply')

chapter('The holder tries to pay more than it has')
const overdraft = await refusal(token.simulate.transfer([shop, balance + 1n]), 'the simulation is refused')
same(
  decoded(overdraft),
  ['ERC20InsufficientBalance', [holderAddress, balance, balance + 1n]],
  'by its error, with the figures',
)

chapter('A contract wallet')
const { abi, bytecode } = walletArtifact
const deployment = await mined(holder.deployContract({ abi, bytecode, args: [holderAddress] }))
const walletAddress = getAddress(deployment.contractAddress)
const wallet = getContract({ address: walletAddress, abi, client: holder })
same(await wallet.read.owner(), holderAddress, 'is deployed for the holder')
const byOwner = await sign({ hash: zeroHash, privateKey: holderKey, to: 'hex' })
same(await wallet.read.isValidSignature([zeroHash, byOwner]), '0x1626ba7e', 'accepts its signature')
await mined(token.write.transfer([walletAddress, aia('1')]))
moved.push({ from: holderAddress, to: walletAddress, value: aia('1') })
const spend = encodeFunctionData({ abi: tokenAbi, functionName: 'transfer', args: [shop, aia('1')] })
await mined(wallet.write.execute([tokenAddress, 0n, spend]))
moved.push({ from: walletAddress, to: shop, value: aia('1') })
same(await token.read.balanceOf([walletAddress]), 0n, 'and pays the shop')

chapter('Two transactions queue up, one of the old type')
const nonce = await node.getTransactionCount({ address: holderAddress, blockTag: 'pending' })
const queued = [
  await token.write.transfer([shop, 1n], { nonce }),
  await token.write.transfer([shop, 2n], { nonce: nonce + 1, type: 'legacy' }),
]
const receipts = [await mined(queued[0]), await mined(queued[1])]
moved.push({ from: holderAddress, to: shop, value: 1n }, { from: holderAddress, to: shop, value: 2n })
same(receipts.map(({ type }) => type), ['eip1559', 'legacy'], 'both are mined')
const next = await node.getTransactionCount({ address: holderAddress, blockTag: 'pending' })
same(next, nonce + 2, 'the next nonce is known')

chapter('A transaction for another chain')
const request = await holder.prepareTransactionRequest({ to: shop, value: 0n })
const signed = await holder.account.signTransaction({ ...request, chainId: chainId + 1 })
const rejection = await refusal(node.sendRawTransaction({ serializedTransaction: signed }), 'the node rejects it')
holds(/chain.?id/i.test(rejection.details), 'and names the chain id')

chapter('The books are closed')
const sum = (transfers) => transfers.reduce((total, { value }) => total + value, 0n)
const paid = sum(moved.filter(({ to }) => to === shop))
const spent = sum(moved.filter(({ from }) => from === holderAddress))
const balances = [shop, holderAddress, relayerAddress].map((account) => token.read.balanceOf([account]))
same(
  await Promise.all([token.read.totalSupply(), ...balances]),
  [supply, paid, balanceAtStart - spent, 0n],
  'four answers in one batch add up',
)
const range = { fromBlock: start.number + 1n, toBlock: 'latest' }
const logs = await token.getEvents.Transfer({}, range)
same(logs.map(({ args }) => args), moved, 'the logs tell every transfer')
const toPayer = await token.getEvents.Transfer({ to: payer.address }, range)
same(toPayer.length, 1, 'and can be asked for one receiver')
if (socket) {
  await until(() => watched.length >= moved.length)
  same(watched, moved, 'the subscription saw them too')
  await (await socket.transport.getRpcClient()).close()
}
finish('viem 2.x')

/** Fits a transaction with more gas than was estimated. */
async function leaveRoom(request) {
  return { ...request, gas: request.gas && roomy(request.gas) }
}

/** Returns a client that signs as `account`. */
function actor(account) {
  return createWalletClient({ account, chain, transport, pollingInterval: 50, cacheTime: 0 }).extend(publicActions)
}

/** Returns the receipt of the transaction whose hash is promised, which must not have failed. */
async function mined(promise) {
  const hash = await promise
  const receipt = await node.waitForTransactionReceipt({ hash })
  if (receipt.status !== 'success') throw new Error(`transaction ${hash} failed on chain`)
  return receipt
}

/** Returns a list that grows by each Transfer event that arrives. */
async function watchTransfers() {
  const seen = []
  socket.watchContractEvent({
    address: tokenAddress, abi: tokenAbi, eventName: 'Transfer',
    onLogs: (logs) => seen.push(...logs.map(({ args }) => args)),
  })
  await socket.getBlockNumber() // answered after the subscription, which was asked for first
  return seen
}

/** Reads the EIP-712 domain: viem hands on the zero salt of a domain that has none, and it must not be signed. */
async function signingDomain() {
  const { domain: { salt, ...domain }, fields } = await node.getEip712Domain({ address: tokenAddress })
  same([fields, salt], ['0x0f', zeroHash], 'the domain has no salt')
  return domain
}

/** Signs a payment of `value` to the shop that anyone may submit. */
async function authorize(signer, value) {
  const nonce = toHex(crypto.getRandomValues(new Uint8Array(32)))
  const message = { from: signer.address, to: shop, value, validAfter: 0n, validBefore: hourFromNow, nonce }
  const primaryType = 'TransferWithAuthorization'
  const signature = await signer.signTypedData({ domain, types: authorizationTypes, primaryType, message })
  return { fields: Object.values(message), nonce, signature }
}

/** Returns name and arguments of the custom error that a call reverted with. */
function decoded(error) {
  const { data } = error.walk((cause) => cause instanceof ContractFunctionRevertedError)
  return [data.errorName, data.args]
}
