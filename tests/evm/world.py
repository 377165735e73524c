"""The accounts that every case starts from, and the helpers that cases are written with."""

import itertools

from coincurve import PrivateKey
from ethereum.crypto.hash import keccak256

from assembler import asm, call, returning, store

CALLS = ["CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"]


def secret(name):
    return PrivateKey(keccak256(name.encode()))


def place(key):
    return int.from_bytes(keccak256(key.public_key.format(compressed=False)[1:])[12:], "big")


SENDER = place(secret("sender"))
BLOCK = {
    "sender": SENDER,
    "coinbase": 0xC01BA5E,
    "number": 1000,
    "time": 1_800_000_000,
    "random": int.from_bytes(keccak256(b"random"), "big"),
    "gas_limit": 1 << 50,
    "base_fee": 10,
}

# The accounts that every case starts from, beside the target, whose code is the case's own.
TARGET, ECHO, REVERT, HALT, STORE, LOOK, BURN, LOG, DESTROY, TRANSIENT, REENTER, OPCODE, POKE, CALLERS = range(
    0x1000, 0x100E
)
RICH, DELEGATED, TO_PRECOMPILE, CHAINED, LOOPED, NOBODY = range(0x2000, 0x2006)
COPY_INPUT = asm("CALLDATASIZE", 0, 0, "CALLDATACOPY", "CALLDATASIZE", 0)
SEEN = ["ADDRESS", "CALLER", "CALLVALUE", "ORIGIN", "SELFBALANCE", "CALLDATASIZE", "CODESIZE"]


def record(index):
    """Code that puts the top of the stack into the result."""
    return asm(0x400 + 32 * index, "MSTORE")


def finish(count):
    return asm(32 * count, 0x400, "RETURN")


def gas_of(code, index):
    """Code that runs `code`, which leaves one value, and records the value and what it cost."""
    return asm("GAS") + code + record(2 * index) + asm("GAS", "SWAP1", "SUB") + record(2 * index + 1)


def word(*values):
    return b"".join((value % (1 << 256)).to_bytes(32, "big") for value in values)


def every_opcode():
    """Deploys, for 64 opcodes from the first argument on, code that runs one on so many zeros, and calls it.

    Returns for each what the call cost and whether it succeeded.
    """
    head = returning(bytes(20))[:-20]
    zeros = store(head + b"\x5f" * 17)
    at = len(head) + 17
    # fmt: off
    return asm(
        (":", "next"), "MSIZE", "POP",
        # Memory: the head, as many stops or zeros as asked for, the opcode, a stop.
        zeros,
        17, 32, "CALLDATALOAD", "SWAP1", "SUB", len(head), ("@", "blank"), "JUMP",
        (":", "blank"),  # [left, offset]: blanks the zeros that are not asked for
        "DUP2", "ISZERO", ("@", "blanked"), "JUMPI",
        0x5B, "DUP2", "MSTORE8", 1, "ADD", "SWAP1", 1, "SWAP1", "SUB", "SWAP1", ("@", "blank"), "JUMP",
        (":", "blanked"), "POP", "POP",
        0x2000, "MLOAD", 0, "CALLDATALOAD", "ADD", at, "MSTORE8", 0, at + 1, "MSTORE8", 0, at + 2, "MSTORE8",
        len(head) + 20, 0, 0, "CREATE",
        "GAS", 0, 0, 0, 0, 0, "DUP7", 60_000, "CALL",
        "GAS", "DUP3", "SUB", 1, "SHL", "OR",
        0x2000, "MLOAD", 5, "SHL", 0x2020, "ADD", "MSTORE",
        "POP", "POP",
        0x2000, "MLOAD", 1, "ADD", "DUP1", 0x2000, "MSTORE",
        64, "GT", ("@", "next"), "JUMPI",
        64 * 32, 0x2020, "RETURN",
    )
    # fmt: on


def caller(kind):
    """Calls the account in its data with several amounts of gas and value, and returns what came of it."""
    code, index = asm(("@", "go"), "CALLER", SENDER, "EQ", "SWAP1", "JUMPI", "STOP", (":", "go")), 0
    code += asm(-1, 0, "MSTORE", 0x1234, 32, "MSTORE")
    for value, gas in itertools.product([0, 1, 1000] if kind in ("CALL", "CALLCODE") else [0], [0, 30_000, 200_000]):
        one = call(kind, asm(0, "CALLDATALOAD"), gas, value, data=(16, 40), out=(64, 20))
        code += gas_of(one + asm(1, "SHL", "RETURNDATASIZE", "XOR", 64, "MLOAD", "XOR"), index)
        index += 1
    return code + finish(2 * index)


WORLD = {
    SENDER: (10**18, 0, b"", {}),
    ECHO: (0, 1, COPY_INPUT + asm("RETURN"), {}),
    REVERT: (0, 1, COPY_INPUT + asm("REVERT"), {}),
    HALT: (0, 1, asm("INVALID"), {}),
    STORE: (5, 1, asm(0, "CALLDATALOAD", 0, "SSTORE", "CALLER", 1, "SSTORE"), {0: 7, 2: 9}),
    LOOK: (3, 1, b"".join(asm(op, 32 * i, "MSTORE") for i, op in enumerate(SEEN)) + asm(32 * 7, 0, "RETURN"), {}),
    BURN: (0, 1, asm((":", "again"), ("@", "again"), "JUMP"), {}),
    LOG: (0, 1, asm("CALLER", 0, "CALLDATALOAD") + COPY_INPUT + asm("LOG2"), {}),
    DESTROY: (11, 1, asm(0, "CALLDATALOAD", "SELFDESTRUCT"), {0: 1}),
    TRANSIENT: (
        0,
        1,
        asm(
            0,
            "TLOAD",
            "DUP1",
            0,
            "MSTORE",
            1,
            "ADD",
            0,
            "TSTORE",
            32,
            0,
            0,
            "CALLDATALOAD",
            ("@", "bad"),
            "JUMPI",
            "RETURN",
            (":", "bad"),
            "REVERT",
        ),
        {},
    ),
    REENTER: (
        100,
        1,  # counts how often it got as deep as the gas lets it, and calls its caller back
        asm(
            0,
            "SLOAD",
            1,
            "ADD",
            "DUP1",
            0,
            "SSTORE",
            0,
            "MSTORE",
            0,
            "MLOAD",
            6,
            "LT",
            ("@", "end"),
            "JUMPI",
            call("CALL", 0x1000, value=1, data=(0, 32), out=(32, 32)),
            "POP",
            (":", "end"),
            64,
            0,
            "RETURN",
        ),
        {},
    ),
    OPCODE: (0, 1, every_opcode(), {}),
    **{CALLERS + i: (50, 1, caller(kind), {}) for i, kind in enumerate(CALLS)},
    POKE: (0, 1, asm("CALLER", "BALANCE", "ADDRESS", "EXTCODEHASH", "XOR", 0, "MSTORE", 32, 0, "RETURN"), {}),
    RICH: (10**20, 0, b"", {}),
    DELEGATED: (50, 1, b"\xef\x01\x00" + ECHO.to_bytes(20, "big"), {}),
    TO_PRECOMPILE: (50, 1, b"\xef\x01\x00" + (4).to_bytes(20, "big"), {}),
    CHAINED: (50, 1, b"\xef\x01\x00" + DELEGATED.to_bytes(20, "big"), {}),
    LOOPED: (50, 1, b"\xef\x01\x00" + LOOPED.to_bytes(20, "big"), {1: 1}),
}


def case(code=b"", storage=None, balance=0, accounts=None, **tx):
    """One case: the target's account, further accounts, and what the transaction has beyond the usual."""
    if code or storage:
        accounts = {TARGET: (balance, 1, code, storage or {}), **(accounts or {})}
    return {"accounts": accounts or {}, "tx": tx}


def sign(key, digest):
    """Returns parity, r and s."""
    signature = key.sign_recoverable(digest, hasher=None)
    return signature[64], int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
