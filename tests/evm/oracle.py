"""Runs a transaction as Ethereum's executable specification does, fork Osaka, and tells how it ended.

Where Arbitrum differs and the difference would be in every result, the specification is changed here, and only here:
data has no floor price (EIP-7623) and `BLOBBASEFEE` is no opcode. Fees go to nobody, as the base fee does on Ethereum;
the runner in Rust checks who gets them on Arbitrum.
"""

import ethereum.forks.osaka.fork as fork
import ethereum.forks.osaka.transactions as transactions
from ethereum.crypto.hash import keccak256
from ethereum.exceptions import EthereumException
from ethereum.forks.osaka import state as states
from ethereum.forks.osaka import vm
from ethereum.forks.osaka.fork_types import Account, Address, Authorization
from ethereum.forks.osaka.transactions import (
    Access,
    AccessListTransaction,
    FeeMarketTransaction,
    LegacyTransaction,
    SetCodeTransaction,
)
from ethereum.forks.osaka.vm.exceptions import InvalidOpcode, Revert
from ethereum.forks.osaka.vm.instructions import Ops, op_implementation
from ethereum_types.bytes import Bytes0, Bytes32
from ethereum_types.numeric import U8, U64, U256, Uint

CHAIN_ID = 412346


def no_opcode(evm):
    raise InvalidOpcode(Ops.BLOBBASEFEE.value)


priced = transactions.calculate_intrinsic_cost
transactions.calculate_intrinsic_cost = lambda tx: (priced(tx)[0], Uint(0))
op_implementation[Ops.BLOBBASEFEE] = no_opcode


def address(number):
    return Address(number.to_bytes(20, "big"))


class Outcome:
    """How a transaction ended."""

    def __init__(self, status, gas=0, output=b"", logs=(), accounts=None, error=None):
        self.status, self.gas, self.output, self.logs = status, gas, output, logs
        self.accounts, self.error = accounts or {}, error

    def __str__(self):
        """The form that is committed: hashes are cut to eight digits."""
        if self.status == "rejected":
            return self.status
        logs = b""
        for log in self.logs:
            logs += log.address + bytes([len(log.topics)]) + b"".join(log.topics)
            logs += len(log.data).to_bytes(4, "big") + log.data
        post = b""
        for place, (balance, nonce, code, storage) in sorted(self.accounts.items()):
            post += place.to_bytes(20, "big") + balance.to_bytes(32, "big") + nonce.to_bytes(8, "big")
            post += keccak256(code) + len(storage).to_bytes(4, "big")
            for key, value in sorted(storage.items()):
                post += key.to_bytes(32, "big") + value.to_bytes(32, "big")
        return f"{self.status} {self.gas} {short(self.output)} {short(logs)} {short(post)}"

    def describe(self):
        """Everything, for eyes."""
        lines = [str(self), f"error {self.error!r}", f"output 0x{bytes(self.output).hex()}"]
        lines += [f"log {log}" for log in self.logs]
        for place, (balance, nonce, code, storage) in sorted(self.accounts.items()):
            lines.append(f"0x{place:040x} balance {balance} nonce {nonce} code 0x{bytes(code).hex()}")
            lines += [f"    0x{key:x} = 0x{value:x}" for key, value in sorted(storage.items())]
        return "\n".join(lines)


def short(data):
    return keccak256(data)[:4].hex() if data else "-"


def run(accounts, block, tx):
    """Returns the outcome of `tx` on `accounts`: {address: (balance, nonce, code, {key: value})}, all numbers."""
    state = states.State()
    for place, (balance, nonce, code, storage) in accounts.items():
        states.set_account(state, address(place), Account(Uint(nonce), U256(balance), code))
        for key, value in storage.items():
            states.set_storage(state, address(place), Bytes32(key.to_bytes(32, "big")), U256(value))
    environment = vm.BlockEnvironment(
        chain_id=U64(CHAIN_ID),
        state=state,
        block_gas_limit=Uint(block["gas_limit"]),
        block_hashes=[Bytes32(bytes(32))] * 256,  # `BLOCKHASH` knows none on a development chain
        coinbase=address(block["coinbase"]),
        number=Uint(block["number"]),
        base_fee_per_gas=Uint(block["base_fee"]),
        time=U256(block["time"]),
        prev_randao=Bytes32(block["random"].to_bytes(32, "big")),
        excess_blob_gas=U64(0),
        parent_beacon_block_root=Bytes32(bytes(32)),
    )
    ended = []

    def watched(message):
        ended.append(vm_call(message))
        return ended[0]

    vm_call, recover = fork.process_message_call, fork.recover_sender
    fork.process_message_call, fork.recover_sender = watched, lambda chain_id, tx: address(block["sender"])
    output = vm.BlockOutput()
    try:
        fork.process_transaction(environment, output, encode(tx), Uint(0))
    except EthereumException as error:
        return Outcome("rejected", error=error)
    finally:
        fork.process_message_call, fork.recover_sender = vm_call, recover
    (call,) = ended
    status = "success" if call.error is None else "revert" if isinstance(call.error, Revert) else "halt"
    returned = call.return_data if status != "halt" else b""
    return Outcome(status, int(output.block_gas_used), returned, call.logs, dump(state), call.error)


def encode(tx):
    """Gives the specification its transaction; signatures are not looked at."""
    to = Bytes0() if tx["to"] is None else address(tx["to"])
    data, value, gas, nonce = tx["data"], U256(tx["value"]), Uint(tx["gas"]), tx["nonce"]
    access = tuple(
        Access(address(place), tuple(Bytes32(key.to_bytes(32, "big")) for key in keys)) for place, keys in tx["access"]
    )
    if tx["type"] == 0:
        return LegacyTransaction(U256(nonce), Uint(tx["price"]), gas, to, value, data, U256(27), U256(0), U256(0))
    nonce = U256(nonce) if tx["type"] == 1 else U64(nonce)
    common = {"gas": gas, "to": to, "value": value, "data": data, "access_list": access}
    signature = {"y_parity": U256(0), "r": U256(0), "s": U256(0)}
    if tx["type"] == 1:
        return AccessListTransaction(
            chain_id=U64(CHAIN_ID), nonce=nonce, gas_price=Uint(tx["price"]), **common, **signature
        )
    fees = {"max_priority_fee_per_gas": Uint(0), "max_fee_per_gas": Uint(tx["price"])}
    if tx["type"] == 2:
        return FeeMarketTransaction(chain_id=U64(CHAIN_ID), nonce=U256(nonce), **fees, **common, **signature)
    signed = tuple(
        Authorization(U256(chain), address(place), U64(nonce), U8(parity), U256(r), U256(s))
        for chain, place, nonce, parity, r, s in tx["authorizations"]
    )
    return SetCodeTransaction(chain_id=U64(CHAIN_ID), nonce=nonce, **fees, **common, authorizations=signed, **signature)


def dump(state):
    accounts = {}
    for place, account in state._main_trie._data.items():
        if account is not None:
            slots = state._storage_tries.get(place)
            storage = {int.from_bytes(key, "big"): int(value) for key, value in slots._data.items()} if slots else {}
            accounts[int.from_bytes(place, "big")] = (int(account.balance), int(account.nonce), account.code, storage)
    return accounts
