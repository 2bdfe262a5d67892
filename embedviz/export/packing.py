"""A scene's files as bytes for a download: one file, or a zip of several."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from embedviz.export import write
from embedviz.export.pictures import DEFAULT, PictureSettings
from embedviz.export.scene import Scene

_DAY = (1980, 1, 1, 0, 0, 0)  # earliest date in zip files: the same view gives the same bytes


def packed(name: str, scene: Scene, picture: PictureSettings = DEFAULT) -> bytes:
    """Return the content that `embedviz.export.write` writes: one file as is, several as a zip.

    Parameters
    ----------
    name : str
        File name, whose extension determines the format; without one, a folder for TensorBoard.
    scene : Scene
    picture : PictureSettings

    Raises
    ------
    InputError
        As `embedviz.export.write`.
    """
    with tempfile.TemporaryDirectory(prefix="embedviz-export-") as folder:
        write(Path(folder) / name, scene, picture)
        files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
        if len(files) == 1:
            return files[0].read_bytes()
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w") as archive:
            for file in files:
                inside = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _DAY)
                inside.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(inside, file.read_bytes())
        return memory.getvalue()
