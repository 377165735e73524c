// A day with the AIA token, in ethers: inputs are read from the environment by story.mjs.
import {
  Contract, ContractFactory, JsonRpcProvider, Signature, TypedDataEncoder, Wallet, WebSocketProvider,
  ZeroHash, hexlify, parseUnits, randomBytes, toQuantity,
} from 'ethers'
import {
  authorizationTypes, chapter, finish, holderKey, holds, permitTypes, refusal, relayerKey, roomy, rpcUrl, same,
  tokenAbi, tokenAddress, until, walletArtifact, wsUrl,
} from './story.mjs'

class RoomyWallet extends Wallet {
  async estimateGas(transaction) {
    return roomy(await super.estimateGas(transaction))
  }
}

const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 50 })
const socket = wsUrl && new WebSocketProvider(wsUrl)
const holder = new RoomyWallet(holderKey, provider)
const relayer = new RoomyWallet(relayerKey, provider)
const shop = Wallet.createRandom().address
const token = new Contract(tokenAddress, tokenAbi, holder)
const relayed = token.connect(relayer)

const { chainId } = await provider.getNetwork()
const start = await provider.getBlock('latest')
const hourFromNow = start.timestamp + 3600
const balanceAtStart = await token.balanceOf(holder)
const moved = [] // every transfer the story makes: [from, to, value]
const watched = socket ? await watchTransfers() : []

chapter('The token introduces itself')
same(await token.name(), 'AIA', 'its name is AIA')
same(await token.symbol(), 'AIA', 'its symbol is AIA')
const decimals = await token.decimals()
same(decimals, 18n, 'it has 18 decimals')
const supply = await token.totalSupply()
const aia = (amount) => parseUnits(amount, decimals)
holds(supply >= balanceAtStart && balanceAtStart >= aia('100'), 'the holder has 100 AIA or more of the supply')
same(await token.balanceOf(relayer), 0n, 'the relayer has none')

chapter('Fees')
const fees = await provider.getFeeData()
holds(fees.gasPrice >= start.baseFeePerGas, 'the gas price covers the base fee')
holds(fees.maxFeePerGas >= start.baseFeePerGas, 'so does the fee cap')
const history = await provider.send('eth_feeHistory', ['0x1', toQuantity(start.number), [50]])
same(history.baseFeePerGas.length, 2, 'the fee history of one block also foretells the next')
same(BigInt(history.baseFeePerGas[0]), start.baseFeePerGas, 'and agrees with the block')

chapter('The holder pays the shop')
const estimate = await token.transfer.estimateGas(shop, aia('5'))
const payment = await mined(token.transfer(shop, aia('5')))
moved.push([holder.address, shop, aia('5')])
holds(payment.gasUsed > 21_000n && payment.gasUsed <= estimate, 'within the gas estimate')
holds(payment.gasPrice >= start.baseFeePerGas && payment.gasPrice <= fees.maxFeePerGas, 'at a price within the cap')
const [event] = payment.logs.filter((log) => log.fragment?.name === 'Transfer')
same(event.args.toArray(), moved[0], 'the receipt has its Transfer event')
same(await token.balanceOf(shop), aia('5'), 'the shop has the money')
const { prefetchedTransactions } = await provider.getBlock(payment.blockNumber, true)
const [internal, own] = prefetchedTransactions
same([internal.type, own.hash], [0x6a, payment.hash], 'its block begins with a transaction of ArbOS')
same((await provider.getTransactionReceipt(internal.hash)).gasUsed, 0n, 'which costs nothing')

chapter('The holder approves the relayer')
await mined(token.approve(relayer, aia('3')))
same(await token.allowance(holder, relayer), aia('3'), 'the allowance is set')

chapter('A permit replaces the approval')
const domain = await signingDomain()
same(TypedDataEncoder.hashDomain(domain), await token.DOMAIN_SEPARATOR(), 'the signing domain is that of the token')
const permit = {
  owner: holder.address, spender: relayer.address, value: aia('2'),
  nonce: await token.nonces(holder), deadline: hourFromNow,
}
const permitSignature = Signature.from(await holder.signTypedData(domain, permitTypes, permit))
const { v, r, s } = permitSignature
await mined(relayed.permit(permit.owner, permit.spender, permit.value, permit.deadline, v, r, s))
same(await token.allowance(holder, relayer), aia('2'), 'the relayer submits it')
same(await token.nonces(holder), permit.nonce + 1n, 'its nonce is used up')
await mined(relayed.transferFrom(holder, shop, aia('2')))
moved.push([holder.address, shop, aia('2')])
same(await token.allowance(holder, relayer), 0n, 'and spends it')

chapter('An account without ETH pays by signature')
const payer = Wallet.createRandom()
await mined(token.transfer(payer.address, aia('10')))
moved.push([holder.address, payer.address, aia('10')])
same(await provider.getBalance(payer.address), 0n, 'it holds AIA and no ETH')

const byParts = await authorize(payer, aia('4'))
const parts = Signature.from(byParts.signature)
const partsCall = [...byParts.fields, parts.v, parts.r, parts.s]
const authorized = await mined(relayed.transferWithAuthorization(...partsCall))
moved.push([payer.address, shop, aia('4')])
holds(await token.authorizationState(payer.address, byParts.nonce), 'the relayer submits v, r, s')

const byBytes = await authorize(payer, aia('6'))
await mined(relayed.transferWithAuthorization(...byBytes.fields, byBytes.signature))
moved.push([payer.address, shop, aia('6')])
holds(await token.authorizationState(payer.address, byBytes.nonce), 'the relayer submits bytes')
same(await token.balanceOf(payer.address), 0n, 'all is spent')

chapter('The first authorization is replayed')
const replay = await refusal(relayed.transferWithAuthorization(...partsCall), 'the replay is refused')
const used = token.interface.parseError(replay.data)
same([used.name, used.args.toArray()], ['ERC3009UsedAuthorization', [payer.address, byParts.nonce]], 'by its error')
const forced = await relayed.transferWithAuthorization(...partsCall, { gasLimit: authorized.gasUsed })
const failed = await refusal(forced.wait(), 'sent all the same, it fails on chain')
same([failed.receipt.status, failed.receipt.logs], [0, []], 'and does nothing')

chapter('The holder votes with its balance')
const delegation = await mined(token.delegate(holder))
const balance = await token.balanceOf(holder)
same(await token.delegates(holder), holder.address, 'it delegates to itself')
same(await token.getVotes(holder), balance, 'its balance is its votes')
await provider.send('evm_increaseTime', [60])
await provider.send('evm_mine', [])
const { timestamp } = await delegation.getBlock()
same(await token.getPastVotes(holder, timestamp), balance, 'a minute later they are on record')
same(await token.getPastTotalSupply(timestamp), supply, 'and so is the supply')

chapter('The holder tries to pay more than it has')
const overdraft = await refusal(token.transfer.staticCall(shop, balance + 1n), 'the simulation is refused')
same(
  [overdraft.revert.name, overdraft.revert.args.toObject()],
  ['ERC20InsufficientBalance', { sender: holder.address, balance, needed: balance + 1n }],
  'by its error, with the figures',
)

chapter('A contract wallet')
const factory = new ContractFactory(walletArtifact.abi, walletArtifact.bytecode, holder)
const wallet = await (await factory.deploy(holder)).waitForDeployment()
const walletAddress = await wallet.getAddress()
same(await wallet.owner(), holder.address, 'is deployed for the holder')
const byOwner = holder.signingKey.sign(ZeroHash).serialized
same(await wallet.isValidSignature(ZeroHash, byOwner), '0x1626ba7e', 'accepts its signature')
await mined(token.transfer(walletAddress, aia('1')))
moved.push([holder.address, walletAddress, aia('1')])
const spend = token.interface.encodeFunctionData('transfer', [shop, aia('1')])
await mined(wallet.execute(tokenAddress, 0n, spend))
moved.push([walletAddress, shop, aia('1')])
same(await token.balanceOf(walletAddress), 0n, 'and pays the shop')

chapter('Two transactions queue up, one of the old type')
const nonce = await provider.getTransactionCount(holder.address, 'pending')
const queued = [
  await token.transfer(shop, 1n, { nonce }),
  await token.transfer(shop, 2n, { nonce: nonce + 1, type: 0 }),
]
for (const transaction of queued) await mined(transaction)
moved.push([holder.address, shop, 1n], [holder.address, shop, 2n])
same(queued.map(({ type }) => type), [2, 0], 'both are mined')
same(await provider.getTransactionCount(holder.address, 'pending'), nonce + 2, 'the next nonce is known')

chapter('A transaction for another chain')
const foreign = await holder.populateTransaction({ to: shop, value: 0n })
const signed = await holder.signTransaction({ ...foreign, chainId: chainId + 1n })
const rejection = await refusal(provider.broadcastTransaction(signed), 'the node rejects it')
holds(/chain.?id/i.test(rejection.message), 'and names the chain id')

chapter('The books are closed')
const paid = moved.filter(([, to]) => to === shop).reduce((sum, [, , value]) => sum + value, 0n)
const spent = moved.filter(([from]) => from === holder.address).reduce((sum, [, , value]) => sum + value, 0n)
same(
  await Promise.all([token.totalSupply(), token.balanceOf(shop), token.balanceOf(holder), token.balanceOf(relayer)]),
  [supply, paid, balanceAtStart - spent, 0n],
  'four answers in one batch add up',
)
const logs = await token.queryFilter(token.filters.Transfer(), start.number + 1, 'latest')
same(logs.map((log) => log.args.toArray()), moved, 'the logs tell every transfer')
const toPayer = await token.queryFilter(token.filters.Transfer(null, payer.address), start.number + 1, 'latest')
same(toPayer.length, 1, 'and can be asked for one receiver')
if (socket) {
  await until(() => watched.length >= moved.length)
  same(watched, moved, 'the subscription saw them too')
  await socket.destroy()
}
provider.destroy()
finish('ethers 6.x')

/** Returns the receipt of a transaction, or of the promise of one; a failed transaction throws. */
async function mined(transaction) {
  return (await transaction).wait()
}

/** Returns a list that grows by each Transfer event that arrives. */
async function watchTransfers() {
  const seen = []
  await token.connect(socket).on('Transfer', (from, to, value) => seen.push([from, to, value]))
  await socket.getBlockNumber() // answered after the subscription, which was asked for first
  return seen
}

/** Reads the EIP-712 domain: a domain without salt must not be signed with a zero one. */
async function signingDomain() {
  const told = await token.eip712Domain()
  same(told.fields, '0x0f', 'the domain has no salt')
  return { name: told.name, version: told.version, chainId: told.chainId, verifyingContract: told.verifyingContract }
}

/** Signs a payment of `value` to the shop that anyone may submit. */
async function authorize(signer, value) {
  const message = {
    from: signer.address, to: shop, value, validAfter: 0, validBefore: hourFromNow, nonce: hexlify(randomBytes(32)),
  }
  const signature = await signer.signTypedData(domain, authorizationTypes, message)
  return { fields: Object.values(message), nonce: message.nonce, signature }
}
