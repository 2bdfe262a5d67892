"""Draw the pictures of ``docs/statistics.md`` from the English model.

python docs/draw_statistics.py
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

import embedviz as ev
from embedviz.plotting import Frame, classic, panels
from embedviz.relations import built_in, mean_pairwise_cosine, offsets, read_relations

DOCS = Path(__file__).parent
CLOSE = DOCS / "notebooks" / "animal-vehicle.csv"
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"
N_SHUFFLES, SEED = 999, 0


def known(vectors: ev.WordVectors, relation: ev.Relation) -> ev.Relation:
    """Keep the pairs whose words have vectors."""
    words = vectors.vocabulary
    pairs = (pair for pair in relation.pairs if all(word in words for word in pair))
    return ev.Relation(relation.name, tuple(pairs))


def shuffled(relation: ev.Relation, rng: np.random.Generator) -> ev.Relation:
    """Pair the sources with the targets in a random order."""
    sources, targets = zip(*relation.pairs, strict=True)
    order = rng.permutation(len(targets))
    return ev.Relation(
        f"{relation.name}, shuffled",
        tuple(zip(sources, [targets[i] for i in order], strict=True)),
    )


def draw_arrows(vectors: ev.WordVectors, relation: ev.Relation) -> Figure:
    """Draw a relation beside the same words shuffled, each along its own mean offset."""
    control = shuffled(relation, np.random.default_rng(SEED))
    return classic(vectors, panels(vectors, [relation, control]), frame=Frame(width_mm=160.0))


def draw_pairings(vectors: ev.WordVectors, relations: list[ev.Relation]) -> Figure:
    """Draw the consistency of each relation among those of random pairings of its words."""
    figure, both = plt.subplots(1, len(relations), figsize=(7, 2.4), layout="constrained")
    for axes, relation in zip(both, relations, strict=True):
        rng = np.random.default_rng(SEED)
        chance = [
            float(mean_pairwise_cosine(offsets(vectors, shuffled(relation, rng))))
            for _ in range(N_SHUFFLES)
        ]
        true = float(mean_pairwise_cosine(offsets(vectors, relation)))
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
    """Draw the hits of each relation's offset beside those of the nearest word alone."""
    figure, axes = plt.subplots(figsize=(7, 2.3), layout="constrained")
    for y, report in enumerate(reversed(reports)):
        low, high = (100 * x for x in report.hit_rate_interval or (np.nan, np.nan))
        axes.plot([low, high], [y, y], color=BLUE, linewidth=1.5)
        axes.plot(100 * (report.hit_rate or 0), y, "o", color=BLUE, label="source + offset")
        axes.plot(
            100 * (report.nearest_rate or 0),
            y,
            "s",
            color=ORANGE,
            markerfacecolor="white",
            label="nearest to the source",
        )
        axes.annotate(f" {report.verdict.value}", (101, y), va="center", annotation_clip=False)
    axes.set_yticks(range(len(reports)), [one.name for one in reversed(reports)])
    axes.set_xlim(-2, 100)
    axes.set_ylim(-0.5, len(reports) - 0.5)
    axes.set_xlabel("target found first, % of pairs")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="x", linewidth=0.5, alpha=0.4)
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles[:2], labels[:2], loc="outside upper left", ncols=2, frameon=False)
    return figure


def main() -> None:
    """Draw all three."""
    vectors = ev.load("english")
    gender, capitals, close = (
        known(vectors, one)
        for one in (built_in("male-female"), built_in("country-capital"), *read_relations(CLOSE))
    )
    mixed = shuffled(capitals, np.random.default_rng(SEED))
    reports = [ev.measure(vectors, one) for one in (capitals, gender, close, mixed)]
    for name, figure in {
        "statistics-arrows": draw_arrows(vectors, gender),
        "statistics-pairings": draw_pairings(vectors, [gender, close]),
        "statistics-gains": draw_gains(reports),
    }.items():
        figure.savefig(DOCS / "images" / f"{name}.png", dpi=200)


if __name__ == "__main__":
    main()
