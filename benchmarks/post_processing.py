"""What subtracting a mean and whitening do to the English model: the trade-off, on two halves.

The bundled vectors with the mean of all words, of the 1,000 and of the 10,000 most frequent words
subtracted, and whitened to several powers. Settings are chosen by the first, third, fifth …
section of Google's questions and by every other rated pair; the rest is reported.

    python -m benchmarks.post_processing --eval FOLDER  # the folder of the three public sets

Takes about three minutes of one core. Writes benchmarks/figures/post_processing.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import embedviz as ev
from benchmarks.common.figures import machine, versions, write
from embedviz.checkpoints.checkpoint import load
from embedviz.evaluation import (
    AnalogyReport,
    read_questions,
    read_similarities,
    score_analogies,
    score_similarity,
)
from embedviz.relations import FAMILIES, built_in, measure
from embedviz.support import bundled_folder
from embedviz.vectors import WordVectors

OUT = Path(__file__).parent / "figures" / "post_processing.json"
N_WORDS = 50_000
POWERS = (0.1, 0.25, 0.5)


def variants() -> Iterator[tuple[str, WordVectors]]:
    """Yield the bundled vectors after each treatment."""
    loaded = ev.load("english")
    raw = load(bundled_folder("english"), only_words=True).tensors["embedding"][1:]
    trained = loaded.with_matrix(raw.astype("float32"), "as trained")
    yield "as trained", trained
    yield "mean of all words subtracted", trained.centred()
    yield "mean of the 1,000 most frequent", trained.centred(1_000)
    yield "mean of the 10,000 most frequent (default)", loaded
    for power in POWERS:
        yield f"whitened to the power {power:g}", trained.whitened(power)


def analogy_half(report: AnalogyReport, start: int) -> dict[str, float | None]:
    """Accuracy with asked words left out and in, over every other section."""
    half = AnalogyReport(report.sections[start::2], report.n_words)
    return {"left_out": half.micro_mean("accuracy"), "left_in": half.micro_mean("honest")}


def measure_variant(vectors: WordVectors, folder: Path) -> dict[str, Any]:
    """Measure one treatment on both halves."""
    questions = read_questions(folder / "google-questions-words.txt")
    report = score_analogies(vectors, questions, n_words=N_WORDS)
    halves: dict[str, Any] = {}
    for start, name in enumerate(("chosen_by", "reported")):
        halves[name] = analogy_half(report, start)
        for key, file in (("wordsim", "EN-WS-353-ALL.txt"), ("simlex", "EN-SIMLEX-999.txt")):
            pairs = read_similarities(folder / file)[start::2]
            halves[name][key] = score_similarity(vectors, pairs).spearman
    consistency = {
        name: measure(vectors, built_in(name), with_pairing=False, with_control=False).consistency
        for name in FAMILIES
    }
    return {**halves, "consistency": consistency}


def main() -> None:
    """Measure all treatments and print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--eval", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--json", type=Path, default=OUT)
    options = parser.parse_args()
    found: dict[str, Any] = {}
    for name, vectors in variants():
        found[name] = measure_variant(vectors, options.eval)
        for half in ("chosen_by", "reported"):
            print(f"{name}, {half}: {found[name][half]}", flush=True)
        print(f"  consistency {found[name]['consistency']}")
    write(options.json, {"machine": machine(), "versions": versions("numpy"), "found": found})


if __name__ == "__main__":
    main()
