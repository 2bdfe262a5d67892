"""The figure of a model of scenes: a contact sheet under the four grades."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import typer
from numpy.typing import NDArray

from embedviz.cli.output import print_json
from embedviz.cli.run_options import require_torch
from embedviz.corpora import GRADES, ScenePairs, grade_caption
from embedviz.errors import InputError
from embedviz.settings import SceneConfig
from embedviz.support import percent

if TYPE_CHECKING:
    from embedviz.plotting import SheetColumn

_CONTROL = "random caption"
_N, _N_SHOWN, _SEED, _DRAWN = 400, 3, 77, 192  # scenes; of each grade; pixels of a picture


def draw_scene_model(model: str, out_file: Path, *, dark: bool, json: bool) -> None:
    """Draw new scenes, half of them with combinations never seen, with the model's captions."""
    require_torch()
    from embedviz import plotting
    from embedviz.plotting import CaptionedPicture, SheetColumn
    from embedviz.sequences import caption_pictures, open_sequence_model, picture_size

    opened = open_sequence_model(model, of_pictures=True)
    if "n_scenes" not in opened.training:
        raise InputError(
            f"{model} was not trained on scenes, of which the figure is: caption pictures with "
            "embedviz caption."
        )
    half = SceneConfig(n_scenes=_N // 2)
    sets = [ScenePairs(half, _SEED, held_out, "figure") for held_out in (False, True)]
    names = [str(i) for i in range(_N // 2)]
    scenes = [scene for one in sets for scene in one.scenes()]
    truths = [text for one in sets for _, text in one.read()]
    pictures = [p for one in sets for p in one.pictures(names, picture_size(opened))]
    said = [one.texts[0].text for one in caption_pictures(opened, pictures)]
    others = [*truths[1:], truths[0]]  # the control: what is to be seen in another picture
    grades, of_others = (
        [grade_caption(scene, text) for scene, text in zip(scenes, some, strict=True)]
        for some in (said, others)
    )
    columns: list[SheetColumn] = []
    for number, grade in enumerate(GRADES):
        found = [i for i, one in enumerate(grades) if one == number]
        by_chance = [i for i, one in enumerate(of_others) if one == number]
        texts = [(i, said[i]) for i in reversed(found)]
        texts += [(i, f"{_CONTROL}: {others[i]}") for i in by_chance]
        shown = tuple(
            CaptionedPicture(_large(sets, i), text, truths[i])
            for i, text in islice(texts, _N_SHOWN)
        )
        note = f"{percent(len(found) / _N)}; {_CONTROL} {percent(len(by_chance) / _N)}"
        columns.append(SheetColumn(grade.capitalize(), note, shown))
    note = (
        f"Drawings made by code, not photographs: {_N} new ones, half of them with a combination "
        f"of who and what is done that was never seen in training. In grey what is to be seen. "
        f"{model} reads them at {picture_size(opened)} pixels."
    )
    drawn = plotting.draw_contact_sheet(tuple(columns), (note,), dark=dark)
    plotting.save(drawn, out_file, title="Scenes in words", provenance={"model": model})
    shares, control = (
        {grade: some.count(i) / _N for i, grade in enumerate(GRADES)}
        for some in (grades, of_others)
    )
    if json:
        print_json({"file": str(out_file), "n": _N, "grades": shares, _CONTROL: control})
        return
    typer.echo(f"{out_file}: {_N} scenes.")
    for grade, share in shares.items():
        typer.echo(f"{grade}: {percent(share)}; {_CONTROL} {percent(control[grade])}")


def _large(sets: list[ScenePairs], place: int) -> NDArray[np.uint8]:
    """Draw the same scene again in more pixels."""
    kind, number = divmod(place, _N // 2)
    (picture,) = sets[kind].pictures([str(number)], _DRAWN)
    return picture
