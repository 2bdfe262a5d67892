"""The command `decode`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from embedviz.cli.options import Json, WriterName
from embedviz.cli.output import err, out, print_json
from embedviz.cli.run_options import require_torch
from embedviz.cli.texts import STANDARD_INPUT, print_unknown, standard_input, whole
from embedviz.errors import InputError

if TYPE_CHECKING:
    from embedviz.sequences import DecodedText, Described, Sampling, Search

_BEAM, _ALPHA = 5, 0.7


@dataclass(frozen=True)
class Answer:
    """What became of a source: its texts, with what stands beside them, or an error."""

    source: str
    written: tuple[DecodedText, ...] = ()
    about: Described | None = None
    error: str = ""


def decode(
    model: WriterName,
    texts: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT...",
            help="Texts; for a model that reads vectors, labels or formulas over their vectors, "
            "such as 'king - man + woman'; - for the lines of standard input.",
            show_default=False,
        ),
    ],
    beam: Annotated[
        int | None,
        typer.Option(
            help=f"Texts that are continued at each step; {_BEAM} by default, 1 for the likeliest "
            "word at each step.",
            min=1,
            show_default=False,
        ),
    ] = None,
    n_best: Annotated[int, typer.Option(help="Texts for each source.", min=1)] = 1,
    alpha: Annotated[
        float | None,
        typer.Option(
            help=f"Length normalisation: texts are ranked by log p / length^alpha; {_ALPHA} by "
            "default, 0 for none.",
            show_default=False,
        ),
    ] = None,
    no_repeats: Annotated[
        bool, typer.Option("--no-repeats", help="Write no two successive words twice in a text.")
    ] = False,
    sample: Annotated[bool, typer.Option("--sample", help="Draw words at random.")] = False,
    temperature: Annotated[
        float | None,
        typer.Option(
            help="With --sample: below 1 favours likely words; 1 by default.", show_default=False
        ),
    ] = None,
    top_k: Annotated[
        int | None,
        typer.Option(
            help="With --sample: draw among this many of the likeliest words.", show_default=False
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            help="With --sample: random seed; 0 by default.",
            min=0,
            max=2**31 - 1,
            show_default=False,
        ),
    ] = None,
    probabilities: Annotated[
        bool, typer.Option("--probabilities", help="Show the probability of each word.")
    ] = False,
    longest: Annotated[
        int | None,
        typer.Option(
            help="Maximum number of words; by default that of the model.", show_default=False
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Write texts with a sequence model: from texts, or from the vectors of labels.

    Examples:
    embedviz decode phrases "I am hungry." "Where is the station?"
    embedviz decode phrases - --beam 10 --n-best 3 < sentences.txt
    embedviz decode phrases "I am hungry." --sample --n-best 5 --temperature 0.7 --seed 3
    embedviz decode models/describe "king - man + woman" --probabilities
    """
    how = _method(sample, n_best, (beam, alpha, no_repeats), (temperature, top_k, seed))
    require_torch()
    from embedviz.sequences import (
        decode_texts,
        describe_sources,
        open_sequence_model,
        unreadable_sources,
    )

    opened = open_sequence_model(model, needs=("seq-seq", "vec-seq"))
    sources = _sources(texts)
    errors = unreadable_sources(opened, sources) if len(sources) > 1 else {}
    if len(errors) == len(sources):
        errors = {}  # the first one is told, as of a single source
    usable = [source for place, source in enumerate(sources) if place not in errors]
    found = iter(decode_texts(opened, usable, how, longest=longest))
    described: Iterator[Described] = iter(())
    if opened.shape == "vec-seq":
        written = list(found)
        found, described = iter(written), iter(describe_sources(opened, usable, written))
    answers = [
        Answer(source, error=errors[place])
        if place in errors
        else Answer(source, next(found), next(described, None))
        for place, source in enumerate(sources)
    ]
    print_unknown(unknown := opened.unknown_words(usable))
    for place, error in errors.items():
        err.print(f"Source {place + 1}: {error}", markup=False, soft_wrap=True)
    if json:
        document = [_as_json(one) for one in answers]
        print_json({"model": model, "unknown_words": unknown, "sources": document})
        return
    for one in answers:
        if len(one.written) == 1 and not probabilities and one.about is None:
            out.print(Text(one.written[0].text), soft_wrap=True)
        elif one.written:
            _print_source(one.source, one.written, one.about, probabilities=probabilities)
        else:
            out.print()  # so that lines of input and output stay side by side


def _method(
    sample: bool,
    n_best: int,
    search: tuple[int | None, float | None, bool],
    sampling: tuple[float | None, int | None, int | None],
) -> Search | Sampling:
    require_torch()
    from embedviz.sequences import Sampling, Search

    beam, alpha, no_repeats = search
    temperature, top_k, seed = sampling
    if sample:
        if beam is not None or alpha is not None or no_repeats:
            raise InputError(
                "--sample draws words and searches nothing: omit --beam, --alpha and --no-repeats, "
                "or omit --sample."
            )
        return Sampling(n_best, 1.0 if temperature is None else temperature, top_k, seed or 0)
    if any(one is not None for one in sampling):
        raise InputError("--temperature, --top-k and --seed need --sample: add it or omit them.")
    return Search(
        max(_BEAM, n_best) if beam is None else beam,
        n_best,
        _ALPHA if alpha is None else alpha,
        no_repeats,
    )


def _sources(texts: list[str]) -> list[str]:
    """Return the texts as they were given, or the lines of standard input."""
    if STANDARD_INPUT not in texts:
        return [whole(text) for text in texts]
    if texts != [STANDARD_INPUT]:
        raise InputError("- reads the texts from standard input: give it alone, or give texts.")
    return standard_input()


def _print_source(
    source: str,
    written: tuple[DecodedText, ...],
    about: Described | None,
    *,
    probabilities: bool,
) -> None:
    table = Table(title=Text(source), title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("text", overflow="fold")
    table.add_column("log p", justify="right")
    table.add_column("per token", justify="right")
    if about is not None:
        table.add_column("log p - log p(y | 0)", justify="right")
        table.add_column("per token", justify="right")
    for i, one in enumerate(written):
        per_token = one.log_probability / len(one.log_probabilities)
        row = [f"{one.log_probability:.2f}", f"{per_token:.2f}"]
        if about is not None:
            row += [f"{about.log_ratios[i]:.2f}", f"{about.log_ratios_per_token[i]:.2f}"]
        table.add_row(Text(one.text + (" …" if one.is_cut else "")), *row)
        if probabilities:
            table.add_row(_with_probabilities(one), *("" for _ in row))
    out.print(table)
    if about is not None:
        nearest = ", ".join(f"{label} {cosine:.2f}" for label, cosine in about.nearest)
        out.print(Text(f"nearest labels by cosine: {nearest}", style="dim"), soft_wrap=True)


def _with_probabilities(one: DecodedText) -> Text:
    shown = [
        f"{word} {math.exp(log_p):.2f}"
        for word, log_p in zip((*one.words, "end"), one.log_probabilities, strict=True)
    ]
    return Text(", ".join(shown), style="dim")


def _as_json(answer: Answer) -> dict[str, object]:
    about = answer.about
    texts: list[dict[str, object]] = []
    for place, one in enumerate(answer.written):
        row: dict[str, object] = {
            "text": one.text,
            "words": list(one.words),
            "log_probability": one.log_probability,
            "log_probabilities": list(one.log_probabilities),
            "is_cut": one.is_cut,
        }
        if one.attention is not None:
            row["attention"] = one.attention.round(4).astype(float).tolist()
        if about is not None:
            row["log_ratio"] = about.log_ratios[place]
            row["log_ratio_per_token"] = about.log_ratios_per_token[place]
        texts.append(row)
    document: dict[str, object] = {"source": answer.source, "texts": texts}
    if about is not None:
        document["nearest"] = [
            {"label": label, "cosine": cosine} for label, cosine in about.nearest
        ]
    return document | ({"error": answer.error} if answer.error else {})
