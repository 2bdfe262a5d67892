"""Draw the pictures of ``docs/statistics.md`` from the English model.

python docs/draw_statistics.py
"""

from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

import embedviz as ev
from embedviz.plotting import Frame, classic, panels
from embedviz.relations import (
    built_in,
    mean_pairwise_cosine,
    read_relations,
    shuffle_pairs,
)

DOCS = Path(__file__).parent
CLOSE = DOCS / "notebooks" / "animal-vehicle.csv"
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"
N_SHUFFLES, SEED = 999, 0


def draw_arrows(vectors: ev.WordVectors, relation: ev.Relation) -> Figure:
    """Draw a relation beside the same words shuffled, each along its own mean offset."""
    control = replace(shuffle_pairs(relation, SEED), name=f"{relation.name}, shuffled")
    return classic(vectors, panels(vectors, [relation, control]), frame=Frame(width_mm=160.0))


def draw_pairings(vectors: ev.WordVectors, relations: list[ev.Relation]) -> Figure:
    """Draw the consistency of each relation among those of random pairings of its words."""
    figure, both = plt.subplots(1, len(relations), figsize=(7, 2.4), layout="constrained")
    for axes, relation in zip(both, relations, strict=True):
        sources, targets = map(vectors.unit, zip(*relation.pairs, strict=True))
        rng = np.random.default_rng(SEED)
        chance = [
            float(mean_pairwise_cosine(targets[rng.permutation(len(targets))] - sources))
            for _ in range(N_SHUFFLES)
        ]
        true = float(mean_pairwise_cosine(targets - sources))
        axes.hist(chance, bins=25, color=GREY)
        axes.axvline(true, color=BLUE, linewidth=2)
        axes.annotate(
            f"true pairs\n{true:.2f}",
            (true + 0.008, 0.97),
            xycoords=("data", "axes fraction"),
            va="top",
            color=BLUE,
        )
        axes.set_title(f"{relation.name}, {len(relation.pairs)} pairs", loc="left", fontsize=10)
        axes.set_xlabel("consistency")
        axes.set_xlim(0, 0.45)
        axes.set_yticks([])
        axes.spines[["top", "right", "left"]].set_visible(False)
    both[0].set_ylabel(f"{N_SHUFFLES} random pairings")
    return figure


def draw_gains(reports: list[ev.RelationReport]) -> Figure:
    """Draw the gain of each relation with its interval, beside what closeness alone gains."""
    figure, axes = plt.subplots(figsize=(7, 2.2), layout="constrained")
    for y, report in enumerate(reversed(reports)):
        axes.plot(100 * np.array(report.gain_interval), [y, y], color=BLUE, linewidth=1.5)
        axes.plot(100 * report.gain, y, "o", color=BLUE)
        axes.annotate(
            report.verdict.value, (103, y), va="center", fontsize=9, annotation_clip=False
        )
    threshold = 100 * reports[0].closeness_gain
    axes.axvline(threshold, color=ORANGE, linestyle="--")
    axes.annotate(
        " median gain of lists of close words",
        (threshold, len(reports) - 0.4),
        color=ORANGE,
        va="center",
        annotation_clip=False,
    )
    axes.set_yticks(range(len(reports)), [one.name for one in reversed(reports)])
    axes.set_xlim(-8, 100)
    axes.set_ylim(-0.5, len(reports) - 0.2)
    axes.set_xlabel("gain: targets found, minus those nearest to the source, of 100 pairs")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", linewidth=0.5, alpha=0.4)
    return figure


def main(folder: Path = DOCS / "images") -> list[ev.RelationReport]:
    """Draw all three; return the reports that ``docs/statistics.md`` quotes."""
    vectors = ev.load("english")
    gender, capitals, close = (
        one.known_to(vectors)
        for one in (built_in("male-female"), built_in("country-capital"), *read_relations(CLOSE))
    )
    mixed = replace(shuffle_pairs(capitals, SEED), name="country-capital, shuffled")
    reports = [ev.measure(vectors, one) for one in (capitals, gender, close, mixed)]
    for name, figure in {
        "statistics-arrows": draw_arrows(vectors, gender),
        "statistics-pairings": draw_pairings(vectors, [gender, close]),
        "statistics-gains": draw_gains(reports),
    }.items():
        figure.savefig(folder / f"{name}.png", dpi=200)
        plt.close(figure)
    return reports


if __name__ == "__main__":
    main()
