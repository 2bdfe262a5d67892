"""Writing a scene in any format, chosen by the file extension."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from embedviz.errors import InputError
from embedviz.export.data import write_csv, write_json, write_parquet
from embedviz.export.page import write_page
from embedviz.export.pictures import DEFAULT, PictureSettings, write_picture
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
    """Return the extension, which determines the format; empty for a folder.

    Raises
    ------
    InputError
        If the extension is unknown.
    """
    kind = "" if path.is_dir() else path.suffix.lower()
    if kind not in _WRITERS and kind not in FORMATS:
        endings = ", ".join(ending for ending in (*_WRITERS, *FORMATS) if ending)
        raise InputError(
            f"{path} must end in {endings}, or be a folder for TensorBoard, without extension: "
            "choose such a name."
        )
    return kind


def write(path: Path, scene: Scene, picture: PictureSettings = DEFAULT) -> tuple[Path, ...]:
    """Write a scene in the format of the extension; without one, a folder for TensorBoard.

    Parameters
    ----------
    path : Path
    scene : Scene
    picture : PictureSettings
        How a picture is drawn; pages follow the reader's system.

    Returns
    -------
    tuple of Path
        All written files, the named one first.

    Raises
    ------
    InputError
        If the extension is unknown, or a file cannot be written; existing files are kept.
    """
    kind = kind_of(path)
    if kind in FORMATS:
        return write_picture(path, scene, picture)
    return _WRITERS[kind](path, scene)
