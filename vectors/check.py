"""Checks the golden vectors without any code of the program.

Reads and writes deterministic CBOR by itself; hashes with `blake3`; signs, verifies and agrees keys
with `cryptography`; ChaCha20 for XChaCha20-Poly1305's first block is written out here. It exits
non-zero and names the vector where anything differs.
"""

import json
import struct
import sys
from pathlib import Path

from blake3 import blake3
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives import hashes

HERE = Path(__file__).parent


def h(*parts):
    return blake3(b"".join(parts)).digest()


# Deterministic CBOR: RFC 8949 section 4.2.1, the part that ops use.

def head(major, number):
    for size, (limit, form) in enumerate([(24, None), (1 << 8, ">B"), (1 << 16, ">H"), (1 << 32, ">I"), (1 << 64, ">Q")]):
        if number < limit:
            if form is None:
                return bytes([major << 5 | number])
            return bytes([major << 5 | 23 + size]) + struct.pack(form, number)
    raise ValueError("number too large")


def encode(value):
    if value is None:
        return b"\xf6"
    if value is True or value is False:
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return head(3, len(text)) + text
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    if isinstance(value, dict):
        pairs = sorted((encode(key), encode(item)) for key, item in value.items())
        return head(5, len(value)) + b"".join(key + item for key, item in pairs)
    raise ValueError(f"not a value of ops: {value!r}")


class Refused(Exception):
    pass


def decode(data):
    value, end = item(data, 0, 0)
    if end != len(data):
        raise Refused("bytes after the end")
    if encode(value) != data:
        raise Refused("not the canonical form")
    return value


def item(data, at, depth):
    if depth > 32:
        raise Refused("too deep")
    if at >= len(data):
        raise Refused("cut")
    major, low = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        if low not in (20, 21, 22):
            raise Refused("a float, undefined or other simple value")
        return {20: False, 21: True, 22: None}[low], at
    if low < 24:
        number = low
    elif low <= 27:
        size = 1 << low - 24
        if at + size > len(data):
            raise Refused("cut")
        number = int.from_bytes(data[at:at + size], "big")
        at += size
    else:
        raise Refused("no length")
    if major == 0:
        return number, at
    if major == 1:
        return -1 - number, at
    if major in (2, 3):
        if at + number > len(data):
            raise Refused("cut")
        part = data[at:at + number]
        if major == 2:
            return part, at + number
        try:
            return part.decode(), at + number
        except UnicodeDecodeError as e:
            raise Refused("not UTF-8") from e
    if major == 4:
        if number > len(data):
            raise Refused("longer than its bytes")
        out = []
        for _ in range(number):
            value, at = item(data, at, depth + 1)
            out.append(value)
        return out, at
    if major == 5:
        if number > len(data):
            raise Refused("longer than its bytes")
        out = {}
        for _ in range(number):
            key, at = item(data, at, depth + 1)
            if not isinstance(key, int) or key < 0:
                raise Refused("a key that is no small number")
            value, at = item(data, at, depth + 1)
            if key in out:
                raise Refused("a key twice")
            out[key] = value
        return out, at
    raise Refused("a tag")


def read_header(data):
    """A header's map, held against every limit of the format page."""
    if len(data) > 4096:
        raise Refused("header too long")
    m = decode(data)
    if not isinstance(m, dict):
        raise Refused("no map")
    if m.get(1) != 1 or m.get(2) != 1:
        raise Refused("version or algorithm")

    def fixed(key, size, needed=False):
        value = m.get(key)
        if value is None and key not in m and not needed:
            return
        if not isinstance(value, bytes) or len(value) != size:
            raise Refused(f"key {key}")

    def number(key, limit, needed=False):
        value = m.get(key)
        if key not in m and not needed:
            return
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= limit:
            raise Refused(f"key {key}")

    fixed(3, 16, True)
    number(4, 2**32 - 1, True)
    if (m[4] == 0) != (5 not in m):
        raise Refused("prev")
    fixed(5, 32)
    number(6, 2**64 - 1, True)
    number(7, 65535, True)
    fixed(8, 10)
    if 9 in m and not (isinstance(m[9], list) and 0 < len(m[9]) <= 16
                       and all(isinstance(p, bytes) and len(p) == 8 for p in m[9])):
        raise Refused("sup")
    fixed(10, 32, True)
    number(11, 65536, True)
    number(12, 4)
    if m.get(12) == 1:
        raise Refused("clk 1 is not written")
    number(13, 3)
    if m.get(13) == 0:
        raise Refused("cls 0 is not written")
    fixed(14, 8)
    fixed(15, 8)
    if 16 in m and not (isinstance(m[16], list) and 0 < len(m[16]) <= 4 and all(
            isinstance(d, list) and len(d) == 2 and isinstance(d[0], bytes) and len(d[0]) == 16
            and isinstance(d[1], int) and 0 <= d[1] < 2**32 for d in m[16])):
        raise Refused("dep")
    if 0 in m:
        raise Refused("key 0")
    return m


def check_logs(logs):
    keys = {}
    for log in logs:
        private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(log["private"]))
        public = private.public_key().public_bytes_raw()
        same(log["public"], public)
        descriptor = encode([1, 1, public, log["place"], log["topic"], log["lane"], log["epoch"]])
        same(log["descriptor"], descriptor)
        same(log["id"], h(b"anlan/log/1\0", descriptor)[:16])
        keys[log["id"]] = private
    return keys


def same(written, made):
    if isinstance(made, bytes):
        made = made.hex()
    if written != made:
        raise AssertionError(f"written {written}\nmade    {made}")


def check_op(op, keys, last):
    body = bytes.fromhex(op["body"])
    m = {1: 1, 2: 1, 3: bytes.fromhex(op["log"]), 4: op["seq"], 6: op["t"], 7: op["type"],
         10: h(body), 11: len(body)}
    optional = [(5, "prev"), (8, "ent"), (14, "key"), (15, "obo")]
    m.update({key: bytes.fromhex(op[name]) for key, name in optional if op[name] is not None})
    if op["sup"]:
        m[9] = [bytes.fromhex(prefix) for prefix in op["sup"]]
    if op["clk"] != 1:
        m[12] = op["clk"]
    if op["cls"] != 0:
        m[13] = op["cls"]
    if op["dep"]:
        m[16] = [[bytes.fromhex(log), seq] for log, seq in op["dep"]]
    m.update(decode(bytes.fromhex(op["other"])))
    header = encode(m)
    same(op["header"], header)
    assert read_header(header) == m
    ident = h(b"anlan/op/1\0", header)
    same(op["id"], ident)
    private = keys[op["log"]]
    message = b"anlan/sig/1\0" + ident
    signature = private.sign(message)
    same(op["sig"], signature)
    private.public_key().verify(signature, message)
    if op["seq"] > 0:
        same(op["prev"], last[op["log"]])
    last[op["log"]] = op["id"]
    if op["key"] is None:
        assert isinstance(decode(body), dict)
    short = {key: value for key, value in m.items() if key > 5 and key not in (10, 11)}
    kept = {key: value for key, value in m.items() if key > 5}
    same(op["frame"], encode([short, body, signature]))
    same(op["run_frame"], encode([short, body, None]))
    same(op["withheld_frame"], encode([kept, None, signature]))


# XChaCha20-Poly1305: draft-irtf-cfrg-xchacha, over the library's ChaCha20-Poly1305.

def rotate(value, bits):
    return (value << bits | value >> 32 - bits) & 0xffffffff


def quarter(s, a, b, c, d):
    s[a] = s[a] + s[b] & 0xffffffff
    s[d] = rotate(s[d] ^ s[a], 16)
    s[c] = s[c] + s[d] & 0xffffffff
    s[b] = rotate(s[b] ^ s[c], 12)
    s[a] = s[a] + s[b] & 0xffffffff
    s[d] = rotate(s[d] ^ s[a], 8)
    s[c] = s[c] + s[d] & 0xffffffff
    s[b] = rotate(s[b] ^ s[c], 7)


def hchacha(key, nonce16):
    s = list(struct.unpack("<4I8I4I", b"expand 32-byte k" + key + nonce16))
    for _ in range(10):
        for at in [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                   (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]:
            quarter(s, *at)
    return struct.pack("<8I", *s[:4], *s[12:])


def xchacha_seal(key, nonce, plain, aad):
    return ChaCha20Poly1305(hchacha(key, nonce[:16])).encrypt(b"\0\0\0\0" + nonce[16:], plain, aad)


def check_body(v):
    key, nonce = bytes.fromhex(v["data_key"]), bytes.fromhex(v["nonce"])
    ident = h(b"anlan/datakey/1\0", key)[:8]
    same(v["key_id"], ident)
    ent = bytes.fromhex(v["ent"]) if v["ent"] else b""
    aad = b"anlan/body/1\0" + ident + ent + v["type"].to_bytes(4, "big")
    same(v["stored"], nonce + xchacha_seal(key, nonce, bytes.fromhex(v["plain"]), aad))


P = 2**255 - 19


def montgomery(edwards):
    y = int.from_bytes(edwards, "little") & (1 << 255) - 1
    return ((1 + y) * pow(1 - y, P - 2, P) % P).to_bytes(32, "little")


def scalar(seed):
    digest = hashes.Hash(hashes.SHA512())
    digest.update(seed)
    return digest.finalize()[:32]


def check_wrap(v):
    node, once = bytes.fromhex(v["node_private"]), bytes.fromhex(v["once_private"])
    public = lambda seed: Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    node_public, once_public = public(node), public(once)
    same(v["node_public"], node_public)
    agree = lambda seed, other: X25519PrivateKey.from_private_bytes(scalar(seed)).exchange(
        X25519PublicKey.from_public_bytes(montgomery(other)))
    shared = agree(once, node_public)
    assert shared == agree(node, once_public)
    key = h(b"anlan/wrap/1\0", shared, once_public, node_public)
    data_key = bytes.fromhex(v["data_key"])
    ident = h(b"anlan/datakey/1\0", data_key)[:8]
    same(v["key_id"], ident)
    same(v["wrapped"], once_public + xchacha_seal(key, bytes(24), data_key, ident))


def check_sentinel(files):
    before = bytes(16)
    for file in files:
        data = b"ANS1" + bytes.fromhex(file["node"]) + bytes.fromhex(file["generation"]) + before
        check = h(bytes(16), data)[:16]
        for record in file["records"]:
            body = record["group"].to_bytes(8, "big")
            for log8, seq, id8 in record["ops"]:
                body += bytes.fromhex(log8) + seq.to_bytes(4, "big") + bytes.fromhex(id8)
            body = len(body).to_bytes(4, "big") + body
            check = h(check, body)[:16]
            data += body + check
        same(file["bytes"], data)
        before = check


def check_checkpoint(v):
    rows = sorted((bytes.fromhex(log), seq, bytes.fromhex(ident)) for log, seq, ident in v["heads"])
    joined = b"".join(log + seq.to_bytes(4, "big") + ident for log, seq, ident in rows)
    same(v["root"], h(b"anlan/checkpoint/1\0", joined))


def check_bundle(v):
    import zstandard

    data = bytes.fromhex(v["bytes"])
    assert data[:6] == b"ANLB1\n"
    size = int.from_bytes(data[6:10], "big")
    head_bytes = data[10:10 + size]
    assert data[10 + size:42 + size] == h(head_bytes)
    bundle = decode(head_bytes)
    assert bundle[4] is v["exercise"] and bundle[5] == [] and bundle[6] == [12]
    assert data[-6:] == b"ANLBE\n"
    at = int.from_bytes(data[-14:-6], "big")
    assert data[at:at + 4] == b"INDX"
    length = int.from_bytes(data[at + 4:at + 8], "big")
    index = data[at + 8:at + 8 + length]
    signature = data[at + 8 + length:-14]
    signed = b"anlan/bundle/1\0" + h(b"ANLB1\n", size.to_bytes(4, "big"), head_bytes, index)
    Ed25519PublicKey.from_public_bytes(bundle[1]).verify(signature, signed)
    logs, heads, ops, withheld, blobs = {}, {}, 0, 0, {}
    where = 42 + size
    for offset, kind, method, raw_len, stored_len, check in decode(index):
        assert offset == where
        part = data[offset:offset + 46]
        assert part[:4] == b"SEG1" and part[4] == kind and part[5] == method and part[14:] == check
        assert part[6:14] == raw_len.to_bytes(4, "big") + stored_len.to_bytes(4, "big")
        raw = data[offset + 46:offset + 46 + stored_len]
        assert h(raw) == check
        if method == 1:
            raw = zstandard.ZstdDecompressor().decompress(raw, max_output_size=raw_len)
        assert len(raw) == raw_len
        where = offset + 46 + stored_len
        value, _ = item(raw, 0, 0)
        if kind == 1:
            logs.update({h(b"anlan/log/1\0", log)[:16]: decode(log) for log in value})
        elif kind == 2:
            for log, seq, prev, frames in value:
                for frame in frames:
                    prev, kept = check_frame(logs[log], log, seq, prev, frame)
                    heads[log] = (seq, prev)
                    withheld += not kept
                    ops, seq = ops + 1, seq + 1
        elif kind == 3:
            assert value[2] == len(blobs.setdefault(value[0], b""))
            blobs[value[0]] += value[3]
    assert where == at
    assert all(h(blob) == name for name, blob in blobs.items())
    found = (len(logs), ops, withheld, len(blobs))
    assert found == (v["logs"], v["ops"], v["withheld"], v["blobs"]), found
    rows = sorted((log, seq, ident) for log, (seq, ident) in heads.items() if logs[log][4] != 12)
    same(v["heads"], h(*(log + seq.to_bytes(4, "big") + ident for log, seq, ident in rows)))


def check_frame(descriptor, log, seq, prev, frame):
    """Rebuilds the exact header of a frame and verifies it; the id, and whether its body is there."""
    m, body, signature = decode(frame)
    m.update({1: 1, 2: 1, 3: log, 4: seq})
    if prev is not None:
        m[5] = prev
    if body is not None:
        m.update({10: h(body), 11: len(body)})
    header = encode(m)
    read_header(header)
    ident = h(b"anlan/op/1\0", header)
    Ed25519PublicKey.from_public_bytes(descriptor[2]).verify(signature, b"anlan/sig/1\0" + ident)
    assert body is not None or m.get(13, 0) >= 2
    return ident, body is not None


def must_refuse(what, read):
    try:
        read()
    except Refused:
        return
    raise AssertionError(f"{what} was not refused")


def load(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def main():
    done = 0
    failed = 0

    def each(name, lines, check):
        nonlocal done, failed
        for number, line in enumerate(lines, 1):
            done += 1
            try:
                check(line)
            except Exception as e:  # every vector is judged, whatever went wrong with it
                failed += 1
                print(f"{name} {number}: {type(e).__name__}: {e}", file=sys.stderr)

    ops, last = load("op.json"), {}
    keys = check_logs(ops["logs"])
    each("op.json ops", ops["ops"], lambda op: check_op(op, keys, last))
    each("op.json checkpoints", ops["checkpoints"], check_checkpoint)
    refused = load("refused.json")
    each("refused.json headers", refused["headers"], lambda v: must_refuse(
        v["why"], lambda: read_header(bytes.fromhex(v["header"]))))

    def body(data):
        if not isinstance(decode(data), dict):
            raise Refused("no map")

    each("refused.json bodies", refused["bodies"], lambda v: must_refuse(
        v["why"], lambda: body(bytes.fromhex(v["body"]))))
    each("cert.json", load("cert.json")["bodies"], lambda v: decode(bytes.fromhex(v["body"])))
    crypt = load("crypt.json")
    each("crypt.json bodies", crypt["bodies"], check_body)
    each("crypt.json wraps", crypt["wraps"], check_wrap)
    each("sentinel.json", [load("sentinel.json")["files"]], check_sentinel)
    each("bundle.json", load("bundle.json")["bundles"], check_bundle)
    print(f"{done} vectors, {failed} differ")
    return 1 if failed or done < 270 else 0


if __name__ == "__main__":
    sys.exit(main())
