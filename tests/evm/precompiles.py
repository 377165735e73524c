"""Cases of Ethereum's precompiles, good input and bad."""

import itertools
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from ethereum.crypto.hash import keccak256
from py_ecc import bn128
from py_ecc import optimized_bls12_381 as bls

from assembler import asm, call, keep
from world import case, secret, sign, word


def precompiles(rng):
    def direct(to, data, gas=500_000):
        return case(to=to, data=data, gas=[gas])

    digest = keccak256(b"message")
    parity, r, s = sign(secret("alice"), digest)
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    good = digest + word(27 + parity, r, s)
    for name, data in {
        "good": good,
        "longer": good + b"x",
        "cut": good[:-1],
        "empty": b"",
        "high s": digest + word(28 - parity, r, order - s),
        "other parity": digest + word(28 - parity, r, s),
        "v of 26": digest + word(26, r, s),
        "v of 29": digest + word(29, r, s),
        "v of 2^64": digest + word((1 << 64) + 27, r, s),
        "no r": digest + word(27, 0, s),
        "no s": digest + word(27, r, 0),
        "r of the order": digest + word(27, order, s),
        "s of the order": digest + word(27, r, order),
        "r off the curve": digest + word(27, 5, s),
    }.items():
        yield f"ecrecover: {name}", direct(1, data)
    for to, name in [(2, "sha256"), (3, "ripemd160"), (4, "identity")]:
        for size in [0, 1, 32, 55, 56, 64, 119]:
            yield f"{name}: {size}", direct(to, bytes(rng.randrange(256) for _ in range(size)))
    for base, exponent, modulus in [
        (b"", b"", b""),
        (b"", b"", b"\x05"),
        (b"\x03", b"\x02", b"\x05"),
        (b"\x03", b"", b"\x05"),
        (b"", b"\x02", b"\x05"),
        (b"\x03", b"\x02", b""),
        (b"\x03", b"\x02", b"\x00"),
        (b"\x03", b"\x02", b"\x01"),
        (b"\x03", b"\x00", b"\x01"),
        (b"\xff" * 32, b"\xff" * 32, b"\xfb" * 32),
        (b"\xff" * 33, b"\x01" + bytes(40), b"\xfd" * 33),
        (b"\x02" * 64, b"\x10", b"\xef" * 64),
        (b"\x07" * 65, b"\xff" * 33, b"\xf1" * 20),
        (b"\x09" * 9, bytes(33), b"\x0b" * 40),
        (b"\xaa" * 200, b"\x03", b"\xbc" * 200),
        (b"\xaa" * 10, b"\x80" * 5, b"\xba" * 11),
    ]:
        data = word(len(base), len(exponent), len(modulus)) + base + exponent + modulus
        yield f"modexp: {len(base)} {len(exponent)} {len(modulus)} {sha256(data).hexdigest()[:4]}", direct(5, data)
    for name, data in {
        "cut": word(1, 1, 32) + b"\x03\x02",
        "lengths alone": word(0, 0, 0),
        "nothing": b"",
        "short lengths": b"\x00" * 40,
        "long base": word(1025, 1, 1) + b"\x01",
        "long exponent": word(1, 1025, 1),
        "long modulus": word(1, 1, 1025),
        "longest": word(1024, 1, 1024) + b"\x03",
        "huge base": word(1 << 64, 1, 1),
        "huge exponent, no base": word(0, -1, 0),
        "huge exponent head": word(1, 1024, 1) + b"\x02" + b"\xff" * 1024,
    }.items():
        yield f"modexp: {name}", direct(5, data, 5_000_000)

    def bn(point):
        return word(*(int(c) for c in point)) if point else bytes(64)

    def bn2(point):
        return b"".join(word(int(c.coeffs[1]), int(c.coeffs[0])) for c in point) if point else bytes(128)

    g, g3, g2 = bn128.G1, bn128.multiply(bn128.G1, 3), bn128.G2
    minus = bn128.neg(g)
    p = bn128.field_modulus
    for name, data in {
        "two": bn(g) + bn(g3),
        "itself": bn(g) * 2,
        "opposite": bn(g) + bn(minus),
        "infinity": bn(None) + bn(g),
        "nothing": b"",
        "cut": bn(g) + bn(g3)[:60],
        "longer": bn(g) + bn(g3) + b"x",
        "off the curve": word(1, 1) + bn(g),
        "beyond the field": word(1 + p, 2) + bn(g),
    }.items():
        yield f"bn add: {name}", direct(6, data)
    for scalar in [0, 1, 2, bn128.curve_order, bn128.curve_order + 1, -1, 0xDEADBEEF]:
        yield f"bn mul: {scalar % (1 << 256):x}", direct(7, bn(g3) + word(scalar))
    for name, data in {
        "cut": bn(g)[:50],
        "nothing": b"",
        "off the curve": word(1, 1, 1),
        "infinity": bn(None) + word(9),
    }.items():
        yield f"bn mul: {name}", direct(7, data)
    for name, data in {
        "nothing": b"",
        "one": bn(g) + bn2(g2),
        "opposites": bn(g) + bn2(g2) + bn(minus) + bn2(g2),
        "infinities": bn(None) + bn2(None),
        "three and three": bn(g3) + bn2(g2) + bn(minus) + bn2(bn128.multiply(g2, 3)),
        "cut": (bn(g) + bn2(g2))[:-1],
        "off the curve": bn(g) + word(1, 2, 3, 4),
        "G1 off the curve": word(1, 1) + bn2(g2),
        "beyond the field": bn(g) + word(p, 0, 0, 0),
    }.items():
        yield f"bn pairing: {name}", direct(8, data)
    for rounds, final, size in [
        (0, 1, 213),
        (1, 1, 213),
        (12, 1, 213),
        (12, 0, 213),
        (12, 2, 213),
        (12, 1, 212),
        (12, 1, 214),
        (1 << 20, 1, 213),
        (-1, 1, 213),
    ]:
        state = bytes(rng.randrange(256) for _ in range(208))
        data = ((rounds % (1 << 32)).to_bytes(4, "big") + state + bytes([final]) + b"\0")[:size]
        if rounds <= 12:
            yield f"blake2f: {rounds} {final} {size}", direct(9, data)

    # A polynomial that is 5 everywhere: its commitment is 5 G, its proof infinity.
    modulus = 52435875175126190479447740508185965837690552500527637822603658699938581184513
    five = compress(bls.multiply(bls.G1, 5))
    nowhere = b"\xc0" + bytes(47)

    def kzg(commitment=five, proof=nowhere, z=3, y=5, version=1):
        return bytes([version]) + sha256(commitment).digest()[1:] + word(z, y) + commitment + proof

    for name, data in {
        "good": kzg(),
        "other point": kzg(z=modulus - 1),
        "wrong value": kzg(y=6),
        "point beyond the field": kzg(z=modulus),
        "value beyond the field": kzg(y=modulus),
        "wrong version": kzg(version=2),
        "cut": kzg()[:-1],
        "longer": kzg() + b"x",
        "nothing": b"",
        "wrong proof": kzg(proof=five),
        "proof off the curve": kzg(proof=b"\xff" * 48),
        "zero": kzg(nowhere, y=0),
    }.items():
        yield f"kzg: {name}", direct(10, data)

    def g1(point):
        return b"".join(int(c).to_bytes(64, "big") for c in bls.normalize(point)[:2]) if point else bytes(128)

    def g2_(point):
        return (
            b"".join(int(c).to_bytes(64, "big") for f in bls.normalize(point)[:2] for c in f.coeffs)
            if point
            else bytes(256)
        )

    a, b, q, q3 = bls.G1, bls.multiply(bls.G1, 7), bls.G2, bls.multiply(bls.G2, 3)
    field = bls.field_modulus
    # On the curve but of another order, so that groups are told from curves: found by trying x.
    stray = next(
        point
        for x in itertools.count(1)
        if (point := on_curve(x)) and not bls.is_inf(bls.multiply(point, bls.curve_order))
    )
    bad = {
        "off the curve": g1(a)[:-1] + b"\x01",
        "beyond the field": field.to_bytes(64, "big") + bytes(64),
        "padded": b"\x01" + g1(a)[1:],
    }
    rest = {"nothing": b"", "cut": g1(a)[:-1]}
    for name, data in {
        "two": g1(a) + g1(b),
        "itself": g1(a) * 2,
        "opposite": g1(a) + g1(bls.neg(a)),
        "infinity": g1(None) + g1(b),
        "stray": g1(stray) + g1(a),
        **{name: data + g1(a) for name, data in bad.items()},
        **rest,
    }.items():
        yield f"bls g1 add: {name}", direct(11, data)
    for name, data in {
        "one": g1(a) + word(5),
        "zero": g1(a) + word(0),
        "three": g1(a) + word(5) + g1(b) + word(-1) + g1(None) + word(2),
        "stray": g1(stray) + word(1),
        "order": g1(b) + word(bls.curve_order),
        **{name: data + word(1) for name, data in bad.items()},
        **rest,
    }.items():
        yield f"bls g1 msm: {name}", direct(12, data)
    wrong = g2_(q)[:-1] + b"\x01"
    for name, data in {
        "two": g2_(q) + g2_(q3),
        "itself": g2_(q) * 2,
        "infinity": g2_(None) * 2,
        "off the curve": wrong + g2_(q),
        **rest,
    }.items():
        yield f"bls g2 add: {name}", direct(13, data)
    for name, data in {
        "one": g2_(q) + word(5),
        "two": g2_(q) + word(-1) + g2_(q3) + word(3),
        "off the curve": wrong + word(1),
        **rest,
    }.items():
        yield f"bls g2 msm: {name}", direct(14, data)
    for name, data in {
        "one": g1(a) + g2_(q),
        "opposites": g1(a) + g2_(q) + g1(bls.neg(a)) + g2_(q),
        "infinity": g1(None) + g2_(q),
        "stray": g1(stray) + g2_(q),
        "seven and three": g1(b) + g2_(q3) + g1(bls.neg(bls.multiply(a, 21))) + g2_(q),
        "off the curve": g1(a) + wrong,
        **rest,
    }.items():
        yield f"bls pairing: {name}", direct(15, data)
    for to, count in [(16, 1), (17, 2)]:
        for name, values in {
            "small": [1, 2],
            "zero": [0, 0],
            "largest": [field - 1] * 2,
            "beyond": [field] * 2,
        }.items():
            yield f"bls map {to}: {name}", direct(to, b"".join(v.to_bytes(64, "big") for v in values[:count]))
        yield f"bls map {to}: cut", direct(to, bytes(63))
    key = ec.derive_private_key(0xC0FFEE, ec.SECP256R1())
    algorithm = ec.ECDSA(utils.Prehashed(hashes.SHA256()), deterministic_signing=True)
    r, s = utils.decode_dss_signature(key.sign(digest, algorithm))
    point = key.public_key().public_numbers()
    x, y = point.x, point.y
    n = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    for name, data in {
        "good": digest + word(r, s, x, y),
        "high s": digest + word(r, n - s, x, y),
        "wrong": digest + word(r, s + 1, x, y),
        "no r": digest + word(0, s, x, y),
        "s of the order": digest + word(r, n, x, y),
        "off the curve": digest + word(r, s, x, y + 1),
        "infinity": digest + word(r, s, 0, 0),
        "cut": (digest + word(r, s, x, y))[:-1],
        "longer": digest + word(r, s, x, y) + b"x",
        "nothing": b"",
    }.items():
        yield f"p256: {name}", direct(0x100, data)
    for to in [*range(1, 0x12), 0x100]:
        code = call("CALL", to, gas=10, out=(0, 64)) + keep(0) + asm("RETURNDATASIZE") + keep(1)
        code += call("CALL", to, gas=100_000, value=1) + keep(2) + asm(to, "BALANCE") + keep(3)
        yield f"{to:x} with little gas, with value", case(code, balance=2)


def on_curve(x):
    field, x = bls.field_modulus, x
    square = (x**3 + 4) % field
    y = pow(square, (field + 1) // 4, field)
    return (bls.FQ(x), bls.FQ(y), bls.FQ(1)) if y * y % field == square else None


def compress(point):
    x, y = (int(c) for c in bls.normalize(point)[:2])
    sign_bit = (1 << 381) if y * 2 > bls.field_modulus else 0
    return ((1 << 383) | sign_bit | x).to_bytes(48, "big")
