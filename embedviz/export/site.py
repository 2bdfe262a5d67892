"""The explorer as a folder of static files: map, search, neighbours, analogies, axes, verdicts.

Everything is computed in the browser, from vectors rounded to bytes, so any web server or none will
do. Nothing is loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.export.bundling import COMPONENT, bundle
from embedviz.export.figures import MEANINGS, figures_table
from embedviz.export.map_data import as_base64, map_families, shown_ids, shown_word
from embedviz.export.scene import Scene, take_view
from embedviz.export.tables import statistics
from embedviz.projection import Plane
from embedviz.relations import Relation, explain
from embedviz.reports import (
    encodable,
    html_facts,
    html_page,
    html_provenance,
    html_table,
    html_text,
)
from embedviz.support import arrow_name, atomic_path, clip
from embedviz.vectors import WordVectors

INDEX = "index.html"
_ALL, _AXES = "all words", "two axes"
_OWN = {_ALL, _AXES}  # names of views that are no relations
_MARK = '<meta name="generator" content="embedviz export-site">'
# the words in the fields at first, if the model has them; else its most frequent words
_FIRST = {
    "x_from": "man",
    "x_to": "woman",
    "y_from": "young",
    "y_to": "old",
    "a": "man",
    "b": "king",
    "c": "woman",
}


def write_site(
    folder: Path,
    vectors: WordVectors,
    name: str,
    relations: Sequence[Relation],
    *,
    n_words: int = 50_000,
    seed: int = 0,
) -> Path:
    """Write the explorer of vectors as a folder, and return its page.

    Parameters
    ----------
    folder : Path
        A new one, or one with an older site, whose page is replaced; other files stay.
    vectors : WordVectors
    name : str
        Of the model, for the title.
    relations : sequence of Relation
        Drawn as arrows and measured; those without any pair in the vocabulary are left out. None
        are needed.
    n_words : int
        Most frequent words that the site knows, and those of the pairs.
    seed : int
        Of the permutation test.

    Raises
    ------
    InputError
        If the folder has another page, two relations have one name, or it cannot be written.
    """
    index = folder / INDEX
    if index.exists() and _MARK not in index.read_text(encoding="utf-8", errors="replace"):
        raise InputError(f"{index} is another page: choose a new folder.")
    names = [one.name for one in relations]
    if twice := sorted({name for name in names if names.count(name) > 1} | (_OWN & {*names})):
        raise InputError(f"Two views would be called '{twice[0]}': rename the relation.")
    known = [relation for relation in relations if relation.known_to(vectors)]
    content = site_page(vectors, name, known, n_words=n_words, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_path(index) as aside:
        aside.write_text(content, encoding="utf-8", newline="")
    return index


def site_page(
    vectors: WordVectors, name: str, relations: Sequence[Relation], *, n_words: int, seed: int = 0
) -> str:
    """Return the page of a site."""
    scenes = [take_view(vectors, name, [one], n_words=n_words, seed=seed) for one in relations]
    all_words = take_view(vectors, name, [], n_words=n_words, seed=seed)
    ids = np.array(sorted({id_ for one in (*scenes, all_words) for id_ in shown_ids(one)}))
    template = Template((Path(__file__).parent / "site.html").read_text(encoding="utf-8"))
    data = _data(vectors, ids, scenes, all_words)
    words = data["words"]
    shown = set(words)
    first = {
        field: html_text(word if word in shown else words[place % len(words)])
        for place, (field, word) in enumerate(_FIRST.items())
    }
    found = [one for scene in scenes for one in statistics(scene)]
    figures = ""
    if found:
        figures = f"<h2>Relations</h2>{html_table(figures_table(found))}{html_facts(MEANINGS)}"
    return html_page(
        f"Words of {clip(name, 60)}",
        _MARK
        + template.substitute(
            first, figures=figures, provenance=html_provenance(all_words.provenance)
        ),
        style="".join(
            path.read_text(encoding="utf-8")
            for path in (COMPONENT / "word_map.css", Path(__file__).parent / "site.css")
        ),
        script=bundle("site"),
        data=data,
    )


def _data(
    vectors: WordVectors, ids: NDArray[np.intp], scenes: Sequence[Scene], all_words: Scene
) -> dict[str, Any]:
    """Return words, vectors and views as ``site.mjs`` reads them."""
    row = {id_: place for place, id_ in enumerate(ids.tolist())}
    counts, stability = vectors.vocabulary.counts, vectors.stability
    views = [_view(scene, row) for scene in scenes]
    plain = {"families": [], "verdict": "The plane shows the largest variance of all words."}
    views.append({"name": _ALL, "label": "all words, no arrows", **plain, **_axes(all_words)})
    named = (
        "A word's place is its cosine with each axis. One pair makes an axis of all that differs "
        "between two words."
    )
    views.append({"name": _AXES, "label": "axes between words", "families": [], "verdict": named})
    return {
        "words": [shown_word(vectors.words[id_]) for id_ in ids],
        "rank": as_base64(ids + 1, "<i4"),
        "counts": None if counts is None else counts[ids].tolist(),
        "stability": None if stability is None else stability[ids].tolist(),
        "vectors": _quantised(vectors.unit_rows(ids)),
        "views": views,
    }


def _view(scene: Scene, row: dict[int, int]) -> dict[str, Any]:
    (relation,), (report,) = scene.known, scene.reports
    return {
        "name": encodable(relation.name),
        "label": f"arrows: {encodable(arrow_name(relation.name))}",
        "verdict": f"{report.verdict.value}. {explain(report)}",
        "families": map_families(scene, row),
        **_axes(scene),
    }


def _axes(scene: Scene) -> dict[str, Any]:
    """Return the axes of a scene's plane, and the place of its centre on them."""
    plane = scene.plane
    if not isinstance(plane, Plane):
        raise InputError("A site needs a plane: give arrows, pairs, relation or all.")
    return {"axes": plane.axes.tolist(), "centre": (plane.axes @ plane.centre).tolist()}


def _quantised(unit: NDArray[np.float32]) -> dict[str, Any]:
    """Round unit vectors to bytes, each row by its largest number."""
    scales = np.maximum(np.abs(unit).max(axis=1), 1e-12) / 127
    numbers = np.rint(unit / scales[:, np.newaxis])
    return {
        "numbers": as_base64(numbers, "<i1"),
        "scales": as_base64(scales, "<f4"),
        "n_dims": unit.shape[1],
    }
