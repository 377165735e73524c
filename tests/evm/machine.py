"""Cases within one frame: operations, memory, jumps, storage."""

import itertools

from assembler import OPCODES, asm, call, keep, store
from world import (
    CALLS,
    DELEGATED,
    ECHO,
    LOOK,
    NOBODY,
    OPCODE,
    RICH,
    SEEN,
    SENDER,
    STORE,
    TARGET,
    TO_PRECOMPILE,
    TRANSIENT,
    case,
    finish,
    gas_of,
    record,
)

EDGES = [0, 1, 2, 31, 32, 255, 256, 1 << 128, (1 << 255) - 1, 1 << 255, -1, -2, -(1 << 128), 0x0123456789ABCDEF << 190]


def operations(rng):
    unary, ternary = ["ISZERO", "NOT", "CLZ"], ["ADDMOD", "MULMOD"]
    special = [(1, 0), (1 << 255, -1), (31, -2), (30, 0x80 << 240), (0, 0x80), (32, -1), (256, -1), (255, 1 << 255)]
    binary = [
        name for name, op in OPCODES.items() if op in {*range(1, 8), 10, 11, *range(0x10, 0x15), *range(0x16, 0x1E)}
    ]
    for op in [*unary, *ternary, *(op for op in binary if op not in unary)]:
        count = 1 if op in unary else 3 if op in ternary else 2
        if count == 1:
            inputs = [(edge,) for edge in EDGES]
        else:
            inputs = special if count == 2 else [(1, 1, 0), (-1, -1, -1), (-1, -1, 1 << 255), (-1, 2, 3)]
            inputs = inputs + [tuple(rng.choice(EDGES) for _ in range(count)) for _ in range(5)]
        code = b"".join(asm(*reversed(values), op) + record(i) for i, values in enumerate(inputs))
        yield op, case(code + finish(len(inputs)))


def opcodes(_):
    for zeros, start in itertools.product([0, 1, 2, 3, 4, 5, 6, 7, 16, 17], range(0, 256, 64)):
        data = start.to_bytes(32, "big") + zeros.to_bytes(32, "big")
        yield f"{zeros} zeros, from {start:02x}", case(to=OPCODE, data=data, gas=[16_000_000])


def environment(_):
    plain = [
        *SEEN,
        "GASPRICE",
        "RETURNDATASIZE",
        "COINBASE",
        "TIMESTAMP",
        "NUMBER",
        "PREVRANDAO",
        "GASLIMIT",
        "CHAINID",
    ]
    plain += ["BASEFEE", "PC", "MSIZE", "GAS"]
    code = b"".join(asm(op) + record(i) for i, op in enumerate(plain)) + finish(len(plain))
    yield "plain", case(code, balance=77, value=5, data=b"abc")
    for kind in CALLS:
        parts = [call(kind, LOOK, value=2 * (kind in ("CALL", "CALLCODE")), out=(0, 224), data=(0, 9)), asm("POP")]
        yield f"seen by {kind}", case(b"".join(parts) + asm(224, 0, "RETURN"), balance=77, value=5)
    numbers = [999, 1000, 1001, 744, 743, 0, 1 << 255]
    code = b"".join(asm(n, "BLOCKHASH") + record(i) for i, n in enumerate(numbers)) + finish(len(numbers))
    yield "BLOCKHASH", case(code)
    yield "BLOBHASH", case(asm(0, "BLOBHASH") + record(0) + asm(1 << 255, "BLOBHASH") + record(1) + finish(2))
    yield "BLOBBASEFEE", case(asm("BLOBBASEFEE"))
    dirty = (0xFF << 200) | RICH
    others = [RICH, RICH, dirty, NOBODY, ECHO, DELEGATED, TO_PRECOMPILE, TARGET, SENDER, 1, 0x100, 0xC01BA5E, 0, STORE]
    for op in ["BALANCE", "EXTCODESIZE", "EXTCODEHASH"]:
        code = b"".join(gas_of(asm(other, op), i) for i, other in enumerate(others))
        yield op, case(code + finish(2 * len(others)), balance=3)
    ranges = [(0, 0, 12), (32, 3, 64), (96, 1 << 255, 32), (1 << 200, 0, 0), (128, 4, 1), (0, 100, 0)]
    own = b"".join(asm(*reversed(r), "CODECOPY") for r in ranges)
    yield "CODECOPY", case(own + asm(160, 0, "RETURN"))
    given = b"".join(asm(*reversed(r), "CALLDATACOPY") for r in ranges)
    loads = b"".join(asm(at, "CALLDATALOAD") + record(i) for i, at in enumerate([0, 1, 31, 32, 39, 40, 1 << 255]))
    yield "CALLDATALOAD, CALLDATACOPY", case(given + loads + asm(0x400 + 224, 0, "RETURN"), data=bytes(range(1, 41)))
    for other in [ECHO, DELEGATED, NOBODY, RICH, TARGET]:
        code = b"".join(asm(*reversed(r), other, "EXTCODECOPY") for r in ranges)
        yield f"EXTCODECOPY of {other:x}", case(code + asm(160, 0, "RETURN"))
    filled = asm(-1, 0, "MSTORE") + call("CALL", ECHO, data=(0, 32), out=(0, 0)) + asm("POP")
    for at, size in [(0, 32), (1, 31), (0, 33), (32, 0), (33, 0), (1, 32), (-1, 1), (1, -1), (0, 0)]:
        yield f"RETURNDATACOPY {at} {size}", case(filled + asm(size, at, 64, "RETURNDATACOPY", 128, 0, "RETURN"))


def memory(rng):
    code = asm(
        -1, 5, "MSTORE", 0xAB, 64, "MSTORE8", 0x1CD, 66, "MSTORE8", 7, "MLOAD", 100, "MSTORE", "MSIZE", 160, "MSTORE"
    )
    yield "plain", case(code + asm(192, 0, "RETURN"))
    pattern = store(bytes(rng.randrange(1, 256) for _ in range(96)))
    for to, source, size in [
        (0, 32, 64),
        (32, 0, 64),
        (1, 0, 95),
        (0, 1, 95),
        (7, 7, 20),
        (200, 0, 33),
        (0, 200, 33),
        (0, 0, 0),
        (1 << 200, 0, 0),
        (0, 1 << 200, 0),
        (1 << 200, 0, 1),
        (0, -1, 2),
        (96, 0, 0),
    ]:
        code = pattern + asm(
            "GAS", size, source, to, "MCOPY", "GAS", "SWAP1", "SUB", "MSIZE", 512, "MSTORE", 544, "MSTORE"
        )
        yield f"MCOPY {to:x} {source:x} {size}", case(code + asm(576, 0, "RETURN"))
    sizes = [0, 1, 31, 32, 33, 64, 95, 96, 135, 136, 137, 1000]
    code = pattern + b"".join(gas_of(asm(size, 0, "KECCAK"), i) for i, size in enumerate(sizes))
    yield "KECCAK256", case(code + finish(2 * len(sizes)))
    yield "KECCAK256 of nothing, far away", case(asm(0, -1, "KECCAK", 0, "MSTORE", 32, 0, "RETURN"))
    for at in [
        1 << 16,
        1 << 20,
        1 << 22,
        (1 << 32) - 32,
        1 << 32,
        (1 << 64) - 32,
        (1 << 64) - 1,
        1 << 64,
        1 << 128,
        -32,
        -1,
    ]:
        for op in ["MLOAD", "MSTORE8"]:
            code = asm(at, op, "POP") if op == "MLOAD" else asm(1, at, op)
            yield (
                f"{op} at {at % (1 << 256):x}",
                case(code + asm("MSIZE", 0, "MSTORE", 32, 0, "RETURN"), gas=[12_000_000]),
            )
    for op in ["RETURN", "REVERT"]:
        for at, size in [(0, 0), (-1, 0), (0, -1), (1 << 64, 1), (5, 40), (0, 10_000)]:
            yield f"{op} {at} {size}", case(asm(7, 10, "MSTORE", size, at, op))
    for topics in range(5):
        marks = [*range(-topics, 0)]
        code = pattern + asm(
            *marks, 40, 20, f"LOG{topics}", *marks, 0, 1 << 100, f"LOG{topics}", *marks, 50, 90, f"LOG{topics}"
        )
        yield f"LOG{topics}", case(code)


def flow(_):
    yield "jump into data", case(asm(("@", "x"), "JUMP", b"\x60", (":", "x"), "STOP"))
    yield "jump past data", case(asm(4, "JUMP", "INVALID", (":", "x"), "STOP"))
    yield "jump to the end", case(asm(3, "JUMP"))
    yield "jump to no destination", case(asm(0, "JUMP"))
    yield "jump far", case(asm((1 << 64) + 5, "JUMP", "STOP", "JUMPDEST", "JUMPDEST"))
    yield "jump not taken, nowhere", case(asm(0, -1, "JUMPI", 9) + keep(0))
    yield "jump taken, nowhere", case(asm(1, 2, "JUMPI"))
    yield (
        "jump taken on a large condition",
        case(asm(1 << 255, ("@", "x"), "JUMPI", "INVALID", (":", "x"), "PC") + keep(1)),
    )
    yield "loop", case(asm(200, (":", "x"), 1, "SWAP1", "SUB", "DUP1", ("@", "x"), "JUMPI", "GAS") + keep(0))
    yield "endless loop", case(asm((":", "x"), ("@", "x"), "JUMP"), gas=[30_000, 30_001, 30_007])
    yield "full stack", case(asm(*["PC"] * 1024))
    yield "overflowing stack", case(asm(*["PC"] * 1025))
    yield "data cut short", case(asm(0, b"\x7f\x01\x02"))
    yield "data of data", case(b"\x7f" + b"\x5b" * 32 + asm(1, "JUMP"))
    yield "no code", case(to=RICH, value=1)
    code = b"".join(bytes([0x5F + size]) + bytes(range(1, size + 1)) for size in range(33))
    code += b"".join(bytes([0x80 + i]) for i in range(16)) + b"".join(bytes([0x90 + i]) for i in range(16))
    yield "PUSH, DUP, SWAP", case(code + b"".join(asm(32 * i, "MSTORE") for i in range(49)) + asm(32 * 49, 0, "RETURN"))


def storage(_):
    burn = asm(0x20000, 0, "KECCAK", "POP")  # gas used, so that refunds are not cut
    for original, *values in itertools.product(range(3), repeat=4):
        code = b"".join(asm(value, 0, "SSTORE") for value in values)
        name = f"{original} -> {' -> '.join(map(str, values))}"
        yield name, case(burn + code, storage={0: original} if original else None)
    code = b"".join(asm(0, slot, "SSTORE") for slot in range(12))
    yield "refunds cut to a fifth", case(code, storage={slot: 1 for slot in range(12)})
    yield "refunds undone by a revert", case(code + asm(0, 0, "REVERT"), storage={slot: 1 for slot in range(12)})
    for gas in [0, 2300, 2301, 2307, 2400, 4400, 4500, 22_100, 22_200, 24_500, 50_000]:
        yield f"STORE with {gas} gas", case(call("CALL", STORE, gas, value=1) + keep(0), balance=9)
        yield f"STORE with {gas} gas, warm", case(asm(STORE, "BALANCE", "POP") + call("CALL", STORE, gas) + keep(0))
    code = b"".join(gas_of(asm(slot, "SLOAD"), i) for i, slot in enumerate([0, 0, 1, -1, -1]))
    yield "SLOAD", case(code + finish(10), storage={0: 5, (1 << 256) - 1: 6})
    yield "slots named beforehand", case(code + finish(10), storage={0: 5}, type=1, access=[(TARGET, [0, 1])])
    forbidden = {
        "SSTORE": asm(1, 1, "SSTORE"),
        "TSTORE": asm(1, 1, "TSTORE"),
        "LOG0": asm(0, 0, "LOG0"),
        "CREATE": asm(0, 0, 0, "CREATE"),
        "CREATE2": asm(0, 0, 0, 0, "CREATE2"),
        "SELFDESTRUCT": asm(0, "SELFDESTRUCT"),
        "CALL with value": call("CALL", RICH, value=1),
        "CALL": call("CALL", RICH),
        "TLOAD": asm(1, "TLOAD"),
        "CALLCODE with value": call("CALLCODE", ECHO, value=1),
    }
    for name, code in forbidden.items():
        static = {0x3000: (5, 1, code, {})}
        yield f"static {name}", case(call("STATICCALL", 0x3000, 100_000) + keep(0), accounts=static)
        nested = {
            **static,
            0x3001: (5, 1, call("DELEGATECALL", 0x3000, 60_000) + asm(0, "MSTORE", 32, 0, "RETURN"), {}),
        }
        code = call("STATICCALL", 0x3001, 100_000, out=(0, 32)) + keep(0) + asm(0, "MLOAD") + keep(1)
        yield f"static, then delegated {name}", case(code, accounts=nested)
    parts, bad = b"", asm(1, 0, "MSTORE")
    for i, (kind, fail) in enumerate(itertools.product(["CALL", "DELEGATECALL", "STATICCALL"], [0, 0, 1, 0])):
        parts += asm(fail, 0, "MSTORE") + call(kind, TRANSIENT, 40_000, data=(0, 32), out=(32, 32))
        parts += asm(1, "SHL", 32, "MLOAD", "XOR") + record(i)
    yield "transient", case(bad + parts + asm(0, "TLOAD") + record(12) + finish(13))
