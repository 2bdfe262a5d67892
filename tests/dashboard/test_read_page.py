"""The page Read: a language model while it reads."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytest.importorskip("torch", reason="a recurrent net reads")

import streamlit as st
from app_pages import HOSTILE, READ, ROOT, components, switch_page, texts
from streamlit.testing.v1 import AppTest

from embedviz.dashboard.sequences import unit_charts
from embedviz.dashboard.state import language_models, sequence_models
from embedviz.models import load_model
from embedviz.sequences import gradient_reach, read_text

TEXT = "the king lives in the zebrafish of spain"


@pytest.fixture
def page(language_model, monkeypatch, tmp_path):
    """Return a function that opens the page on a text."""
    monkeypatch.setattr(sys, "argv", ["app.py", str(language_model)])
    monkeypatch.setattr(language_models, "CELLS", ())
    monkeypatch.chdir(tmp_path)
    st.cache_resource.clear()

    def open_(**query) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
        for key, value in query.items():
            at.query_params[key] = value
        return switch_page(at, READ).run()

    return open_


def test_words_have_their_surprise_and_what_was_expected(page, language_model):
    at = page(read=TEXT)
    assert not at.exception and not at.error
    trained = load_model(language_model)
    wanted, control = read_text(trained, TEXT), read_text(trained.untrained(), TEXT)
    said = texts(at)
    assert f"**{wanted.mean_bits:.1f} bits**" in said
    assert f"untrained {control.mean_bits:.1f}" in said
    assert "read as unknown:" in said and "zebrafish" in said
    (table,) = [frame.value for frame in at.dataframe]
    assert table["word"].tolist() == TEXT.split()
    assert np.allclose(table["bits"], wanted.bits, atol=0.01)
    assert table["expected"][1].startswith(wanted.guesses[1][0].word)


def test_the_state_goes_its_way_among_the_words(page):
    at = page(read=TEXT)
    (line,) = [json.loads(one) for one in components(at) if '"labels"' in one]
    assert line["labels"] == [f"after “{word}”" for word in TEXT.split()]
    (overlay,) = [json.loads(one)["overlay"] for one in components(at) if '"overlay"' in one]
    assert overlay["families"][0]["label"] == "h[t]" and "8 words" in overlay["summary"]
    assert "The plane keeps" in texts(at) and "in the untrained model" in texts(at)


def test_units_are_shown_beside_those_before_training(page):
    at = page(read=TEXT)
    at.button_group(key="read-part").set_value("Units").run()
    assert not at.exception and not at.error
    assert len(at.get("vega_lite_chart")) == 2
    at.button_group(key="read-unit").set_value("forget gate").run()
    assert not at.exception and not at.error


def test_gradients_are_shown_before_and_after_training(page, language_model):
    at = page(read=TEXT)
    at.button_group(key="read-part").set_value("Back through time").run()
    assert not at.exception and not at.error
    assert len(at.get("vega_lite_chart")) == 3
    reach = gradient_reach(load_model(language_model), TEXT).reach
    said = texts(at)
    assert f"after {'more than 6' if reach is None else reach} words" in said
    assert "farther back than training goes" in said


@pytest.mark.parametrize("part", ["Word by word", "Units", "Back through time"])
@pytest.mark.parametrize("text", [" ... ", "spain", "the " * 401, " ".join(HOSTILE)])
def test_what_cannot_be_read_is_told_in_a_sentence(page, part, text):
    at = page(read=text)
    at.button_group(key="read-part").set_value(part).run()
    assert not at.exception
    assert "Traceback" not in texts(at)


def test_without_torch_the_page_says_what_to_install(page, monkeypatch):
    monkeypatch.setattr(sequence_models, "has_torch", lambda: False)
    assert "PyTorch is missing" in texts(page())


def test_units_are_ordered_by_their_peak_or_by_likeness():
    values = np.array([[0.0, 3.0, 0.1, -0.2], [1.0, 0.0, 0.9, 0.1], [0.0, 0.1, 0.0, 9.0]])
    assert unit_charts.order_units(values, unit_charts.SORTED).tolist() == [1, 0, 2, 3]
    alike = unit_charts.order_units(values, unit_charts.CLUSTERED).tolist()
    assert abs(alike.index(0) - alike.index(2)) == 1
    assert unit_charts.order_units(values, unit_charts.AS_THEY_ARE).tolist() == [0, 1, 2, 3]


def test_the_triangle_is_relative_to_the_own_step():
    norms = np.array([[2.0, np.nan], [0.5, 5.0]])
    chart = unit_charts.build_triangle(["a", "b", "c"], norms, 1, dark=False)
    shares = {(row["cost of"], row["state after"]): row["share"] for row in chart["data"]["values"]}
    assert shares == {("b", "a"): 1.0, ("c", "a"): 0.1, ("c", "b"): 1.0}
    assert [row["cut"] for row in chart["data"]["values"]] == [False, True, False]
