"""The word map as one HTML file that works offline in any browser."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

import numpy as np
from numpy.typing import NDArray

from embedviz.export.bundling import COMPONENT, bundle
from embedviz.export.figures import MEANINGS, figures_table
from embedviz.export.scene import Scene
from embedviz.export.tables import statistics
from embedviz.reports import (
    encodable,
    html_facts,
    html_page,
    html_provenance,
    html_table,
    html_text,
)
from embedviz.support import arrow_name, atomic_path, clip

_NAMED = 3
_LONGEST_WORD = 64
_PLANES = {
    "arrows": "The plane is fitted to the arrows' mean directions, and biased in their favour.",
    "relation": "The plane is spanned by the relations' directions, and biased in their favour.",
    "pairs": "The plane shows the largest variance of the pairs' words (principal components).",
    "tsne": "Nearby words are used similarly; large distances mean little.",
    "umap": "Nearby words are used similarly; large distances mean little.",
    "all": "The plane shows the largest variance of all words (principal components).",
}


def write_page(path: Path, scene: Scene) -> tuple[Path, ...]:
    """Write the map, its figures and its provenance as one HTML file."""
    content = page(scene)
    with atomic_path(path) as aside:
        aside.write_text(content, encoding="utf-8", newline="")
    return (path,)


def page(scene: Scene) -> str:
    """Return the page, which runs only its own script and loads nothing."""
    content = Template((Path(__file__).parent / "map.html").read_text(encoding="utf-8"))
    return html_page(
        _title(scene),
        content.substitute(
            plane=_plane(scene),
            figures=_figures(scene) if scene.view.relations else "",
            provenance=html_provenance(scene.provenance),
        ),
        style=(COMPONENT / "word_map.css").read_text(encoding="utf-8"),
        script=bundle("standalone"),
        data=_data(scene),
    )


def _figures(scene: Scene) -> str:
    return html_table(figures_table(statistics(scene))) + html_facts(MEANINGS)


def _title(scene: Scene) -> str:
    names = [arrow_name(relation.name) for relation in scene.known]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    shown = f": {', '.join(names[:_NAMED])}{more}" if names else ""
    return f"Word map of {clip(Path(scene.view.model).name, 60)}{shown}"


def _plane(scene: Scene) -> str:
    kind = _PLANES[scene.view.plane if scene.known else "all"]
    axes = ", ".join(scene.plane.axis_titles)
    note = scene.plane.note.replace("\n", " ")
    return html_text(f"{kind} Axes: {axes}. {note}", 2_000)


def _data(scene: Scene) -> dict[str, object]:
    """Return words and arrows as ``standalone.mjs`` reads them."""
    vectors = scene.vectors
    pairs = {relation.name: scene.drawn(relation) for relation in scene.known}
    ends = [word for drawn in pairs.values() for pair in drawn for word in pair]
    own = [word for _, group in scene.drawn_groups for word in group.words]
    others = set(vectors.ids([*ends, *scene.view.marked, *own]))
    n_first = min(scene.view.n_words, len(vectors))
    ids = [*range(n_first), *sorted(id_ for id_ in others if id_ >= n_first)]
    row = {id_: place for place, id_ in enumerate(ids)}
    # (n_shown, n_components)
    places = scene.plane.place(vectors, [vectors.words[id_] for id_ in ids])
    families = [
        {
            "label": _label(relation.name, len(pairs[relation.name]), len(relation.pairs)),
            "style": scene.view.style_numbers[relation.name],
            "pairs": [[row[id_] for id_ in vectors.ids(pair)] for pair in pairs[relation.name]],
        }
        for relation in scene.known
    ]
    families += [
        {
            "label": encodable(clip(group.name, 40)),
            "style": style,
            "pairs": [[row[id_]] * 2 for id_ in vectors.ids(group.words)],
            "is_points": True,
        }
        for style, group in scene.drawn_groups
    ]
    words = [encodable(clip(vectors.words[id_], _LONGEST_WORD)) for id_ in ids]
    marks = [
        {
            "word": words[row[id_]],
            "rank": id_ + 1,
            **dict(zip("xyz", places[row[id_]].tolist(), strict=False)),
        }
        for id_ in vectors.ids(scene.view.marked)
    ]
    axes = {axis: _packed(column, "<f4") for axis, column in zip("xyz", places.T, strict=False)}
    return {
        "words": words,
        **axes,
        "rank": _packed(np.array(ids) + 1, "<i4"),
        "overlay": {
            "families": families,
            "chosen": marks[0] if marks else None,
            "near": marks[1:],
            "selected": [],
            "parallelogram": [],
            "dims": scene.view.n_components,
            "summary": _summary(len(ids), families),
            "version": "1",
        },
    }


def _summary(n_words: int, families: Sequence[Mapping[str, object]]) -> str:
    arrows = [str(one["label"]) for one in families if "is_points" not in one]
    groups = [str(one["label"]) for one in families if "is_points" in one]
    named = f"; groups: {', '.join(groups)}" if groups else ""
    return f"Word map of {n_words:,} words; arrows: {', '.join(arrows) or 'none'}{named}."


def _label(name: str, n_drawn: int, n_pairs: int) -> str:
    part = f" ({n_drawn} of {n_pairs})" if n_drawn < n_pairs else ""
    return encodable(arrow_name(name)) + part


def _packed(numbers: NDArray[np.generic] | Sequence[int], type_: str) -> str:
    return base64.b64encode(np.asarray(numbers, dtype=type_).tobytes()).decode()
