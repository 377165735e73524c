"""Cases of frames and transactions: calls, creations, destructions, types, gas limits."""

import itertools

from ethereum.crypto.hash import keccak256
from ethereum_rlp import rlp

import oracle
from assembler import asm, call, keep, returning, store
from world import (
    BURN,
    CALLERS,
    CALLS,
    CHAINED,
    COPY_INPUT,
    DELEGATED,
    DESTROY,
    ECHO,
    HALT,
    LOG,
    LOOK,
    LOOPED,
    NOBODY,
    POKE,
    REENTER,
    REVERT,
    RICH,
    SENDER,
    STORE,
    TARGET,
    TO_PRECOMPILE,
    case,
    finish,
    gas_of,
    place,
    record,
    secret,
    sign,
    word,
)


def calls(_):
    targets = [
        NOBODY,
        RICH,
        ECHO,
        REVERT,
        HALT,
        LOOK,
        4,
        0x100,
        DELEGATED,
        TO_PRECOMPILE,
        CHAINED,
        LOOPED,
        CALLERS,
        POKE,
    ]
    for (i, kind), to in itertools.product(enumerate(CALLS), targets):
        yield f"{kind} {to:x}", case(to=CALLERS + i, data=word(to), gas=[3_000_000])
    yield "reentrance", case(COPY_INPUT + call("CALL", REENTER, value=2) + asm(0, "SLOAD", "ADD") + keep(0), balance=90)
    for kind in CALLS:
        out = asm(-1, 0, "MSTORE") + call(kind, ECHO, data=(0, 8), out=(40, 32)) + asm("POP", 96, 0, "RETURN")
        yield f"{kind}, less returned than room", case(out)
        far = call(kind, ECHO, data=(1 << 100, 0), out=(1 << 100, 0)) + keep(0)
        yield f"{kind}, no data far away", case(far)
        yield f"{kind}, data far away", case(call(kind, ECHO, data=(1 << 100, 1)) + keep(0))
        yield f"{kind}, more gas than there is", case(call(kind, BURN, gas=-1) + keep(0), gas=[3_000_000])
        deep = asm("GAS", 0, "SLOAD", 1, "ADD", 0, "SSTORE", "POP") + call(kind, TARGET) + asm("POP")
        yield f"{kind} to itself", case(deep, gas=[400_000])
    yield "value to itself", case(call("CALL", TARGET, gas=0, value=3) + keep(0), balance=3)
    yield (
        "logs of those that fail are dropped",
        case(
            call("CALL", LOG) + call("CALL", 0x3000) + call("DELEGATECALL", LOG, data=(0, 3)) + asm(0, 0, "LOG0"),
            accounts={0x3000: (0, 1, call("CALL", LOG) + asm(0, 0, "REVERT"), {})},
        ),
    )
    yield (
        "state of those that fail is dropped",
        case(
            call("CALL", 0x3000, value=4) + keep(0),
            balance=9,
            accounts={
                0x3000: (0, 1, call("CALL", STORE, value=2) + call("CALL", NOBODY, value=1) + asm("INVALID"), {})
            },
            gas=[300_000],
        ),
    )


def creates(_):
    init = {
        "nothing": b"",
        "code": returning(asm("CALLER") + keep(0)),
        "stop": asm("STOP"),
        "revert": store(b"reason") + asm(6, 0, "REVERT"),
        "halt": asm("INVALID"),
        "EF": returning(b"\xef"),
        "EF00": returning(b"\xef\x00"),
        "EFF1": returning(b"\xef\xf1\x00"),
        "FE": returning(b"\xfe"),
        "largest code": asm(0x6000, 0, "RETURN"),
        "too large code": asm(0x6001, 0, "RETURN"),
        "storage": asm(1, 0, "SSTORE", 2, 1, "SSTORE", 0, 0, "SSTORE") + returning(b"\x00\x01")[:-2],
        "log": asm(0, 0, "LOG0"),
        "destroyed": asm(NOBODY, "SELFDESTRUCT"),
        "destroyed to itself": asm("ADDRESS", "SELFDESTRUCT"),
        "looks": asm("CALLER", "CODESIZE", "CALLDATASIZE", "CALLVALUE", "SELFBALANCE", "ADDRESS", "EXTCODESIZE")
        + keep(0)
        + keep(1)
        + keep(2)
        + keep(3)
        + keep(4),
        "nested": asm(0, 0, 0, "CREATE") + keep(0) + asm(0, 0, 0, "CREATE") + keep(1),
    }
    for name, code in init.items():
        yield f"transaction: {name}", case(to=None, data=code, value=3, gas=[6_000_000, 60_000])
        for kind in ["CREATE", "CREATE2"]:
            salt = [99] if kind == "CREATE2" else []
            size = (len(code) + 31) // 32 * 32
            run = store(code) + asm("GAS", *salt, len(code), 0, 2, kind, "DUP1", "DUP1")
            run += keep(0) + asm("EXTCODEHASH") + keep(1) + asm("EXTCODESIZE") + keep(2)
            run += asm("GAS", "SWAP1", "SUB") + keep(3) + asm("RETURNDATASIZE", 0, size, "RETURNDATACOPY")
            run += asm("RETURNDATASIZE", size, "RETURN")
            yield f"{kind}: {name}", case(run, balance=7, gas=[7_000_000])
    for kind in ["CREATE", "CREATE2"]:
        salt = [0] if kind == "CREATE2" else []
        end = keep(0) + asm("GAS") + keep(1)
        yield f"{kind} with too little balance", case(asm(*salt, 0, 0, 9, kind) + end, balance=8)
        yield f"{kind} with the largest init code", case(asm(*salt, 49_152, 0, 0, kind) + end)
        yield f"{kind} with too large init code", case(asm(*salt, 49_153, 0, 0, kind) + end)
        spent = {TARGET: (1, (1 << 64) - 1, asm(*salt, 0, 0, 0, kind) + end, {})}
        yield f"{kind} with a spent nonce", case(accounts=spent)
        again = asm(*salt, 0, 0, 0, kind) + keep(0) + asm(*salt, 0, 0, 0, kind) + keep(2) + asm("GAS") + keep(1)
        yield f"{kind} twice", case(again, gas=[6_000_000])
    taken = int.from_bytes(keccak256(rlp.encode((oracle.address(SENDER), oracle.Uint(0))))[12:], "big")
    for name, there in {"nonce": (0, 1, b"", {}), "code": (0, 0, b"\x00", {}), "balance": (4, 0, b"", {})}.items():
        yield (
            f"transaction: address with a {name}",
            case(to=None, data=init["code"], accounts={taken: there}, gas=[200_000], value=1),
        )
    within = int.from_bytes(keccak256(rlp.encode((oracle.address(TARGET), oracle.Uint(1))))[12:], "big")
    yield (
        "CREATE: address with a nonce",
        case(asm(0, 0, 1, "CREATE") + keep(0), accounts={within: (5, 1, b"", {})}, balance=1, gas=[6_000_000]),
    )
    yield "transaction: largest init code", case(to=None, zeros=49_152, gas=[3_000_000])
    yield "transaction: too large init code", case(to=None, zeros=49_153, gas=[3_000_000])


def destroys(_):
    there = [NOBODY, RICH, DESTROY, SENDER, 4, TARGET]
    for to in there:
        yield f"to {to:x}", case(asm(to, 0, "MSTORE") + call("CALL", DESTROY, data=(0, 32)) + keep(0))
        yield (
            f"twice, to {to:x}",
            case(
                asm(to, 0, "MSTORE") + call("CALL", DESTROY, data=(0, 32), value=1) * 2 + keep(0) + keep(1), balance=5
            ),
        )
        yield f"itself, to {to:x}", case(asm(to, "SELFDESTRUCT"), balance=6, storage={1: 1})
        made = asm(to, "SELFDESTRUCT")
        code = store(made) + asm(len(made), 0, 4, "CREATE", "DUP1") + keep(0)
        code += asm("DUP1", "BALANCE") + keep(1) + asm("EXTCODEHASH") + keep(2)
        yield f"created in the same transaction, to {to:x}", case(code, balance=9)
    later = returning(asm(RICH, "SELFDESTRUCT"))
    for value in [0, 3]:
        code = store(later) + asm(len(later), 0, 2, "CREATE", "DUP1") + keep(0)
        code += asm(0, 0, 0, 0, value, "DUP6", "GAS", "CALL") + keep(1)
        code += asm(0, 0, 0, 0, value, "DUP6", "GAS", "CALL") + keep(2) + asm("EXTCODESIZE") + keep(3)
        yield f"created, called twice with {value}", case(code, balance=20)
    yield (
        "undone",
        case(
            call("CALL", 0x3000) + keep(0) + asm(DESTROY, "BALANCE") + keep(1),
            accounts={0x3000: (0, 1, call("CALL", DESTROY, data=(0, 32)) + asm(0, 0, "REVERT"), {})},
        ),
    )
    yield "delegated", case(asm(RICH, 0, "MSTORE") + call("DELEGATECALL", DESTROY, data=(0, 32)) + keep(0), balance=8)


def typed(_):
    code = b"".join(
        gas_of(asm(*parts), i)
        for i, parts in enumerate([(RICH, "BALANCE"), (0, "SLOAD"), (1, "SLOAD"), (NOBODY, "EXTCODESIZE")])
    )
    lists = {
        "empty": [],
        "account": [(RICH, [])],
        "slots": [(TARGET, [0, 2])],
        "twice": [(RICH, [1, 1]), (RICH, [1])],
        "nobody": [(NOBODY, [5])],
        "all": [(TARGET, [0, 1]), (RICH, []), (NOBODY, []), (4, [])],
    }
    for kind, (name, access) in itertools.product([1, 2], lists.items()):
        yield (
            f"type {kind}: {name}",
            case(code + finish(8), storage={0: 1}, type=kind, access=access, price=10 + 5 * (kind == 2)),
        )
    yield "type 1: creation", case(to=None, data=returning(b"\x00"), type=1, access=[(RICH, [])])
    yield "calldata, zero and not", case(to=RICH, data=bytes(100) + b"\x01" * 100)
    yield "much calldata, no floor", case(to=RICH, zeros=20_000)

    alice, bob = secret("alice"), secret("bob")

    def authorize(key, to, nonce, chain=oracle.CHAIN_ID):
        unsigned = (oracle.U256(chain), oracle.address(to), oracle.U64(nonce))
        return [chain, to, nonce, *sign(key, keccak256(b"\x05" + rlp.encode(unsigned)))]

    good = authorize(alice, STORE, 0)
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    a = place(alice)
    there = {a: (30, 0, b"", {})}
    old = {a: (30, 5, b"\xef\x01\x00" + LOOK.to_bytes(20, "big"), {0: 3})}
    for name, (signed, accounts, to) in {
        "new account": ([good], {}, a),
        "old account": ([good], there, a),
        "elsewhere": ([good], there, RICH),
        "any chain": ([authorize(alice, STORE, 0, 0)], there, a),
        "other chain": ([authorize(alice, STORE, 0, 1)], there, a),
        "wrong nonce": ([authorize(alice, STORE, 1)], there, a),
        "twice": ([good, authorize(alice, LOOK, 1)], there, a),
        "repeated": ([good, good], there, a),
        "changed": ([authorize(alice, STORE, 5)], old, a),
        "cleared": ([authorize(alice, 0, 5)], old, a),
        "cleared anew": ([authorize(alice, 0, 0)], {}, a),
        "to itself": ([authorize(alice, a, 0)], there, a),
        "to a precompile": ([authorize(alice, 4, 0)], there, a),
        "to nobody": ([authorize(alice, NOBODY, 0)], there, a),
        "to a delegated account": ([authorize(alice, DELEGATED, 0)], there, a),
        "of a contract": ([good], {a: (30, 0, b"\x00", {})}, a),
        "to a creator": (
            [authorize(alice, 0x3000, 0)],
            {**there, 0x3000: (0, 1, asm(0, 0, 1, "CREATE") + keep(0), {})},
            a,
        ),
        "two accounts": ([good, authorize(bob, LOOK, 0)], there, place(bob)),
        "of the sender": ([authorize(secret("sender"), STORE, 1)], {}, SENDER),
        "of the sender, wrong nonce": ([authorize(secret("sender"), STORE, 0)], {}, SENDER),
        "high s": ([[*good[:3], 1 - good[3], good[4], order - good[5]]], there, a),
        "no r": ([[*good[:4], 0, good[5]]], there, a),
        "parity of 2": ([[*good[:3], 2, *good[4:]]], there, a),
        "the last nonce": ([authorize(alice, STORE, (1 << 64) - 1)], {a: (1, (1 << 64) - 1, b"", {})}, a),
        "to one that destroys": ([authorize(alice, DESTROY, 0)], there, a),
    }.items():
        yield (
            f"7702: {name}",
            case(to=to, type=4, authorizations=signed, accounts=accounts, data=word(6), value=1, gas=[500_000]),
        )
    yield (
        "7702: reverts, keeps the delegation",
        case(to=REVERT, type=4, authorizations=[good], accounts=there, gas=[500_000]),
    )
    yield (
        "7702: seen by opcodes",
        case(
            b"".join(
                gas_of(asm(*parts), i)
                for i, parts in enumerate([(a, "EXTCODESIZE"), (a, "EXTCODEHASH"), (a, "BALANCE")])
            )
            + call("CALL", a, value=1, data=(0, 32))
            + record(6)
            + finish(7),
            type=4,
            authorizations=[good],
            accounts=there,
            balance=5,
        ),
    )
    yield (
        "7702: sender is delegated",
        case(to=RICH, value=1, accounts={SENDER: (10**18, 0, b"\xef\x01\x00" + STORE.to_bytes(20, "big"), {})}),
    )


def invalid(_):
    plenty = {"to": RICH}
    for name, tx in {
        "nonce too high": {"nonce": 1},
        "price below the base fee": {"price": 9},
        "cannot pay": {"value": 10**18},
        "cannot pay the gas": {"price": 10**15},
        "gas below 21000": {"gas": [20_999]},
        "just enough gas": {"gas": [21_000]},
        "not enough for data": {"gas": [21_019, 21_020], "data": b"\x00\x01"},
        "no authorizations": {"type": 4},
        "creation with too little": {"to": None, "gas": [52_999, 53_000]},
        "list not paid for": {"type": 1, "access": [(RICH, [1])], "gas": [25_299, 25_300]},
        "all of the balance": {"value": 10**18 - 10 * 21_000, "gas": [21_000, 21_001]},
    }.items():
        yield name, case(**{**plenty, **tx})
    yield "nonce too low", case(**plenty, accounts={SENDER: (10**18, 1, b"", {})})
    yield "the last nonce", case(**plenty, nonce=(1 << 64) - 1, accounts={SENDER: (10**18, (1 << 64) - 1, b"", {})})
    yield "sender is a contract", case(**plenty, accounts={SENDER: (10**18, 0, b"\x00", {})})


def sweeps(_):
    """Programs that end at another place for every gas limit."""
    work = asm(1, 0, "SSTORE", 0, 0, "SSTORE") + call("CALL", STORE, value=1, data=(0, 32)) + keep(1)
    work += asm(0, 0, 0, "CREATE", "POP", 0x200, 0, "KECCAK", "POP") + call("CALL", NOBODY, gas=5, value=1) + asm("POP")
    yield "calls and creations", case(work, balance=9, gas=[*range(21_001, 200_000, 4_003)])
    made = returning(bytes(50) + b"\x01")
    yield "creation", case(to=None, data=asm(1, 1, "SSTORE") + made, gas=[*range(53_000, 100_000, 3_001)])
    yield "63 of 64", case(call("CALL", LOOK, gas=20_000) + keep(0), gas=[*range(23_000, 66_000, 1_999)])
    yield (
        "stipend",
        case(call("CALL", LOG, gas=0, value=1, data=(0, 64)) + keep(0), balance=1, gas=[*range(30_000, 60_000, 2_999)]),
    )
