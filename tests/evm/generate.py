#!/usr/bin/env python3
"""Writes `cases.json`: transactions for every part of the EVM, and how each ends by Ethereum's specification.

Usage: generate.py, or generate.py NAME to print how one case ends. The same cases come out every time. What the
specification is told about Arbitrum stands in `oracle.py`; the runner is `crates/devnode/tests/evm_suite`.
"""

import json
import random
import sys
from pathlib import Path

import oracle
from machine import environment, flow, memory, opcodes, operations, storage
from messages import calls, creates, destroys, invalid, sweeps, typed
from precompiles import precompiles
from programs import programs
from world import BLOCK, TARGET, WORLD

FAMILIES = [
    operations,
    opcodes,
    environment,
    memory,
    flow,
    storage,
    calls,
    creates,
    destroys,
    precompiles,
    typed,
    invalid,
    sweeps,
    programs,
]


USUAL = {
    "type": 0,
    "to": TARGET,
    "data": b"",
    "zeros": 0,
    "value": 0,
    "gas": [1_000_000],
    "price": 10,
    "nonce": 0,
    "access": [],
    "authorizations": [],
}


def main():
    wanted = sys.argv[1] if len(sys.argv) > 1 else None
    cases = {}
    for family in FAMILIES:
        rng = random.Random(family.__name__)
        for name, one in family(rng):
            name = f"{family.__name__}: {name}"
            assert name not in cases, name
            if wanted not in (None, name):
                continue
            tx = {**USUAL, **one["tx"]}
            runs = [{**tx, "data": tx["data"] + bytes(tx["zeros"]), "gas": gas} for gas in tx["gas"]]
            outcomes = [oracle.run({**WORLD, **one["accounts"]}, BLOCK, run) for run in runs]
            if wanted:
                print("\n".join(outcome.describe() for outcome in outcomes))
            cases[name] = {**written(one), "ends": [str(outcome) for outcome in outcomes]}
    if wanted:
        return
    everything = {"block": plain(BLOCK), "accounts": accounts(WORLD), "usual": plain(USUAL), "cases": cases}
    with open(Path(__file__).with_name("cases.json"), "w", encoding="utf-8") as out:
        head = {key: value for key, value in everything.items() if key != "cases"}
        out.write(json.dumps(head, separators=(",", ":"))[:-1] + ',"cases":{\n')
        out.write(
            ",\n".join(json.dumps(name) + ":" + json.dumps(one, separators=(",", ":")) for name, one in cases.items())
        )
        out.write("\n}}\n")


def written(one):
    tx = {key: plain(value) for key, value in one["tx"].items() if value != USUAL[key]}
    return {key: value for key, value in {**tx, "accounts": accounts(one["accounts"])}.items() if value != {}}


def accounts(world):
    """Numbers as hexadecimal strings; what is zero or empty is left out."""
    result = {}
    for at, (balance, nonce, code, slots) in world.items():
        account = {"balance": balance, "nonce": nonce, "code": code, "storage": slots}
        result[f"{at:x}"] = {key: plain(value) for key, value in account.items() if value}
    return result


def plain(value):
    """A value as JSON has it: numbers in hexadecimal, bytes too."""
    match value:
        case int():
            return f"{value:x}"
        case bytes():
            return value.hex()
        case dict():
            return {key if isinstance(key, str) else f"{key:x}": plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return value


main()
