"""The view My words: files, colours, the filter, the selection and averages."""

from __future__ import annotations

import re
import sys

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from app_pages import ROOT, arrows, planted, texts
from streamlit.testing.v1 import AppTest

from embedviz.dashboard.widgets import word_lists
from embedviz.evaluation import average_words, fit_groups
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

TYPED = "my-words"


def clustered() -> WordVectors:
    """Vectors of three kinds of words: a0 … a19, b0 … b19, c0 … c19, in turn, and others."""
    rng = np.random.default_rng(0)
    centres = dict(zip("abc", 2 * rng.normal(size=(3, 20)), strict=True))
    names = [f"{kind}{i}" for i in range(20) for kind in "abc"] + [f"other{i}" for i in range(100)]
    rows = [centres.get(name[:1], 0) * (name[0] in "abc") + rng.normal(size=20) for name in names]
    return WordVectors(Vocabulary(tuple(names)), np.array(rows, np.float32))


def said(at: AppTest) -> str:
    """What the page says, without the signs that keep words from being markup."""
    return re.sub(r"\\(.)", r"\1", texts(at))


def typed(at: AppTest, text: str) -> AppTest:
    at.text_area(key=TYPED).set_value(text).run()
    assert not at.exception
    return at


def labels(at: AppTest) -> dict[str, int]:
    return {one["label"]: len(one["pairs"]) for one in arrows(at)["families"]}


def upload(at: AppTest, name: str, content: bytes) -> AppTest:
    at.file_uploader(key="my-words-file").upload(name, content, "text/csv").run()
    assert not at.exception
    return at


# -- files --


def test_a_table_takes_the_place_of_the_typed_words_until_it_is_removed(serve):
    at = typed(serve(clustered(), view="My words"), "c1, c2, c3")
    rows = (
        "word,category,age\na1,first,1\na2,first,2\na3,first\nb1,second,x\nnowhere,second,3\na1,b,4"
    )
    upload(at, "mine.csv", rows.encode())
    assert labels(at) == {"first": 3} and not at.text_area
    assert "**mine.csv**" in said(at)
    assert "Line 5: no number in “x”" in at.warning[0].value.replace("\\", "")
    assert "Not in the vocabulary: nowhere" in said(at) and "counted once: a1" in said(at)
    table = at.dataframe[0].value
    assert table["number"].tolist()[:2] == [1, 2] and table["group"].tolist() == ["first"] * 3
    at.session_state["show"] = "all"
    at.run()
    at.session_state["show"] = "words"
    at.run()
    assert labels(at) == {"first": 3}, "a file is kept while another view is looked at"
    at.button(key="my-words-remove").click().run()
    assert labels(at) == {"other": 3} and at.text_area(key=TYPED).value == "c1, c2, c3"


def test_a_text_file_is_read_as_if_typed_and_one_with_tabs_as_a_table(serve):
    at = upload(serve(clustered(), view="My words"), "w.txt", b"x: a1, a2\ny: b1, b2")
    assert labels(at) == {"x": 2, "y": 2}
    at.button(key="my-words-remove").click().run()
    upload(at, "w.txt", b"a1\tx\na2\tx\nb1\ty\n")
    assert labels(at) == {"x": 2, "y": 1}


def test_a_file_that_cannot_be_read_is_told_and_can_be_removed(serve):
    at = upload(serve(clustered(), view="My words"), "w.csv", b"\xff\xfe\x00")
    assert "not UTF-8" in said(at)
    at.button(key="my-words-remove").click().run()
    upload(at, "w.csv", b"a" * ((1 << 20) + 1))
    assert "the limit is 1,048,576" in said(at)
    at.button(key="my-words-remove").click().run()
    upload(at, "w.csv", "\n".join(f"w{i}" for i in range(20_001)).encode())
    assert "20,001 words, and the limit is 20,000" in said(at)


def test_no_more_words_than_a_map_can_show(serve, monkeypatch):
    monkeypatch.setattr(word_lists, "MOST_WORDS", 5)
    at = typed(serve(clustered(), view="My words"), "x: a1, a2, a3\ny: b1, b2, b3, b4")
    assert labels(at) == {"x": 3, "y": 2} and "first 5 of 7 words" in said(at)


def test_a_read_only_server_takes_no_list(serve, monkeypatch):
    at = serve(clustered(), view="My words")
    assert any(one.proto.label == "A list of words" for one in at.get("file_uploader"))
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--read-only"])
    at.run()
    assert not at.exception and not at.get("file_uploader")


def test_a_near_spelling_replaces_the_typed_word(serve):
    at = typed(serve(planted(), view="My words"), "x: paris = 3, spain, frence = 2")
    spelling = next(one for one in at.button if one.label == "france")
    spelling.click().run()
    assert at.text_area(key=TYPED).value == "x: paris = 3, spain, france = 2"
    assert labels(at) == {"x": 3}


# -- colours --


def test_colours_of_numbers_are_steps_with_the_lowest_and_the_highest(serve):
    at = typed(serve(clustered(), view="My words"), "a1 = 1.5, a2 = 2.5, b1 = 4.5, b2 = 4.9, c1")
    assert labels(at) == {"other": 5}, "groups by default"
    at.button_group(key="word-colours").set_value("number").run()
    assert labels(at) == {
        "number 4 to 4.9": 2,
        "number 2 to 3": 1,
        "number 1.5 to 2": 1,
        "without a number": 1,
    }
    shades = [one["shade"] for one in arrows(at)["families"]]
    assert shades[:3] == sorted(shades[:3], reverse=True) and shades[3] is None
    assert shades[0] == 1 and shades[2] == 0
    typed(at, "a1, a2, b1")
    assert "No word has a number" in said(at) and labels(at) == {"other": 3}


def test_colours_of_frequency_are_powers_of_ten(serve):
    vectors = clustered()
    at = typed(serve(vectors, view="My words"), "a0, b0, a5, other80, other90")
    at.button_group(key="word-colours").set_value("frequency").run()
    assert labels(at) == {"rank 1 to 10": 2, "rank 11 to 100": 1, "rank 101 to 1,000": 2}
    assert [one["shade"] for one in arrows(at)["families"]] == [1, 0.5, 0]


def test_the_nearest_group_stands_beside_shuffled_groups(serve):
    vectors = clustered()
    at = typed(
        serve(vectors, view="My words"), "x: a1, a2, a3, a4\ny: b1, b2, b3, b4, a5\nz: c1, c2, c3"
    )
    at.button_group(key="word-colours").set_value("nearest").run()
    words = at.dataframe[0].value
    groups = [sorted(set(words["group"])).index(one) for one in words["group"]]
    found = fit_groups(vectors.unit(words["word"].tolist()), groups)
    assert f"**{found.n_own} of 12** words are nearer to their own group" in said(at)
    assert f"with shuffled groups {found.by_chance:.1f} (mean" in said(at)
    assert found.n_own == 11 and "a5 (to x)" in said(at)
    assert labels(at) == {"x": 5, "y": 4, "z": 3}
    nearest = dict(zip(words["word"], words["nearest"], strict=True))
    assert nearest["a5"] == "x" and nearest["b1"] == "y"
    typed(at, "x: a1, a2, a3")
    assert "1 group cannot be compared" in said(at) and labels(at) == {"x": 3}


def test_many_groups_share_a_legend_of_few(serve):
    lines = [f"g{i}: a{i}, b{i}" for i in range(11)] + [f"s{i}: c{i}" for i in range(6)]
    at = typed(serve(clustered(), view="My words"), "\n".join(lines))
    assert list(labels(at))[-1] == "5 smaller groups" and len(labels(at)) == 13
    assert len({one["style"] for one in arrows(at)["families"]}) == 13
    at.button_group(key="word-colours").set_value("nearest").run()
    assert not at.exception and len(labels(at)) <= 13


# -- the filter --


def test_the_filter_says_how_many_words_of_all_it_keeps_and_moves_none(serve):
    at = typed(serve(clustered(), view="My words"), "x: a1, a2, a11\ny: b1, b2, b12")
    before = at.dataframe[0].value.set_index("word")
    at.text_input(key="word-pattern").set_value("1$").run()
    after = at.dataframe[0].value.set_index("word")
    assert after.index.tolist() == ["a1", "a11", "b1"] and "**3 of 6 words** pass" in said(at)
    assert after["x"].tolist() == before.loc[after.index, "x"].tolist()
    at.select_slider(key="word-ranks").set_value((1, 30)).run()
    assert at.dataframe[0].value["word"].tolist() == ["a1", "b1"]
    at.button_group(key="word-groups").set_value(["y"]).run()
    assert at.dataframe[0].value["word"].tolist() == ["b1"]
    assert arrows(at)["families"][0]["style"] == 1, "a group keeps its colour"
    at.text_input(key="word-pattern").set_value("nowhere").run()
    assert "No word passes the filter" in said(at) and not at.exception
    at.button(key="word-filter-reset").click().run()
    assert labels(at) == {"x": 3, "y": 3} and "pass the filter" not in said(at)


def test_a_pattern_that_is_none_is_told_and_ignored(serve):
    at = typed(serve(clustered(), view="My words"), "a1, a2, b1")
    at.text_input(key="word-pattern").set_value("(a").run()
    assert "is not a regular expression" in said(at) and labels(at) == {"other": 3}
    assert "is ignored" in said(at)


def test_a_link_has_colours_filter_and_average(serve):
    serve(clustered())
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    link = {
        "show": "My words",
        TYPED: "x: a1, a2, a3\ny: b1, b2, b3",
        "word-colours": "Frequency",
        "word-pattern": "[12]",
        "word-groups": "x",
        "average": "Group: y",
    }
    for name, value in link.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception and not at.error
    assert labels(at) == {"rank 1 to 10": 2}
    assert arrows(at)["chosen"]["word"] == "mean of 3 words"
    assert "**2 of 6 words** pass" in said(at)


# -- selection and averages --


def test_a_selection_is_listed_and_becomes_a_group_once(serve):
    at = typed(serve(clustered(), view="My words"), "x: a1 = 3, a2, a3\ny: b1, b2")
    at.session_state["map-selection"] = ["a1", "b2", "other3"]
    at.run()
    assert at.dataframe[0].value["Word"].tolist() == ["a1", "b2"]
    assert len(arrows(at)["selected"]) == 2
    at.button(key="selection-words").click().run()
    assert at.text_area(key=TYPED).value == "x: a2, a3\ny: b1\nselected: a1 = 3, b2"
    assert labels(at) == {"x": 2, "y": 1, "selected": 2}
    assert arrows(at)["selected"] == [], "as a group the words have a mark of their own"
    at.session_state["map-selection"] = ["a2"]
    at.run()
    at.button(key="selection-words").click().run()
    assert labels(at) == {"x": 1, "y": 1, "selected": 2, "selected 2": 1}


def test_a_selection_of_a_file_stays_in_the_file_with_its_numbers(serve):
    at = upload(
        serve(clustered(), view="My words"), "my.csv", b"word,group,age\na1,x,1\na2,x,2\nb1,y,3"
    )
    at.session_state["map-selection"] = ["a1"]
    at.run()
    at.button(key="selection-words").click().run()
    assert labels(at) == {"x": 1, "y": 1, "selected": 1}
    assert sorted(at.dataframe[0].value["number"]) == [1, 2, 3] and "**my.csv**" in said(at)
    at.button_group(key="word-colours").set_value("number").run()
    assert "age 2.5 to 3" in labels(at)


def test_words_that_cannot_be_typed_become_a_kept_list(serve):
    at = serve(planted(("new york, ny",)))
    at.session_state["map-selection"] = ["new york, ny", "france", "paris"]
    at.run()
    at.button(key="selection-words").click().run()
    assert not at.exception and labels(at) == {"selected": 3} and "**my words.csv**" in said(at)


@pytest.mark.parametrize("view", ["My words", "All words"])
def test_an_average_has_its_nearest_words_and_a_control(serve, view):
    vectors = clustered()
    at = serve(vectors, view=view)
    if view == "My words":
        typed(at, "x: a1, a2, a3, b1, c1\ny: b2")
    at.session_state["map-selection"] = ["a1", "a2", "a3"]
    at.run()
    at.selectbox(key="average").set_value("The selection").run()
    assert not at.exception
    found = average_words(vectors, ["a1", "a2", "a3"])
    near = next(one.value for one in at.dataframe if "score" in one.value)
    assert near["word"].tolist() == [item.word for item in found.others]
    assert all(word.startswith("a") for word in near["word"][:5])
    assert f"**{found.others[0].score:.2f}** is the highest cosine here" in said(at)
    assert f"it is {np.mean(found.by_chance):.2f} on average" in said(at)
    shown = arrows(at)
    assert shown["chosen"]["word"] == "mean of 3 words" and shown["chosen"]["rank"] == 0
    assert [one["word"] for one in shown["near"]] == near["word"][:6].tolist()
    at.text_input(key="find").set_value("b3").run()
    assert arrows(at)["chosen"]["word"] == "b3", "a search goes before the average"
    at.button(key="clear-selection").click().run()
    assert not at.exception and not at.error


def test_a_group_can_be_averaged_where_it_lies_on_the_map(serve):
    at = typed(serve(clustered(), view="My words"), "x: a1, a2, a3\ny: b1, b2")
    at.selectbox(key="average").set_value("Group: x").run()
    table = at.dataframe[-1].value.set_index("word")
    mean = arrows(at)["chosen"]
    assert [mean["x"], mean["y"]] == pytest.approx(
        table.loc[["a1", "a2", "a3"], ["x", "y"]].mean().tolist(), abs=1e-3
    )
    typed(at, "y: b1, b2, b3")
    assert arrows(at)["chosen"] is None and not at.error


def test_words_groups_and_file_names_are_no_markup(serve):
    hostile = (":smile:", "$x$", "[a](http://b.c)", "<b>c</b>")
    rows = ["word,group"] + [f"{word},{word}" for word in hostile]
    rows += ["france,$x$", "paris,$x$", "spain,:smile:", ":unknown:,$x$", "spain,$x$"]
    at = upload(serve(planted(hostile), view="My words"), ":smile:.csv", "\n".join(rows).encode())
    at.button_group(key="word-colours").set_value("nearest").run()
    at.selectbox(key="average").set_value("Group: $x$").run()
    at.session_state["map-selection"] = [":smile:"]
    at.run()
    assert not at.exception and not at.error and "smile" in texts(at)
    said_raw = texts(at) + "".join(one.value for one in at.warning)
    assert not any(sign in said_raw for sign in (*hostile, ":unknown:"))
