"""The word map as one HTML file that works offline in any browser."""

from __future__ import annotations

from pathlib import Path
from string import Template

from embedviz.export.bundling import COMPONENT, bundle
from embedviz.export.figures import MEANINGS, figures_table
from embedviz.export.map_data import map_data
from embedviz.export.scene import Scene
from embedviz.export.tables import statistics
from embedviz.reports import (
    html_facts,
    html_page,
    html_provenance,
    html_table,
    html_text,
)
from embedviz.support import arrow_name, atomic_path, clip

_NAMED = 3
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
        data=map_data(scene),
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
