"""The Grade page: nobody sees who wrote a text before its grade is given."""

import io
import json
import sys

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

import numpy as np
from app_pages import planted, switch_page, texts
from PIL import Image

from embedviz.evaluation import GradeBook, GradedText

GRADE = "grade"
TEXTS = (
    GradedText("violin", "noun: an instrument with strings", "model"),
    GradedText("violin", "noun: a large boat", "a control"),
    GradedText("photos/dog.png", "a dog at the sea", "model"),
)
TABLE = "item\ttext\tby\n" + "".join(f"{one.item}\t{one.text}\t{one.by}\n" for one in TEXTS)


def picture() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((40, 60, 3), 90, np.uint8)).save(file, format="PNG")
    return file.getvalue()


@pytest.fixture
def page(serve):
    at = switch_page(serve(planted()), GRADE).run()

    def start(*files):
        return at.file_uploader(key="grade-files").set_value(list(files)).run()

    return start


def table(content=TABLE):
    return ("texts.tsv", content.encode(), "text/tab-separated-values")


def shown(at) -> str:
    """The text to grade."""
    return next(
        m.value for m in at.markdown if m.value.replace("\\", "") in {t.text for t in TEXTS}
    )


def on_page(at) -> str:
    return texts(at) + "".join(str(one.value) for one in at.dataframe)


def test_texts_are_graded_one_by_one_without_their_writers(page):
    at = page(table())
    seen = []
    for n_done in range(len(TEXTS)):
        assert not at.exception and not at.error
        assert "model" not in on_page(at) and "a control" not in on_page(at)
        seen.append(shown(at))
        assert f"{n_done} of 3 texts graded" in at.get("progress")[0].proto.text
        at.button(key="grade-1").click().run()
    assert len(set(seen)) == 3
    assert "All texts are graded" in at.success[0].value
    at.toggle(key="grade-report").set_value(True).run()
    assert "model" in on_page(at) and "a control" in on_page(at)


def test_what_is_skipped_comes_last(page):
    at = page(table())
    first = shown(at)
    at.button(key="grade-skip").click().run()
    for _ in range(2):
        assert shown(at) != first
        at.button(key="grade-0").click().run()
    assert shown(at) == first


def test_grades_go_on_from_a_file_and_a_second_rater_is_compared(page):
    book = GradeBook(TEXTS)
    for row, grade in enumerate((0, 3, 1)):
        book.grade("ada", row, grade)
    at = page(table(), ("grades.json", book.to_json().encode(), "application/json"))
    at.text_input(key="rater").set_value("ben").run()
    for _ in TEXTS:
        at.button(key="grade-0").click().run()
    at.toggle(key="grade-report").set_value(True).run()
    assert any("ada and ben: 33" in m.value and "kappa" in m.value for m in at.markdown)


def test_a_picture_is_shown_where_it_was_given(page):
    one_picture = "item\ttext\tby\nphotos/dog.png\ta dog\tmodel\n"
    at = page(table(one_picture))
    assert "Add this picture above" in texts(at)
    at = page(table(one_picture), ("dog.png", picture(), "image/png"))
    assert at.get("image") and "Add this picture" not in texts(at)
    at = page(table(one_picture), ("dog.png", b"no picture", "image/png"))
    assert "dog" in at.error[0].value and "cannot be read" in at.error[0].value
    assert at.button(key="grade-0")  # it can be graded or skipped all the same


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([table("word\tsense\n")], "no header"),
        ([table("item\ttext\tby\na\tb\n")], "line 2"),
        ([("texts.tsv", b"\xff\xfe", "")], "not UTF-8"),
        ([table(), ("grades.json", b"{}", "")], "no file of grades"),
        ([table(), ("grades.json", json.dumps({"format": 1}).encode(), "")], "no file of grades"),
    ],
)
def test_what_cannot_be_graded_is_told(page, files, said):
    at = page(*files)
    assert not at.exception
    assert said in at.error[0].value.replace("\\", "")


def test_without_a_table_the_page_says_how_to_get_one(serve):
    at = switch_page(serve(planted()), GRADE).run()
    assert "embedviz describe english" in texts(at)


def test_a_read_only_server_takes_no_uploads_and_has_no_such_page(serve, monkeypatch):
    at = serve(planted())
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--read-only"])
    assert "Grade what models say" not in texts(switch_page(at, GRADE).run())
    assert not [one for one in at.get("file_uploader") if "grade" in str(one)]
