"""Files that promise or unpack to far more than they are."""

import bz2
import gzip
import lzma
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import zstandard
from malformed_files import ROW, WORDS, npy_promising

# Bombs are opened in a process of their own that has 200 MB more than it needs to begin with.
_CHILD = """
import bz2, gzip, lzma, resource, sys, zipfile
import numpy, zstandard, pyarrow.parquet, pyarrow.compute, safetensors.numpy
from embedviz import EmbedvizError
from embedviz.checkpoints import loading
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 200_000_000,) * 2)
try:
    loading.open_vectors(sys.argv[1])
except EmbedvizError as error:
    print(error)
"""


def bomb_npz(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("words.jsonl", WORDS)
        with archive.open("vectors.npy", "w", force_zip64=True) as file:
            file.write(npy_promising((2, 50_000_000)))
            for _ in range(400):
                file.write(bytes(1_000_000))


def bomb_zip(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("a.txt", b"king " + LINE * 40)


def bomb_sparse(path):
    parts = {"indices": npy_promising((10**8,), "<i4"), "indptr": npy_promising((10**8,), "<i4")}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("words.jsonl", WORDS)
        for name in ("format", "shape", "data", "indices", "indptr"):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                file.write(parts.get(name, npy_promising((10**8,), "<f4")))
                for _ in range(400):
                    file.write(bytes(1_000_000))


# 400 MB of one line, as many streams one after another, which every reader takes for one
LINE = b"0 " * 5_000_000
BOMBS = {
    "a.gz": lambda path: path.write_bytes(gzip.compress(LINE, 1) * 40),
    "a.vec.xz": lambda path: path.write_bytes(lzma.compress(LINE, preset=0) * 40),
    "a.bin.bz2": lambda path: path.write_bytes(bz2.compress(LINE[:500_000], 1) * 800),
    "a.zst": lambda path: path.write_bytes(zstandard.compress(LINE) * 40),
    "one.zst": lambda path: path.write_bytes(zstandard.compress(LINE * 40)),
    "a.npz": bomb_npz,
    "a.zip": bomb_zip,
    "sparse.npz": bomb_sparse,
    "wide.bin": lambda path: path.write_bytes(b"3 1000000\na " + bytes(4_000_000)),
    "promise.bin": lambda path: path.write_bytes(b"999999999999 3\nking " + ROW),
    "promise.vec": lambda path: path.write_bytes(b"999999999999 999999999999\nking 1 2 3\n"),
    "promise.npy": lambda path: (
        path.write_bytes(npy_promising((10**12, 300))),
        path.with_suffix(".vocab.txt").write_bytes(b"a\n"),
    ),
}


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="measures by /proc")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_no_more_than_200_megabytes(tmp_path, name):
    path = tmp_path / name
    BOMBS[name](path)
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).parents[3],
        check=False,
    )
    assert done.stderr == ""
    assert str(path) in done.stdout
