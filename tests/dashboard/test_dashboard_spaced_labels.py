"""The dashboard's pages with vectors of labels that hold spaces."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

import streamlit as st
from app_pages import (
    ANALOGIES,
    COMPARE,
    EXPORT,
    RELATIONS,
    ROOT,
    arrows,
    planted,
    switch_page,
    texts,
)
from spaced_labels import ODD, PAIRS, spaced_vectors
from streamlit.testing.v1 import AppTest

from embedviz.relations import Relation, measure
from embedviz.text import Tokenizer
from embedviz.vectors import parse_expression


def opened(serve, page, *contents, **query) -> AppTest:
    at = switch_page(serve(*contents, **query), page).run()
    assert not at.exception
    return at


def unmarked(text: str) -> str:
    return text.replace("\\", "")


@pytest.mark.parametrize("label", [*ODD, "two days ago"])
def test_the_map_finds_every_label(serve, label):
    vectors = planted((*ODD, "two days ago"))
    at = serve(vectors)
    at.text_input(key="find").set_value(f" {label} ").run()
    assert not at.exception and not at.error
    assert at.dataframe[0].value["word"].tolist() == [
        one.word for one in vectors.most_similar(label, 12)
    ]
    assert arrows(at)["chosen"]["word"] == label


def test_a_misspelt_label_is_corrected_by_a_click(serve):
    at = serve(spaced_vectors())
    at.text_input(key="find").set_value("two dais ago").run()
    next(button for button in at.button if button.label == "two days ago").click().run()
    assert arrows(at)["chosen"]["word"] == "two days ago"


def test_labels_are_folded_as_a_whole(serve):
    at = serve(spaced_vectors(Tokenizer(elisions=True, question_marks=True)))
    at.text_input(key="find").set_value("Two Days Ago").run()
    assert not at.error and arrows(at)["chosen"]["word"]


def test_selected_labels_come_from_the_link_and_stay_in_it(serve):
    serve(planted(ODD))
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    at.query_params["selected"] = json.dumps([*ODD[:5], "no such label"])
    at.run()
    assert not at.exception
    assert "5 selected on the map" in texts(at)
    assert json.loads(at.query_params["selected"]) == list(ODD[:5])


def test_the_export_of_a_view_holds_the_labels(serve, monkeypatch):
    offered = {}
    button = st.download_button

    def record(label, **given):
        offered[given["key"]] = given["data"]
        return button(label, **given)

    monkeypatch.setattr(st, "download_button", record)
    at = serve(planted(ODD))
    at.text_input(key="find").set_value("hello, world").run()
    at = switch_page(at, EXPORT).run()
    assert not at.exception and not at.error
    made = offered["export-JSON"]
    document = json.loads(made() if callable(made) else made)
    assert document["provenance"]["view"]["marked"] == ["hello, world"]
    assert {point["word"] for point in document["points"]} > set(ODD)


@pytest.mark.parametrize("gap", [", ", "\t", " → ", "→"])
def test_own_pairs_of_labels(serve, gap):
    vectors = spaced_vectors()
    pairs = (*PAIRS[:9], ("what is your name ?", "l' homme"))
    at = opened(serve, RELATIONS, vectors, own="\n".join(map(gap.join, pairs)))
    assert not at.error and not at.warning
    shown = {metric.label: metric.value for metric in at.metric}
    report = measure(vectors, Relation("your pairs", pairs))
    assert shown["Consistency"] == f"{report.consistency:.2f}"


def test_own_pairs_of_labels_with_commas(serve):
    text = '"hello, world", two days ago\nweek, "hello, world"\nhello, world → day\n'
    at = opened(serve, RELATIONS, spaced_vectors(), own=text)
    assert not at.error and not at.warning
    assert "not in the vocabulary" not in texts(at)


def test_a_misspelt_label_of_own_pairs_is_corrected_by_a_click(serve):
    text = "two dais ago, in two days\nweek, two dais ago"
    at = opened(serve, RELATIONS, spaced_vectors(), own=text)
    assert "two dais ago" in unmarked(at.warning[0].value)
    next(button for button in at.button if button.label == "two days ago").click().run()
    assert at.text_area(key="own").value == text.replace("dais", "days")
    assert not at.warning


def test_own_pairs_separated_by_spaces_say_what_to_do(serve):
    at = opened(serve, RELATIONS, spaced_vectors(), own="two days ago in two days")
    assert "words with spaces need commas or tabs" in unmarked(at.error[0].value)


@pytest.mark.parametrize("label", ODD)
def test_three_labels_become_a_formula(serve, label):
    at = opened(serve, ANALOGIES, spaced_vectors(), blank="formula")
    for key, word in zip(
        ("first-word", "second-word", "third-word"), (*PAIRS[0], label), strict=True
    ):
        at.text_input(key=key).set_value(word)
    at.run()
    assert not at.exception and not at.error
    weights = parse_expression(at.text_input(key="formula").value)
    assert weights == {PAIRS[0][1]: 1, PAIRS[0][0]: -1, label: 1}
    assert "### " in texts(at)


def test_a_formula_without_quotes_says_how_to_quote(serve):
    formula = "in two days - two days ago + week"
    at = opened(serve, ANALOGIES, spaced_vectors(), formula=formula)
    assert 'write for example "in two days"' in unmarked(at.error[0].value)
    at.text_input(key="formula").set_value('"in two days" - "two days ago" + week').run()
    assert not at.error and "in two days" in texts(at)


def test_a_misspelt_label_of_a_formula_is_corrected_in_quotes(serve):
    at = opened(serve, ANALOGIES, spaced_vectors(), formula='"two dais ago" - day + week')
    next(button for button in at.button if button.label == "two days ago").click().run()
    assert at.text_input(key="formula").value == '"two days ago" - day + week'
    assert not at.error


@pytest.mark.parametrize("label", ["two days ago", "hello, world", ODD[10]])
def test_models_are_compared_at_a_label(serve, label):
    both = spaced_vectors(), spaced_vectors(Tokenizer())
    at = opened(serve, COMPARE, *both, word=label)
    assert not at.error
    near = [frame.value["word"].tolist() for frame in at.dataframe if "place" in frame.value]
    nearest = [one.word for one in both[0].most_similar(label, len(near[0]))]
    assert near == [nearest, nearest]
