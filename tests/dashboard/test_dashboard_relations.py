"""The pages Relations and Analogies: cards, own pairs, every method side by side."""

from __future__ import annotations

import csv
import io
import sys
import xml.etree.ElementTree as ElementTree

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from app_pages import (
    ANALOGIES,
    HOSTILE,
    RELATIONS,
    components,
    planted,
    switch_page,
    texts,
)
from streamlit.testing.v1 import AppTest

from embedviz.analogies import METHODS, Method, answer_question
from embedviz.dashboard.component import arrow_picture
from embedviz.dashboard.component.arrow_picture import Arrow, Label
from embedviz.dashboard.pages import relations as relations_page
from embedviz.dashboard.widgets import own_pairs
from embedviz.errors import InputError
from embedviz.relations import FAMILIES, Relation, built_in, measure, parse_pairs


def relations(serve, *contents, **query) -> AppTest:
    return switch_page(serve(*contents, **query), RELATIONS).run()


def asked(serve, formula, *contents, **query) -> AppTest:
    at = serve(*contents)
    for key, value in {"formula": formula, **query}.items():
        at.query_params[key] = value
    return switch_page(at, ANALOGIES).run()


# -- Relations --


def test_a_card_a_family(serve):
    vectors = planted()
    at = relations(serve, vectors)
    assert not at.exception and not at.error
    assert "**3 of 3** relations shown have a direction" in texts(at)
    report = measure(vectors, built_in("male-female"))
    shown = {metric.label: metric.value for metric in at.metric[:4]}
    assert shown["Consistency"] == f"{report.consistency:.2f}"
    assert shown["PCS"] == f"{report.pairing_consistency:.2f}"
    assert all(metric.help for metric in at.metric)
    assert len(at.metric) == 3 * 4
    assert sum("svg" in proto for proto in components(at)) == 3
    worst = min(report.fits, key=lambda fit: fit.cosine)
    named = next(m.value for m in at.markdown if "Worst fits" in m.value)
    assert f"{worst.source} → {worst.target}" in named.replace("\\", "")


def test_none_chosen_says_what_to_do(serve):
    at = relations(serve, planted())
    at.button_group(key="cards").set_value([]).run()
    assert "Choose a relation, or enter your own pairs" in texts(at)
    assert not at.metric and not at.error


def test_a_relation_without_a_known_pair_is_named(serve):
    at = relations(serve, planted())
    at.button_group(key="cards").set_value(["country-currency"]).run()
    assert "No pair of country → currency" in texts(at)
    assert not at.metric


def test_pairs_typed_are_measured_and_what_is_wrong_is_named_by_line(serve):
    at = relations(serve, planted())
    at.button_group(key="cards").set_value([])
    some = built_in("country-capital").pairs[:10]
    lines = [f"{source}, {target}" for source, target in some]
    at.text_area(key="own").set_value("\n".join([*lines, "", "alone", "frence, paris"])).run()
    assert not at.exception and not at.error
    warnings = "\n".join(warning.value for warning in at.warning)
    assert "Line 12: “alone”" in warnings
    assert "frence → paris" in warnings
    assert "**1 of 1** relations shown has a direction" in texts(at)
    next(button for button in at.button if button.label == "france").click().run()
    assert at.text_area(key="own").value.endswith("alone\nfrance, paris")
    assert "not in the vocabulary" not in "\n".join(warning.value for warning in at.warning)


def test_pairs_in_the_link_are_shown(serve):
    at = relations(serve, planted(), own="france, paris\nspain, madrid")
    assert at.text_area(key="own").value == "france, paris\nspain, madrid"
    assert "**your pairs**" in texts(at)


def test_one_pair_has_arrows_and_no_figures(serve):
    at = relations(serve, planted(), own="france, paris")
    assert not at.exception
    assert [metric.value for metric in at.metric[:4]] == ["–"] * 4
    assert "1 pair." in texts(at) and "No intervals: they need 8 pairs" in texts(at)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("only\nlines\nof one word each here", "contains 0 pairs"),
        ("a,a\nb,b", "contains 0 pairs"),
        ("\n".join(f"a{i},b{i}" for i in range(300)) + "\nx", None),
    ],
)
def test_what_is_no_list_of_pairs_gets_a_sentence(serve, text, says):
    at = relations(serve, planted())
    at.text_area(key="own").set_value(text).run()
    assert not at.exception
    if says:
        assert says in at.error[0].value.replace("\\", "")
    else:
        assert "No pair is left to measure" in texts(at)


def test_an_upload_takes_the_place_of_what_is_typed(serve):
    at = relations(serve, planted(), own="france, paris")
    some = built_in("verb-past").pairs[:9]
    content = "source,target,note\n" + "".join(f"{a},{b},x\n" for a, b in some)
    at.file_uploader(key="own-file").upload("mine.csv", content.encode(), "text/csv").run()
    assert not at.exception and not at.error
    known = Relation("x", some).known_to(planted())
    assert f"{len(known.pairs)} pairs." in texts(at)
    at.file_uploader(key="own-file").upload("mine.csv", b"\xff\xfe\x00", "text/csv").run()
    assert "not UTF-8" in at.error[0].value.replace("\\", "")


def test_too_many_pairs_are_refused():
    text = "\n".join(f"a{i},b{i}" for i in range(own_pairs.MOST_PAIRS + 1))
    with pytest.raises(InputError, match="1,001 pairs are too many"):
        own_pairs._refuse_too_many(parse_pairs(text, "mine").relations)
    text = "\n".join(f"[list {i}]\na{i},b{i}" for i in range(31))
    with pytest.raises(InputError, match="31 lists are too many"):
        own_pairs._refuse_too_many(parse_pairs(text, "mine").relations)


def test_each_named_list_gets_a_card_of_its_own(serve):
    at = relations(
        serve, planted(), own="[royal]\nking -> queen\nman -> woman\n[land]\nfrance; paris"
    )
    assert not at.exception and not at.error
    titles = [one.value for one in at.markdown if one.value in ("**royal**", "**land**")]
    assert titles == ["**royal**", "**land**"]
    assert "2 pairs." in texts(at) and "1 pair." in texts(at)


@pytest.mark.parametrize(
    "text",
    [
        "king, queen\nboy, girl",
        "king queen\nboy girl",
        "king → queen\nboy → girl",
        "\nking\tqueen\nboy\tgirl",
        "note,source,target\nx,king,queen\nx,boy,girl",
    ],
)
def test_pairs_are_read_however_they_are_written(text):
    found = parse_pairs(text, "mine")
    assert found.relations == (Relation("mine", (("king", "queen"), ("boy", "girl"))),)
    assert found.bad_lines == ()


def test_lines_are_numbered_as_they_stand():
    assert parse_pairs("\n\na, b\nc\n\nd, d\ne, f", "mine").bad_lines == (4, 6)
    assert parse_pairs("source,target\na,b\nc\n", "mine").bad_lines == (3,)
    with pytest.raises(InputError, match="mine is empty"):
        parse_pairs("\n \n", "mine")


def test_the_download_holds_the_pairs(serve, monkeypatch):
    offered = {}
    monkeypatch.setattr(
        relations_page.st, "download_button", lambda *_, **given: offered.update(given)
    )
    relation = Relation("r", (("king", "queen"), ("boy", "girl")))
    relations_page._show_pairs(measure(planted(), relation), relation, "k")
    rows = list(csv.reader(io.StringIO(offered["data"]())))
    assert rows == [["source", "target"], ["king", "queen"], ["boy", "girl"]]


def test_hostile_pairs_are_text(serve):
    at = relations(serve, planted(HOSTILE))
    pairs = '"<script>alert(1)</script>",$x$\n:smile:,[a](http://b.c)\n$x$,<b>\n<i>,<i>'
    at.text_area(key="own").set_value(pairs).run()
    assert not at.exception and not at.error
    for element in (*at.markdown, *at.warning, *at.caption):
        for sign in ("$x$", ":smile:", "<script>", "<b>", "<i>", "[a]("):
            assert sign not in element.value
    assert not any("<script>" in proto for proto in components(at))


# -- the picture --


def test_the_picture_is_xml_whatever_the_words():
    words = [*HOSTILE, "a&b", '"', "\ufffe", "\x00"]
    labels = [Label(word, (float(i), float(-i))) for i, word in enumerate(words)]
    text = arrow_picture.render_svg(
        [Arrow((0, 0), (1, 1)), Arrow((0, 0), (0, 0)), Arrow((1, 0), (0, 1), is_emphasised=True)],
        labels,
        description='<b> & "x"',
    )
    root = ElementTree.fromstring(text)
    assert root.get("aria-label") == '<b> & "x"'
    assert not [one for one in root.iter() if one.tag.endswith("script")]


def test_labels_do_not_lie_on_each_other():
    same = [Label(f"word{i}", (0.0, 0.0)) for i in range(8)]
    arrows = [Arrow((0, 0), (1, 0))] * 4
    text = arrow_picture.render_svg(arrows, same, description="x")
    assert 2 <= text.count("<text") <= 4
    assert text.count("<line") == text.count("<text") / 2, "an arrow without a name is left out"
    nothing = arrow_picture.render_svg([], [], description="x")
    assert "<text" not in nothing


def test_angles_are_true():
    root = ElementTree.fromstring(
        arrow_picture.render_svg([Arrow((0, 0), (3, 4), is_emphasised=True)], [], description="x")
    )
    line = next(one for one in root.iter() if one.tag.endswith("line"))
    across = float(line.get("x2")) - float(line.get("x1"))
    upwards = float(line.get("y1")) - float(line.get("y2"))
    assert upwards / across == pytest.approx(4 / 3, abs=0.01)


# -- every method on the page Analogies --


def test_every_method_stands_in_the_table(serve):
    vectors = planted()
    at = asked(serve, "paris - france + germany", vectors)
    assert not at.exception and not at.error
    excluded, honest, alone, every = (frame.value for frame in at.dataframe)
    assert every["method"].tolist()[0] == "3CosAdd" and len(every) == len(METHODS)
    found = answer_question(vectors, [("france", "paris")], "germany", 10)
    assert excluded["word"].tolist() == [one.word for one in found]
    assert honest["word"].tolist()[0] in {"paris", "germany", "berlin"}
    assert alone["word"].tolist()[0] == every["answer"].tolist()[METHODS.index("only-b")]
    assert "methods answer **berlin**" in texts(at)
    assert every["stays"].tolist()[METHODS.index("3cosavg")].endswith("%")
    assert every["stays"].tolist()[0] == "–"


def test_the_method_is_part_of_the_link_and_can_be_switched(serve):
    vectors = planted()
    at = asked(serve, "paris - france + germany", vectors)
    at.button_group(key="method").set_value("3cosmul").run()
    found = answer_question(vectors, [("france", "paris")], "germany", 10, method=Method("3cosmul"))
    assert at.dataframe[0].value["word"].tolist() == [one.word for one in found]
    assert "3CosMul ranks it" in texts(at)


def test_one_pair_says_which_figures_are_missing(serve):
    at = asked(serve, "other1 - other2 + other3", planted())
    assert "unknown" in "".join(at.selectbox(key="learn").options)
    assert "share of draws, accuracy and offset gain need more pairs" in texts(at).replace("\\", "")
    at.button_group(key="method").set_value("lrcos").run()
    assert not at.exception
    assert "needs 2 pairs" in at.info[0].value
    at.selectbox(key="learn").set_value("country-capital").run()
    assert not at.info and "draws of the" in texts(at)


def test_a_formula_of_another_shape_is_answered_by_its_sum(serve):
    vectors = planted()
    at = asked(serve, "avg(paris, berlin)", vectors)
    assert not at.exception and not at.error
    assert "other methods need a" in texts(at)
    out, left_in = (frame.value["word"].tolist() for frame in at.dataframe)
    assert not {"paris", "berlin"} & set(out)
    assert {"paris", "berlin"} & set(left_in)


def test_pages_follow_each_other_without_an_error(serve):
    at = relations(serve, planted())
    for page in (ANALOGIES, RELATIONS):
        switch_page(at, page).run()
        assert not at.exception and not at.error
    assert at.button_group(key="cards").value == list(FAMILIES)


def test_where_visitors_only_look_no_file_is_asked_for(serve, monkeypatch):
    at = relations(serve, planted())
    assert len(at.get("file_uploader")) == 2  # of vectors, and of pairs
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--read-only"])
    at.run()
    assert not at.exception and not at.get("file_uploader")
