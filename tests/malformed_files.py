"""Malformed files of every format, and what the sentence about each says."""

import bz2
import gzip
import io
import json
import lzma
import pickle
import struct
import zipfile

import numpy as np
import pytest
import zstandard

from embedviz.vectors.formats.lines import LONGEST_LINE

pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

ROW = struct.pack("<3f", 0.5, -1, 2)
BINARY = b"2 3\nking " + ROW + b"queen " + ROW
NAN, INFINITY = struct.pack("<3f", 1, float("nan"), 1), struct.pack("<3f", float("inf"), 1, 1)


def npy(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def npy_promising(shape, dtype="<f4", data=b""):
    facts = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117)
    return b"\x93NUMPY\x01\x00\x76\x00" + facts.encode() + b"\n" + data


def npz(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return file.getvalue()


def tensors(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def embedding(shape=(2, 3), stop=24, dtype="F32"):
    return {"embedding": {"dtype": dtype, "shape": list(shape), "data_offsets": [0, stop]}}


def table(**columns):
    file = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), file)
    return file.getvalue()


class Anything:
    def __reduce__(self):
        return print, ("a pickle was opened",)


MATRIX = np.ones((2, 3), dtype=np.float32)
WORDS = b'"king"\n"queen"\n'
CONFIG = 'embeddings {{ tensor_path: "{}" metadata_path: "{}" }}'
TSV = b"1\t2\t3\n4\t5\t6\n"
STANDALONE = json.dumps(
    {"embeddings": [{"tensorShape": [2, 3], "tensorPath": "t.bytes", "metadataPath": "m.tsv"}]}
)


def fasttext(row=ROW, **changes):
    facts = {"n_words": 1, "n_dims": 3, "n_buckets": 0, "longest": 0, "kind": 0, "count": 1}
    facts |= {"quantised": 0} | changes
    numbers = (facts["n_dims"], 5, 5, 1, 5, 1, 1, 2, facts["n_buckets"], 3, facts["longest"], 100)
    return (
        struct.pack("<ii12id", 793712314, 12, *numbers, 1e-4)
        + struct.pack("<iiiqq", facts["n_words"], facts["n_words"], 0, 9, -1)
        + b"king\0"
        + struct.pack("<qb", facts["count"], facts["kind"])
        + struct.pack("<?qq", facts["quantised"], 1, 3)
        + row
    )


FASTTEXT = fasttext()

# name: (files by name, the first is opened, what the sentence says)
CASES = {
    "empty": ({"a.vec": b""}, "a.vec is empty|no file of word vectors"),
    "empty without a name": ({"a": b""}, "no file of word vectors"),
    "prose": ({"a.md": b"Once upon a time.\n"}, "no file of word vectors"),
    "zeros": ({"a": bytes(5000)}, "no file of word vectors"),
    "pickle": ({"a.kv": pickle.dumps({"a": 1})}, "is a pickle"),
    # text
    "header too large": ({"a.vec": b"3 2\na 1 2\nb 1 2\n"}, "line 1: .* declares 3 words and 2 "),
    "header too small": ({"a.vec": b"1 2\na 1 2\nb 1 2\n"}, "line 1: .* declares 1 .* and 2 or"),
    "header of 10^12": ({"a.vec": b"1000000000000 2\na 1 2\n"}, "declares 1000000000000 words"),
    "header of 10^12 dims": ({"a.vec": b"1 1000000000000\na 1 2\n"}, "line 2: expected a word"),
    "header only": ({"a.vec": b"2 3\n"}, "declares 2 words and 0 follow"),
    "0 words": ({"a.vec": b"0 3\n"}, "line 1: .* 0 words of 3"),
    "0 dims": ({"a.vec": b"2 0\na\nb\n"}, "line 1: .* 2 words of 0"),
    "short row": ({"a.vec": b"2 3\na 1 2 3\nb 1 2\n"}, "line 3: .* 3 numbers, found 2 after 'b'"),
    "all rows long": ({"a.vec": b"2 2\na .1 .2 3\nb .1 .2 4\n"}, "line 2: .* 2 numbers, found 3"),
    "short row, no header": ({"a.txt": b"a 1 2\nb 1 2\nc 1\n"}, "line 3: .* found 1 after 'c'"),
    "long row, no header": ({"a.txt": b"a 1 2\nb 1 2\nc 1 2 3\n"}, "line 3: .* found 3 after 'c'"),
    "nan": ({"a.vec": b"2 2\na 1 2\nb 1 nan\n"}, "line 3: number 2 of 'b' is nan"),
    "infinity": ({"a.txt": b"a 1 2\nb -inf 2\n"}, "line 2: number 1 of 'b' is -inf"),
    "too large": ({"a.txt": b"a 1 2\nb 1e39 2\n"}, "line 2: number 1 of 'b' is inf"),
    "no number": ({"a.vec": b"2 2\na 1 2\nb 1 x\n"}, "line 3: .* found 'x'"),
    "empty word": ({"a.vec": b"2 2\na 1 2\n 1 2\n"}, "line 3: the word is empty"),
    "blank line": ({"a.vec": b"2 2\na 1 2\n\nb 1 2\n"}, "line 3: expected a word and 2"),
    "blank first": ({"a.txt": b"\na 1 2\n"}, "no file of word vectors|line 1"),
    "invalid UTF-8": ({"a.vec": b"2 2\na 1 2\nb\xe9 1 2\n"}, r"line 3: .*\(byte 2 of it\).*--repl"),
    "overlong line": ({"a.txt": b"a 1 2\n" + b"1 " * (LONGEST_LINE // 2 + 5)}, "line 2 is longer"),
    "zero byte": ({"a.vec": b"1 2\na 1 \x002\n"}, "a.vec"),
    "cut gzip": ({"a.vec.gz": gzip.compress(b"1 2\na 1 2\n")[:-9]}, "damaged or truncated"),
    "cut bzip2": ({"a.vec.bz2": bz2.compress(b"1 2\na 1 2\n")[:-9]}, "damaged or truncated"),
    "cut xz": ({"a.vec.xz": lzma.compress(b"1 2\na 1 2\n")[:-9]}, "damaged or truncated"),
    "cut zstd": ({"a.zst": zstandard.compress(b"1 2\na 1 2\n")[:-3]}, "damaged or truncated"),
    "flipped gzip": ({"a.gz": gzip.compress(b"1 2\na 1 2\n")[:-5] + b"12345"}, "damaged or trunc"),
    # binary
    "binary, header too large": ({"a.bin": b"3" + BINARY[1:]}, "word 3 of 3 is truncated"),
    "binary, header too small": ({"a.bin": b"1" + BINARY[1:]}, "byte 22: .* declares 1 words, b"),
    "binary, 10^12": ({"a.bin": b"1000000000000" + BINARY[1:]}, "word 3 of 1000000000000 is tr"),
    "binary, 10^12 dims": ({"a.bin": b"2 1000000000000" + BINARY[3:]}, "byte 1: expected a head"),
    "binary, no header": ({"a.bin": b"king " + ROW}, "byte 1: expected a header"),
    "binary, 0 words": ({"a.bin": b"0 3\n" + ROW}, "byte 1: expected a header of two positive"),
    "binary, nan": ({"a.bin": b"1 3\nking " + NAN}, "word 1: number 2 of 'king' is nan"),
    "binary, infinity": ({"a.bin": b"1 3\nking " + INFINITY}, "word 1: number 1 of 'king' is inf"),
    "binary, empty word": ({"a.bin": b"1 3\n " + ROW}, "word 1: the word is empty"),
    "binary, UTF-8": ({"a.bin": b"1 3\nk\xffng " + ROW}, "word 1: the word .* is not UTF-8"),
    "binary, endless word": ({"a.bin": b"1 3\n" + b"\x01" * 200_000}, "no end within 65,536"),
    # NumPy
    "npy, no words": ({"a.npy": npy(MATRIX)}, r"a.vocab.txt is missing"),
    "npy, fewer words": ({"a.npy": npy(MATRIX), "a.vocab.txt": b"king\n"}, r"\(2, 3\) for 1 words"),
    "npy, empty word": ({"a.npy": npy(MATRIX), "a.vocab.txt": b"king\n\n"}, "row 2: the word is"),
    "npy, count": ({"a.npy": npy(MATRIX), "a.vocab.txt": b"a\t2\nb\tx\n"}, "line 2: expected a wo"),
    "npy, UTF-8": ({"a.npy": npy(MATRIX), "a.vocab.txt": b"a\nb\xff\n"}, "line 2, byte 4 is not"),
    "npy, vector": ({"a.npy": npy(MATRIX[0]), "a.vocab.txt": b"a\n"}, r"shape \(3,\)"),
    "npy, 0 rows": ({"a.npy": npy(MATRIX[:0]), "a.vocab.txt": b"a\n"}, r"shape \(0, 3\)"),
    "npy, 0 columns": ({"a.npy": npy(MATRIX[:, :0]), "a.vocab.txt": b"a\nb\n"}, r"shape \(2, 0\)"),
    "npy, integers": ({"a.npy": npy(np.ones((2, 3), int)), "a.vocab.txt": b"a\nb"}, "type int64"),
    "npy, nan": ({"a.npy": npy(MATRIX * np.nan), "a.vocab.txt": b"a\nb\n"}, "NaN|is nan"),
    "npy, infinity in 64 bits": (
        {"a.npy": npy(np.full((2, 3), 1e300)), "a.vocab.txt": b"a\nb\n"},
        "row 1: number 1 of 'a' is inf",
    ),
    "npy, pickle inside": (
        {"a.npy": npy(np.array([[Anything()]], object), allow_pickle=True), "a.vocab.txt": b"a\n"},
        "Python objects .a pickle",
    ),
    "npy, a pickle": ({"a.npy": pickle.dumps(Anything()), "a.vocab.txt": b"a\n"}, "is a pickle"),
    "npy, 10^12": ({"a.npy": npy_promising((10**12, 3)), "a.vocab.txt": b"a\n"}, "declares 12,000"),
    "npy, overflow": ({"a.npy": npy_promising((2**62, 2**62)), "a.vocab.txt": b"a"}, "declares"),
    "npy, more": ({"a.npy": npy(MATRIX) + b"x", "a.vocab.txt": b"a\nb\n"}, "and 25 follow"),
    "npy, program": (
        {"a.npy": npy(MATRIX).replace(b"(2, 3)", b"exit()"), "a.vocab.txt": b"a\nb\n"},
        "does not begin",
    ),
    "npz, no zip": ({"a.npz": b"PK\x03\x04" + bytes(50)}, "damaged .npz"),
    "npz, no words": ({"a.npz": npz(vectors__npy=npy(MATRIX))}, "contains no words"),
    "npz, no matrix": ({"a.npz": npz(words__jsonl=WORDS)}, "expected one matrix .* found none"),
    "npz, two matrices": (
        {"a.npz": npz(a__npy=npy(MATRIX), b__npy=npy(MATRIX), words__jsonl=WORDS)},
        "found a, b: choose one with .*--tensor",
    ),
    "npz, fewer words": (
        {"a.npz": npz(vectors__npy=npy(MATRIX), words__jsonl=b'"king"\n')},
        r"shape \(2, 3\) for 1 words",
    ),
    "npz, objects": (
        {
            "a.npz": npz(
                vectors__npy=npy(np.array([[Anything()]], object), allow_pickle=True),
                words__jsonl=b'"a"\n',
            )
        },
        "Python objects .a pickle",
    ),
    "npz, words as objects": (
        {
            "a.npz": npz(
                vectors__npy=npy(MATRIX),
                words__npy=npy(np.array(["a", "b"], object), allow_pickle=True),
            )
        },
        "Python objects .a pickle",
    ),
    "npz, 10^12": (
        {"a.npz": npz(vectors__npy=npy_promising((10**12, 3)), words__jsonl=WORDS)},
        "declares 12,000,000,000,000 bytes|for 2 words",
    ),
    "npz, broken JSON": (
        {"a.npz": npz(vectors__npy=npy(MATRIX), words__jsonl=b'"king"\nqueen\n')},
        "line 2: expected a word in quotes",
    ),
    # safetensors
    "safetensors, long header": ({"a.safetensors": tensors(embedding(), ROW * 2, 10**15)}, "compl"),
    "safetensors, short header": (
        {"a.safetensors": tensors(embedding(), ROW * 2, 9)},
        "not a complete",
    ),
    "safetensors, no JSON": ({"a.safetensors": tensors(b"{nonsense}", ROW)}, "not a complete safe"),
    "safetensors, a list": ({"a.safetensors": tensors(b"[1, 2]  ", ROW)}, "not a complete safe"),
    "safetensors, cut": ({"a.safetensors": tensors(embedding(), ROW)}, "bytes 81 to 105 of 93|to "),
    "safetensors, no words": (
        {"a.safetensors": tensors(embedding(), ROW * 2)},
        "has no words next",
    ),
    "safetensors, shape": (
        {"a.safetensors": tensors(embedding((2, 4)), ROW * 2), "a.vocab.jsonl": WORDS},
        "which do not match",
    ),
    "safetensors, 10^12": (
        {"a.safetensors": tensors(embedding((10**12, 3)), ROW * 2), "a.vocab.jsonl": WORDS},
        "which do not match",
    ),
    "safetensors, 0 rows": (
        {"a.safetensors": tensors(embedding((0, 3), 0)), "a.vocab.jsonl": WORDS},
        "which do not match",
    ),
    "safetensors, negative": (
        {"a.safetensors": tensors(embedding((-2, -3)), ROW * 2), "a.vocab.jsonl": WORDS},
        "not a complete safe",
    ),
    "safetensors, integers": (
        {"a.safetensors": tensors(embedding(dtype="I32"), ROW * 2), "a.vocab.jsonl": WORDS},
        "expected a matrix called embedding, found none",
    ),
    "safetensors, words": (
        {"a.safetensors": tensors(embedding(), ROW * 2), "a.vocab.jsonl": b'"king"\n7\n'},
        "line 2: expected a word in quotes",
    ),
    "safetensors, half a character": (
        {"a.safetensors": tensors(embedding(), ROW * 2), "a.vocab.jsonl": b'"a"\n"\\ud800"\n'},
        "half a character",
    ),
    "safetensors, tokenizer": (
        {"a.safetensors": tensors(embedding(), ROW * 2), "tokenizer.json": b'{"model": 3}'},
        "not a tokenizer.json with a vocabulary",
    ),
    "safetensors, ids": (
        {
            "a.safetensors": tensors(embedding(), ROW * 2),
            "tokenizer.json": b'{"model": {"vocab": {"a": 0, "b": 1000000000000}}}',
        },
        "not a tokenizer.json with a vocabulary",
    ),
    # Parquet
    "parquet, no file": ({"a.parquet": b"PAR1" + bytes(40) + b"PAR1"}, "a.parquet .*Parquet"),
    "parquet, columns": (
        {"a.parquet": table(one=["a"], two=["b"], vector=[[1.0]])},
        r"found one \(str",
    ),
    "parquet, type": (
        {"a.parquet": table(word=["a"], vector=["1"])},
        "contains string where a list",
    ),
    "parquet, integers": ({"a.parquet": table(word=["a"], vector=[[1]])}, "where a list of floats"),
    "parquet, 0 rows": (
        {
            "a.parquet": table(
                word=pyarrow.array([], "string"),
                vector=pyarrow.array([], pyarrow.list_(pyarrow.float32())),
            )
        },
        "0 words",
    ),
    "parquet, 0 dims": (
        {
            "a.parquet": table(
                word=["a"], vector=pyarrow.array([[]], pyarrow.list_(pyarrow.float32()))
            )
        },
        "0 dimensions",
    ),
    "parquet, lengths": (
        {"a.parquet": table(word=["a", "b"], vector=[[1.0, 2], [1.0]])},
        "row 2: expected 2 numbers, as in row 1, found 1",
    ),
    "parquet, no word": (
        {"a.parquet": table(word=["a", None], vector=[[1.0], [2.0]])},
        "row 2: the column word is empty",
    ),
    "parquet, no vector": (
        {"a.parquet": table(word=["a", "b"], vector=[[1.0], None])},
        "row 2: the column vector is empty",
    ),
    "parquet, no number": (
        {"a.parquet": table(word=["a", "b"], vector=[[1.0], [None]])},
        "row 2: number 1 of 'b' is nan",
    ),
    "parquet, counts": (
        {"a.parquet": table(word=["a"], count=["many"], vector=[[1.0]])},
        "count contains string",
    ),
    # TensorBoard
    "projector, upwards": (
        {"projector_config.pbtxt": CONFIG.format("../t", "m.tsv").encode(), "m.tsv": b"a\n"},
        "outside its folder",
    ),
    "projector, absolute": (
        {"projector_config.pbtxt": CONFIG.format("t", "/etc/passwd").encode(), "t": TSV},
        "outside its folder",
    ),
    "projector, missing": (
        {"projector_config.pbtxt": CONFIG.format("t.tsv", "m.tsv").encode()},
        "which is missing",
    ),
    "projector, zero byte": (
        {"projector_config.json": STANDALONE.replace("t.bytes", "t\\u0000").encode()},
        "not a valid file name|which is missing",
    ),
    "projector, nothing": (
        {"projector_config.pbtxt": b'model_checkpoint_path: "x"\n'},
        "not a projector configuration",
    ),
    "projector, no words": (
        {"projector_config.pbtxt": b'embeddings { tensor_path: "t.tsv" }', "t.tsv": TSV},
        "metadata_path",
    ),
    "projector, broken JSON": (
        {"projector_config.json": b'{"embeddings": ['},
        "not a projector configuration",
    ),
    "projector, blank word": (
        {
            "projector_config.pbtxt": CONFIG.format("t.tsv", "m.tsv").encode(),
            "t.tsv": TSV,
            "m.tsv": b"a\n\nb\n",
        },
        "m.tsv, line 2 is blank",
    ),
    "projector, fewer words": (
        {
            "projector_config.pbtxt": CONFIG.format("t.tsv", "m.tsv").encode(),
            "t.tsv": TSV,
            "m.tsv": b"a\n",
        },
        "for 1 words",
    ),
    "projector, more words": (
        {
            "projector_config.pbtxt": CONFIG.format("t.tsv", "m.tsv").encode(),
            "t.tsv": TSV,
            "m.tsv": b"a\nb\nc\n",
        },
        "contains 2 vectors for 3 words",
    ),
    "projector, columns": (
        {
            "projector_config.pbtxt": CONFIG.format("t.tsv", "m.tsv").encode(),
            "t.tsv": TSV,
            "m.tsv": b"word\tn\na\t1\nb\n",
        },
        "m.tsv, line 3: expected 2 columns",
    ),
    "projector, ragged": (
        {
            "projector_config.pbtxt": CONFIG.format("t.tsv", "m.tsv").encode(),
            "t.tsv": TSV + b"1\t2\n",
            "m.tsv": b"a\nb\nc\n",
        },
        "t.tsv, line 3: expected 3 numbers",
    ),
    "projector, no number": (
        {
            "projector_config.pbtxt": CONFIG.format("t.tsv", "m.tsv").encode(),
            "t.tsv": b"1\tx\n",
            "m.tsv": b"a\n",
        },
        "t.tsv, line 1: expected 2 numbers",
    ),
    "projector, bytes": (
        {"projector_config.json": STANDALONE.encode(), "t.bytes": ROW, "m.tsv": b"a\nb\n"},
        "t.bytes contains 12 bytes",
    ),
    "projector, shape": (
        {
            "projector_config.json": STANDALONE.replace("3]", "-3]").encode(),
            "t.bytes": ROW * 2,
            "m.tsv": b"a\nb\n",
        },
        "not a projector configuration",
    ),
    # CSV
    "csv, no numbers": ({"a.csv": b"word\nking\n"}, "line 1: expected the header"),
    "csv, no header": ({"a.csv": b"king,1,2\nqueen,a,2\nman,b,2\n"}, "line 1: expected the header"),
    "csv, ragged": ({"a.csv": b"word,1,2\nking,1,2\nqueen,1\n"}, "line 3: expected 3 fields"),
    "csv, no number": ({"a.csv": b"word,1,2\nking,1,x\n"}, "line 2: expected numbers"),
    "csv, quotes": ({"a.csv": b'word,1,2\n"king,1,2\nqueen,1,2\n'}, "a broken quotation"),
    "csv, inner quotes": ({"a.csv": b'word,1,2\n"ki"ng,1,2\n'}, "line 2: a broken quotation"),
    "csv, overlong field": ({"a.csv": b"word,1\n" + b"a" * 200_000 + b",1\n"}, "overlong field"),
    "csv, header only": ({"a.csv": b"word,1,2\n"}, "0 words"),
    "csv, negative count": ({"a.csv": b"word,count,1\nking,-3,1\n"}, "line 2: expected numbers"),
    "csv, huge count": ({"a.csv": b"word,count,1\nking,1" + b"0" * 30 + b",1\n"}, "line 2: expec"),
    "csv, nan": ({"a.csv": b"word,1\nking,nan\n"}, "number 1 of 'king' is nan"),
    "csv, empty word": ({"a.csv": b"word,1\n,1\n"}, "record 1: the word is empty"),
    "csv, UTF-8": ({"a.csv": b"word,1\nk\xff,1\n"}, "line 2 is not UTF-8"),
    # tables and matrices without words
    "numbers only": ({"a.txt": b"1 2 3\n4 5 6\n"}, "only numbers and no words"),
    "numbers, ragged": (
        {"tensors.tsv": b".1\t2\n" * 20_000 + b"3\n", "metadata.tsv": b"a\nb\n"},
        "line 20001: expected 2 numbers, found '3'",
    ),
    "numbers, no number": (
        {"tensors.tsv": b"0.5\t2\n" * 20_000 + b"3\tx\n", "metadata.tsv": b"a\n" * 20_001},
        "line 20001: expected 2 numbers, found",
    ),
    "table, row numbers": ({"a.csv": b",0,1\n0,.1,.2\n1,.1,.2\n"}, "row numbers but no words"),
    "table, ragged": ({"a.txt": b"word\t0\t1\na\t.1\t.2\nb\t.1\n"}, "line 3: expected 3 fields"),
    "table, text": ({"a.tsv": b"word\tpos\t0\t1\na\tn\t.1\t.2\n"}, "'pos' are neither"),
    # fastText
    "fasttext, cut": ({"a.bin": FASTTEXT[:70]}, "is a|ends before|has no end|copy the file"),
    "fasttext, 10^9 words": (
        {"a.bin": fasttext(n_words=10**9)},
        "word 2 has no end|entry 2 is out",
    ),
    "fasttext, no words": ({"a.bin": fasttext(n_words=0)}, "declares 0 words"),
    "fasttext, 0 dims": ({"a.bin": fasttext(n_dims=0)}, "of 0 dimensions"),
    "fasttext, buckets": ({"a.bin": fasttext(n_buckets=2**31 - 1)}, "2147483647 buckets of 3 dim"),
    "fasttext, n-grams": ({"a.bin": fasttext(longest=2**31 - 1)}, "n-grams up to 2147483647"),
    "fasttext, label first": ({"a.bin": fasttext(kind=1)}, "entry 1 is out of order"),
    "fasttext, negative count": ({"a.bin": fasttext(count=-1)}, "count of word 1 is -1"),
    "fasttext, nan": ({"a.bin": fasttext(row=NAN)}, "word 1: number 2 of 'king' is nan"),
    "fasttext, signalling nan": (
        {"a.bin": fasttext(row=b"\x01\x00\x80\x7f" * 3)},
        "number 1 of 'king' is nan",
    ),
    "npy, an empty list": ({"a.npy": npy(MATRIX), "a.vocab.txt": b""}, "for 0 words"),
    "fasttext, UTF-8": (
        {"a.bin": FASTTEXT.replace(b"king", b"k\xffng")},
        "word 1: .* is not UTF-8",
    ),
    "fasttext, quantised": ({"a.bin": fasttext(quantised=1)}, "quantised model"),
    # folders of transformers
    "shards, list": ({"a.index.json": b'{"weight_map": ["a"]}'}, "not the index of a sharded"),
    "shards, upwards": (
        {"a.index.json": b'{"weight_map": {"wte.weight": "../a.safetensors"}}'},
        "no safetensors file of its folder",
    ),
    "shards, missing": (
        {"a.index.json": b'{"weight_map": {"wte.weight": "a.safetensors"}}'},
        "wte.weight is in a.safetensors, which is missing",
    ),
    "vocabulary, ids": (
        {"a.safetensors": tensors(embedding(), ROW * 2), "vocab.json": b'{"a": -1, "b": 2}'},
        "not a vocabulary of pieces",
    ),
    "vocabulary, list": (
        {"a.safetensors": tensors(embedding(), ROW * 2), "vocab.json": b'["a", "b"]'},
        "not a vocabulary of pieces",
    ),
    "vocabulary, fewer words": (
        {"a.safetensors": tensors(embedding(), ROW * 2), "vocab.txt": b"a\nb\nc\n"},
        r"shape \(2, 3\) for 3 words",
    ),
    "projector, nested": (
        {"projector_config.pbtxt": b"embeddings {" * 30},
        "not a projector configuration",
    ),
}
