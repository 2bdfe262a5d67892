"""Pair lists in files: CSV, question files of Google and of MSR, BATS folders."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from embedviz.errors import InputError
from embedviz.relations.pairs import Pair, Relation
from embedviz.relations.question_lines import (
    Lines,
    first_line,
    is_comment,
    is_question_line,
    question_lines,
    read_lines,
    split_words,
)
from embedviz.support import spreadsheet_plain, spreadsheet_safe

logger = logging.getLogger(__name__)

MOST_PAIRS = 100_000
"""Maximum number of distinct pairs of a file, which may have many more lines."""

_NAMED_LINES = 10
EXPECTED = (
    "a CSV file with the header source,target, a question file (': section' lines and four words "
    "per line, or only these), or a word, a tab and its targets separated by slashes (BATS)"
)


def read_relations(path: Path) -> tuple[Relation, ...]:
    """Read the relations of a file or folder; the first line determines the format.

    - **CSV** with the header ``source,target``, in any order among other columns; a column
      ``relation`` makes several relations. Columns may also be separated by tabs.
    - **Google's questions**: each ``: section`` is a relation with the pairs of its questions.
    - **MSR's questions**, four words per line without sections: the two pairs of a question belong
      to one relation, and so do those of questions that share a pair.
    - **BATS**: a word, a tab or space, and correct targets separated by slashes; the file is the
      relation, and its first column the source. A folder means all such ``.txt`` files
      below it, and all ``.csv`` and ``.tsv`` files.

    In lines without commas, words that contain spaces are separated by tabs.

    Lines without a pair of two different words are logged by number and ignored,
    and so are files of a folder without pairs.

    Parameters
    ----------
    path : Path

    Returns
    -------
    tuple of Relation
        In the order of the file; at least one.

    Raises
    ------
    InputError
        If the file cannot be read as UTF-8, has no such format, or contains no pair or more than
        100,000 distinct ones.
    """
    try:
        if not path.is_dir():
            return _read_file(path)
        files = sorted(
            file
            for file in path.rglob("*")
            if file.suffix.lower() in (".txt", ".csv", ".tsv") and not file.name.startswith(".")
        )
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror or error}): check the path."
        ) from None
    found: list[Relation] = []
    for file in files:
        try:
            found += _read_file(file)
        except InputError as error:  # such as a README next to the lists
            logger.warning("%s (ignored)", error)
    if not found:
        raise InputError(
            f"The folder {path} contains no pairs: put .txt, .csv or .tsv files of them in it."
        )
    return tuple(found)


def as_csv(relations: Sequence[Relation], *, named: bool = False) -> str:
    """Format pairs as CSV with the header ``source,target``, and ``relation`` if there are several.

    Of several correct targets only the first is written, because each line is one pair. A single
    relation's name is written if it is `named`.

    Examples
    --------
    >>> print(as_csv([Relation("male-female", (("king", "queen"),))]), end="")
    source,target
    king,queen
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    n_columns = 3 if named or len(relations) > 1 else 2
    writer.writerow(("source", "target", "relation")[:n_columns])
    for relation in relations:
        for source, target in relation.pairs:
            row = (source, target, relation.name)[:n_columns]
            writer.writerow([spreadsheet_safe(cell) for cell in row])
    return table.getvalue()


@dataclass
class PairCollector:
    """Pairs found so far, by relation, and the lines without a pair."""

    path: Path
    relations: dict[str, dict[Pair, tuple[str, ...]]] = field(default_factory=dict)
    n_pairs: int = 0
    bad: list[int] = field(default_factory=list)

    def add(self, relation: str, line: int, source: str, *targets: str) -> None:
        """Add a pair with its correct targets, or refuse the line."""
        right = tuple(dict.fromkeys(word for word in targets if word not in ("", source)))
        if not source or not right:
            self.refuse(line)
            return
        pairs = self.relations.setdefault(relation, {})
        if (source, right[0]) not in pairs:
            pairs[source, right[0]] = right[1:]
            self.n_pairs += 1
        if self.n_pairs > MOST_PAIRS:
            raise InputError(
                f"{self.path}, line {line}: more than {MOST_PAIRS:,} distinct pairs: "
                "give a shorter list."
            )

    def refuse(self, line: int) -> None:
        """Record a line without a pair."""
        self.bad.append(line)

    def warn(self) -> None:
        """Log the lines without a pair."""
        for line in self.bad[:_NAMED_LINES]:
            logger.warning("%s, line %d: no pair of two different words; ignored", self.path, line)
        more = len(self.bad) - _NAMED_LINES
        if more > 0:
            logger.warning("%s: %d more lines without a pair; ignored", self.path, more)

    def finish(self) -> tuple[Relation, ...]:
        """Return the relations; raise `InputError` if there are none."""
        if not self.n_pairs:
            raise InputError(f"{self.path} contains 0 pairs: give {EXPECTED}.")
        return tuple(
            Relation(name, tuple(pairs), tuple(pairs.values()) if any(pairs.values()) else ())
            for name, pairs in self.relations.items()
        )


def _read_file(path: Path) -> tuple[Relation, ...]:
    found = PairCollector(path)
    try:
        return read_pairs(found, read_lines(path, EXPECTED))
    finally:
        found.warn()


def read_pairs(found: PairCollector, lines: Lines) -> tuple[Relation, ...]:
    """Read lines of any format of `read_relations`; the first determines which."""
    path = found.path
    first = first_line(lines)
    if first is None:
        raise InputError(f"{path} is empty: give {EXPECTED}.")
    number, line = first
    if columns := find_header(line):
        _read_table(found, *columns, lines, number)
    elif path.suffix.lower() == ".csv":
        raise InputError(
            f"{path}, line {number}: expected the header source,target, found "
            f"'{line.strip()[:60]}': add the header."
        )
    elif line.lstrip().startswith(":"):
        _read_questions(found, chain([first], lines))
    elif is_question_line(line):
        return _read_unnamed_questions(found, chain([first], lines))
    elif len(split_words(line)) == 2:
        for at, row in chain([first], lines):
            if not row.strip() or is_comment(row):
                continue
            source, *targets = split_words(row)
            found.add(path.stem, at, source, *(targets[0].split("/") if len(targets) == 1 else ()))
    else:
        raise InputError(
            f"{path}, line {number}: '{line.strip()[:60]}' is no pair list: give {EXPECTED}; "
            "words with spaces need commas or tabs between them."
        )
    return found.finish()


def find_header(line: str) -> tuple[str, list[str]] | None:
    """Return the separator and the names of the columns; None if the line is no header."""
    for sign in (",", "\t"):
        names = [name.strip().lower() for name in next(csv.reader([line], delimiter=sign))]
        if "source" in names and "target" in names:
            return sign, names
    return None


def _read_table(
    found: PairCollector, separator: str, header: list[str], lines: Lines, above: int
) -> None:
    """Read the rows below the header; quoted cells may contain commas and line ends."""
    reader = csv.reader(
        (line for _, line in lines), delimiter=separator, skipinitialspace=separator == ","
    )
    source, target = header.index("source"), header.index("target")
    relation = header.index("relation") if "relation" in header else None
    try:
        for row in reader:
            cells = [spreadsheet_plain(cell.strip()) for cell in row]
            if not any(cells):
                continue
            cells += [""] * (len(header) - len(cells))
            name = "" if relation is None else cells[relation]
            line = above + reader.line_num
            found.add(name or found.path.stem, line, cells[source], cells[target])
    except csv.Error as error:
        raise InputError(
            f"{found.path}, line {above + reader.line_num}: {error}; give one pair per line."
        ) from None


def _read_questions(found: PairCollector, lines: Lines) -> None:
    for row in question_lines(lines):
        if row.words:
            section = row.section or found.path.stem
            found.add(section, row.number, *row.words[:2])
            found.add(section, row.number, *row.words[2:])
        else:
            found.refuse(row.number)


def _read_unnamed_questions(found: PairCollector, lines: Lines) -> tuple[Relation, ...]:
    """Group pairs that share a question, directly or through others."""
    leader: dict[Pair, Pair] = {}

    def lead(pair: Pair) -> Pair:
        while leader[pair] != pair:
            leader[pair] = leader[leader[pair]]  # path compression
            pair = leader[pair]
        return pair

    for row in question_lines(lines):
        words = row.words
        if not words or words[0] == words[1] or words[2] == words[3]:
            found.refuse(row.number)
            continue
        pairs = ((words[0], words[1]), (words[2], words[3]))
        for pair in pairs:
            leader.setdefault(pair, pair)
            found.add("", row.number, *pair)
        leader[lead(pairs[1])] = lead(pairs[0])
    found.finish()
    together: dict[Pair, list[Pair]] = {}
    for pair in leader:
        together.setdefault(lead(pair), []).append(pair)
    return tuple(
        Relation(f"{found.path.stem}: {pairs[0][0]} {pairs[0][1]}", tuple(pairs))
        for pairs in together.values()
    )
