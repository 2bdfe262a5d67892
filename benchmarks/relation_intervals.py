"""Measure the coverage of 95 % intervals of a relation's consistency and hit rate.

Pairs are drawn from populations whose consistency is known. For each draw the interval of embedviz
and the alternatives that were rejected are computed, and the draws are counted whose interval holds
the population's value.

    python -m benchmarks.relation_intervals --json intervals.json
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.common.figures import machine, versions, write
from benchmarks.common.jackknife import half_width
from embedviz.relations import (
    consistency,
    consistency_interval,
    mean_pairwise_cosine,
    share_interval,
)

N_DIMS, N_DRAWS, SEED = 100, 300, 0
SIZES = (8, 12, 24, 50)
POPULATIONS = {
    "no common direction": (0.0, 0.0, 0.0),
    "moderate": (1.0, 0.0, 0.0),
    "strong": (2.0, 0.0, 0.0),
    "30 % outliers": (1.0, 0.3, 0.0),
    "lengths vary widely": (1.0, 0.0, 0.7),
}
"""Name → strength of the common offset, share of pairs without it, spread of log noise."""


def drawn(kind: str, n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw unit offsets of n pairs."""
    strength, without, spread = POPULATIONS[kind]
    offsets = rng.normal(size=(n, N_DIMS)) / N_DIMS**0.5
    offsets *= rng.lognormal(0, spread, size=(n, 1))
    offsets[:, 0] += strength * (rng.random(n) >= without)
    return offsets / np.linalg.norm(offsets, axis=1, keepdims=True)


def others(offsets: NDArray[np.float64], seed: int) -> dict[str, tuple[float, float]]:
    """Compute the intervals that were rejected."""
    n, estimate = len(offsets), float(mean_pairwise_cosine(offsets))
    draws = consistency._drawn_consistencies(offsets, np.random.default_rng([seed, 2]))
    without = (np.square(offsets.sum(0) - offsets).sum(1) - (n - 1)) / ((n - 1) * (n - 2))
    levels = consistency._bca_levels(draws, estimate, without)
    rng = np.random.default_rng(seed)
    times = rng.multinomial(n, np.full(n, 1 / n), size=1999)
    with_itself = (np.square(times @ offsets).sum(axis=1) - n) / (n * (n - 1))
    half = half_width(without)
    low, high = np.quantile(draws, [0.025, 0.975])
    return {
        "percentile, with self-pairs": tuple(np.quantile(with_itself, [0.025, 0.975])),
        "percentile": (low, high),
        "basic": (2 * estimate - high, 2 * estimate - low),
        "BCa": tuple(np.quantile(draws, levels)),
        "jackknife, Student's t": (estimate - half, estimate + half),
    }


def coverage(kind: str, n: int) -> dict[str, float]:
    """Return the share of draws whose interval holds the population's consistency."""
    rng = np.random.default_rng(SEED)
    truth = float(mean_pairwise_cosine(drawn(kind, 100_000, rng)))
    covers: dict[str, int] = {}
    for seed in range(N_DRAWS):
        offsets = drawn(kind, n, rng)
        found = others(offsets, seed)
        found["embedviz"] = consistency_interval(offsets, seed=seed) or (math.nan, math.nan)
        for name, (low, high) in found.items():
            covers[name] = covers.get(name, 0) + int(low <= truth <= high)
    return {"consistency": truth, **{name: count / N_DRAWS for name, count in covers.items()}}


def share_coverage(share: float, n: int) -> dict[str, float]:
    """Return the exact coverage of a hit rate's interval, by the binomial distribution."""
    hits = np.arange(n + 1)
    chance = np.array([math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in hits])
    wilson = np.array([share_interval(int(k), n) for k in hits])
    # the limit of the percentile bootstrap of hits for many draws
    rng = np.random.default_rng(SEED)
    percentile = np.array(
        [np.quantile(rng.binomial(n, k / n, size=4000) / n, [0.025, 0.975]) for k in hits]
    )
    return {
        name: float(chance[(ends[:, 0] <= share) & (share <= ends[:, 1])].sum())
        for name, ends in (("percentile", percentile), ("Wilson", wilson))
    }


def main() -> None:
    """Print both tables, and write them as JSON if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="where to write the figures")
    arguments = parser.parse_args()
    rows = []
    for kind in POPULATIONS:
        for n in SIZES:
            rows.append({"population": kind, "pairs": n, **coverage(kind, n)})
            if len(rows) == 1:
                print(*rows[0], sep=" | ", flush=True)
            print(
                *(f"{v:.2f}" if isinstance(v, float) else v for v in rows[-1].values()),
                sep=" | ",
                flush=True,
            )
    shares = [
        {"share": share, "pairs": n, **share_coverage(share, n)}
        for share in (0.02, 0.2, 0.5, 0.9, 0.98)
        for n in SIZES
    ]
    for row in shares:
        print(*(f"{v:.2f}" if isinstance(v, float) else v for v in row.values()), sep=" | ")
    figures = {
        "machine": machine(),
        "versions": versions("numpy", "scipy"),
        "n_dims": N_DIMS,
        "n_draws": N_DRAWS,
        "seed": SEED,
        "consistency": rows,
        "hits": shares,
    }
    write(arguments.json, figures)


if __name__ == "__main__":
    main()
