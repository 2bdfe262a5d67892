"""One call for every export: the ending of a name says what is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from embedviz.errors import InputError
from embedviz.export.data import write_csv, write_json, write_parquet
from embedviz.export.page import write_page
from embedviz.export.pictures import write_picture
from embedviz.export.scene import Scene
from embedviz.export.tensorboard import write_folder
from embedviz.plotting import FORMATS

_WRITERS: dict[str, Callable[[Path, Scene], tuple[Path, ...]]] = {
    ".csv": write_csv,
    ".json": write_json,
    ".parquet": write_parquet,
    ".html": write_page,
    "": write_folder,
}


def kind_of(path: Path) -> str:
    """Return the ending that says what is written; empty for a folder.

    Raises
    ------
    InputError
        If the name says nothing that can be written.
    """
    kind = "" if path.is_dir() else path.suffix.lower()
    if kind not in _WRITERS and kind not in FORMATS:
        endings = ", ".join(ending for ending in (*_WRITERS, *FORMATS) if ending)
        raise InputError(
            f"{path} must end in {endings}, or be a folder for TensorBoard, without an ending: "
            "choose such a name."
        )
    return kind


def write(path: Path, scene: Scene, *, dark: bool = False) -> tuple[Path, ...]:
    """Write a scene as the ending of the name says; without one, as a folder for TensorBoard.

    Parameters
    ----------
    path : Path
    scene : Scene
    dark : bool
        Draw a picture on a dark ground; a page follows its reader's system.

    Returns
    -------
    tuple of Path
        All files that were written, the named one first.

    Raises
    ------
    InputError
        If the name says no format, or a file cannot be written; what stood there stays.
    """
    kind = kind_of(path)
    if kind in FORMATS:
        return write_picture(path, scene, dark=dark)
    return _WRITERS[kind](path, scene)
