"""The page Read: a language model while it reads."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytest.importorskip("torch", reason="a recurrent net reads")

import streamlit as st
import torch
from app_pages import HOSTILE, READ, ROOT, components, switch_page, texts
from streamlit.testing.v1 import AppTest

from embedviz.dashboard.pages import reading
from embedviz.dashboard.sequences import opened_states, unit_charts
from embedviz.dashboard.state import language_models, sequence_models
from embedviz.models import load_model
from embedviz.sequences import (
    decode_texts,
    find_words,
    gradient_reach,
    open_sequence_model,
    read_text,
)

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
    assert table["note"][1].startswith(wanted.guesses[1][0].word)


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
    assert len(at.get("vega_lite_chart")) == 4
    reach = gradient_reach(load_model(language_model), TEXT).reach
    said = texts(at)
    assert f"after {'more than 6' if reach is None else reach} words" in said
    assert "farther back than training goes" in said


def test_the_sum_for_a_weight_is_its_derivative(page, language_model):
    at = page(read=TEXT, **{"read-part": "Back through time"})
    assert not at.exception and not at.error
    trained = load_model(language_model)
    name = at.selectbox(key="read-weights").value
    at.number_input(key="read-row").set_value(3).run()
    cell = trained.model.readers[0].pred
    (derivative,) = torch.autograd.grad(cost_of(trained, TEXT), [cell.get_parameter(name)])
    assert f"**{float(derivative[3, 0]):.4g}**" in texts(at)


def cost_of(trained, text):
    """The whole cost of a text in one call of the cell."""
    ids = torch.tensor(trained.ids(text))
    reader, model = trained.model.readers[0], trained.model
    embedded = model.embedding[ids]
    states, _ = reader.pred(embedded[:-1, None], None)
    scores = model.scores(reader.dec(states[:, 0], embedded[:-1]))
    return torch.nn.functional.cross_entropy(scores, ids[1:], reduction="sum")


def test_a_word_is_exchanged_beside_random_words_and_the_untrained_net(page, language_model):
    trained = load_model(language_model)
    one, other = [word for word in trained.vocabulary.words[60:90] if word.isalpha()][:2]
    at = page(read=f"the {one} was in spain", **{"read-part": "Two texts"})
    at.selectbox(key="read-at").set_value(f"2 {one}").run()
    at.text_input(key="read-by").set_value(other).run()
    assert not at.exception and not at.error
    table = next(frame.value for frame in at.dataframe if "second" in frame.value)
    assert table["second"].tolist() == ["the", other, "was", "in", "spain"]
    first, second = (read_text(trained, f"the {word} was in spain") for word in (one, other))
    unit = [one.states / np.linalg.norm(one.states, axis=1)[:, None] for one in (first, second)]
    assert np.allclose(table["distance"], 1 - (unit[0] * unit[1]).sum(axis=1), atol=1e-3)
    assert table["distance"][0] == 0 and table["distance"][1] > 0
    said = texts(at)
    assert f"**{first.bits.sum():.1f} bits**" in said
    assert f"cost {second.bits[2:].sum() - first.bits[2:].sum():+.1f} bits; after random" in said
    at.text_input(key="read-by").set_value("two words").run()
    assert "more than one word" in at.error[0].value


def test_an_example_is_exchanged_at_first(page):
    at = page(read="the king was here", **{"read-part": "Two texts"})
    table = next(frame.value for frame in at.dataframe if "second" in frame.value)
    assert table["second"].tolist() == ["the", "queen", "was", "here"]


def test_a_word_that_stands_elsewhere_in_the_text_is_exchanged_in_its_place(page):
    query = {"read-part": "Two texts", "read-at": "4 the", "read-by": "queen"}
    at = page(read="the king and the queen", **query)
    assert not at.exception and not at.error
    table = next(frame.value for frame in at.dataframe if "second" in frame.value)
    assert table["second"].tolist() == ["the", "king", "and", "queen", "queen"]
    at = page(reader="cells/gru", read="to be or not to be", **(query | {"read-at": "5 to"}))
    assert not at.exception and not at.error


def test_a_link_opens_the_same_exchange_and_span(page):
    query = {"read-part": "Two texts", "read-at": "3 was", "read-by": "is"}
    at = page(read="the king was here", **query)
    assert not at.exception and not at.error
    table = next(frame.value for frame in at.dataframe if "second" in frame.value)
    assert table["second"].tolist() == ["the", "king", "is", "here"]
    query = {"read-part": "Same units elsewhere", "read-span": ["2 king", "3 was"]}
    at = page(read="the king was here", **query, **{"read-threshold": "0.2"})
    assert not at.exception and at.select_slider(key="read-span").value == ("2 king", "3 was")
    assert at.slider(key="read-threshold").value == 0.2


def test_another_text_is_aligned_by_its_words(page):
    at = page(read="the king lives in spain", **{"read-part": "Two texts"})
    at.button_group(key="read-how").set_value("Another text").run()
    assert "Give a second text" in at.info[0].value
    at.text_area(key="read-other").set_value("today the king was in spain").run()
    assert not at.exception and not at.error
    table = next(frame.value for frame in at.dataframe if "second" in frame.value)
    assert table["first"].tolist() == ["the", "king", "lives", "in", "spain"]
    assert table["second"].tolist() == ["the", "king", "was", "in", "spain"]
    assert (table["distance"] > 0).all()  # the states of all words know of the first one


def test_the_same_units_are_found_in_a_corpus_with_metadata(page, language_model, monkeypatch):
    rows = [f"the king lives in {place}" for place in ("spain", "france", "italy")] * 3
    kinds = {"the": "DET", "king": "NOUN", "lives": "VERB", "in": "ADP"}
    lines = ["word\tpos"]
    for row in rows:
        lines += [f"{word}\t{kinds.get(word, 'NAME')}" for word in row.split()] + [""]
    monkeypatch.setattr(reading, "choose_corpus", lambda: "\n".join(lines))
    at = page(read="the king lives in spain", **{"read-part": "Same units elsewhere"})
    assert not at.exception and not at.error
    at.select_slider(key="read-span").set_value(("4 in", "5 spain")).run()
    found, counts = (frame.value for frame in at.dataframe)
    assert found["span"][0] == "in spain" and found["before"][0] == "the king lives"
    n_units = int(texts(at).split("**")[1].split()[0])
    assert found["units_on"][0] == n_units  # the text is in the corpus
    assert (found["span"].str.startswith("in ") == (found["units_on"] > 1)).all()
    assert counts["value"].isin(["DET", "NOUN", "VERB", "ADP", "NAME"]).all()
    assert counts["corpus"][counts["value"] == "ADP"].item() == "20\N{NO-BREAK SPACE}%"
    at.selectbox(key="read-column-of").set_value("word").run()
    assert "spain" in at.dataframe[1].value["value"].tolist()


def test_an_encoder_says_what_it_makes_of_the_words_so_far(page):
    at = page(reader="reverse-dictionary", read="a person who writes books")
    assert not at.exception and not at.error
    (table,) = [frame.value for frame in at.dataframe]
    model = open_sequence_model("reverse-dictionary")
    for row in (1, 4):
        answers = find_words(model, " ".join(table["word"][: row + 1]), 3).with_own
        assert table["note"][row] == ", ".join(one.word for one in answers)
    at = page(reader="phrases", read="i am tired")
    (table,) = [frame.value for frame in at.dataframe]
    ((written,),) = decode_texts(open_sequence_model("phrases"), ["i am tired"])
    assert table["note"][2] == written.text
    assert table["untrained"][2] != written.text


@pytest.fixture
def states_page(page, monkeypatch):
    """Return a function that opens states of another toolkit."""

    def open_(states, text, name=None):
        buffer = io.BytesIO()
        np.save(buffer, states)
        at = page()
        at.file_uploader(key="states-files").set_value(
            [("mine.npy", buffer.getvalue(), ""), ("mine.tsv", text.encode(), "text/plain")]
        ).run()
        return at

    return open_


def test_states_of_another_net_are_opened_with_their_text(states_page):
    states = np.random.default_rng(0).uniform(-1, 1, (6, 5)).astype(np.float32)
    states[[1, 4]] = [0.9, 0.9, -0.9, 0.1, 0.1]
    at = states_page(states, "word\tpos\na\tX\nb\tY\nc\tX\n\nd\tX\ne\tY\nf\tX\n")
    assert not at.exception and not at.error
    assert at.selectbox(key="reader").value == "states: mine.npy"
    assert len(at.get("vega_lite_chart")) == 2  # and its control
    at.number_input(key="read-number").set_value(2).run()
    assert "d e f" in [text.value for text in at.text]
    at.button_group(key="read-part").set_value("Same units elsewhere").run()
    at.select_slider(key="read-span").set_value(("2 e", "2 e")).run()
    at.slider(key="read-threshold").set_value(0.85).run()
    found, counts = (frame.value for frame in at.dataframe)
    # the span itself is no other place
    assert found["span"][0] == "b" and found["units_on"][0] == 3 and "e" not in set(found["span"])
    assert counts["found"][counts["value"] == "Y"].item() == 1


@pytest.mark.parametrize(
    ("states", "text", "reason"),
    [
        (np.zeros((3, 2)), "a b", "3 states and 2 words"),
        (np.zeros((1, 3, 2)), "a b c", "no matrix of shape"),
        (np.full((2, 2), np.nan), "a b", "not finite"),
        (np.zeros((2, 2)), "", "no words"),
    ],
)
def test_states_that_do_not_fit_are_refused_in_a_sentence(states_page, states, text, reason):
    at = states_page(states, text)
    assert not at.exception
    assert any(reason in error.value for error in at.error)


@pytest.mark.parametrize(
    "part",
    ["Word by word", "Units", "Back through time", "Two texts", "Same units elsewhere"],
)
@pytest.mark.parametrize("text", [" ... ", "spain", "the " * 401, " ".join(HOSTILE)])
def test_what_cannot_be_read_is_told_in_a_sentence(page, part, text):
    at = page(read=text)
    at.button_group(key="read-part").set_value(part).run()
    assert not at.exception
    assert "Traceback" not in texts(at)


def test_without_torch_the_page_says_what_to_install(page, monkeypatch):
    monkeypatch.setattr(sequence_models, "has_torch", lambda: False)
    assert "PyTorch is missing" in texts(page())


def test_torch_is_loaded_by_the_pages_that_need_it_only(tmp_path):
    code = f"""
import sys
sys.argv = ["app.py"]
sys.path.insert(0, {str(Path(__file__).parent)!r})
from app_pages import READ, ROOT, TRAIN, switch_page
from streamlit.testing.v1 import AppTest

for page, wanted in (("", False), (TRAIN, False), (READ, True)):
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    switch_page(at, page).run() if page else at.run()
    assert not at.exception and not at.error
    assert ("torch" in sys.modules) == wanted, page
"""
    environment = dict(os.environ, EMBEDVIZ_RUNS=str(tmp_path / "runs"))
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=environment)


def test_units_are_ordered_by_their_peak_or_by_likeness():
    values = np.array([[0.0, 3.0, 0.1, -0.2], [1.0, 0.0, 0.9, 0.1], [0.0, 0.1, 0.0, 9.0]])
    assert unit_charts.order_units(values, unit_charts.SORTED).tolist() == [1, 0, 2, 3]
    alike = unit_charts.order_units(values, unit_charts.CLUSTERED).tolist()
    assert abs(alike.index(0) - alike.index(2)) == 1
    assert unit_charts.order_units(values, unit_charts.AS_THEY_ARE).tolist() == [0, 1, 2, 3]


def test_the_triangle_is_relative_to_the_own_step():
    norms = np.array([[2.0, np.nan], [0.5, 5.0]])
    chart = unit_charts.build_triangle(["a", "b", "c"], norms, 1, dark=False)
    shares = {(row["cost of"], row["after"]): row["share"] for row in chart["data"]["values"]}
    assert shares == {("b", "a"): 1.0, ("c", "a"): 0.1, ("c", "b"): 1.0}
    assert [row["cut"] for row in chart["data"]["values"]] == [False, True, False]


def test_a_net_that_is_gone_is_told(page):
    at = page(reader="gone")
    assert any("names the model “gone”" in one.value for one in at.warning)
    assert any("names the model" in one.value for one in at.run().warning)  # until another choice
    assert not page().warning


def test_opened_states_can_be_closed(states_page):
    at = states_page(np.eye(3, dtype=np.float32), "a b c")
    assert at.selectbox(key="reader").value == "states: mine.npy"
    at.button(key="states-close").click().run()
    assert not at.exception and not at.error
    assert "states: mine.npy" not in at.selectbox(key="reader").options
    assert "states-close" not in {one.key for one in at.button}


def test_states_of_all_visitors_have_a_limit(states_page, monkeypatch):
    one = states_page(np.eye(3, dtype=np.float32), "a b c")
    monkeypatch.setattr(opened_states, "MOST_SERVER_MEGABYTES", 0)
    at = states_page(np.eye(3, dtype=np.float32), "a b c")
    assert "states of all visitors" in at.error[0].value
    assert "states: mine.npy" in one.selectbox(key="reader").options
