// What both client stories share: their inputs, a narrator that counts checks, and the types that holders sign.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'

export const rpcUrl = required('RPC_URL')
export const wsUrl = process.env.WS_URL // optional: also watch Transfer events over it
export const tokenAddress = required('TOKEN')
export const tokenAbi = readJson(required('ABI')).abi
export const holderKey = prefixed(required('KEY')) // holds ETH and at least 100 AIA
export const relayerKey = prefixed(required('RELAYER_KEY')) // holds ETH, no AIA
export const walletArtifact = readJson(join(required('PEERS'), 'SmartWallet.json')) // as compile.mjs writes it

export const permitTypes = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
}

export const authorizationTypes = {
  TransferWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
}

/**
 * Leaves room over a gas estimate: a transfer of a delegated account that is estimated in the second of its last vote
 * checkpoint, and mined in a later one, writes a new checkpoint that the estimate did not see.
 */
export const roomy = (estimate) => estimate * 2n

// An error's message and stack tell enough; its fields repeat the whole ABI.
process.on('uncaughtException', (error) => {
  console.error(error.stack)
  process.exit(1)
})

let checks = 0

/** Opens a chapter of the story. */
export function chapter(title) {
  console.log(title)
}

export function same(actual, expected, what) {
  assert.deepEqual(actual, expected, `not so: ${what}\nactual: ${inspect(actual)}\nexpected: ${inspect(expected)}`)
  passed(what)
}

export function holds(condition, what) {
  assert.ok(condition, `not so: ${what}`)
  passed(what)
}

/** Awaits a promise that must fail, and returns its error. */
export async function refusal(promise, what) {
  const error = await promise.then(() => undefined, (reason) => reason)
  holds(error !== undefined, what)
  return error
}

/** Waits, ten seconds at most, for what the node sends on its own account. */
export async function until(condition) {
  for (let tries = 0; tries < 200 && !condition(); tries++) await pause(50)
}

export function finish(client) {
  console.log(`${client}: ${checks} checks passed`)
}

function passed(what) {
  checks++
  console.log(`  ${what}`)
}

function required(name) {
  const value = process.env[name]
  if (!value) throw new Error(`set ${name} in the environment`)
  return value
}

function prefixed(key) {
  return key.startsWith('0x') ? key : `0x${key}`
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
