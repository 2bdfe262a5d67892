"""Pictures of a scene for files and reports."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from embedviz.errors import InputError
from embedviz.export.scene import Scene
from embedviz.projection import MAPS
from embedviz.support import arrow_name, clip

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from embedviz.plotting import Frame, WordGroup

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
        If there is nothing to draw, the plane has three axes, or matplotlib is missing.
    """
    from embedviz.plotting import FRAMES, classic, draw, panels, save  # takes a second to import

    view = scene.view
    frame = replace(FRAMES[settings.size], title=settings.title, caption=settings.caption)
    if not scene.known:
        figure = _draw_words(scene, path, frame, settings)
    elif settings.is_classic:
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
            groups=_placed_groups(scene),
        )
    save(figure, path, title=settings.title or title(scene), provenance=scene.provenance)
    return (path,)


def _draw_words(scene: Scene, path: Path, frame: Frame, settings: PictureSettings) -> Figure:
    """Draw a map without arrows: groups of words, marked ones, and the most frequent ones."""
    from embedviz.plotting import WordGroup, draw_words

    own = _placed_groups(scene)
    taken = {word for group in own for word in group.words}
    marked = tuple(word for word in dict.fromkeys(scene.view.marked) if word not in taken)
    taken.update(marked)
    others = tuple(word for word in scene.vectors.words[: scene.n_shown] if word not in taken)
    if not own and not marked + others:
        raise InputError(
            f"{path} would show 0 words: give a relation, groups, a number of words, or marks."
        )
    if scene.view.n_components != 2:
        raise InputError(f"{path} has two axes, and the view 3: write .html, or take 2 dimensions.")
    named = {"marked": marked} if own else {"marked": marked, "words": others}
    groups = [
        WordGroup(name, number, words, scene.plane.place(scene.vectors, words))
        for number, (name, words) in enumerate(named.items(), len(own))
        if words
    ]
    dots = scene.plane.place(scene.vectors, others) if own and others else None
    titles = () if scene.view.plane in MAPS else scene.plane.axis_titles
    return draw_words(
        [*own, *groups], others=dots, axis_titles=titles, frame=frame, dark=settings.dark
    )


def _placed_groups(scene: Scene) -> list[WordGroup]:
    """Place the view's groups of words."""
    from embedviz.plotting import WordGroup

    return [
        WordGroup(group.name, style, group.words, scene.plane.place(scene.vectors, group.words))
        for style, group in scene.drawn_groups
    ]


def title(scene: Scene) -> str:
    """Name a picture by its relations."""
    names = ", ".join(arrow_name(relation.name) for relation in scene.known) or "words"
    return clip(f"{names} in {Path(scene.view.model).name}", 200)


def svg(scene: Scene) -> bytes:
    """Return a scene's picture as an SVG file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.svg"
        write_picture(path, scene)
        return path.read_bytes()
