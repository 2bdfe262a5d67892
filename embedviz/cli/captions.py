"""The command `caption`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from embedviz.cli.options import Json, model_names
from embedviz.cli.output import err, out, print_json
from embedviz.cli.run_options import require_torch
from embedviz.corpora import PictureFolder, read_picture
from embedviz.errors import InputError

if TYPE_CHECKING:
    from embedviz.sequences import Caption, SequenceModel

_BEAM, _ALPHA, _MOST = 5, 0.7, 50


def caption(
    model: Annotated[
        str,
        typer.Argument(
            help="The folder of a model that train --pictures or train scenes wrote, or scenes: "
            "the bundled one, which reads drawings of embedviz corpus scenes.",
            show_default=False,
            autocompletion=model_names,
        ),
    ],
    pictures: Annotated[
        list[Path],
        typer.Argument(metavar="PICTURE...", help="PNG, JPEG or other files.", show_default=False),
    ],
    n_best: Annotated[
        int, typer.Option(help="Captions for each picture, best first.", min=1, max=_MOST)
    ] = 1,
    table: Annotated[
        Path | None,
        typer.Option(
            help="Also write the texts as a table for embedviz grade.", show_default=False
        ),
    ] = None,
    captions: Annotated[
        Path | None,
        typer.Option(
            "--captions",
            help="With --table: true captions, JSON in COCO's format beside the pictures; adds "
            "them and, as a control, that of the nearest other picture.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Put pictures into words.

    Beside each caption stands how much the picture adds: log p(caption | picture) minus
    log p(caption | no picture).

    Examples:
    embedviz caption scenes drawing.png
    embedviz caption models/photos photos/*.jpg --n-best 3 --json
    """
    require_torch()
    from embedviz.sequences import Search, caption_pictures, open_sequence_model, picture_size

    opened = open_sequence_model(model, needs=("vec-seq",), of_pictures=True)
    read, errors = _read(pictures, picture_size(opened))
    how = Search(max(_BEAM, n_best), n_best, _ALPHA)
    found = iter(caption_pictures(opened, read, how) if read else ())
    answers = [(path, None if path in errors else next(found)) for path in pictures]
    if captions and not table:
        raise InputError("--captions are for the table to grade: add --table, or omit them.")
    if table:
        _write_table(table, [one for one in answers if one[1]], captions, opened)
    for message in errors.values():
        err.print(message, markup=False, soft_wrap=True)
    if json:
        rows = [_as_json(path, one, errors.get(path)) for path, one in answers]
        print_json({"model": model, "pictures": rows})
        return
    _print(answers)


def _print(answers: Sequence[tuple[Path, Caption | None]]) -> None:
    shown = Table(box=None, padding=(0, 2, 0, 0))
    shown.add_column("picture", overflow="fold")
    shown.add_column("caption", overflow="fold")
    shown.add_column("likelihood ratio", justify="right")
    for path, one in answers:
        if one is None:
            continue
        for i, (text, ratio) in enumerate(zip(one.texts, one.log_ratios, strict=True)):
            shown.add_row(Text(path.name if i == 0 else ""), Text(text.text), f"{ratio:+.1f}")
    if shown.row_count:
        out.print(shown)


def _read(paths: list[Path], size: int) -> tuple[list[NDArray[np.uint8]], dict[Path, str]]:
    """Read pictures; of several, some may be unreadable: their errors."""
    read, errors = [], {}
    for path in paths:
        try:
            read.append(read_picture(path, size))
        except InputError as error:
            if len(paths) == 1:
                raise
            errors[path] = str(error)
    return read, errors


def _write_table(
    path: Path,
    answers: Sequence[tuple[Path, Caption | None]],
    captions: Path | None,
    model: SequenceModel,
) -> None:
    """Write who says what of each picture."""
    from embedviz.evaluation import GradedText, write_texts_to_grade
    from embedviz.sequences import encode_pictures, picture_size

    rows = [GradedText(str(path), one.texts[0].text, model.name) for path, one in answers if one]
    if captions:
        others = PictureFolder(captions.parent, captions)
        true: dict[str, str] = {}
        for name, text in others.read():
            true.setdefault(name, text)
        size = picture_size(model)
        vectors = encode_pictures(model, list(others.pictures(list(true), size)), list(true))
        for picture, _ in answers:
            (own,) = encode_pictures(model, [read_picture(picture, size)], ["own"]).matrix
            exclude = [picture.name] if picture.name in true else []
            (nearest,) = vectors.nearest(own, 1, exclude=exclude)
            by = "caption of the nearest other picture"
            rows.append(GradedText(str(picture), true[nearest.word], by))
            if picture.name in true:
                rows.append(GradedText(str(picture), true[picture.name], "true caption"))
    write_texts_to_grade(path, rows)


def _as_json(path: Path, found: Caption | None, error: str | None) -> dict[str, object]:
    if found is None:
        return {"picture": str(path), "captions": [], "error": error}
    return {
        "picture": str(path),
        "captions": [
            {"text": one.text, "log_probability": one.log_probability, "log_ratio": ratio}
            for one, ratio in zip(found.texts, found.log_ratios, strict=True)
        ],
    }
