"""The dashboard's pages, as a person meets them."""

from __future__ import annotations

import csv
import io
import json
import logging
import re

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from app_pages import (
    ANALOGIES,
    DASHBOARD,
    HOSTILE,
    ROOT,
    arrows,
    components,
    planted,
    switch_page,
    texts,
)
from streamlit.testing.v1 import AppTest

from embedviz.dashboard.map_views import one_relation
from embedviz.dashboard.map_views import search as word_search
from embedviz.dashboard.pages import map as map_page
from embedviz.dashboard.state import models
from embedviz.dashboard.widgets import error_boundary, place, word_selection
from embedviz.errors import ModelError
from embedviz.export import take_view
from embedviz.projection import fit, fit_plane
from embedviz.relations import FAMILIES, Relation, built_in, by_frequency, measure
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

# -- Map --


def test_the_map_shows_the_three_families(serve):
    at = serve(planted())
    assert not at.exception and not at.error
    families = arrows(at)["families"]
    assert [family["label"].split(" (")[0] for family in families] == [
        "male → female",
        "verb → past",
        "country → capital",
    ]
    assert all(0 < len(family["pairs"]) <= 12 for family in families)
    claim = next(m.value for m in at.markdown if "of their squared length" in m.value)
    assert "p = 0.001" in claim and "\N{NO-BREAK SPACE}% of their squared length" in claim
    assert len(at.metric) == 2 + 4 * 3
    assert all(metric.help for metric in at.metric)


def test_arrows_end_at_their_own_words(serve):
    vectors = planted()
    at = serve(vectors)
    ids = {pair for family in arrows(at)["families"] for pair in map(tuple, family["pairs"])}
    named = {(vectors.words[a], vectors.words[b]) for a, b in ids}
    assert named <= {pair for name in FAMILIES for pair in built_in(name).pairs}


def overlays(at) -> list[dict]:
    return [one["overlay"] for one in map(json.loads, components(at)) if "overlay" in one]


def most_frequent_pair(vectors) -> tuple[str, str]:
    return by_frequency(vectors, built_in("male-female").known_to(vectors)).pairs[0]


def test_the_first_screen_has_three_panels_each_with_its_relation(serve):
    vectors = planted()
    at = serve(vectors, view=None)
    assert not at.exception and not at.error
    labels = [one["families"][0]["label"] for one in overlays(at)]
    assert labels == ["male → female", "verb → past", "country → capital"]
    assert all(len(one["families"][0]["pairs"]) == 12 for one in overlays(at))
    assert "**country → capital**" in at.markdown[0].value  # the verdict
    assert all(one["chosen"] is None for one in overlays(at))
    captions = [one.value for one in at.caption if "with shuffled pairs" in one.value]
    assert len(captions) == 3  # the control beside each
    assert len(at.metric) == 4 * 3
    source, _ = most_frequent_pair(vectors)
    at.text_input(key="find").set_value(source).run()
    assert [one["chosen"] and one["chosen"]["word"] for one in overlays(at)] == [source, None, None]
    assert at.dataframe[0].value["word"].tolist() == [
        one.word for one in vectors.most_similar(source, 12)
    ]


def test_the_control_pairs_every_source_with_another_target(serve):
    at = serve(planted(), view=None)
    before = overlays(at)
    at.toggle(key="shuffled").set_value(True).run()
    assert not at.exception
    for true, shuffled in zip(before, overlays(at), strict=True):
        pairs = [set(map(tuple, one["families"][0]["pairs"])) for one in (true, shuffled)]
        assert len(pairs[0]) == len(pairs[1]) == 12 and true["version"] != shuffled["version"]
    assert "The same words, paired at random" in texts(at)


def test_a_pair_that_runs_backwards_is_named(serve):
    vectors = planted()
    matrix = vectors.matrix.copy()
    source, target = most_frequent_pair(vectors)
    ids = vectors.ids([source, target])
    matrix[ids] = matrix[ids[::-1]]
    at = serve(WordVectors(vectors.vocabulary, matrix), view=None)
    assert f"{source} → {target} runs backwards" in texts(at)


def pair_rows(at) -> dict:
    return next(one for one in map(json.loads, components(at)) if "rows" in one)


def test_one_relation_stands_beside_its_pairs_which_can_be_left_out(serve):
    vectors = planted()
    at = serve(vectors, view="One relation")
    assert not at.exception and not at.error
    relation = by_frequency(vectors, built_in("male-female").known_to(vectors))
    shown, rows = arrows(at)["families"][0], pair_rows(at)["rows"]
    assert len(shown["pairs"]) == len(rows) == len(relation.pairs)
    fits = [row["fit"] for row in rows]
    assert fits == sorted(fits, reverse=True)
    report = measure(vectors, built_in("male-female"))
    assert {(one.source, one.target): one.cosine for one in report.fits} == {
        (row["source"], row["target"]): row["fit"] for row in rows
    }
    worst = (rows[-1]["source"], rows[-1]["target"])
    at.session_state["one-left-out"] = [worst, ("no", "pair")]
    at.run()
    assert not at.exception
    assert rows[-1]["ids"] not in arrows(at)["families"][0]["pairs"]
    assert pair_rows(at)["left_out"] == [len(rows) - 1]
    rest = Relation("male-female", tuple(pair for pair in relation.pairs if pair != worst))
    said = texts(at)
    assert f"consistency {measure(vectors, rest).consistency:.2f}" in said
    assert f"Without 1 pair; of all {len(relation.pairs)}" in said
    at.text_area(key="own").set_value("[royal]\nfrance -> paris\nspain; madrid").run()
    at.selectbox(key="one").set_value("royal").run()
    assert [row["source"] for row in pair_rows(at)["rows"]] != [] and not at.exception
    assert len(arrows(at)["families"][0]["pairs"]) == 2


@pytest.mark.parametrize("sent", [None, 3, ["a", 99, -1, {}]])
def test_whatever_a_browser_leaves_out_is_no_error(monkeypatch, sent):
    state = {"one-pairs": {"left_out": sent}, "one-left-out": [("x", "y")]}
    monkeypatch.setattr(one_relation.st, "session_state", state)
    store = one_relation._store_on_change([("a", "b"), ("c", "d")])
    store()
    assert state["one-left-out"] == [("x", "y")]
    state["one-pairs"] = {"left_out": [1]}
    store()
    assert state["one-left-out"] == [("c", "d"), ("x", "y")]


def test_a_search_lists_words_that_begin_so_and_is_kind_to_two_words(serve):
    at = serve(planted())
    at.text_input(key="find").set_value("other1").run()
    assert at.dataframe  # a word itself
    at.text_input(key="find").set_value("othe").run()
    labels = [button.label for button in at.button if button.key.startswith("completion-")]
    assert labels == [f"other{i}" for i in range(8)] and "Words that begin so" in texts(at)
    at.button(key="completion-2").click().run()
    assert at.text_input(key="find").value == "other2"
    at.text_input(key="find").set_value("france paris").run()
    assert "its parts are" in texts(at) and "france + paris" in texts(at)
    at.button(key="part-1").click().run()
    assert at.text_input(key="find").value == "paris" and not at.exception


def test_own_axes_place_own_words_in_groups(serve):
    vectors = planted()
    at = serve(vectors, view="My axes")
    at.text_input(key="x-axis").set_value("france -> paris; spain → madrid")
    at.text_input(key="y-axis").set_value("male-female")
    at.text_area(key="my-words").set_value("places: paris, spain, france\nking\n:smile:").run()
    assert not at.exception and not at.error
    shown = arrows(at)
    assert [(one["label"], len(one["pairs"])) for one in shown["families"]] == [
        ("places", 3),
        ("other", 1),
    ]
    assert all(one["is_points"] for one in shown["families"])
    assert shown["axis_titles"] == ["france → paris and 1 more", "male-female"]
    assert "Not in the vocabulary" in texts(at) and "a random plane keeps" in texts(at)
    table = at.dataframe[0].value
    assert table["word"].tolist() == ["paris", "spain", "france", "king"]
    assert table["x"][0] > 0 > table["x"][2] and table["kept"].between(0, 100).all()
    at.text_input(key="y-axis").set_value("frence").run()
    assert "frence" in at.error[0].value and not at.exception
    at.text_input(key="y-axis").set_value("spain, madrid; france, paris").run()
    assert "span no plane" in at.error[0].value and not at.exception


def test_own_words_are_shown_by_their_principal_components(serve):
    vectors = planted()
    at = serve(vectors, view="My words")
    assert not at.exception and arrows(at)["families"][0]["label"] == "people"
    at.text_area(key="my-words").set_value("a: france, paris\nb: spain, madrid, rome").run()
    plane = fit_plane(vectors, ["france", "paris", "spain", "madrid", "rome"])
    found = at.dataframe[0].value
    placed = plane.place(vectors, found["word"].tolist())
    assert found[["x", "y"]].to_numpy() == pytest.approx(placed, abs=1e-3)
    at.text_area(key="my-words").set_value("france").run()
    assert len(at.error) == 1 and not at.exception
    at.text_area(key="my-words").set_value("\n".join(f"other{i}" for i in range(200))).run()
    assert len(arrows(at)["families"][0]["pairs"]) == 200


def test_a_link_of_an_earlier_version_shows_all_words(serve):
    at = serve(planted(), view=None)
    assert len(overlays(at)) == 3
    fresh = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    fresh.query_params["words"] = "1,000"
    fresh.run()
    assert len(overlays(fresh)) == 1 and len(arrows(fresh)["families"]) == 3


def test_relations_can_be_left_out(serve):
    at = serve(planted())
    at.button_group(key="relations").set_value([]).run()
    assert arrows(at)["families"] == []
    assert "Choose a relation" in texts(at)
    assert not at.error


def test_relations_keep_their_order_whatever_was_clicked_first(serve):
    at = serve(planted())
    at.button_group(key="relations").set_value(["country-capital", "male-female"]).run()
    labels = [family["label"].split(" (")[0] for family in arrows(at)["families"]]
    assert labels == ["male → female", "country → capital"]


def test_a_relation_without_a_known_pair_is_named(serve):
    at = serve(planted())
    at.button_group(key="more").set_value(["country-currency"]).run()
    assert "No pair of country → currency" in texts(at)
    assert len(arrows(at)["families"]) == 3


@pytest.mark.parametrize("relations", [FAMILIES, FAMILIES[:1]])
@pytest.mark.parametrize(
    ("kind", "name"),
    [("arrows", "of the arrows"), ("pairs", "of the shown pairs"), ("all", "of all words")],
)
def test_the_planes(serve, kind, name, relations):
    at = serve(planted())
    at.button_group(key="relations").set_value(list(relations))
    at.radio(key="plane").set_value(kind).run()
    assert f"{name}. Explained variance" in texts(at)
    assert not at.error


def test_a_search_lists_and_marks_the_nearest_words(serve):
    vectors = planted()
    at = serve(vectors)
    at.text_input(key="find").set_value("france").run()
    near = [item.word for item in vectors.most_similar("france", 12)]
    assert at.dataframe[0].value["word"].tolist() == near
    assert arrows(at)["chosen"]["word"] == "france"
    assert [item["word"] for item in arrows(at)["near"]] == near[:6]


def test_an_unknown_word_offers_near_spellings(serve):
    at = serve(planted())
    at.text_input(key="find").set_value("frence").run()
    assert "**frence** is not in the vocabulary" in texts(at)
    next(button for button in at.button if button.label == "france").click().run()
    assert at.text_input(key="find").value == "france"
    assert arrows(at)["chosen"]["word"] == "france"


def test_an_empty_search_marks_nothing(serve):
    at = serve(planted())
    at.text_input(key="find").set_value("").run()
    assert arrows(at)["chosen"] is None
    assert not at.dataframe and not at.error


def test_the_csv_holds_every_pair(serve, monkeypatch):
    at = serve(planted())
    assert at.get("download_button")

    offered = {}
    monkeypatch.setattr(map_page.st, "download_button", lambda *_, **given: offered.update(given))
    vectors = planted()
    relations = [built_in(name).known_to(vectors) for name in FAMILIES]
    map_page._show_download(lambda: take_view(vectors, "planted", relations, plane="pairs"))
    rows = list(csv.DictReader(io.StringIO(offered["data"]())))
    assert len(rows) == 2 * sum(len(relation.pairs) for relation in relations)
    assert {"word", "relation", "role", "pair", "x", "y"} <= set(rows[0])


def test_a_click_on_the_map_searches_the_word(monkeypatch):
    class Chosen:
        vectors = planted()

    state = {"map": {"picked": 3}, "find": "x"}
    monkeypatch.setattr(map_page.st, "session_state", state)
    click = word_search.search_on_click(Chosen(), "map")
    click()
    assert state["find"] == Chosen.vectors.words[2]
    state["map"]["picked"] = 10**9  # whatever a browser sends
    click()
    assert state["find"] == Chosen.vectors.words[2]
    state["map"]["picked"] = 0
    click()
    assert state["find"] == ""


def test_a_place_without_a_word_shows_the_words_near_it(serve):
    vectors = planted()
    at = serve(vectors)
    clicked = (0.3, -0.2)
    at.session_state["find"] = ""
    at.session_state["map-place"] = (arrows(at)["version"], *clicked)
    at.run()
    assert not at.exception and not at.error
    assert "A place without a word" in texts(at)
    overlay = arrows(at)
    assert (overlay["chosen"]["rank"], overlay["chosen"]["x"], overlay["chosen"]["y"]) == (
        0,
        *clicked,
    )
    # the nearest words in the full space, not on the plane
    relations = [built_in(name).known_to(vectors) for name in FAMILIES]
    plane = fit(vectors, relations, "arrows", n_components=3)
    point = plane.lift(np.array([[*clicked, 0.0]]))[0]
    nearest = [item.word for item in vectors.nearest(point, 8)]
    assert at.dataframe[0].value["word"].tolist() == nearest
    assert plane.coordinates(point[None])[0] == pytest.approx([*clicked, 0.0], abs=1e-5)
    at.text_input(key="find").set_value("france").run()
    assert "A place without a word" not in texts(at)


@pytest.mark.parametrize("sent", [None, 3, [1.0], [1.0, float("nan")], ["a", 1.0], {}])
def test_whatever_a_browser_sends_is_no_place(monkeypatch, sent):
    state = {"map": {"placed": sent}}
    monkeypatch.setattr(map_page.st, "session_state", state)
    place.store_place("map", "v")
    assert place.read_place("v") is None
    state["map"]["placed"] = [1, 2.5]
    place.store_place("map", "v")
    assert place.read_place("v") == (1.0, 2.5) and place.read_place("words have moved") is None


def test_what_is_selected_on_the_map_is_listed_and_can_be_cleared(serve):
    at = serve(planted())
    at.session_state["map-selection"] = ["france", "other3", "no such word"]
    at.run()
    assert at.dataframe[0].value["Word"].tolist() == ["france", "other3"]
    assert len(set(arrows(at)["selected"])) == 2
    at.button(key="clear-selection").click().run()
    assert arrows(at)["selected"] == [] and not at.exception


def test_what_is_selected_becomes_a_group_of_own_words(serve):
    at = serve(planted())
    at.session_state["my-words"] = "a: spain, madrid"
    at.session_state["map-selection"] = ["france", "paris"]
    at.run()
    at.button(key="selection-words").click().run()
    assert not at.exception and not at.error
    assert [(one["label"], len(one["pairs"])) for one in arrows(at)["families"]] == [
        ("a", 2),
        ("selected", 2),
    ]


def test_a_selection_is_kept_when_the_map_is_left(monkeypatch):
    state = {"map": {"selected": ["king", 7, None, "queen"]}}
    monkeypatch.setattr(map_page.st, "session_state", state)
    word_selection.store_selection("map")()
    assert state["map-selection"] == ["king", "queen"]


@pytest.mark.parametrize("sent", [None, "king", 3, {"a": 1}, [["king"]]])
def test_whatever_a_browser_selects_is_no_error(monkeypatch, sent):
    state = {"map": {"selected": sent}}
    monkeypatch.setattr(map_page.st, "session_state", state)
    word_selection.store_selection("map")()
    assert state["map-selection"] == []


def test_three_dimensions(serve):
    at = serve(planted())
    labels = [metric.label for metric in at.metric]
    assert "Axis 2" in labels and "Axis 3" not in labels
    kept = {metric.value for metric in at.metric if metric.label == "Plane retains"}
    at.button_group(key="dims").set_value(3).run()
    assert arrows(at)["dims"] == 3
    assert "Axis 3" in [metric.label for metric in at.metric]
    assert {metric.value for metric in at.metric if metric.label == "Plane retains"} != kept


def test_a_model_of_two_dimensions_stays_flat(serve):
    words = tuple(word for pair in built_in(FAMILIES[0]).pairs[:3] for word in pair)
    flat = np.random.default_rng(0).normal(size=(len(words), 2)).astype(np.float32)
    at = serve(WordVectors(Vocabulary(words), flat))
    at.button_group(key="dims").set_value(3).run()
    assert not at.error and arrows(at)["dims"] == 2


def test_to_leave_a_family_out_moves_no_word(serve):
    at = serve(planted())
    before = arrows(at)["version"]
    at.button_group(key="relations").set_value(["male-female"]).run()
    assert len(arrows(at)["families"]) == 1
    assert arrows(at)["version"] == before


# -- Analogies --


def analogies(serve, *contents) -> AppTest:
    return switch_page(serve(*contents), ANALOGIES).run()


def test_an_analogy_is_answered(serve):
    at = analogies(serve, planted())
    assert not at.exception and not at.error
    formula = at.text_input(key="formula").value
    assert re.fullmatch(r"\w+ - \w+ \+ \w+", formula)
    assert at.dataframe[0].value["score"].is_monotonic_decreasing


def test_an_analogy_is_drawn_as_a_parallelogram(serve):
    at = analogies(serve, planted())
    at.text_input(key="formula").set_value("paris - france + germany").run()
    drawn = arrows(at)
    assert [mark["word"] for mark in drawn["parallelogram"][:3]] == ["france", "paris", "germany"]
    assert drawn["chosen"]["word"] == at.dataframe[0].value["word"][0]
    at.text_input(key="formula").set_value("paris + germany").run()
    assert not any("parallelogram" in proto for proto in components(at))


def test_three_words_write_the_formula(serve):
    at = analogies(serve, planted())
    for key, word in (
        ("first-word", "france"),
        ("second-word", "paris"),
        ("third-word", "germany"),
    ):
        at.text_input(key=key).set_value(word)
    at.run()
    assert at.text_input(key="formula").value == "paris - france + germany"
    assert "berlin" in at.dataframe[0].value["word"].tolist()[:2]


def test_an_example_fills_everything_in(serve):
    at = analogies(serve, planted())
    example = at.button(key="example-1")
    example.click().run()
    assert at.text_input(key="formula").value == example.label.replace("\\", "")
    assert at.text_input(key="first-word").value


def test_a_formula_in_the_link_is_answered(serve):
    at = serve(planted())
    at.query_params["formula"] = "paris - france + germany"
    switch_page(at, ANALOGIES).run()
    assert at.text_input(key="formula").value == "paris - france + germany"
    parts = [at.text_input(key=f"{nth}-word").value for nth in ("first", "second", "third")]
    assert parts == ["france", "paris", "germany"]
    at.text_input(key="formula").set_value("paris + germany").run()
    assert at.text_input(key="first-word").value == ""


def test_a_formula_with_a_misspelling_can_be_mended(serve):
    at = analogies(serve, planted())
    at.text_input(key="formula").set_value("paris - frence + germany").run()
    assert "not in the vocabulary" in at.error[0].value
    next(button for button in at.button if button.label == "france").click().run()
    assert at.text_input(key="formula").value == "paris - france + germany"
    assert not at.error


@pytest.mark.parametrize("formula", ["paris -", "paris france", "paris - paris", '""', "+ +"])
def test_a_formula_that_cannot_be_read_gets_a_sentence(serve, formula):
    at = analogies(serve, planted())
    at.text_input(key="formula").set_value(formula).run()
    assert len(at.error) == 1 and not at.exception


# -- what can go wrong --


@pytest.mark.parametrize("page", [None, ANALOGIES])
def test_without_a_model_the_commands_are_told(serve, page, monkeypatch, tmp_path):
    monkeypatch.setattr(models, "english_folder", lambda: tmp_path / "nowhere")
    at = serve()
    if page:
        switch_page(at, page).run()
    assert not at.exception and not at.error
    assert "make run" in texts(at) and "embedviz train TEXT --out MODEL" in texts(at)


@pytest.mark.parametrize("page", [None, ANALOGIES])
def test_a_damaged_model_is_told_in_a_sentence(serve, page):
    at = serve(ModelError("The model <b> is *damaged*: train it again."))
    if page:
        switch_page(at, page).run()
    assert len(at.error) == 1 and not at.exception
    assert at.error[0].value.replace("\\", "") == "The model <b> is *damaged*: train it again."


@pytest.mark.parametrize("page", [None, ANALOGIES])
def test_an_unforeseen_failure_shows_a_sentence_and_logs_the_rest(serve, page, caplog):
    with caplog.at_level(logging.ERROR):
        at = serve(ZeroDivisionError("secret detail"))
        if page:
            switch_page(at, page).run()
    assert not at.exception
    assert [error.value for error in at.error] == [error_boundary.UNEXPECTED]
    assert "secret detail" in caplog.text


def test_a_second_model_can_be_chosen_while_the_first_is_damaged(serve):
    at = serve(ModelError("Damaged."), planted())
    assert at.error
    at.selectbox(key="model").set_value("model-1").run()
    assert not at.error and len(arrows(at)["families"]) == 3


def test_hostile_words_are_text(serve):
    at = serve(planted(HOSTILE))
    for word in HOSTILE:
        at.text_input(key="find").set_value(word).run()
        assert not at.exception and not at.error
    at.text_input(key="find").set_value("<script>alert(1)</script>?").run()
    assert "\\<script\\>" in texts(at)
    switch_page(at, ANALOGIES).run()
    at.text_input(key="formula").set_value('$x$ - :smile: + "<script>alert(1)</script>"').run()
    assert not at.exception and not at.error
    for element in at.markdown:
        assert "$x$" not in element.value and ":smile:" not in element.value
        assert "<script>" not in element.value


def test_a_tiny_vocabulary(serve):
    vectors = WordVectors(Vocabulary(("a", "b")), np.eye(2, dtype=np.float32))
    at = serve(vectors)
    assert not at.exception
    assert "2 words" in at.error[0].value
    switch_page(at, ANALOGIES).run()
    assert not at.exception and not at.error


def test_both_ways_in_show_the_same(serve):
    at = serve(planted(), script=DASHBOARD / "server" / "script.py")
    assert not at.error and len(arrows(at)["families"]) == 3
