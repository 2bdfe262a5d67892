"""No reader takes time that grows faster than its file, whatever the file holds.

Each adversarial file is read at a size and at eight times that size. Linear readers take eight
times as long, quadratic ones 64 times; the limit is between the two, and only differences of
seconds count, so that a busy machine does not matter.
"""

import gzip
import io
import json
import struct
import time
import zipfile
from contextlib import suppress

import numpy as np
import pytest
from fuzzing.readers import example, fingerprint
from malformed_files import FASTTEXT

from embedviz.checkpoints import loading
from embedviz.errors import EmbedvizError
from embedviz.evaluation import QuestionSet, read_similarities
from embedviz.projection import View
from embedviz.relations import parse_pairs, read_relations
from embedviz.support import parse_json, read_complete_lines
from embedviz.text import Tokenizer, read_blocks
from embedviz.vectors import parse_expression

TIMES, MOST = 8, 24
FLOOR = 0.1  # seconds: shorter measurements say nothing


def opened(path):
    vectors = loading.open_vectors(path, most_bytes=100_000_000)
    return vectors.nearest(vectors.matrix[0], 3)


def vectors(name, content):
    """Reader and content of a file of vectors."""
    return name, content, opened


def npz(n):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(n):
            archive.writestr(f"{number}.npy", b"")
        archive.writestr("words.jsonl", b'"a"\n')
    return file.getvalue()


def tensors(n):
    entry = {"dtype": "F32", "shape": [1, 1], "data_offsets": [0, 4]}
    header = json.dumps({f"{number}embedding.weight": entry for number in range(n)}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(4)


def session(n, **changes):
    document = View("english", fingerprint(example()), ()).document
    return json.dumps({**document, **{key: make(n) for key, make in changes.items()}}).encode()


def keys(n):
    return json.dumps({str(number): number for number in range(n)}).encode()


def tokenized(path):
    return [Tokenizer().tokens(text) for text in read_blocks([path])]


def typed(path):
    return parse_pairs(path.read_text(), "mine")


def read_session(path):
    return View.from_json(path.read_text())


def asked(path):
    return list(QuestionSet(path))


CASES = {
    # the pattern that froze the server: a long name without a colon, and what is like it
    "projector, a long name": vectors("a", lambda n: b"embeddings {" + b"a" * n),
    "projector, open quotes": vectors("a", lambda n: b"embeddings {" + b'a:"' * (n // 3)),
    "projector, escapes": vectors("a", lambda n: b'embeddings {a:"' + b"\\" * n),
    "projector, spaces": vectors("a", lambda n: b"embeddings {a" + b" " * n),
    "projector, JSON": vectors("projector_config.json", lambda n: b'{"embeddings":' + b"[" * n),
    "projector, comments": vectors(
        "projector_config.pbtxt", lambda n: b"embeddings { #" * (n // 14)
    ),
    "projector, words": vectors(
        "projector_config.pbtxt", lambda n: b"embeddings { " + b"a: b " * n
    ),
    "table, columns": vectors("a.txt", lambda n: b"word" + b" 0" * n + b"\n"),
    "table, quotes": vectors("a.txt", lambda n: b'"a" "' * n),
    "matrix, columns": vectors("a.txt", lambda n: b"0 1 " * n + b"\n"),
    "fastText, a long word": vectors("a.bin", lambda n: FASTTEXT.replace(b"king", b"k" * (n // 4))),
    "text, one line": vectors("a.vec", lambda n: b"1 4\n" + b"1 " * n),
    "text, one word again": vectors("a.txt", lambda n: b"a 1 2\n" * (n // 6)),
    "text, no numbers": vectors("a.vec", lambda n: b"9 2\n" + b"a" * n),
    "text, white space": vectors("a.vec", lambda n: b"9 2\n" + b" \t" * n),
    "binary, long words": vectors("a.bin", lambda n: b"%d 1\n" % n + b"a" * n),
    "binary, newlines": vectors("a.bin", lambda n: b"2 1\n" + b"\n" * n + b" abcd"),
    "CSV, open quote": vectors("a.csv", lambda n: b'word,1\n"' + b'a""' * n),
    "CSV, columns": vectors("a.csv", lambda n: b"word" + b",1" * n + b"\na\n"),
    "npz, members": vectors("a.npz", lambda n: npz(n // 100)),
    "safetensors, tensors": vectors("a.safetensors", lambda n: tensors(n // 80)),
    "gzip, empty members": vectors("a.vec.gz", lambda n: gzip.compress(b"") * (n // 20)),
    "JSON, keys": ("a", keys, lambda path: parse_json(path.read_bytes(), unique_keys=True)),
    "JSON, deep": ("a", lambda n: b"[" * n, lambda path: parse_json(path.read_bytes())),
    "JSON, digits": ("a", lambda n: b"9" * n, lambda path: parse_json(path.read_bytes())),
    "JSON lines": ("a", lambda n: b"{}\n" * n, lambda path: list(read_complete_lines(path))),
    "JSON lines, broken": ("a", lambda n: b"[\n" * n, lambda path: list(read_complete_lines(path))),
    "session, keys": ("a", lambda n: keys(n // 10), read_session),
    "session, marked": (
        "a",
        lambda n: session(n, marked=lambda n: ["a"] * (n // 5)),
        read_session,
    ),
    "session, pairs": (
        "a",
        lambda n: session(
            n, relations=lambda n: [{"name": "a", "pairs": [["b", "c"]] * (n // 20)}]
        ),
        read_session,
    ),
    "session, relations": (
        "a",
        lambda n: session(n, relations=lambda n: [{"name": "a" * 90, "pairs": []}] * (n // 120)),
        read_session,
    ),
    "pairs, one again": ("a.csv", lambda n: b"source,target\n" + b"a,b\n" * n, read_relations),
    "pairs, quotes": ("a.csv", lambda n: b"source,target\n" + b'"a"",' * n, read_relations),
    "pairs, CR": ("a.csv", lambda n: b"source,target\r" + b"a,b\r" * n, read_relations),
    "pairs, targets": ("a.txt", lambda n: b"a\t" + b"b/" * (n // 4), read_relations),
    "questions, sections": ("a.txt", lambda n: b": a\na b c d\n" * (n // 14), read_relations),
    "questions, a chain": (
        "a.txt",
        lambda n: b"".join(b"%d a %d a\n" % (i, i + 1) for i in range(n // 16)),
        read_relations,
    ),
    "questions, evaluated": ("a.txt", lambda n: b": a\na b c d\n: b\ne f g h\n" * (n // 28), asked),
    "ratings": ("a.txt", lambda n: b"a\tb\t1\n" * (n // 6), read_similarities),
    "pairs, typed": ("a.txt", lambda n: "a → b\n".encode() * (n // 8), typed),
    "formula, brackets": ("a", lambda n: b"(" * n, lambda path: parse_expression(path.read_text())),
    "formula, terms": ("a", lambda n: b"a+" * n, lambda path: parse_expression(path.read_text())),
    "formula, quotes": ("a", lambda n: b'"' * n, lambda path: parse_expression(path.read_text())),
    "text, a letter": ("a.txt", lambda n: b"a" * n, tokenized),
    "text, apostrophes": ("a.txt", lambda n: b"a'" * n, tokenized),
    "text, digits": ("a.txt", lambda n: b"1,.-" * n, tokenized),
    "text, accents": ("a.txt", lambda n: "e\u0301'".encode() * n, tokenized),
}


def seconds(read, path):
    best = np.inf
    for _ in range(2):
        begun = time.process_time()
        with suppress(EmbedvizError, ValueError):
            read(path)
        best = min(best, time.process_time() - begun)
        if best > FLOOR * MOST:
            break
    return best


@pytest.mark.parametrize("name", CASES)
def test_time_grows_no_faster_than_the_file(tmp_path, name):
    file, make, read = CASES[name]
    path = tmp_path / file
    n = 20_000
    path.write_bytes(make(n))
    small = seconds(read, path)
    path.write_bytes(make(TIMES * n))
    assert seconds(read, path) <= MOST * max(small, FLOOR)
