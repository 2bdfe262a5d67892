"""Mutations of files: of their bytes, their lines, their JSON, and what they are packed in."""

import bz2
import gzip
import io
import json
import lzma
import struct
import zipfile
import zlib

import zstandard
from zstandard import ZstdError

NUMBERS = (
    *(b"0", b"-1", b"-0", b"1e999", b"-1e999", b"nan", b"inf", b"1.5", b"0x10", b"1_000", b""),
    *(b"99999999999999999999", b"9223372036854775808", b"4294967296", b"2147483648", b"1000000"),
    *("\u0663".encode(), "\u00b2".encode(), b"9" * 5_000),
)
TEXTS = (
    *(b"\r", b"\n", b"\r\n", b"\t", b" ", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80"),
    *(b'"', b"'", b"\\", b",", b":", b"/", b"(", b"[", b"{", b"}", b"]", b"=1+1", b"\\ud800"),
    *("\u2028".encode(), "\u0085".encode(), "\U0001f451".encode(), "\u202e".encode(), b"\\u0000"),
    *(b"[" * 3_000, b"{" * 3_000, b"(" * 3_000, b"a" * 70_000, b'{"a":' * 2_000, b"\n" * 2_000),
    *(b"embeddings {" + b"a" * 40_000, b"a " * 20_000, b'"' * 5_001, b"/" * 5_000, b"\\" * 5_001),
)
VALUES = (
    *(None, True, False, 0, -1, 1.5, 2**63, -(2**63) - 1, 10**400, 1e308, "", "a", "\ud800", "\0"),
    *([], {}, [[]], [None], {"a": 1}, float("nan"), float("inf"), "a" * 5_000, "9" * 5_000),
    *("king", "<unk>", "F16", "I64", [2, 3], [0, 24], [-1, 3], [2**62, 2**62], [1, "a"]),
)
DAMAGED = (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error, ZstdError)
DEEP = "\u0000deep\u0000"  # replaced by lists in lists, which json itself cannot write


def mutate(rng, data, name):
    """Return the content of a file called `name`, changed in one to three places."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        data = _mutate_once(rng, data, name)
    return data


def _mutate_once(rng, data, name):
    if rng.random() < 0.7:  # otherwise the outermost layer itself
        for ending, (unpack, pack) in PACKED.items():
            if name.endswith(ending):
                try:
                    content = unpack(data)
                except DAMAGED:
                    break  # an earlier mutation damaged it
                return pack(_mutate_once(rng, content, name.removesuffix(ending)))
        if name.endswith(".npz"):
            return _mutate_member(rng, data)
        if name.endswith(".safetensors"):
            return _mutate_header(rng, data)
        if name.endswith(".npy"):
            return _mutate_npy(rng, data)
        if name.endswith((".json", ".jsonl")) and rng.random() < 0.7:
            return _mutate_json(rng, data)
    return rng.choice(OPERATIONS)(rng, data)


def _flip(rng, data):
    changed = bytearray(data or b"\0")
    for _ in range(rng.choice((1, 1, 4, 20))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _cut(rng, data):
    return data[: rng.randrange(len(data) + 1)]


def _drop(rng, data):
    begin = rng.randrange(len(data) + 1)
    return data[:begin] + data[begin + rng.choice((1, 2, 10, 1000)) :]


def _insert(rng, data):
    begin = rng.randrange(len(data) + 1)
    more = rng.choice((*TEXTS, *NUMBERS, rng.randbytes(rng.choice((1, 8, 300)))))
    return data[:begin] + more + data[begin:]


def _repeat(rng, data):
    begin = rng.randrange(len(data) + 1)
    part = data[begin : begin + rng.choice((1, 5, 40, 2_000))]
    return data[:begin] + part * rng.choice((2, 3, 500)) + data[begin:]


def _replace_everywhere(rng, data):
    old = rng.choice((b"\n", b" ", b"\t", b",", b'"', b":", b"0", b"1", b"a", b"-", b"."))
    return data.replace(old, rng.choice((*TEXTS[:20], *NUMBERS[:10])))


def _change_number(rng, data):
    places = [i for i, byte in enumerate(data[:20_000]) if 48 <= byte <= 57]
    if not places:
        return _insert(rng, data)
    begin = end = rng.choice(places)
    while end < len(data) and 48 <= data[end] <= 57:
        end += 1
    return data[:begin] + rng.choice(NUMBERS) + data[end:]


def _swap_lines(rng, data):
    lines = data.split(b"\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], rng.choice((lines[a], lines[b]))
    return b"\n".join(lines)


def _replace_all(rng, data):
    return rng.choice((*TEXTS, *NUMBERS, b"[" * 100_000, b"{}", b"[]", b"null", b'"a"', b""))


OPERATIONS = (
    *(_flip, _flip, _cut, _drop, _insert, _insert, _repeat, _replace_everywhere),
    *(_change_number, _change_number, _swap_lines, _replace_all),
)


def _mutate_json(rng, data):
    """Change a value, a key or the nesting of a JSON document, or of one of several lines."""
    lines = data.split(b"\n")
    whole = rng.randrange(len(lines)) if len(lines) > 1 else None
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        whole = 0 if whole is None else whole
        try:
            document = json.loads(lines[whole])
        except (ValueError, RecursionError):
            return _insert(rng, data)
        lines[whole] = _dump(rng, _change(rng, document))
        return b"\n".join(lines)
    return _dump(rng, _change(rng, document))


def _dump(rng, document):
    text = json.dumps(document)
    deep = rng.choice((3, 2_000, 100_000))
    text = text.replace(json.dumps(DEEP), "[" * deep + "]" * deep)
    return text.encode("utf-8", "surrogatepass")


def _change(rng, value):
    if isinstance(value, dict) and value and rng.random() < 0.85:
        key = rng.choice(list(value))
        how = rng.random()
        if how < 0.15:
            return {name: one for name, one in value.items() if name != key}
        if how < 0.25:
            return {
                (rng.choice(("a", "", key + "x")) if n == key else n): v for n, v in value.items()
            }
        return {name: _change(rng, one) if name == key else one for name, one in value.items()}
    if isinstance(value, list) and value and rng.random() < 0.85:
        at = rng.randrange(len(value))
        how = rng.random()
        if how < 0.15:
            return value[:at] + value[at + 1 :]
        if how < 0.25:
            return [*value, value[at]]
        return [*value[:at], _change(rng, value[at]), *value[at + 1 :]]
    return rng.choice((*VALUES, DEEP))


def _mutate_member(rng, data):
    """Change one member of a zip archive, or its name."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (*DAMAGED, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return _flip(rng, data)
    if not members:
        return _flip(rng, data)
    chosen = rng.choice(list(members))
    how = rng.random()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as new:
        for name, content in members.items():
            if name == chosen and how < 0.1:
                continue
            if name == chosen and how < 0.2:
                name = rng.choice(("a.npy", "../a", "words.npy", "a" * 4_000))
            elif name == chosen:
                content = _mutate_once(rng, content, name)
            new.writestr(name, content)
    return file.getvalue()


def _mutate_header(rng, data):
    """Change the header of a safetensors file and keep its length right."""
    length = int.from_bytes(data[:8], "little")
    if length > len(data) - 8:
        return _flip(rng, data)
    header = _mutate_once(rng, data[8 : 8 + length], ".json")
    return struct.pack("<Q", len(header)) + header + data[8 + length :]


def _mutate_npy(rng, data):
    """Change the header of an array and keep its length right, or its numbers."""
    length = int.from_bytes(data[8:10], "little")
    if len(data) < 10 + length or rng.random() < 0.3:
        return _flip(rng, data)
    header = rng.choice(OPERATIONS)(rng, data[10 : 10 + length])[: (1 << 16) - 1]
    return data[:8] + struct.pack("<H", len(header)) + header + data[10 + length :]


PACKED = {
    ".gz": (gzip.decompress, gzip.compress),
    ".bz2": (bz2.decompress, bz2.compress),
    ".xz": (lzma.decompress, lzma.compress),
    ".zst": (
        lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
        zstandard.compress,
    ),
}
