"""Words, arrows and marks of a scene, as the word map of a page or a notebook reads them."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.export.scene import Scene
from embedviz.reports import encodable
from embedviz.support import arrow_name, clip
from embedviz.vectors import WordVectors

LONGEST_WORD = 64
"""Maximum number of characters of a word on a map."""
N_NEAR = 3
"""Number of nearest words on the card."""
N_MARKED = 8
"""Number of nearest words that are marked with a word in focus, in notebooks and other apps."""


def shown_word(word: str) -> str:
    """Return a word as maps show it: cut, and safe to encode."""
    return encodable(clip(word, LONGEST_WORD))


def shown_ids(scene: Scene) -> list[int]:
    """Return the ids of the words of the map: the most frequent ones, then the others by rank."""
    pairs = [pair for relation in scene.known for pair in scene.drawn(relation)]
    own = [word for _, group in scene.drawn_groups for word in group.words]
    words = [*(word for pair in pairs for word in pair), *scene.view.marked, *own]
    others = {id_ for id_ in scene.vectors.ids(words) if id_ >= scene.n_shown}
    return [*range(scene.n_shown), *sorted(others)]


def word_facts(vectors: WordVectors, rank: object) -> dict[str, Any] | None:
    """Return what the card shows of the word of a rank; None if the browser sent no valid rank."""
    if not isinstance(rank, int) or not 1 <= rank <= len(vectors):
        return None
    word = vectors.words[rank - 1]
    near = nearest_words(vectors, word, N_NEAR)
    return {
        "rank": rank,
        "count": vectors.count(word),
        "near": [shown_word(one) for one in near],
        "stability": vectors.stability_of(word),
    }


def nearest_words(vectors: WordVectors, word: str, n: int) -> list[str]:
    """Return the words nearest to a word; none are near to a vector of zeros."""
    if not vectors.norms[vectors.id(word)]:
        return []
    return [one.word for one in vectors.most_similar(word, n)]


def focus_marks(scene: Scene, word: str) -> dict[str, Any]:
    """Return the marks of a word in focus and of its nearest words, as an overlay has them."""
    near = nearest_words(scene.vectors, word, N_MARKED)
    return {"chosen": mark(scene, word), "near": [mark(scene, one) for one in near]}


def mark(scene: Scene, word: str) -> dict[str, Any]:
    """Return the mark of a word at its place, also if the map leaves the word out."""
    id_ = scene.vectors.id(word)
    (place,) = scene.plane.place(scene.vectors, [scene.vectors.words[id_]]).tolist()
    return _mark(scene, id_, place)


def _mark(scene: Scene, id_: int, place: Sequence[float]) -> dict[str, Any]:
    word = shown_word(scene.vectors.words[id_])
    return {"word": word, "rank": id_ + 1, **dict(zip("xyz", place, strict=False))}


def map_data(scene: Scene) -> dict[str, Any]:
    """Return words and arrows as ``map_data.mjs`` reads them."""
    vectors = scene.vectors
    ids = shown_ids(scene)
    row = {id_: place for place, id_ in enumerate(ids)}
    # (n_shown, n_components)
    places = scene.plane.place(vectors, [vectors.words[id_] for id_ in ids])
    marks = [_mark(scene, id_, places[row[id_]].tolist()) for id_ in vectors.ids(scene.view.marked)]
    axes = {axis: as_base64(column, "<f4") for axis, column in zip("xyz", places.T, strict=False)}
    families = map_families(scene, row)
    return {
        "words": [shown_word(vectors.words[id_]) for id_ in ids],
        **axes,
        "rank": as_base64(np.array(ids) + 1, "<i4"),
        "overlay": {
            "families": families,
            "chosen": marks[0] if marks else None,
            "near": marks[1:],
            "selected": [],
            "parallelogram": [],
            "dims": scene.view.n_components,
            "summary": summarise(len(ids), families),
            "version": "1",
        },
    }


def map_families(scene: Scene, row: Mapping[int, int]) -> list[dict[str, Any]]:
    """Return arrows and groups of a scene, by the rows in which a map has the ids."""
    vectors = scene.vectors
    families = []
    for relation in scene.known:
        drawn = scene.drawn(relation)
        families.append(
            {
                "label": _label(relation.name, len(drawn), len(relation.pairs)),
                "style": scene.view.style_numbers[relation.name],
                "pairs": [[row[id_] for id_ in vectors.ids(pair)] for pair in drawn],
            }
        )
    return families + [
        {
            "label": encodable(clip(group.name, 40)),
            "style": style,
            "pairs": [[row[id_]] * 2 for id_ in vectors.ids(group.words)],
            "is_points": True,
        }
        for style, group in scene.drawn_groups
    ]


def summarise(n_words: int, families: Sequence[Mapping[str, object]]) -> str:
    """Return the text alternative of a map."""
    arrows = [str(one["label"]) for one in families if "is_points" not in one]
    groups = [str(one["label"]) for one in families if "is_points" in one]
    named = f"; groups: {', '.join(groups)}" if groups else ""
    return f"Word map of {n_words:,} words; arrows: {', '.join(arrows) or 'none'}{named}."


def _label(name: str, n_drawn: int, n_pairs: int) -> str:
    part = f" ({n_drawn} of {n_pairs})" if n_drawn < n_pairs else ""
    return encodable(arrow_name(name)) + part


def as_base64(numbers: NDArray[np.generic] | Sequence[int], type_: str) -> str:
    """Return numbers of a type as base64."""
    return base64.b64encode(np.asarray(numbers, dtype=type_).tobytes()).decode()
