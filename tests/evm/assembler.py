"""Writes EVM code: numbers become the shortest push, names opcodes, bytes themselves."""

from ethereum.forks.osaka.vm.instructions import Ops

OPCODES = {op.name: op.value for op in Ops} | {"INVALID": 0xFE}


def asm(*items):
    """Assembles `items`; (":", name) marks a jump destination and ("@", name) pushes it."""
    code, marks, uses = bytearray(), {}, []
    for item in items:
        match item:
            case int():
                word = (item % (1 << 256)).to_bytes(32, "big").lstrip(b"\0")
                code += bytes([0x5F + len(word)]) + word
            case str():
                code.append(OPCODES[item])
            case bytes():
                code += item
            case (":", name):
                marks[name] = len(code)
                code.append(OPCODES["JUMPDEST"])
            case ("@", name):
                uses.append((len(code) + 1, name))
                code += b"\x61\0\0"
            case _:
                raise TypeError(item)
    for place, name in uses:
        code[place : place + 2] = marks[name].to_bytes(2, "big")
    return bytes(code)


def store(data, at=0):
    """Code that writes `data` to memory."""
    words = [data[start : start + 32] for start in range(0, len(data), 32)]
    parts = []
    for index, word in enumerate(words):
        parts += [int.from_bytes(word.ljust(32, b"\0"), "big"), at + 32 * index, "MSTORE"]
    return asm(*parts)


def returning(code):
    """Init code of a contract: `code` comes right behind it."""
    head = b""
    while True:
        longer = asm(len(code), "DUP1", len(head), 0, "CODECOPY", 0, "RETURN")
        if longer == head:
            return head + code
        head = longer


def call(kind, to, gas=None, value=0, data=(0, 0), out=(0, 0)):
    """Code of one call; its success is left on the stack. No gas means all."""
    values = [value] if kind in ("CALL", "CALLCODE") else []
    return asm(out[1], out[0], data[1], data[0], *values, to, "GAS" if gas is None else gas, kind)


def keep(slot):
    """Code that stores the top of the stack."""
    return asm(slot, "SSTORE")
