"""Random programs that call one another, the same ones every time."""

from assembler import OPCODES, asm, call, returning, store
from machine import EDGES
from world import CALLS, DELEGATED, ECHO, LOG, LOOK, NOBODY, REVERT, STORE, TARGET, TRANSIENT, case


def programs(rng):
    """Random programs that call one another; the stack holds at least what each step takes."""
    for index in range(72):
        codes = [program(rng, [0x3000, 0x3000, 0x3000]), program(rng, [TARGET])]
        other = {0x3000: (20, 1, codes[1], {1: 5, 2: 6})}
        data = bytes(rng.randrange(256) for _ in range(rng.choice([0, 4, 40])))
        value, gas = rng.choice([0, 0, 7]), rng.choice([150_000, 500_000, 1_000_000])
        yield (
            str(index),
            case(codes[0], storage={0: 1, 3: 9}, balance=100, accounts=other, data=data, value=value, gas=[gas]),
        )


def program(rng, partners):
    code = asm(rng.choice(EDGES), rng.randrange(256), "CALLER")
    for _ in range(rng.randrange(6, 18)):
        code += step(rng, partners)
    return code + asm("GAS", 0, "MSTORE", 7, "SSTORE", 128, 0, rng.choice(["RETURN", "RETURN", "RETURN", "REVERT"]))


def step(rng, partners):
    """Code that takes nothing from the stack but what it put there, or one value for another."""
    two = [
        name
        for name, op in OPCODES.items()
        if op in {*range(1, 8), 11, *range(0x10, 0x15), *range(0x16, 0x19), *range(0x1A, 0x1E)}
    ]
    none = [
        "ADDRESS",
        "ORIGIN",
        "CALLVALUE",
        "CALLDATASIZE",
        "RETURNDATASIZE",
        "SELFBALANCE",
        "PC",
        "MSIZE",
        "GAS",
        "NUMBER",
    ]
    friends = [*partners, ECHO, REVERT, STORE, TRANSIENT, LOG, DELEGATED, LOOK, NOBODY, 2, 4]

    def small():
        return rng.choice([0, 1, 31, 32, 33, 64, 96])

    kinds = "operation operation value memory memory slot slot load call call call create log copy skip look returned"
    match rng.choice(kinds.split()):  # noqa: SIM905
        case "operation":
            return asm(rng.choice([*EDGES, *none]), rng.choice(two))
        case "value":
            return asm(rng.choice(none), "XOR")
        case "memory":
            return asm("DUP1", small(), rng.choice(["MSTORE", "MSTORE8"]), small(), "MLOAD", "ADD")
        case "slot":
            value = rng.choice([0, 1, 5, "DUP1", "DUP1"])
            return asm(value, rng.randrange(4), rng.choice(["SSTORE", "SSTORE", "TSTORE"]))
        case "load":
            return asm(rng.randrange(4), rng.choice(["SLOAD", "TLOAD"]), "ADD")
        case "call":
            gas = rng.choice([None, None, 1000, 20_000, 60_000])
            data, out = (small(), small()), (small(), small())
            return call(rng.choice(CALLS), rng.choice(friends), gas, rng.choice([0, 0, 1]), data, out) + asm("ADD")
        case "create":
            made = rng.choice(
                [asm("STOP"), returning(asm("CALLER", 0, "SSTORE")), asm(7, 0, "SSTORE"), asm(0, 0, "REVERT")]
            )
            kind = rng.choice(["CREATE", "CREATE2"])
            return store(made) + asm(
                *[rng.randrange(3)] * (kind == "CREATE2"), len(made), 0, rng.choice([0, 0, 1]), kind, "XOR"
            )
        case "log":
            topics = rng.randrange(3)
            return asm(*["DUP1"] * topics, small(), small(), f"LOG{topics}")
        case "copy":
            kind = rng.choice(["CALLDATACOPY", "CODECOPY", "MCOPY"])
            return asm(small(), small(), small(), kind)
        case "skip":
            inner = asm("DUP1", 1, "ADD", rng.randrange(4), "SSTORE")
            return asm("DUP1", 1, "AND", "PC", 5 + len(inner), "ADD", "JUMPI", inner, "JUMPDEST")
        case "look":
            return asm(rng.choice(friends), rng.choice(["BALANCE", "EXTCODESIZE", "EXTCODEHASH"]), "XOR")
        case "returned":
            return asm("RETURNDATASIZE", 0, small(), "RETURNDATACOPY")
    raise AssertionError
