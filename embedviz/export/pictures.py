"""Pictures of a scene for files and reports."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from embedviz.errors import InputError
from embedviz.export.scene import Scene
from embedviz.support import arrow_name, clip

_MOST_A_PANEL = 12


@dataclass(frozen=True)
class PictureSettings:
    """How a scene is drawn as a picture.

    Attributes
    ----------
    dark : bool
        On a dark background.
    size : str
        ``page`` or ``column`` of a journal, or ``slide`` (16:9).
    is_classic : bool
        One panel per relation, each on a plane of its own, instead of the scene's plane.
    title, caption : str
        May be empty.
    """

    dark: bool = False
    size: str = "page"
    is_classic: bool = False
    title: str = ""
    caption: str = ""


DEFAULT = PictureSettings()


def write_picture(
    path: Path, scene: Scene, settings: PictureSettings = DEFAULT
) -> tuple[Path, ...]:
    """Draw a scene as ``.png``, ``.svg`` or ``.pdf``, the provenance in its metadata.

    Raises
    ------
    InputError
        If there are no arrows, the plane has three axes, or matplotlib is missing.
    """
    from embedviz.plotting import FRAMES, classic, draw, panels, save  # takes a second to import

    if not scene.known:
        raise InputError(f"{path} would show 0 arrows: give a relation.")
    view = scene.view
    frame = replace(FRAMES[settings.size], title=settings.title, caption=settings.caption)
    if settings.is_classic:
        n_pairs = min(view.n_pairs, _MOST_A_PANEL)
        shown = panels(scene.vectors, scene.known, n_labelled=n_pairs, seed=view.seed)
        figure = classic(
            scene.vectors, shown, frame=frame, dark=settings.dark, styles=view.style_numbers
        )
    else:
        figure = draw(
            scene.vectors,
            view.relations,
            scene.plane,
            n_pairs=view.n_pairs,
            n_words=view.n_words,
            marked=view.marked,
            draws_others=False,
            frame=frame,
            dark=settings.dark,
            seed=view.seed,
            styles=view.style_numbers,
        )
    save(figure, path, title=settings.title or title(scene), provenance=scene.provenance)
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
