"""Measure the coverage of 95 % intervals of an accuracy whose questions share pairs.

Pairs are drawn from populations whose accuracy is known; whether a question is answered depends on
both its pairs and on chance. Every ordered pair of word pairs is a question.

    python -m benchmarks.accuracy_intervals
"""

from __future__ import annotations

import argparse
import math

import numpy as np
from numpy.typing import NDArray

from benchmarks.common.jackknife import half_width
from embedviz.relations import share_interval
from embedviz.relations.pair_bootstrap import PairMeans, PairWeights

N_DRAWS = 300
SIZES = (8, 12, 24, 50)
POPULATIONS = {
    "easy": (2.8, 0.7, 1.2),
    "medium": (0.0, 0.7, 1.5),
    "hard": (-3.2, 0.7, 1.2),
    "query pair dominates": (0.0, 0.0, 3.0),
    "two models": (0.4, 0.7, 1.0),
}
"""Name → mean of the logit, and spread of the given and of the queried pair's effect on it."""


def every_two(n: int) -> NDArray[np.intp]:
    """Return the questions: every pair with every other."""
    return np.argwhere(~np.eye(n, dtype=np.bool_))


def drawn(kind: str, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw pairs and whether their questions are answered; for two models, the difference."""
    mean, given, queried = POPULATIONS[kind]
    first, second = every_two(n).T
    shared = given * rng.normal(size=n)[first] + queried * rng.normal(size=n)[second]

    def answered(mean: float, own: float) -> NDArray[np.float64]:
        of_model = own * rng.normal(size=n)[second]
        return (mean + shared + of_model + rng.logistic(size=len(first)) > 0).astype(np.float64)

    if kind == "two models":
        return answered(mean, 0.7) - answered(0.0, 0.7)
    return answered(mean, 0.0)


def jackknife(values: NDArray[np.float64], n: int) -> tuple[float, float]:
    """Exclude each pair in turn, and use Student's t."""
    table = np.zeros((n, n))
    table[tuple(every_two(n).T)] = values
    without = (values.sum() - table.sum(axis=0) - table.sum(axis=1)) / ((n - 1) * (n - 2))
    half = half_width(without)
    return values.mean() - half, values.mean() + half


def main() -> None:
    """Print the coverage of each interval."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    print("| population | pairs | figure | over questions | jackknife | **embedviz** |")
    print("|---|---:|---:|---:|---:|---:|")
    for kind in POPULATIONS:
        rng = np.random.default_rng(0)
        truth = float(np.mean([drawn(kind, 200, rng).mean() for _ in range(60)]))
        for n in SIZES:
            covers = np.zeros(3)
            for seed in range(N_DRAWS):
                values = drawn(kind, n, rng)
                means = PairMeans(PairWeights(seed), 1)
                means.add(every_two(n), values[:, np.newaxis])
                plain = 1.96 * values.std() / math.sqrt(len(values))
                ends = (
                    (values.mean() - plain, values.mean() + plain)
                    if kind == "two models"
                    else share_interval(int(values.sum()), len(values)),
                    jackknife(values, n),
                    means.interval(0, signed=kind == "two models"),
                )
                covers += [low <= truth <= high for low, high in ends]
            shares = " | ".join(f"{100 * count / N_DRAWS:.0f}" for count in covers)
            print(f"| {kind} | {n} | {truth:.2f} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
