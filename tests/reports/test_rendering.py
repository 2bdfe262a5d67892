import json
from html.parser import HTMLParser

import pytest

from embedviz.errors import InputError
from embedviz.reports import Document, Part, Table, as_json, write_document
from embedviz.reports.documents import Column, Fact, Figure
from embedviz.reports.rendering import as_html, as_markdown

EVIL = "<script>alert('a|b')</script> & *c*"


@pytest.fixture
def document():
    columns = (
        Column("word", "a word", is_number=False),
        Column("share", "share"),
        Column("bare", "bare", shows_interval=False),
    )
    figure = Figure(0.5, ".1%", (0.25, 0.75))
    rows = ((EVIL, figure, figure), ("none", Figure(None), Figure(-0.1, "+.1%", (-0.2, 0.1))))
    part = Part(
        "part",
        EVIL,
        (EVIL,),
        (Fact("n", "words", Figure(30_000)),),
        (Table("rows", "Rows", columns, rows),),
        (EVIL,),
    )
    return Document(EVIL, (part,))


def test_json_holds_every_figure_and_interval(document):
    part = json.loads(json.dumps(as_json(document)))["parts"][0]
    assert part["n"] == 30_000
    assert part["tables"]["rows"][0] == {
        "word": EVIL,
        "share": 0.5,
        "share_interval": [0.25, 0.75],
        "bare": 0.5,
        "bare_interval": [0.25, 0.75],
    }
    assert part["tables"]["rows"][1]["share"] is None


def test_html_escapes_everything_and_fetches_nothing(document):
    page = as_html(document)
    tags = []

    class Seen(HTMLParser):
        def handle_starttag(self, tag, attributes):
            tags.append(tag)
            assert not {"src", "href"} & dict(attributes).keys()

    Seen().feed(page)
    assert "script" not in tags
    assert tags.count("td") == 6
    assert "50.0% (25.0–75.0%)</td>" in page
    assert ">50.0%</td>" in page
    assert "prefers-color-scheme: dark" in page
    named = 'http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src '
    assert named in page
    assert "http" not in page.replace("http-equiv", "")


def test_markdown_keeps_its_table(document):
    text = as_markdown(document)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert [line.replace("\\|", "").count("|") for line in rows] == [4] * 4
    assert "<script>" not in text
    assert "-10.0%" in text


@pytest.mark.parametrize(("name", "begins"), [("a.md", "# "), ("a.HTML", "<!"), ("a.json", "{")])
def test_the_name_says_the_form(document, tmp_path, name, begins):
    write_document(document, tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_another_name_is_refused(document, tmp_path):
    with pytest.raises(InputError, match=r"must end in \.md, \.html or \.json"):
        write_document(document, tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())
