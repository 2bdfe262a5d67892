"""The commands `encode` and `find`, which turn texts into vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from embedviz.cli.options import Count, Json, SequenceModelName, model_names
from embedviz.cli.output import err, out, print_json
from embedviz.cli.phrase_relations import reads_pictures
from embedviz.cli.run_options import require_torch
from embedviz.cli.texts import Lines, Texts, print_unknown, read_texts, whole
from embedviz.corpora import (
    list_pictures,
    read_picture,
    sheet_path,
    shrink,
    small_side,
    write_sheet,
)
from embedviz.errors import InputError
from embedviz.support import REVERSE_DICTIONARY, clip, counted

if TYPE_CHECKING:
    from embedviz.sequences import Found
    from embedviz.vectors import WordVectors

_RANKED = (
    "Cosines; ranked by cosine less half of the word's hubness, its mean cosine with the texts "
    "nearest to it"
)
_MOST_COMPARED = 12  # texts, in a table as wide as a terminal
_LONGEST = 60  # characters of a text in it
_WIDE = 110  # a terminal with room for the scores of found words


def encode(
    model: SequenceModelName,
    texts: Texts,
    lines: Lines = False,
    out_file: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="Write the vectors, labelled by the texts, to this file: .npy, .npz, "
            ".safetensors, .parquet, .csv or projector_config.pbtxt. Every command takes it.",
            show_default=False,
        ),
    ] = None,
    float16: Annotated[
        bool, typer.Option("--float16", help="Store float16 (.npy, .npz, .safetensors).")
    ] = False,
    untrained: Annotated[
        bool,
        typer.Option("--untrained", help="Use the model as it was before training: a control."),
    ] = False,
    json: Json = False,
) -> None:
    """Encode texts as vectors, and compare a few of them or write all to a file.

    A model of pictures encodes files, or folders of them; a sheet of small pictures beside the
    vectors is what the map shows.

    Examples:
    embedviz encode phrases "two days ago" "three weeks ago" "in japan"
    embedviz encode phrases my-phrases.txt --lines --out my-phrases.npy
    embedviz neighbours my-phrases.npy "two days ago"
    embedviz encode scenes drawings --out drawings.npy
    """
    require_torch()
    from embedviz.checkpoints import save
    from embedviz.sequences import label_texts, open_sequence_model

    unknown: tuple[str, ...] = ()
    of_pictures = reads_pictures(model)
    if of_pictures:
        vectors = _encode_files(model, texts, out_file, trained=not untrained, lines=lines)
    else:
        opened = open_sequence_model(model, needs=("seq-seq", "seq-vec"), trained=not untrained)
        vectors = label_texts(opened, read_texts(texts, lines=lines))
        unknown = opened.unknown_words(vectors.words)
    if out_file is not None:
        save(vectors, out_file, float16=float16)
    print_unknown(unknown)
    if not lines and not of_pictures:
        _hint_at_files(texts)
    if json:
        document: dict[str, object] = {
            "model": model,
            "n_texts": len(vectors),
            "n_dims": vectors.matrix.shape[1],
            "steps": vectors.provenance["steps"],
            "unknown_words": unknown,
        }
        if out_file is not None:
            document["file"] = str(out_file)
        else:
            document["vectors"] = {
                label: row.tolist()
                for label, row in zip(vectors.words, vectors.matrix, strict=True)
            }
        print_json(document)
    elif out_file is not None:
        typer.echo(
            f"{out_file}: {counted(len(vectors), 'vector')} of "
            f"{vectors.matrix.shape[1]} dimensions."
        )
    else:
        _print_cosines(vectors)


def _encode_files(
    model: str, names: list[str], out_file: Path | None, *, trained: bool, lines: bool
) -> WordVectors:
    """Encode pictures in files and folders, labelled by the names of the files.

    Beside the file of vectors stands a sheet of the pictures, small.
    """
    from embedviz.sequences import encode_pictures, open_sequence_model, picture_size

    if lines:
        raise InputError(f"{model} reads pictures, and --lines is for texts: omit it.")
    opened = open_sequence_model(model, trained=trained, of_pictures=True)
    files = [file for name in names for file in list_pictures(Path(name))]
    names = [whole(file.name) for file in files]
    if twice := [name for name, n in Counter(names).items() if n > 1]:
        raise InputError(
            f"The file name {clip(twice[0], 60)} occurs twice, and names label the vectors: encode "
            "one folder at a time, or rename one."
        )
    size, small = picture_size(opened), []
    side = min(size, small_side(len(files)))

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for file in files:
            picture = read_picture(file, size)
            if out_file is not None:
                small.append(shrink(picture, side))
            yield picture

    vectors = encode_pictures(opened, pictures(), names)
    if out_file is not None:
        write_sheet(sheet_path(out_file), names, np.stack(small))
    return vectors


def _hint_at_files(texts: list[str]) -> None:
    """Say which texts are names of files, which were not read."""
    files = [text for text in texts if _is_file(text)]
    if files:
        err.print(
            f"{clip(files[0], _LONGEST)} was encoded as a text: add --lines to read the file of "
            "this name, a text a line.",
            markup=False,
            soft_wrap=True,
        )


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # too long for a name, or with a null character
        return False


def _print_cosines(vectors: WordVectors) -> None:
    """Print the cosines between texts."""
    shown = vectors.words[:_MOST_COMPARED]
    unit = vectors.unit(shown)
    cosines = unit @ unit.T
    table = Table(box=None, padding=(0, 2, 0, 0), title="cosine", title_justify="left")
    table.add_column("")
    for number in range(1, len(shown) + 1):
        table.add_column(str(number), justify="right", no_wrap=True)
    for number, (label, row) in enumerate(zip(shown, cosines, strict=True), start=1):
        table.add_row(
            Text(f"{number} {clip(label, _LONGEST)}"), *(f"{cosine:.2f}" for cosine in row)
        )
    out.print(table)
    if len(vectors) > len(shown):
        err.print(
            f"Not shown: {counted(len(vectors) - len(shown), 'more text')}; write all with --out.",
            markup=False,
        )


def find(
    description: Annotated[str, typer.Argument(help="A description.", show_default=False)],
    model: Annotated[
        str,
        typer.Option(
            help="The folder of a model trained with --shape seq-vec, or the bundled one.",
            autocompletion=model_names,
        ),
    ] = REVERSE_DICTIONARY,
    top: Count = 10,
    json: Json = False,
) -> None:
    """Find the words that a description means: author, of "someone who writes books".

    Examples:
    embedviz find "someone who writes books"
    embedviz find "the wife of a king" --top 5 --json
    """
    require_torch()
    from embedviz.sequences import find_words, open_sequence_model

    opened = open_sequence_model(model, needs=("seq-vec",))
    found = find_words(opened, whole(description), top)
    if json:
        print_json({"description": description, **asdict(found)})
        return
    table = Table(
        title=Text(clip(description)), title_justify="left", box=None, padding=(0, 2, 0, 0)
    )
    columns = {
        "without its own words": found.words,
        "with them": found.with_own,
        "control: words' mean": found.by_mean,
    }
    columns = {heading: answers for heading, answers in columns.items() if answers}
    scored = [answers is not found.by_mean and out.width >= _WIDE for answers in columns.values()]
    for heading, with_score in zip(columns, scored, strict=True):
        table.add_column(heading)
        table.add_column("cosine" if with_score else "", justify="right")
        if with_score:
            table.add_column("score", justify="right")
    for row in zip_longest(*columns.values()):
        cells = zip(row, scored, strict=True)
        table.add_row(*(cell for one, with_score in cells for cell in _cells(one, with_score)))
    out.print(table)
    ranked = _RANKED + ("; the control by cosine alone." if found.by_mean else ".")
    out.print(ranked, style="dim", soft_wrap=True)
    print_unknown(found.unknown)


def _cells(one: Found | None, with_score: bool) -> list[Text | str]:
    if one is None:
        return [""] * (2 + with_score)
    return [Text(clip(one.word)), f"{one.cosine:.2f}", *[f"{one.score:.2f}"] * with_score]
