"""The command `caption`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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
from embedviz.cli.texts import whole
from embedviz.corpora import PictureFolder, read_picture
from embedviz.errors import InputError
from embedviz.support import clip

if TYPE_CHECKING:
    from embedviz.sequences import Caption, SequenceModel

_MOST = 50


def caption(
    model: Annotated[
        str,
        typer.Argument(
            help="The folder of a model that train --pictures or train scenes wrote.",
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
    if captions and not table:
        raise InputError("--captions are for the table to grade: add --table, or omit them.")
    true = _true_captions(captions) if captions else {}
    require_torch()
    from embedviz.sequences import (
        CAPTION_SEARCH,
        caption_pictures,
        open_sequence_model,
        picture_size,
    )

    opened = open_sequence_model(model, needs=("vec-seq",), of_pictures=True)
    read, errors = _read(pictures, picture_size(opened))
    for message in errors.values():
        err.print(clip(message), markup=False, soft_wrap=True)
    if not read:
        raise InputError(f"None of {len(pictures)} files is a picture: name others.")
    how = replace(CAPTION_SEARCH, beam=max(CAPTION_SEARCH.beam, n_best), n_best=n_best)
    found = dict(zip(read, caption_pictures(opened, list(read.values()), how), strict=True))
    answers = [(path, found.get(path)) for path in pictures]
    if table:
        _write_table(table, found, read, true, opened)
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
            shown.add_row(
                Text(clip(path.name, 60) if i == 0 else ""), Text(text.text), f"{ratio:+.1f}"
            )
    if shown.row_count:
        out.print(shown)


def _read(paths: list[Path], size: int) -> tuple[dict[Path, NDArray[np.uint8]], dict[Path, str]]:
    """Read pictures; of several, some may be unreadable: their errors."""
    read, errors = {}, {}
    for path in paths:
        try:
            read[path] = read_picture(path, size)
        except InputError as error:
            if len(paths) == 1:
                raise
            errors[path] = str(error)
    return read, errors


def _true_captions(path: Path) -> dict[Path, str]:
    """Read the first caption of each picture."""
    true: dict[Path, str] = {}
    for name, text in PictureFolder(path.parent, path).read():
        true.setdefault((path.parent / name).resolve(), text)
    return true


def _write_table(
    table: Path,
    found: Mapping[Path, Caption],
    read: Mapping[Path, NDArray[np.uint8]],
    true: Mapping[Path, str],
    model: SequenceModel,
) -> None:
    """Write who says what of each picture."""
    from embedviz.evaluation import GradedText, write_texts_to_grade
    from embedviz.sequences import encode_pictures, picture_size

    rows = [GradedText(whole(str(p)), one.texts[0].text, model.name) for p, one in found.items()]
    if true:
        others, size = list(true), picture_size(model)
        if len(others) < 2:
            raise InputError(
                "A table with true captions needs those of 2 pictures at least, as a control: name "
                "other --captions, or omit them."
            )
        numbers = [str(number) for number in range(len(others))]
        vectors = encode_pictures(model, (read_picture(one, size) for one in others), numbers)
        place = dict(zip(others, numbers, strict=True))
        own = encode_pictures(model, read.values(), list(map(str, range(len(read))))).matrix
        for path, row in zip(read, own, strict=True):
            same = [place[path.resolve()]] if path.resolve() in place else []
            (nearest,) = vectors.nearest(row, 1, exclude=same)
            by, item = "caption of the nearest other picture", whole(str(path))
            rows.append(GradedText(item, true[others[int(nearest.word)]], by))
            if same:
                rows.append(GradedText(item, true[path.resolve()], "true caption"))
    write_texts_to_grade(table, rows)


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
