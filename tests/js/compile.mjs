// Compiles the Solidity peers, and the token's interface for its ABI, and adds the peers that npm has compiled:
// node compile.mjs OUTDIR
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import solc from 'solc'

const outDir = process.argv[2]
if (!outDir) stop('usage: node compile.mjs OUTDIR')

const here = import.meta.dirname
const { resolve } = createRequire(import.meta.url)
const interfaceFile = join(here, '../../contracts/aia-token/IAIAToken.sol')
const peerFiles = readdirSync(join(here, 'peers')).sort().map((name) => join(here, 'peers', name))
// Only their bytecode is used: package.json replaces what their sources import, some of which is in no registry.
const compiledPeers = ['@sablier/flow/artifacts/SablierFlow.json']

mkdirSync(outDir, { recursive: true })
for (const file of [...peerFiles, interfaceFile]) {
  const contracts = compile(file)
  for (const [name, { abi, evm }] of Object.entries(contracts)) write(name, abi, evm.bytecode, evm.deployedBytecode)
  console.log(`compiled ${basename(file)}: ${Object.keys(contracts).join(', ')}`)
}
for (const file of compiledPeers) {
  const { abi, bytecode, deployedBytecode } = JSON.parse(readFileSync(resolve(file), 'utf8'))
  write(basename(file, '.json'), abi, bytecode, deployedBytecode)
  console.log(`took ${file}`)
}

/** Returns the contracts that `file` declares, by name. */
function compile(file) {
  const source = basename(file)
  const input = {
    language: 'Solidity',
    sources: { [source]: { content: readFileSync(file, 'utf8') } },
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: 'cancun',
      outputSelection: { [source]: { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
    },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }))
  const errors = (output.errors ?? []).filter((found) => found.severity === 'error')
  if (errors.length > 0) stop(errors.map((found) => found.formattedMessage).join('\n'))
  return output.contracts[source]
}

/** Gives solc an imported file out of node_modules. */
function readImport(path) {
  try {
    return { contents: readFileSync(resolve(path), 'utf8') }
  } catch (error) {
    return { error: error.message }
  }
}

function write(name, abi, bytecode, deployedBytecode) {
  // Of the compilers some write the prefix and some do not.
  const hex = ({ object }) => (object.startsWith('0x') ? object : `0x${object}`)
  const artifact = { abi, bytecode: hex(bytecode), deployedBytecode: hex(deployedBytecode) }
  writeFileSync(join(outDir, `${name}.json`), `${JSON.stringify(artifact, null, 2)}\n`)
}

function stop(message) {
  console.error(message)
  process.exit(1)
}
