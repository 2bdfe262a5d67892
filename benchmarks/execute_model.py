r"""Make the model that executes programs: train several seeds, measure, pack the first, its card.

The seeds, and with ``--paper`` the settings of the paper, can be trained at the same time by
several processes with ``--only NAME``; a finished model in ``--work`` is not trained again.

    python -m benchmarks.execute_model --work FOLDER
"""

import argparse
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common.figures import machine, versions, write
from benchmarks.sequences import execute_card, execute_measures, packing
from embedviz.checkpoints import checkpoint
from embedviz.corpora import ProgramPairs
from embedviz.sequences import open_sequence_model
from embedviz.settings import EXECUTION, ProgramConfig, SequenceConfig
from embedviz.support import EXECUTE, bundled_folder
from embedviz.text import CHARACTER_PAIRS

MAX_BYTES = 1_000_000
FIGURES = Path(__file__).with_name("figures") / "execute_model.json"
PROGRAMS = ProgramConfig()
# the paper's: LSTM, no attention, the answer alone; two of its curricula
PAPER = replace(
    EXECUTION, cell="lstm", n_heads=0, self_attention=False, bidirectional=False, n_states=256
)
CURRICULA = ("naive", "combined")
_CALIBRATED_ON = 2_000  # programs


def train(work: Path, name: str, config: SequenceConfig, programs: ProgramConfig) -> None:
    """Train a model in the work folder, unless it is there."""
    packing.train(
        ProgramPairs(programs, config.seed),
        work / name,
        CHARACTER_PAIRS,
        config,
        metrics=work / f"{name}.jsonl",
    )


def seed_name(seed: int) -> str:
    """Name of the folder of a seed."""
    return f"seed{seed}"


def train_paper(work: Path, curriculum: str, cpu_seconds: float) -> None:
    """Train the paper's setting on as many programs as take the same time."""
    programs = replace(PROGRAMS, writes="answer", curriculum=curriculum)
    few = replace(programs, n_programs=_CALIBRATED_ON)
    train(work, f"calibration-{curriculum}", PAPER, few)
    spent = checkpoint.load(work / f"calibration-{curriculum}").results["cpu_seconds"]
    n = int(cpu_seconds / float(str(spent)) * _CALIBRATED_ON)
    train(work, f"paper-{curriculum}", PAPER, replace(programs, n_programs=n))


def make(options: argparse.Namespace) -> None:
    """Train, measure and pack."""
    work = options.work
    for seed in range(options.seeds):
        if options.only in (None, seed_name(seed)):
            train(work, seed_name(seed), replace(EXECUTION, seed=seed), PROGRAMS)
    if options.paper or (options.only or "").startswith("paper"):
        budget = float(str(checkpoint.load(work / seed_name(0)).results["cpu_seconds"]))
        for curriculum in CURRICULA:
            if options.only in (None, f"paper-{curriculum}"):
                train_paper(work, curriculum, budget)
    if options.only:
        if options.only.startswith("seed"):
            measure_seed(work, options.only, options.n)
        else:
            paper_row(work, options.only.removeprefix("paper-"), options.n)
        return
    found = [measure_seed(work, seed_name(seed), options.n) for seed in range(options.seeds)]
    packed = packing.halved(checkpoint.load(work / seed_name(0)))
    figures = {
        "machine": machine(),
        "versions": versions("torch", "numpy"),
        "training": dict(packed.training),
        "results": dict(packed.results),
        "n_bytes": packing.n_bytes(work / "packed-seed0"),
        "seeds": found,
        "paper": [paper_row(work, curriculum, options.n) for curriculum in CURRICULA]
        if options.paper
        else [],
    }
    write(options.figures, figures)
    packing.pack(packed, execute_card.card(figures), options.out, most_bytes=MAX_BYTES)


def measure_seed(work: Path, name: str, n: int) -> dict[str, Any]:
    """Measure a packed model, in 16 bits as it ships; measured figures are kept in the folder."""
    path = work / f"{name}-{n}.json"
    if path.exists():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    folder = work / f"packed-{name}"
    saved = checkpoint.load(work / name)
    checkpoint.save(folder, packing.halved(saved))
    model = open_sequence_model(folder)
    started = time.process_time()
    places = product(execute_measures.LENGTHS, execute_measures.NESTINGS)
    found = {
        "name": name,
        "cpu_seconds": saved.results["cpu_seconds"],
        "perplexity": saved.results["perplexity"],
        "cells": execute_measures.cells(model, places, n),
        "beyond": execute_measures.cells(model, execute_measures.BEYOND, n),
        "examples": execute_measures.examples(model),
        "templates": execute_measures.templates(model, n),
        "digits": execute_measures.digits(model),
        "character_accuracy": execute_measures.character_accuracy(model, 4, 3, n),
    }
    found["seconds_of_measurement"] = round(time.process_time() - started)
    write(path, found)
    return found


def paper_row(work: Path, curriculum: str, n: int) -> Mapping[str, Any]:
    """Measure a model of the paper's setting; measured figures are kept in the folder."""
    folder, path = work / f"paper-{curriculum}", work / f"paper-{curriculum}-{n}.json"
    if path.exists():
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    model, results = open_sequence_model(folder), checkpoint.load(folder).results
    found = {
        "curriculum": curriculum,
        "n_train_pairs": results["n_train_pairs"],
        "cpu_seconds": results["cpu_seconds"],
        "character_accuracy": {
            f"{length} {nesting}": execute_measures.character_accuracy(model, length, nesting, n)
            for length, nesting in ((1, 1), (4, 1), (4, 3))
        },
        "cells": execute_measures.cells(model, ((1, 1), (2, 1), (4, 1), (4, 3)), n),
    }
    write(path, found)
    return found


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, help="folder for the trained models")
    parser.add_argument("--out", type=Path, default=bundled_folder(EXECUTE), help="packed model")
    parser.add_argument("--figures", type=Path, default=FIGURES, help="the figures, JSON")
    parser.add_argument("--seeds", type=int, default=3, help="number of seeds")
    parser.add_argument("--n", type=int, default=1_000, help="programs of each kind in the tests")
    parser.add_argument("--paper", action="store_true", help="also the paper's setting")
    parser.add_argument("--only", help="train and measure only this model, such as seed1")
    parser.add_argument("--only-card", action="store_true", help="rewrite the card")
    options = parser.parse_args()
    if options.only_card:
        figures = json.loads(options.figures.read_text(encoding="utf-8"))
        (options.out / packing.CARD).write_text(execute_card.card(figures), encoding="utf-8")
        return
    if options.work is None:
        parser.error("give --work, or --only-card")
    np.seterr(all="raise", under="ignore")
    options.work.mkdir(parents=True, exist_ok=True)
    make(options)


if __name__ == "__main__":
    main()
