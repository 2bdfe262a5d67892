"""Grades by people: blind, saved one by one, and reported with intervals and agreement."""

import io
import json
import sys

import pytest

from embedviz.errors import InputError
from embedviz.evaluation import (
    GradeBook,
    GradedText,
    agreements,
    grade_shares,
    open_grades,
    read_texts_to_grade,
    write_texts_to_grade,
)

TEXTS = tuple(
    GradedText(item, f"{item} is {len(by)} letters long", by)
    for item in ("violin", "king - man", "sea", "cat", "run")
    for by in ("model 7", "copy")
)


GRADED = {"format": "embedviz grades", "version": 1, "texts": GradeBook(TEXTS).fingerprint}


@pytest.fixture
def table(tmp_path):
    write_texts_to_grade(tmp_path / "texts.tsv", TEXTS)
    return tmp_path / "texts.tsv"


def test_texts_are_read_as_they_were_written(tmp_path):
    texts = (*TEXTS, GradedText('a "quoted"\nitem', "tab\there", "me"))
    write_texts_to_grade(tmp_path / "a.tsv", texts)
    found = read_texts_to_grade(tmp_path / "a.tsv")
    assert found[:-1] == TEXTS
    assert found[-1] == GradedText('a "quoted" item', "tab here", "me")


def test_each_rater_has_an_own_order_and_goes_on(table, tmp_path):
    book = open_grades(read_texts_to_grade(table), tmp_path / "g.json")
    orders = [book.order(rater) for rater in ("ada", "ben")]
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(len(TEXTS)))
    for row in orders[0][:3]:
        book.grade("ada", row, 2)
    book.save(tmp_path / "g.json", "ada")
    again = open_grades(TEXTS, tmp_path / "g.json")
    assert again.order("ada") == orders[0][3:]
    assert again.order("ben") == orders[1]
    assert again.given == book.given
    assert "violin" not in (tmp_path / "g.json").read_text()


def test_two_raters_may_grade_at_the_same_time(table, tmp_path):
    one, other = (open_grades(TEXTS, tmp_path / "g.json") for _ in range(2))
    one.grade("ada", 0, 1)
    one.save(tmp_path / "g.json", "ada")
    other.grade(" ben  b ", 1, 2)
    other.save(tmp_path / "g.json", "ben b")
    found = open_grades(TEXTS, tmp_path / "g.json")
    assert found.given == {"ada": {0: 1}, "ben b": {1: 2}}
    assert len(found.order("ben b ")) == len(TEXTS) - 1


def test_shares_are_those_of_each_writer():
    book = GradeBook(TEXTS)
    for row, text in enumerate(TEXTS):
        book.grade("ada", row, 0 if text.by == "model 7" else row % 4)
        book.grade("ben", row, 0)
    found = grade_shares(book)
    assert found["model 7"]["n"] == 10
    share = found["model 7"]["without errors"]
    assert share["share"] == 1.0
    assert share["interval"] == pytest.approx((0.722, 1.0), abs=1e-3)  # Wilson's, of 10 of 10
    copy = found["copy"]  # rows 1, 3, 5, 7, 9: grades 1, 3, 1, 3, 1, and five times 0
    assert [copy[name]["share"] for name in list(copy)[1:]] == [0.5, 0.3, 0.0, 0.2]


def test_agreement_is_above_chance():
    book = GradeBook(TEXTS)
    for row in range(10):
        book.grade("ada", row, row % 2)
        book.grade("ben", row, row % 2 if row < 8 else 1 - row % 2)
        book.grade("cyd", row, 0)
        book.grade("dan", row, 0)
    found = {tuple(one["raters"]): one for one in agreements(book)}
    assert found["ada", "ben"]["agreement"] == 0.8
    # by chance one half would be equal
    assert found["ada", "ben"]["kappa"] == pytest.approx((0.8 - 0.5) / (1 - 0.5))
    assert found["ada", "cyd"]["kappa"] == pytest.approx(0.0)
    assert found["cyd", "dan"]["kappa"] is None


def test_a_grade_is_asked_for_without_saying_who_wrote(table, tmp_path, run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n7\n4\ns\nq\n"))
    options = (table, "--out", tmp_path / "g.json", "--rater", "ada")
    code, printed, _ = run("grade", *options)
    assert code == 0
    assert "1 of 10" in printed and "Give 1 to 4, s or q." in printed
    assert "1 without errors, 2 minor errors" in printed
    assert "copy" not in printed and "model 7" not in printed  # not at the end either
    given = json.loads((tmp_path / "g.json").read_text())["grades"]["ada"]
    assert sorted(given.values()) == [1, 4]
    code, printed, _ = run("grade", *options, "--report", "--json")
    report = json.loads(printed)
    assert sum(one["n"] for one in report["writers"].values()) == 2
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    code, printed, _ = run("grade", *options)  # goes on; the input ends
    assert code == 0 and "1 of 8" in printed


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "has no header item, text, by"),
        ("a\tb\n", "has no header"),
        ("item\ttext\tby\n", "has 0 texts"),
        ("item\ttext\tby\nx\ty\n", "line 2: 2 columns"),
        ("item\ttext\tby\nx\t \tz\n", "line 2: 3 columns or an empty cell"),
    ],
)
def test_other_tables_are_told(tmp_path, content, says):
    (tmp_path / "a.tsv").write_text(content)
    with pytest.raises(InputError, match=says):
        read_texts_to_grade(tmp_path / "a.tsv")


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"format": "x"}', '{"format": "embedviz grades", "version": 1, "grades": 3}']
    + [
        json.dumps(GRADED | {"grades": {"a": {row: grade}}})
        for row, grade in (("x", 1), ("0", 9), ("99", 1), ("-1", 1), ("0", "y"), ("0", 1.5))
    ],
)
def test_other_files_of_grades_are_told(tmp_path, content):
    (tmp_path / "g.json").write_text(content)
    with pytest.raises(InputError, match="is no file of grades"):
        open_grades(TEXTS, tmp_path / "g.json")


def test_grades_of_other_texts_are_refused(tmp_path):
    book = GradeBook(TEXTS)
    book.grade("ada", len(TEXTS) - 1, 1)
    book.save(tmp_path / "g.json", "ada")
    with pytest.raises(InputError, match="the grades of other texts"):
        open_grades(TEXTS[:-1], tmp_path / "g.json")
    for rater in ("", "x" * 61, "\x1b[31m"):
        with pytest.raises(InputError, match="A rater needs a name"):
            book.grade(rater, 0, 1)
