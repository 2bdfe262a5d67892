"""Pictures of a scene, as files and as parts of a page."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

from embedviz.errors import InputError
from embedviz.export.scene import Scene
from embedviz.support import arrow_name, clip

_WIDTH_MM = 180.0


def write_picture(path: Path, scene: Scene, *, dark: bool = False) -> tuple[Path, ...]:
    """Draw a scene as ``.png``, ``.svg`` or ``.pdf``, the provenance in its metadata.

    Raises
    ------
    InputError
        If there are no arrows, the plane has three axes, or matplotlib is missing.
    """
    from embedviz.plotting import draw, save  # a second to import

    if not scene.known:
        raise InputError(f"{path} would show 0 arrows: give a relation.")
    figure = draw(
        scene.vectors,
        scene.view.relations,
        scene.plane,
        n_pairs=scene.view.n_pairs,
        width_mm=_WIDTH_MM,
        dark=dark,
        seed=scene.view.seed,
    )
    save(figure, path, title=title(scene), provenance=scene.provenance)
    return (path,)


def title(scene: Scene) -> str:
    """Name a picture by its relations."""
    names = ", ".join(arrow_name(relation.name) for relation in scene.known)
    return clip(f"{names} in {Path(scene.view.model).name}", 200)


def data_url(scene: Scene) -> str:
    """Return a scene's picture as the address of an image that stands in the page itself.

    As an image it keeps its ids and styles to itself, and nothing in it can run.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.svg"
        write_picture(path, scene)
        return f"data:image/svg+xml;base64,{base64.b64encode(path.read_bytes()).decode()}"
