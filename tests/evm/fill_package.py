#!/usr/bin/env python3
"""Fills the state tests and VM tests of the npm package `ethereum-tests` anew, by today's rules.

Usage: fill_package.py DIRECTORY_OF_THE_UNPACKED_PACKAGE [NAME]

The package holds what Ethereum's clients were tested with in 2015; what it expects is long out of date, its programs
are not. This writes `ethereum-tests.json`, how each case ends now, for the runner in `crates/devnode/tests/evm_suite`. With
NAME, `StateTests/stLogTests/log0_emptyMem` for one, it prints that case's outcome instead. How a case becomes
transactions is told by `transactions` here and must be the same in the runner.
"""

import json
import sys
from pathlib import Path

from coincurve import PrivateKey
from ethereum.crypto.hash import keccak256

import oracle

# Most gas of a transaction here: what the suite's endless loops may burn; and of a block, which 64 bits must hold.
MOST_GAS = 4_000_000
MOST_BLOCK_GAS = (1 << 63) - 1
# Sends where the suite has a contract do so.
OTHER_SENDER = 0x5E
FOLDERS = ("StateTests", "VMTests")


class Skip(Exception):
    """The case means nothing today."""


def number(text, bits, what):
    value = int(text, 0) if text not in ("", "0x") else 0
    if value >= 1 << bits:
        raise Skip(f"{what} beyond {bits} bits")
    return value


def data(text):
    return bytes.fromhex(text.removeprefix("0x"))


def accounts(pre):
    result = {}
    for place, account in pre.items():
        storage = {number(key, 256, "key"): number(value, 256, "value") for key, value in account["storage"].items()}
        storage = {key: value for key, value in storage.items() if value}
        balance, nonce = number(account["balance"], 256, "balance"), number(account["nonce"], 64, "nonce")
        code = data(account["code"])
        if not (balance or nonce or code):
            if storage:
                raise Skip("storage without an account")
            continue
        result[int(place, 16)] = (balance, nonce, code, storage)
    return result


def transactions(case):
    """Yields (accounts, block, tx): the case as written, and with as much gas as there can be."""
    world, env = accounts(case["pre"]), case["env"]
    tx = {"type": 0, "access": []}
    if "transaction" in case:
        written = case["transaction"]
        key = PrivateKey(data(written["secretKey"])).public_key.format(compressed=False)[1:]
        sender = int.from_bytes(keccak256(key)[12:], "big")
        tx["to"] = int(written["to"], 16) if written["to"] else None
        tx["nonce"] = number(written["nonce"], 64, "nonce")
        gas = number(written["gasLimit"], 256, "gas limit")
    else:
        written = case["exec"]
        sender, tx["to"] = int(written["caller"], 16), int(written["address"], 16)
        balance, nonce, _, storage = world.get(tx["to"], (0, 0, b"", {}))
        world[tx["to"]] = (balance, nonce, data(written["code"]), storage)
        gas = number(written["gas"], 256, "gas limit") + 21_000 + 16 * len(data(written["data"]))
        # There was no transaction, so the sender is given what one takes; contracts cannot send any.
        if world.get(sender, (0, 0, b"", {}))[2]:
            sender = OTHER_SENDER
        balance, nonce, code, storage = world.get(sender, (0, 0, b"", {}))
        tx["nonce"] = nonce
        world[sender] = (balance + (1 << 128), nonce, code, storage)
    tx["value"], tx["data"] = number(written["value"], 256, "value"), data(written["data"])
    if "exec" in case and tx["value"] >= 1 << 127:
        tx["value"] = 0  # the suite says so where nothing was ever sent
    tx["price"] = number(written["gasPrice"], 64, "gas price")
    block = {
        "sender": sender,
        "coinbase": int(env["currentCoinbase"], 16),
        "number": number(env["currentNumber"], 256, "block number"),
        "time": number(str(env["currentTimestamp"]), 64, "time"),
        "random": number(env["currentDifficulty"], 256, "difficulty"),
        "gas_limit": min(max(number(env["currentGasLimit"], 256, "block gas limit"), MOST_GAS), MOST_BLOCK_GAS),
        "base_fee": tx["price"],
    }
    yield world, block, {**tx, "gas": min(gas, MOST_GAS)}
    if gas < MOST_GAS:
        balance, nonce, code, storage = world.get(sender, (0, 0, b"", {}))
        rich = {**world, sender: (balance + MOST_GAS * tx["price"], nonce, code, storage)}
        yield rich, block, {**tx, "gas": MOST_GAS}


def cases(package):
    for folder in FOLDERS:
        for path in sorted((package / folder).rglob("*.json")):
            if path.stem.startswith("vmInputLimits"):
                continue  # 130 MB of three programs
            file = path.relative_to(package).with_suffix("").as_posix()
            for name, case in json.loads(path.read_text()).items():
                yield file, name, case


def main():
    package = Path(sys.argv[1])
    wanted = sys.argv[2] if len(sys.argv) > 2 else None
    ends, skipped = {}, {}
    for file, name, case in cases(package):
        if wanted and wanted != f"{file}/{name}":
            continue
        try:
            outcomes = [oracle.run(*transaction) for transaction in transactions(case)]
        except Skip as reason:
            skipped[f"{file}/{name}"] = str(reason)
            continue
        if wanted:
            print("\n".join(outcome.describe() for outcome in outcomes))
        ends.setdefault(file, {})[name] = [str(outcome) for outcome in outcomes]
    if wanted:
        return
    with open(Path(__file__).with_name("ethereum-tests.json"), "w", encoding="utf-8") as out:
        json.dump({"ends": ends, "skipped": skipped}, out, indent=0, sort_keys=True)
        out.write("\n")


main()
