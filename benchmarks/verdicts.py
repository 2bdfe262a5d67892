"""How often each finding and the verdict on a relation are wrong, and how often they are right.

Lists without a relation are drawn from the words of the bundled English model: the rate of each
finding on them is its error. Subsets of the built-in relations give the power. Classes of words are
k-means clusters of the vectors, so no list was chosen by hand.

    python -m benchmarks.verdicts  # writes benchmarks/figures/verdicts.json

Takes about ten minutes of one core.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import embedviz as ev
from benchmarks.common.figures import write
from embedviz.relations import Relation, RelationReport, Verdict, built_in, built_in_names, measure
from embedviz.relations.closeness import measure_closeness_gain, pair_closest
from embedviz.support import atomic_path

OUT = Path(__file__).parent / "figures" / "verdicts.json"
SIZES = (8, 20, 50)
N_FREQUENT = 20_000
N_CLUSTERS = 150
N_SHUFFLES = 199

Pairs = list[tuple[int, int]]


class Draws:
    """Lists of pairs of words without a relation."""

    def __init__(self, vectors: ev.WordVectors, seed: int) -> None:
        from sklearn.cluster import MiniBatchKMeans

        self.units = vectors.unit_rows(np.arange(len(vectors)))
        self.rng = np.random.default_rng(seed)
        means = MiniBatchKMeans(N_CLUSTERS, random_state=0, n_init=3, batch_size=4096)
        of_word = means.fit_predict(self.units[:N_FREQUENT])
        clusters = (np.flatnonzero(of_word == one) for one in range(N_CLUSTERS))
        self.clusters = [words for words in clusters if len(words) > max(SIZES)]

    def independent(self, n: int) -> Pairs:
        """Frequent words at random."""
        return _zip(*np.split(self.rng.choice(N_FREQUENT, 2 * n, replace=False), 2))

    def matched_sets(self, n: int) -> Pairs:
        """Two sets of the same frequencies, paired at random."""
        sources, targets = zip(*self.matched_pairs(n), strict=True)
        return _zip(np.array(sources), self.rng.permutation(np.array(targets)))

    def matched_pairs(self, n: int) -> Pairs:
        """Each word with the next or next but one by frequency."""
        sources = 4 * self.rng.choice(N_FREQUENT // 4, n, replace=False)
        return _zip(sources, sources + self.rng.integers(1, 3, n))

    def classes_at_random(self, n: int) -> Pairs:
        """Two clusters, paired at random."""
        first, second = self._two()
        choose = self.rng.choice
        return _zip(choose(first, n, replace=False), choose(second, n, replace=False))

    def classes_by_closeness(self, n: int) -> Pairs:
        """Two clusters, each word with the nearest of the other that is not used yet."""
        first, second = self._two()
        chosen = self.rng.choice(first, n, replace=False)
        return _zip(*pair_closest(self.units, chosen, second).T)

    def near_neighbours(self, n: int) -> Pairs:
        """Each word with one of its ten nearest."""
        sources = self.rng.choice(N_FREQUENT // 2, n, replace=False)
        near = self._nearest(sources, self.units, 11)[:, 1:]
        return _zip(sources, near[np.arange(n), self.rng.integers(10, size=n)])

    def nearest_rare(self, n: int) -> Pairs:
        """Each frequent word with the nearest rare one."""
        sources = self.rng.choice(5000, n, replace=False)
        near = self._nearest(sources, self.units[N_FREQUENT:], 1)[:, 0]
        return _zip(sources, N_FREQUENT + near)

    def classes_mixed(self, n: int) -> Pairs:
        """Half of the pairs from two clusters, half from two others."""
        return self.classes_at_random(n // 2) + self.classes_at_random(n - n // 2)

    def _two(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        first, second = self.rng.choice(len(self.clusters), 2, replace=False)
        return self.clusters[first], self.clusters[second]

    def _nearest(
        self, sources: NDArray[np.intp], units: NDArray[np.float32], n: int
    ) -> NDArray[np.intp]:
        cosines = self.units[sources] @ units.T
        best = np.argpartition(-cosines, n - 1, axis=1)[:, :n]
        order = np.argsort(-np.take_along_axis(cosines, best, axis=1), axis=1)
        return np.take_along_axis(best, order, axis=1)


def _zip(sources: NDArray[np.intp], targets: NDArray[np.intp]) -> Pairs:
    return list(zip(sources.tolist(), targets.tolist(), strict=True))


def measure_rates(reports: list[RelationReport]) -> dict[str, float]:
    """Share of relations with each finding, and with the top verdict."""
    found = {one.name: 0 for one in reports[0].findings}
    for report in reports:
        for one in report.findings:
            found[one.name] += bool(one.found)
    found["top_verdict"] = sum(report.verdict is Verdict.ANSWERS for report in reports)
    return {name: round(n / len(reports), 4) for name, n in found.items()}


def tables(figures: Mapping[str, Any]) -> str:
    """Return the two tables of docs/relations.md, in Markdown."""
    parts = []
    for title, key in (("no relation", "errors"), ("relation", "power")):
        rows = [f"| {title} |{''.join(f' {n} pairs |' for n in SIZES)}", "|---|---|---|---|"]
        for name, by_size in figures[key].items():
            cells = (_cell(by_size.get(str(n)), key) for n in SIZES)
            rows.append(f"| {name} | {' | '.join(cells)} |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts)


def _cell(rates: Mapping[str, float] | None, key: str) -> str:
    if rates is None:
        return "–"
    *findings, top = (100 * rate for rate in rates.values())
    form = ".1f" if key == "errors" else ".0f"
    return f"{' / '.join(f'{one:.0f}' for one in findings)} / **{top:{form}}**"


def main() -> None:
    """Measure errors and power, and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=300)
    parser.add_argument("--subsets", type=int, default=20, help="of each built-in relation")
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    vectors = ev.load("english")
    draws = Draws(vectors, seed=1)
    nulls: dict[str, Callable[[int], Pairs]] = {
        "classes by closeness": draws.classes_by_closeness,
        "independent words": draws.independent,
        "frequency-matched sets": draws.matched_sets,
        "frequency-matched pairs": draws.matched_pairs,
        "classes at random": draws.classes_at_random,
        "near neighbours": draws.near_neighbours,
        "frequent word, nearest rare word": draws.nearest_rare,
        "two pairs of classes mixed": draws.classes_mixed,
    }

    def judge(pairs: Pairs) -> RelationReport:
        words = tuple((vectors.words[a], vectors.words[b]) for a, b in pairs)
        relation = Relation("drawn", words)
        return measure(vectors, relation, n_shuffles=N_SHUFFLES, with_pairing=False)

    document: dict[str, object] = {
        "draws": args.draws,
        "subsets": args.subsets,
        "closeness_gain": measure_closeness_gain(vectors),
    }
    errors: dict[str, dict[str, dict[str, float]]] = {}
    power: dict[str, dict[str, dict[str, float]]] = {}
    known = {name: built_in(name).known_to(vectors) for name in built_in_names()}
    for n in SIZES:
        for name, relation in known.items():
            if relation is None or n >= len(relation.pairs):  # every subset would be the list
                continue
            subsets = (
                draws.rng.choice(len(relation.pairs), min(n, len(relation.pairs)), replace=False)
                for _ in range(args.subsets)
            )
            parts = [Relation(name, tuple(relation.pairs[i] for i in one)) for one in subsets]
            reports = [
                measure(vectors, one, n_shuffles=N_SHUFFLES, with_pairing=False) for one in parts
            ]
            power.setdefault(name, {})[str(n)] = measure_rates(reports)
        found = {name: one[str(n)] for name, one in power.items() if str(n) in one}
        print(f"power at {n}", {name: rates["top_verdict"] for name, rates in found.items()})
    for n in SIZES:
        for name, draw in nulls.items():
            began = time.perf_counter()
            rates = measure_rates([judge(draw(n)) for _ in range(args.draws)])
            errors.setdefault(name, {})[str(n)] = rates
            print(f"{name}, {n} pairs: {rates}, {time.perf_counter() - began:.0f} s", flush=True)
    with atomic_path(args.out) as aside:
        write(aside, {**document, "errors": errors, "power": power})


if __name__ == "__main__":
    main()
