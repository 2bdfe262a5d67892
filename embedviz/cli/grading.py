"""The command `grade`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from embedviz.cli.options import Json
from embedviz.cli.output import out, print_json
from embedviz.corpora import GRADES
from embedviz.errors import InputError
from embedviz.support import clip, percent

if TYPE_CHECKING:
    from embedviz.evaluation import GradeBook

_SKIP, _STOP = "s", "q"


def grade(
    texts: Annotated[
        Path,
        typer.Argument(
            help="A table of texts that describe --table or caption --table wrote: tabs between "
            "the columns item, text and by.",
            show_default=False,
        ),
    ],
    grades: Annotated[
        Path, typer.Option("--out", help="The file of grades to write and to go on with.")
    ] = Path("grades.json"),
    rater: Annotated[str, typer.Option(help="Your name, if there are several raters.")] = "rater",
    report: Annotated[
        bool, typer.Option("--report", help="Report the grades given so far, and ask for none.")
    ] = False,
    json: Json = False,
) -> None:
    """Grade texts without knowing who wrote them: a model, a control or a person.

    Each text is shown with what it is about, in an order of your own, and is graded from 1,
    describes without errors, to 4, unrelated (Vinyals et al. 2015). Grades are saved one by one.
    The report gives the share of each grade for each writer, with 95 % intervals, and how far two
    raters agree (Cohen's kappa).

    Examples:
    embedviz describe models/describe violin aardvark --table texts.tsv --definitions glosses.tsv
    embedviz grade texts.tsv --rater ada
    embedviz grade texts.tsv --report
    """
    from embedviz.evaluation import open_grades, read_texts_to_grade

    book = open_grades(read_texts_to_grade(texts), grades)
    if json and not report:
        raise InputError("--json is for the report: add --report, or omit it.")
    if report:
        _print_report(book, json=json)
    else:
        _ask(book, rater, grades)


def _ask(book: GradeBook, rater: str, path: Path) -> None:
    rows = book.order(rater)
    if not rows:
        out.print("All texts are graded: see --report.")
        return
    choices = ", ".join(f"{number} {name}" for number, name in enumerate(GRADES, 1))
    out.print(f"{choices}; {_SKIP} skips, {_STOP} stops.", style="dim", soft_wrap=True)
    for number, row in enumerate(rows, 1):
        one = book.texts[row]
        out.print()
        out.print(Text(f"{number} of {len(rows)}: {clip(one.item)}", style="bold"), soft_wrap=True)
        out.print(Text(clip(one.text)), soft_wrap=True)
        answer = _answer()
        if answer == _STOP:
            return
        if answer != _SKIP:
            book.grade(rater, row, int(answer) - 1)
            book.save(path, rater)


def _answer() -> str:
    """Read a grade, or the wish to skip or to stop; the end of the input stops."""
    allowed = {str(number) for number in range(1, len(GRADES) + 1)} | {_SKIP, _STOP}
    while True:
        out.print("grade: ", end="")
        line = sys.stdin.readline()
        if not line:
            out.print()
            return _STOP
        if (answer := line.strip().lower()) in allowed:
            return answer
        out.print(f"Give 1 to {len(GRADES)}, {_SKIP} or {_STOP}.")


def _print_report(book: GradeBook, *, json: bool) -> None:
    from embedviz.evaluation import agreements, grade_shares, share_text

    shares, agreed = grade_shares(book), agreements(book)
    if json:
        print_json({"n_texts": len(book.texts), "writers": shares, "agreement": agreed})
        return
    if not shares:
        out.print("No text is graded yet.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("by", overflow="fold")
    table.add_column("grades", justify="right")
    for name in GRADES:
        table.add_column(name, justify="right")
    for by, one in shares.items():
        cells = [share_text(one[name]) for name in GRADES]
        table.add_row(Text(clip(by, 60)), str(one["n"]), *cells)
    out.print(table)
    for pair in agreed:
        kappa = "not defined" if pair["kappa"] is None else f"{pair['kappa']:.2f}"
        names = " and ".join(clip(one, 60) for one in pair["raters"])
        line = f"{names}: {percent(pair['agreement'])} of {pair['n']} equal, kappa {kappa}"
        out.print(Text(line), soft_wrap=True)
