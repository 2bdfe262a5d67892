"""Snapshots of relation families during training, written by the run and read by the dashboard.

A folder contains the latest vectors of the families' words (``families.npz``, an ordinary file of
word vectors) and one line of statistics for each snapshot (``growth.jsonl``).
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from embedviz.checkpoints import save
from embedviz.errors import InputError
from embedviz.projection import Plane, fit_arrows
from embedviz.relations import FAMILIES, Relation, built_in, consistency, offsets
from embedviz.support import check_numbers, read_complete_lines
from embedviz.vectors import WordVectors

VECTORS, FIGURES = "families.npz", "growth.jsonl"
N_SHUFFLES = 199
"""Random pairings for a p-value: fewer than in a report, because training waits for it."""


@dataclass(frozen=True)
class Family:
    """Consistency of a family's offsets.

    Attributes
    ----------
    name : str
    n_pairs : int
        Pairs with vectors.
    consistency, p_value : float or None
        As in `RelationReport`; the p-value uses `N_SHUFFLES` random pairings.
    """

    name: str
    n_pairs: int
    consistency: float | None
    p_value: float | None

    def __post_init__(self) -> None:
        """Raise `TypeError` for a value of the wrong type, as a damaged file may hold."""
        measured = [one for one in (self.consistency, self.p_value) if one is not None]
        check_numbers(self.n_pairs, *measured)
        if not isinstance(self.name, str) or not isinstance(self.n_pairs, int) or self.n_pairs < 0:
            raise TypeError(f"{self.name!r:.60} with {self.n_pairs!r:.60} pairs is no family")


@dataclass(frozen=True)
class Snapshot:
    """Statistics of the families at one point of a run.

    Attributes
    ----------
    share : float
        Share of the run done, between 0 and 1.
    families : tuple of Family
        Those with a pair in the vocabulary.
    """

    share: float
    families: tuple[Family, ...]

    def __post_init__(self) -> None:
        """Raise `TypeError` or `ValueError` for what is no share, as a damaged file may hold."""
        check_numbers(self.share)
        if not 0 <= self.share <= 1:
            raise ValueError(f"{self.share} is no share")


def family_words() -> frozenset[str]:
    """Return all words of the families."""
    return frozenset(word for name in FAMILIES for word in built_in(name).words)


def record_snapshot(folder: Path, vectors: WordVectors, share: float) -> None:
    """Write the families' vectors and append their statistics.

    Parameters
    ----------
    folder : Path
        Must exist; its older vectors are replaced, its statistics are appended to.
    vectors : WordVectors
        At least one word of the families.
    share : float
        Share of the run done.

    Raises
    ------
    InputError
        If the vectors cannot be written.
    """
    families = tuple(family for name in FAMILIES if (family := _family(vectors, name)))
    save(vectors, folder / VECTORS)
    line = json.dumps(asdict(Snapshot(round(share, 6), families)))
    with (folder / FIGURES).open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def _family(vectors: WordVectors, name: str) -> Family | None:
    known = built_in(name).known_to(vectors)
    if known is None:
        return None
    sources = vectors.unit([source for source, _ in known.pairs]).astype(np.float64)
    targets = vectors.unit([target for _, target in known.pairs]).astype(np.float64)
    found = float(consistency.mean_pairwise_cosine(targets - sources))
    p = consistency.permutation_p(sources, targets, n_shuffles=N_SHUFFLES, seed=0)
    return Family(name, len(known.pairs), None if np.isnan(found) else found, p)


def known_families(vectors: WordVectors) -> list[Relation]:
    """Return the families that have a pair among the vectors, with the pairs they have."""
    return [known for name in FAMILIES if (known := built_in(name).known_to(vectors))]


def plane(vectors: WordVectors) -> Plane:
    """Fit the plane of the families' arrows, and rotate it so that snapshots are comparable.

    The orientation of principal axes is arbitrary and changes between snapshots; here the first
    family points to the right and the second upwards.

    Raises
    ------
    InputError
        If no family is known, or there are too few words or dimensions for a plane.
    """
    known = known_families(vectors)
    if not known:
        raise InputError("No pair of the families has two words with vectors: train on more text.")
    found = fit_arrows(vectors, known)
    first, *others = [found.axes @ offsets(vectors, family).mean(axis=0) for family in known]
    right = first / max(float(np.linalg.norm(first)), 1e-12)
    up = np.array([-right[1], right[0]])
    if others and others[0] @ up < 0:
        up = -up
    axes = (np.stack([right, up]) @ found.axes).astype(np.float32)
    centred = vectors.unit_matrix - found.centre
    shares = np.square(centred @ axes.T).sum(axis=0) / max(float(np.square(centred).sum()), 1e-12)
    return replace(found, axes=axes, explained_variance=tuple(map(float, shares)))


def read_snapshots(folder: Path) -> list[Snapshot]:
    """Read the statistics so far, in order; empty if there are none yet."""
    found: list[Snapshot] = []
    for line in read_complete_lines(folder / FIGURES):
        with suppress(KeyError, TypeError, ValueError):
            moment = Snapshot(line["share"], tuple(Family(**family) for family in line["families"]))
            while found and found[-1].share >= moment.share:
                found.pop()  # not in the last checkpoint, so trained again
            found.append(moment)
    return found
