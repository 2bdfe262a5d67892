"""The page Compare: shared axes, relations side by side, neighbours, words that moved."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from app_pages import COMPARE, HOSTILE, components, planted, switch_page, texts
from streamlit.testing.v1 import AppTest

from embedviz.dashboard.component import arrow_picture
from embedviz.dashboard.component.arrow_picture import Arrow
from embedviz.dashboard.state import model_comparison, models
from embedviz.errors import ModelError
from embedviz.evaluation import most_moved, neighbour_overlap, on_shared_words, stability
from embedviz.relations import FAMILIES
from embedviz.support import percent
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors


@pytest.fixture(autouse=True)
def _without_english(monkeypatch):
    monkeypatch.setattr(models, "english_folder", lambda: Path("absent"))


@cache
def turned(vectors: WordVectors, *, moved: str = "", noise: float = 0.0) -> WordVectors:
    """Return the same model, turned, with one word elsewhere."""
    rng = np.random.default_rng(5)
    turn, _ = np.linalg.qr(rng.normal(size=(vectors.n_dims, vectors.n_dims)))
    matrix = np.asarray(vectors.matrix) + noise * rng.normal(size=vectors.matrix.shape)
    if moved:
        matrix[vectors.id(moved)] *= -1
    return WordVectors(vectors.vocabulary, (matrix @ turn).astype(np.float32))


def compare(serve, *contents, **query) -> AppTest:
    at = serve(*contents)
    for key, value in query.items():
        at.query_params[key] = value
    return switch_page(at, COMPARE).run()


def tables(at: AppTest) -> tuple:
    """Return the tables: relations, words that moved, nearest in A and in B."""
    found = [frame.value for frame in at.dataframe if not {"moment", "shared"} & {*frame.value}]
    return tuple(
        frame for column in ("pairs", "second", "place") for frame in found if column in frame
    )


def pictures(at: AppTest) -> list[str]:
    return [proto for proto in components(at) if "svg" in proto]


def test_two_models_side_by_side(serve):
    first, second = planted(), planted(seed=1)
    at = compare(serve, first, second)
    assert not at.exception and not at.error
    both = on_shared_words([first, second])
    overlap = neighbour_overlap(both)
    assert f"share **{len(both[0]):,}** words. Of" in texts(at)
    assert f"**{10 * overlap.mean:.1f}** are the same in both" in texts(at)
    relations, moved, *near = tables(at)
    assert relations["relation"].tolist() == [name.replace("-", " → ") for name in FAMILIES]
    assert (relations["pairs"] > 8).all()
    assert all(re.fullmatch(r"0\.\d\d \(.* to .*\)", text) for text in relations["a"])
    assert moved["word"].tolist() == [one.word for one in most_moved(*both, n_moved=20)]
    assert len(near) == 2 and len(pictures(at)) == 2
    assert at.text_input(key="word").value == moved["word"][0]
    common = set(near[0]["word"]) & set(near[1]["word"])
    for one, other in (near, near[::-1]):
        places = {word: place + 1 for place, word in enumerate(other["word"])}
        told = [f"✓ {places[word]}" if word in common else "–" for word in one["word"]]
        assert one["place"].tolist() == told


def test_the_stability_of_several_models_stands_beside_chance(serve):
    contents = (planted(), planted(seed=1), turned(planted()))
    at = compare(serve, *contents, series=["model-0", "model-1", "model-2"])
    assert not at.exception
    report = stability(on_shared_words(contents), n_words=None)
    assert f"models share **{percent(report.overlap.mean)}**" in texts(at)
    chance = 10 / (report.n_shared - 1)
    assert f"by chance they would share {100 * chance:.2f} %" in texts(at)
    (between,) = [frame.value for frame in at.dataframe if "with_1" in frame.value]
    assert between["with_3"][0] == "100\N{NO-BREAK SPACE}%"  # the third is the first, turned
    assert between["with_2"][0] == percent(report.between[0][1])
    assert between["with_2"][1] == "–"
    least = [frame.value for frame in at.dataframe if "shared" in frame.value][1]
    assert least["word"].tolist() == [word for word, _ in report.least_stable()]


def test_a_model_that_was_only_turned_differs_in_nothing_but_the_moved_word(serve):
    first = planted()
    at = compare(serve, first, turned(first, moved="paris"))
    relations, moved, *_ = tables(at)
    assert moved["word"][0] == "paris" and moved["distance"][0] > 1.5 > moved["distance"][1]
    assert relations["a"][1] == relations["b"][1]  # verbs are where they were
    assert relations["difference"][1].startswith("+0 (")
    drawn = [re.findall(r'line x1=\\"([\d.]+)', proto) for proto in pictures(at)]
    assert drawn[0] == drawn[1]


def test_a_better_model_is_said_to_be_so(serve):
    first = planted()
    at = compare(serve, turned(first, noise=3.0), first)
    assert "**B** is more accurate on " in texts(at)
    assert "**A** answers" not in texts(at) and "all questions" not in texts(at)
    assert tables(at)[0]["difference"].str.startswith("−").any()
    left_in = tables(at)[0]["left_in"]
    assert left_in.str.contains(r"\(").all() and (left_in != tables(at)[0]["difference"]).any()


def test_everything_that_matters_is_part_of_the_link(serve):
    first = planted()
    contents = (first, planted(seed=1), turned(first))
    link = {"second": "model-2", "word": "berlin", "family": "country → capital"}
    at = compare(serve, *contents, **link, also="verb → ing")
    assert not at.exception
    assert at.selectbox(key="second").value == "model-2"
    assert "**10 of 10** words nearest to **berlin**" in texts(at)
    assert "mean direction of country → capital" in texts(at)
    assert at.button_group(key="also").value == ["verb-ing"]


def test_a_link_to_a_second_model_that_is_not_here_is_told(serve):
    at = serve(planted(), planted(seed=1))
    at.query_params["second"] = "../*secret*"
    at.run()
    assert "secret" in at.warning[0].value and "*secret*" not in at.warning[0].value


def test_the_first_model_is_never_its_own_second(serve):
    at = compare(serve, planted(), planted(seed=1), turned(planted()))
    at.selectbox(key="second").set_value("model-1").run()
    at.selectbox(key="model").set_value("model-1").run()
    assert not at.exception and not at.error
    assert at.selectbox(key="second").value == "model-0"
    assert "**A** model\\-1 and **B** model\\-0" in texts(at)


def test_one_model_alone_says_how_to_get_another(serve, monkeypatch):
    at = compare(serve, planted())
    assert not at.exception and not at.error and not at.dataframe
    assert at.title[0].value == "A second model is needed"
    assert "embedviz app MODEL OTHER" in texts(at) and "Open a file" in texts(at)
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--read-only"])
    at.run()
    assert not at.exception and not at.error
    assert "embedviz app MODEL OTHER" in texts(at) and "Open a file" not in texts(at)


def test_a_damaged_second_model_is_told_in_a_sentence(serve):
    at = compare(serve, planted(), ModelError("Damaged <b>: train it again."))
    assert not at.exception
    assert at.error[0].value.replace("\\", "") == "Damaged <b>: train it again."


def test_models_of_two_languages_share_too_little(serve):
    words = Vocabulary(tuple(f"mot{i}" for i in range(30)))
    french = WordVectors(words, np.eye(30, dtype=np.float32))
    at = compare(serve, planted(), french)
    assert not at.exception
    assert "share 0 words" in at.error[0].value


def test_models_without_a_relation_or_of_few_dimensions(serve):
    rng = np.random.default_rng(0)
    words = Vocabulary(tuple(f"word{i}" for i in range(30)))
    first, second = (
        WordVectors(words, rng.normal(size=(30, n)).astype(np.float32)) for n in (1, 3)
    )
    at = compare(serve, first, second)
    assert not at.exception and not at.error
    assert "share no pair of male → female" in texts(at)
    assert "share no pair of these relations" in texts(at)
    assert at.text_input(key="word").value


def test_an_unknown_word_says_who_has_it_and_offers_spellings(serve):
    first = planted(("onlyhere",))
    at = compare(serve, first, planted(seed=1))
    at.text_input(key="word").set_value("onlyhere").run()
    assert "only A has it" in texts(at)
    at.text_input(key="word").set_value("berlim").run()
    assert "neither model has it" in texts(at)
    next(button for button in at.button if button.label == "berlin").click().run()
    assert at.text_input(key="word").value == "berlin"
    assert "nearest to **berlin**" in texts(at)
    at.text_input(key="word").set_value(" ").run()
    assert not at.exception and "Type a word" in texts(at)


def test_large_models_are_cut_and_it_is_said(serve, monkeypatch):
    monkeypatch.setattr("embedviz.dashboard.pages.comparison.SHARED_CUT", 100)
    at = compare(serve, planted(), planted(seed=1))
    assert "among the 100 most frequent of each" in texts(at)


def test_hostile_words_are_text(serve):
    first = planted(HOSTILE)
    at = compare(serve, first, turned(first))
    for word in HOSTILE:
        at.text_input(key="word").set_value(word).run()
        assert not at.exception and not at.error
    at.text_input(key="word").set_value("<script>alert(1)</script>?").run()
    assert "\\<script\\>" in texts(at)
    for element in at.markdown:
        assert "<script" not in element.value.replace("\\<script", "")
        assert "$x$" not in element.value and ":smile:" not in element.value


def test_figures_are_kept_for_the_two_models_in_that_order(serve, monkeypatch):
    asked = []

    def counted(shared, **options):
        asked.append(len(shared[0]))
        return neighbour_overlap(shared, **options)

    monkeypatch.setattr(model_comparison, "neighbour_overlap", counted)
    at = compare(serve, planted(), planted(seed=1))
    at.text_input(key="word").set_value("paris").run()
    at.button_group(key="family").set_value("verb-past").run()
    assert not at.exception and len(asked) == 1
    at.selectbox(key="model").set_value("model-1").run()
    assert len(asked) == 2


def test_pictures_with_room_for_each_other_have_one_scale():
    short, long = (Arrow((0, 0), (end, 0), is_emphasised=True) for end in (1, 4))

    def length(arrow, room):
        root = ElementTree.fromstring(
            arrow_picture.render_svg([arrow], [], description="x", also_fit=room)
        )
        line = root.find("{*}line")
        return float(line.get("x2")) - float(line.get("x1"))

    assert length(short, ()) == pytest.approx(length(long, ()))
    assert 4 * length(short, [(4, 0)]) == pytest.approx(length(long, [(1, 0)]), abs=0.5)
