"""The page Describe and find: points in words, and words for descriptions."""

from __future__ import annotations

import re
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytest.importorskip("torch", reason="a recurrent net describes")

from app_pages import DESCRIBE, HOSTILE, arrows, texts
from streamlit.testing.v1 import AppTest

from embedviz.dashboard.sequences import described_map, point_description
from embedviz.dashboard.state import descriptions, sequence_models
from embedviz.dashboard.state.sequence_models import DESCRIBES
from embedviz.errors import InputError
from embedviz.relations import built_in
from embedviz.sequences import (
    BEAM,
    Point,
    decode_texts,
    describe_points,
    find_words,
    label_vectors,
    open_sequence_model,
    points_of,
    score_words,
    weigh_texts,
)
from embedviz.support import arrow_name

pytestmark = pytest.mark.usefixtures("cached_for_the_file")


@pytest.fixture
def page(open_page):
    """Return a function that opens the page."""
    return partial(open_page, DESCRIBE)


@pytest.fixture(scope="module")
def describer():
    return open_sequence_model("describe")


def plain(at: AppTest) -> str:
    return texts(at).replace("\\", "")


def rows(at: AppTest, key: str):
    return at.dataframe[{"describe-texts": 0, "find-words": 1}[key]].value


def test_a_formula_is_described_beside_its_controls(page, describer):
    at = page(describe="king - man + woman")
    assert not at.exception and not at.error
    (wanted,) = describe_points(describer, points_of(describer, ["king - man + woman"]))
    assert f"#### {wanted.texts[0].text}" in plain(at)
    assert f"Likelihood ratio {wanted.about.log_ratios[0]:.1f}" in plain(at)
    table = rows(at, "describe-texts")
    assert table["written for"].tolist() == [
        *["this point"] * 3,
        "nearest word: queen",
        "no vector",
        "the net before training",
    ]
    labels = label_vectors(describer)
    ((queen, *_),) = decode_texts(describer, [labels["queen"]], BEAM, banned=[["queen"]])
    ((zero, *_),) = decode_texts(describer, [np.zeros(labels.n_dims, np.float32)], BEAM)
    assert table["text"].tolist()[3:5] == [queen.text, zero.text]
    assert table["ratio here"].tolist()[5] == "–"


def test_the_word_itself_is_not_in_its_description(page):
    at = page(describe="violin")
    assert not any("violin" in text for text in rows(at, "describe-texts")["text"][:3])
    assert re.search(r"gives \*\*violin\*\* the rank \*\*\d+\*\* of 26,\d{3}", plain(at))


def test_a_relation_moves_the_point(page, describer):
    at = page(describe="actor", **{"describe-along": arrow_name("male-female")})
    assert not at.exception and not at.error
    points = points_of(describer, ["actor"], built_in("male-female"))
    (wanted,) = describe_points(describer, points)
    assert wanted.texts[0].text in plain(at) and "actor + (male-female) adds" in plain(at)
    near = next(word for word, _ in wanted.about.nearest if word != "actor")
    assert near in [one.label for one in at.button]


def test_a_random_direction_is_said_to_be_far(page):
    at = page()
    for number in (1, 2):
        at.button(key="describe-random").click().run()
        assert at.text_input(key="describe").value == f"random({number})"
        assert "Far from every word: do not trust" in at.warning[0].value
    assert "random(2)" in at.query_params["describe"]
    at.button(key="describe-zero").click().run()
    assert "has no direction" in at.warning[0].value and not at.exception


def test_the_map_marks_the_point_and_its_neighbours(page):
    at = page(describe="map(0.1, -0.2)")
    assert not at.exception and not at.error
    overlay = arrows(at)
    chosen = overlay["chosen"]
    assert np.allclose([chosen["x"], chosen["y"]], [0.1, -0.2], atol=1e-3)
    assert len(overlay["near"]) == 5 and chosen["rank"] == 0
    assert arrows(page(describe="queen"))["chosen"]["rank"] > 0


@pytest.fixture
def on_map(page, monkeypatch):
    """Return a function that sends what the map sends; it returns what is asked for."""
    callbacks, asked = {}, {}

    def show_map(key, shown, *, on_pick, on_place, on_select, **_):
        callbacks.update(picked=on_pick, placed=on_place, selected=on_select)

    monkeypatch.setattr(described_map.word_map, "show_map", show_map)
    assert not page(describe="queen").exception
    monkeypatch.setattr(described_map, "describe_word", lambda word: asked.update(word=word))
    monkeypatch.setattr(described_map, "describe_place", lambda x, y: asked.update(place=(x, y)))
    monkeypatch.setattr(described_map, "describe_mean", lambda words: asked.update(words=words))

    def send(name, value):
        asked.clear()
        state = {"describe-map": {name: value}}
        monkeypatch.setattr(described_map, "st", SimpleNamespace(session_state=state))
        callbacks[name]()
        return dict(asked)

    return send


def test_what_is_clicked_on_the_map_is_described(on_map):
    assert on_map("picked", 2) == {"word": "of"}
    assert on_map("placed", [0.25, -0.5]) == {"place": (0.25, -0.5)}
    assert on_map("selected", ["cat", "dog", "nosuchword"]) == {"words": ["cat", "dog"]}
    assert on_map("selected", ["cat"]) == {"word": "cat"}
    for name, value in (
        ("picked", "of"),
        ("picked", 0),
        ("placed", [1, None]),
        ("placed", [float("inf"), 1]),
        ("selected", None),
        ("selected", [["cat"], 3]),
    ):
        assert on_map(name, value) == {}


def test_the_mean_of_a_selection_has_room(monkeypatch):
    state = {}
    monkeypatch.setattr(point_description, "st", SimpleNamespace(session_state=state))
    point_description.describe_mean(["cat", "new york"])
    assert state["describe"] == 'avg(cat, "new york")'
    point_description.describe_mean(["x" * 90, "y" * 90, "z" * 90, "w" * 90])
    assert state["describe"] == f"avg({'x' * 90}, {'y' * 90}, {'z' * 90})"
    point_description.describe_place(-1000, 0.12345)
    assert state["describe"] == "map(-100.000, 0.123)"


def test_words_are_found_for_a_description(page):
    at = page(find="someone who makes bread in the xqzkw")
    assert not at.exception and not at.error
    text = "someone who makes bread in the xqzkw"
    wanted = find_words(open_sequence_model("reverse-dictionary"), text)
    table = rows(at, "find-words")
    for name, found in (
        ("words", wanted.words),
        ("with own", wanted.with_own),
        ("by mean", wanted.by_mean),
    ):
        assert [one.split()[0] for one in table[name]] == [one.word for one in found]
    assert "Not known to the model, and left out: xqzkw" in plain(at)


def test_both_ways_lead_to_each_other(page):
    at = page(describe="violin")
    sentence = rows(at, "describe-texts")["text"][0]
    at.button(key="describe-find").click().run()
    assert not at.exception and not at.error
    assert at.text_area(key="find").value == sentence.partition(": ")[2]
    word = rows(at, "find-words")["words"][0].split()[0]
    at.button(key="find-word-0").click().run()
    assert not at.exception and not at.error
    assert at.text_input(key="describe").value == word


def test_ranks_are_those_of_a_sorted_list():
    model = open_sequence_model("reverse-dictionary")
    text = "a stringed instrument"
    scores = score_words(model, text)
    everything = scores.best(30_000).with_own
    by_word = {one.word: place for place, one in enumerate(everything, 1)}
    for word in ("violin", "harp", "instrument", "reservoir"):
        found = scores.rank(word)
        assert found.n == len(everything) and found.rank == by_word[word]
    assert scores.rank("nosuchword") is None


def test_ratios_elsewhere_are_of_this_point(describer):
    labels = label_vectors(describer)
    (cat,) = describe_points(describer, [Point("cat", labels["cat"])])
    here = weigh_texts(describer, labels["cat"], cat.texts)
    assert np.allclose(here, cat.about.log_ratios, atol=1e-3)
    elsewhere = weigh_texts(describer, labels["parliament"], cat.texts)
    assert elsewhere[0] < here[0] - 5
    assert abs(weigh_texts(describer, np.zeros(labels.n_dims, np.float32), cat.texts)[0]) < 1e-3


@pytest.mark.parametrize("text", [*HOSTILE, "king -", "nosuchword", "king - king", "random()"])
def test_what_cannot_be_read_is_told_in_a_sentence(page, text):
    at = page(describe=text, find=text)
    assert not at.exception and "Traceback" not in texts(at)
    assert "<script>" not in texts(at).replace("\\<", "")
    assert at.error or at.warning


def test_a_place_cannot_be_moved_along_a_relation(page):
    at = page(describe="zero()", **{"describe-along": arrow_name("male-female")})
    assert "no words to move along" in at.error[0].value.replace("\\", "")


def test_without_torch_the_page_says_what_to_install(page, monkeypatch):
    monkeypatch.setattr(sequence_models, "has_torch", lambda: False)
    assert "PyTorch is missing" in texts(page())


def test_the_plane_keeps_what_is_said(page):
    at = page()
    (model,) = sequence_models.require_sequence_models([DESCRIBES])
    laid_out = descriptions.lay_out(model)
    unit = model.labels.unit_rows(np.arange(descriptions.ON_MAP))
    singular = np.linalg.svd(unit - unit.mean(axis=0), compute_uv=False)
    share = (singular[:2] ** 2).sum() / (singular**2).sum()
    assert abs(laid_out.kept - share) < 1e-3
    assert f"keeps {100 * share:.0f}\N{NO-BREAK SPACE}% of their variance" in texts(at)


def test_a_sentence_that_cannot_be_read_back_is_told(page, monkeypatch):
    def refuse(*_):
        raise InputError("no word")

    monkeypatch.setattr(descriptions, "rank", refuse)
    assert "cannot read the sentence back" in plain(page(describe="violin"))


def test_words_of_a_formula_are_not_its_nearest(page):
    # 20*king + dog is as good as king, whose cosine would be near 1
    at = page(describe="20*king + dog")
    said = plain(at)
    cosine = float(re.search(r"left out as gensim does, has a cosine of (\d\.\d+)", said)[1])
    assert cosine < 0.95


def test_a_long_description_is_said_to_be_cut(page):
    said = plain(page(find="water " * 60))
    assert re.search(r"Only the first \d+ of 60 words are read", said)
    assert "Only the first" not in plain(page(find="a large body of water"))


@pytest.mark.parametrize("key", ["describer", "finder"])
def test_a_net_that_is_gone_is_told(page, key):
    at = page(**{key: "gone"})
    assert any("names the model “gone”" in one.value for one in at.warning)
    assert "names the model" not in plain(page())
