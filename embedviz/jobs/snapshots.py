"""Snapshots of the words that a run follows, written by the run and read by the dashboard.

A folder contains ``watched.json`` (see `embedviz.jobs.watched`), one line of statistics for each
moment (``growth.jsonl``), and ``moments/`` with the vectors of the followed words at that moment,
each an ordinary file of word vectors.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from embedviz.checkpoints import save
from embedviz.errors import InputError
from embedviz.evaluation import RelationMoment, measure_moment
from embedviz.jobs.watched import Watched
from embedviz.projection import Plane, fit_arrows
from embedviz.relations import Relation, offsets
from embedviz.support import check_numbers, read_complete_lines
from embedviz.vectors import WordVectors

FIGURES, MOMENTS = "growth.jsonl", "moments"

N_CANDIDATES = 10_000
"""Number of most frequent words among which a relation's targets are searched for."""

SHARES = (0.0, 0.005, 0.01, *(step / 50 for step in range(1, 51)))
"""Shares of a run at which it records a moment: denser at the start, when words move most."""


@dataclass(frozen=True)
class Snapshot:
    """Statistics of the followed relations at one moment of a run.

    Attributes
    ----------
    share : float
        Share of the run done, between 0 and 1; 0 is the untrained model.
    families : tuple of RelationMoment
        Those with a pair in the vocabulary.
    """

    share: float
    families: tuple[RelationMoment, ...]

    def __post_init__(self) -> None:
        """Raise `TypeError` or `ValueError` for what is no share, as a damaged file may hold."""
        check_numbers(self.share)
        if not 0 <= self.share <= 1:
            raise ValueError(f"{self.share} is no share")

    @property
    def file(self) -> str:
        """Name of the file of vectors, below `MOMENTS`."""
        return f"{self.share:.6f}.npz"


def next_share(share: float) -> float:
    """Return the share of the run at which the next moment is due, above 1 after the last.

    Examples
    --------
    >>> next_share(0.0), next_share(0.013), next_share(1.0)
    (0.005, 0.02, 2.0)
    """
    return next((due for due in SHARES if due > share), 2.0)


def record_snapshot(folder: Path, vectors: WordVectors, share: float, watched: Watched) -> None:
    """Write the vectors of the followed words, and append their statistics.

    Parameters
    ----------
    folder : Path
        Must exist.
    vectors : WordVectors
        Followed words, and the candidates for hits; at least one followed word.
    share : float
        Share of the run done.
    watched : Watched

    Raises
    ------
    InputError
        If the vectors cannot be written.
    """
    found = [measure_moment(vectors, relation) for relation in watched.all_relations]
    moment = Snapshot(round(share, 6), tuple(one for one in found if one))
    followed = vectors.subset(vectors.known(watched.all_words))
    (folder / MOMENTS).mkdir(exist_ok=True)
    save(followed, folder / MOMENTS / moment.file)
    with (folder / FIGURES).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(moment)) + "\n")


def plane(vectors: WordVectors, relations: Sequence[Relation]) -> Plane:
    """Fit the plane of the relations' arrows, and rotate it so that snapshots are comparable.

    The orientation of principal axes is arbitrary and changes between snapshots; here the first
    relation points to the right and the second upwards.

    Parameters
    ----------
    vectors : WordVectors
    relations : sequence of Relation
        Those with a pair among the vectors are used.

    Raises
    ------
    InputError
        If none is, or there are too few words or dimensions for a plane.
    """
    known = [there for one in relations if (there := one.known_to(vectors))]
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
            families = tuple(RelationMoment(**family) for family in line["families"])
            moment = Snapshot(line["share"], families)
            while found and found[-1].share >= moment.share:
                found.pop()  # not in the last checkpoint, so trained again
            found.append(moment)
    return found
