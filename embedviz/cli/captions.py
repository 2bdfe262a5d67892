"""The command `caption`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from embedviz.cli.options import Json, model_names
from embedviz.cli.output import err, out, print_json
from embedviz.cli.run_options import require_torch
from embedviz.errors import InputError

if TYPE_CHECKING:
    from embedviz.sequences import Caption

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
    from embedviz.corpora import read_picture
    from embedviz.sequences import Search, caption_pictures, open_sequence_model, picture_size

    opened = open_sequence_model(model, needs=("vec-seq",), of_pictures=True)
    size = picture_size(opened)
    read, errors = [], {}
    for path in pictures:
        try:
            read.append(read_picture(path, size))
        except InputError as error:
            if len(pictures) == 1:
                raise
            errors[path] = str(error)
    how = Search(max(_BEAM, n_best), n_best, _ALPHA)
    found = iter(caption_pictures(opened, read, how) if read else ())
    answers = [(path, None if path in errors else next(found)) for path in pictures]
    for message in errors.values():
        err.print(message, markup=False, soft_wrap=True)
    if json:
        rows = [_as_json(path, one, errors.get(path)) for path, one in answers]
        print_json({"model": model, "pictures": rows})
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("picture", overflow="fold")
    table.add_column("caption", overflow="fold")
    table.add_column("likelihood ratio", justify="right")
    for path, one in answers:
        if one is None:
            continue
        for i, (text, ratio) in enumerate(zip(one.texts, one.log_ratios, strict=True)):
            table.add_row(Text(path.name if i == 0 else ""), Text(text.text), f"{ratio:+.1f}")
    if table.row_count:
        out.print(table)


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
