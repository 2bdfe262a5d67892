"""Pictures of a scene for files and reports."""

from __future__ import annotations

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
    from embedviz.plotting import draw, save  # takes a second to import

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


def svg(scene: Scene) -> bytes:
    """Return a scene's picture as an SVG file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.svg"
        write_picture(path, scene)
        return path.read_bytes()
