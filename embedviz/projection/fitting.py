"""Planes fitted to words, to arrows or to the directions of relations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.projection.planes import (
    NUMBERS_AT_ONCE,
    Plane,
    unit_blocks,
)
from embedviz.relations import Relation, offsets
from embedviz.vectors import (
    WordVectors,
    axis_signs,
    principal_axes,
    principal_axes_of_blocks,
    refuse_too_few,
)

PLANES = ("arrows", "relation", "pairs", "all")
"""The kinds of planes of `fit`."""


def fit(
    vectors: WordVectors, relations: Sequence[Relation], plane: str, *, n_components: int = 2
) -> Plane:
    """Fit a plane of the given kind.

    Parameters
    ----------
    vectors : WordVectors
    relations : sequence of Relation
        Pairs without vectors are ignored.
    plane : str
        ``arrows``: principal components of the relations' mean offsets, see `fit_arrows`;
        ``relation``: along the mean offset of one relation or of two, see `fit_relation`;
        ``pairs``: principal components of the words of all their pairs; ``all``: of all words.
    n_components : int
        2 for a flat map, 3 for a rotatable one.

    Raises
    ------
    InputError
        If the plane is not known, or there are too few words or dimensions.
    """
    if plane == "all":
        return fit_plane(vectors, n_components=n_components)
    known = [there for relation in relations if (there := relation.known_to(vectors))]
    if not known and plane in PLANES:
        raise InputError("No pair has two words with vectors: give other relations.")
    if plane == "arrows":
        return fit_arrows(vectors, known, n_components=n_components)
    if plane == "relation":
        return fit_relation(vectors, known, n_components=n_components)
    if plane == "pairs":
        return fit_plane(vectors, _words(known), n_components=n_components)
    raise InputError(f"The plane '{plane}' is not known: use one of {', '.join(PLANES)}.")


def fit_plane(
    vectors: WordVectors, words: Sequence[str] | None = None, *, n_components: int = 2
) -> Plane:
    """Fit principal components of words' unit vectors, centred; zero vectors are ignored.

    Parameters
    ----------
    vectors : WordVectors
    words : sequence of str, optional
        Fit on these; by default on all words.
    n_components : int

    Raises
    ------
    InputError
        If there are too few words or dimensions for so many components.

    Notes
    -----
    The largest entry of each axis is positive, so that pictures do not flip between
    runs.
    """
    ids = np.arange(len(vectors)) if words is None else np.array(vectors.ids(words), dtype=np.intp)
    ids = ids[vectors.norms[ids] > 0]
    if len(ids) * vectors.n_dims > NUMBERS_AT_ONCE:
        found = principal_axes_of_blocks(unit_blocks(vectors, ids), n_components)
    else:
        found = principal_axes(vectors.unit_rows(ids), n_components)
    return Plane(found.centre, found.axes, found.shares, found.n_rows)


def fit_arrows(
    vectors: WordVectors, relations: Sequence[Relation], *, n_components: int = 2
) -> Plane:
    """Fit principal components of relations' mean offsets, not centred, with equal weights.

    Components of the *words* retain what separates the families from each other, verbs from
    countries; these retain what separates targets from sources. With fewer relations than
    components, further axes are principal components of the words, orthogonal to the arrows.

    Parameters
    ----------
    vectors : WordVectors
    relations : sequence of Relation
        At least one; every word must have a vector.
    n_components : int

    Raises
    ------
    InputError
        If there are too few words or dimensions for so many components.

    Notes
    -----
    Most arrows point upwards or to the right. The plane is biased in favour of the arrows it is
    fitted on, see `Plane.fidelity`; compute statistics in the full space.
    """
    means = np.stack([offsets(vectors, relation).mean(axis=0) for relation in relations])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)
    _, strength, directions = np.linalg.svd(means, full_matrices=False)
    axes = directions[:n_components][strength[:n_components] > 1e-6]
    along = (means @ axes.T).sum(axis=0)
    axes *= np.where(np.abs(along) > 1e-4, np.sign(along), axis_signs(axes))[:, np.newaxis]
    names = tuple(f"component {i + 1} of the mean offsets" for i in range(len(axes)))
    return _completed(vectors, relations, axes, names, n_components)


def fit_relation(
    vectors: WordVectors,
    relations: Sequence[Relation],
    *,
    n_components: int = 2,
    spread: Sequence[str] | None = None,
) -> Plane:
    """Fit a plane along the direction of one relation, or of two.

    x is the unit mean offset of the first relation, so that its arrows point to the right. y is
    that of the second, at right angles to the first (Gram–Schmidt); for one relation, it is
    the first principal component of its words orthogonal to x. `Plane.cosine` is the cosine of the
    two directions.

    Parameters
    ----------
    vectors : WordVectors
    relations : sequence of Relation
        One or two; every word must have a vector.
    n_components : int
    spread : sequence of str, optional
        Words whose variance the further axes maximise; by default all words of the relations.

    Raises
    ------
    InputError
        If there are more relations, offsets cancel out, both directions are equal, or there are too
        few dimensions.

    Notes
    -----
    A single pair always lies in its own plane: its fidelity of 1 is meaningless. The plane is
    biased in favour of its relations, see `fit_arrows`.
    """
    if not 1 <= len(relations) <= 2:
        raise InputError(
            f"The relation plane shows 1 or 2 relations, not {len(relations)}: choose one or two, "
            "or use the plane 'arrows'."
        )
    directions = [_direction(vectors, relation) for relation in relations]
    if len(directions) == 1:
        axes = np.stack(directions)
        return _completed(vectors, relations, axes, ("mean offset",), n_components, spread=spread)
    first, second = directions
    cosine = float(first @ second)
    upright = second - cosine * first
    length = float(np.linalg.norm(upright))
    if length < 1e-3:
        raise InputError(
            f"{relations[0].name} and {relations[1].name} have the same direction and span no "
            "plane: choose one of them, or another."
        )
    axes = np.stack([first, upright / length])
    names = (f"mean offset of {relations[0].name}", f"of {relations[1].name}, orthogonal to x")
    return _completed(vectors, relations, axes, names, n_components, spread=spread, cosine=cosine)


def _direction(vectors: WordVectors, relation: Relation) -> NDArray[np.floating]:
    mean = offsets(vectors, relation).mean(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(mean))
    if length < 1e-6:
        raise InputError(f"The offsets of {relation.name} cancel out: give other pairs.")
    direction: NDArray[np.floating] = mean / length
    return direction


def _completed(
    vectors: WordVectors,
    relations: Sequence[Relation],
    axes: NDArray[np.floating],
    names: tuple[str, ...],
    n_components: int,
    *,
    spread: Sequence[str] | None = None,
    cosine: float | None = None,
) -> Plane:
    """Complete the axes with principal components of the residual, and build the plane."""
    rows = vectors.unit(_words(relations))
    n_more = n_components - len(axes)
    if n_more > 0:
        others = rows if spread is None else vectors.unit(spread)
        rest = others - (others @ axes.T) @ axes
        if len(rest) == 2:  # a single pair has no residual: use its mean instead
            rest = np.stack([rest.mean(axis=0), 0 * rest[0], -rest.mean(axis=0)])
        axes = np.concatenate([axes, principal_axes(rest, n_more).axes])
        names += tuple(f"component {i + 1} of the residual" for i in range(n_more))
    refuse_too_few(max(len(rows), 3), rows.shape[1], n_components)
    axes = axes[:n_components].astype(np.float32)
    centred = rows - rows.mean(axis=0)
    whole = float(np.square(centred).sum())
    kept = np.square(centred @ axes.T).sum(axis=0)
    shares = tuple(float(share) / whole if whole > 1e-9 else 0.0 for share in kept)
    return Plane(rows.mean(axis=0), axes, shares, len(rows), names[:n_components], cosine)


def _words(relations: Sequence[Relation]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for relation in relations for word in relation.words))
