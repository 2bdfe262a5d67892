"""A view together with its vectors: the source of every export."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.projection import MAPS, Layout, View, fingerprint, fit, fit_map
from embedviz.relations import (
    GroupedWords,
    KnownGroups,
    Relation,
    RelationReport,
    by_frequency,
    find_relations,
    group_styles,
    look_up_groups,
    measure,
    merge_small_groups,
    offsets,
)
from embedviz.support import clip
from embedviz.vectors import WordVectors


@dataclass(frozen=True, eq=False)
class Scene:
    """A view with its projected vectors; statistics are computed when first used.

    Attributes
    ----------
    view : View
    vectors : WordVectors
    known : tuple of Relation
        The view's relations that have pairs with vectors, and only those pairs.
    plane : Layout
        Layout of the words: a plane or a neighbour map.
    pictures : ndarray of uint8, shape (n_words, side, side, 3), or None
        Of the words, if they are labels of pictures.
    grouped : KnownGroups
        The view's groups, and which of their words have no vector.
    """

    view: View
    vectors: WordVectors
    known: tuple[Relation, ...]
    plane: Layout
    pictures: NDArray[np.uint8] | None = None
    grouped: KnownGroups = field(default_factory=KnownGroups)

    @cached_property
    def is_same_model(self) -> bool:
        """Whether these vectors are those of the view; reads every vector."""
        return fingerprint(self.vectors) == self.view.sha256

    @cached_property
    def reports(self) -> tuple[RelationReport, ...]:
        """Statistics of every relation of the view, including those without vectors."""
        return tuple(
            measure(self.vectors, relation, seed=self.view.seed) for relation in self.view.relations
        )

    @cached_property
    def fidelities(self) -> dict[str, float | None]:
        """Share of the offsets' squared length retained, by relation; None in a map."""
        return {
            relation.name: self.plane.fidelity(offsets(self.vectors, relation))
            for relation in self.known
        }

    @property
    def n_shown(self) -> int:
        """Words of the map besides arrows."""
        return min(self.view.n_words, len(self.vectors))

    def drawn(self, relation: Relation) -> tuple[tuple[str, str], ...]:
        """Return the drawn pairs of a known relation, the most frequent ones."""
        return by_frequency(self.vectors, relation).pairs[: self.view.n_pairs]

    @property
    def drawn_groups(self) -> tuple[tuple[int, GroupedWords], ...]:
        """Groups with the numbers of their styles; small ones share one if there are many."""
        merged = merge_small_groups(self.grouped.groups)
        styles = group_styles(tuple(self.view.style_numbers.values()), len(merged))
        return tuple(zip(styles, merged, strict=True))

    @property
    def provenance(self) -> dict[str, object]:
        """Origin of the scene, ready for JSON; every exported file has it."""
        from embedviz import __version__

        return {
            "embedviz": __version__,
            "view": self.view.document,
            "vectors": _plain(self.vectors.provenance),
            "n_words": len(self.vectors),
            "n_dims": self.vectors.n_dims,
            "plane": _plain(self.plane.facts),
        }


def _plain(provenance: Mapping[str, object]) -> object:
    """Return provenance without NaN, which JSON cannot store.

    The date on which a file was read is omitted, so that the same content gives the same bytes.
    """
    kept = {name: value for name, value in provenance.items() if name != "read"}
    return json.loads(json.dumps(kept, default=str), parse_constant=str)


def take_view(
    vectors: WordVectors,
    model: str,
    relations: Sequence[Relation],
    *,
    plane: str = "arrows",
    n_components: int = 2,
    n_words: int = 0,
    seed: int = 0,
    marked: Sequence[str] = (),
    groups: Sequence[GroupedWords] = (),
) -> Scene:
    """Create a scene of some relations; see `View` for the parameters."""
    view = View(
        model,
        fingerprint(vectors),
        tuple(relations),
        plane=plane,
        n_components=n_components,
        n_words=n_words,
        seed=seed,
        marked=tuple(marked),
        groups=tuple(groups),
    )
    return open_view(view, vectors)


def map_scene(
    vectors: WordVectors,
    relations: Sequence[str | Path | Relation],
    words: int | Sequence[str],
    *,
    plane: str = "arrows",
    n_components: int = 2,
) -> Scene:
    """Create the scene of a map in a notebook or an app.

    Parameters
    ----------
    vectors : WordVectors
    relations : sequence of str, path or Relation
        Built-in names, files of pairs, or relations.
    words : int or sequence of str
        This many of the most frequent words besides the arrows, or these words only.
    plane, n_components
        See `View`; without relations the plane of the arrows is that of all words.
    """
    shown: list[Relation] = []
    for one in relations:
        shown += [one] if isinstance(one, Relation) else find_relations(str(one))
    name = str(vectors.provenance.get("file", "vectors"))
    options: dict[str, Any] = {"plane": plane, "n_components": n_components}
    if isinstance(words, int | np.integer):
        return take_view(vectors, name, shown, n_words=int(words), **options)
    ids = dict.fromkeys(vectors.ids(list(words)))
    own = [GroupedWords("words", tuple(vectors.words[id_] for id_ in ids))]
    return take_view(vectors, name, shown, groups=own if own[0].words else (), **options)


def open_view(view: View, vectors: WordVectors) -> Scene:
    """Return the scene of a view.

    Vectors other than those of the view are allowed, for comparison; see `Scene.is_same_model`.

    Raises
    ------
    InputError
        If no pair of the relations or no word of the groups has vectors, or too few words for the
        plane.
    UnknownWordError
        If a marked word has no vector.
    """
    known = tuple(there for one in view.relations if (there := one.known_to(vectors)))
    if view.relations and not known:
        names = ", ".join(relation.name for relation in view.relations)
        raise InputError(
            f"No pair of {names} has both words in the vocabulary of {len(vectors)} words: "
            "choose another relation, or a model trained on more text."
        )
    vectors.ids(view.marked)
    grouped = look_up_groups(view.groups, vectors)
    if view.groups and not grouped.groups:
        names = ", ".join(clip(word, 30) for word in grouped.missing[:3])
        raise InputError(
            f"No word of the groups ({names} …) is in the vocabulary of {len(vectors)} words: give "
            "words that it has, as it spells them."
        )
    if not known and view.plane in ("pairs", "relation"):
        raise InputError(
            f"The plane {view.plane} needs pairs with vectors, and there are none: give a relation "
            "with some, or the plane all, tsne or umap."
        )
    kind = view.plane if known or view.plane in MAPS else "all"
    own = [word for group in grouped.groups for word in group.words]
    return Scene(view, vectors, known, _places(view, vectors, known, own, kind), grouped=grouped)


def _places(
    view: View, vectors: WordVectors, known: Sequence[Relation], own: Sequence[str], kind: str
) -> Layout:
    """Fit the layout of the words."""
    if kind not in MAPS:
        return fit(vectors, known, kind, n_components=view.n_components)
    ends = [word for relation in known for word in relation.words]
    mapped = [*vectors.words[: view.n_words], *(ends if known else view.marked), *own]
    return fit_map(vectors, mapped, kind, n_components=view.n_components, seed=view.seed)
