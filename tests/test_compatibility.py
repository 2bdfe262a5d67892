"""What earlier versions saved still opens: a model, an unfinished run, a session, links.

``data/saved_by_0.1.0`` was written by the code as it was before the rooms; its `text.txt` is the
beginning of the bundled corpus.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pytest

import embedviz as ev
from embedviz.checkpoints import checkpoint
from embedviz.export import open_view, write
from embedviz.projection import read_view
from embedviz.settings import TrainingConfig
from embedviz.text import CorpusConfig, encode

SAVED = Path(__file__).parent / "data" / "saved_by_0.1.0"
CONFIG = TrainingConfig(
    n_dims=8, epochs=2, n_streams=4, n_steps=5, skip=1e-2, rate=0.3, frequency_bias=False
)


def test_a_model_folder_opens():
    vectors = ev.load(SAVED / "model")
    tensor = checkpoint.load(SAVED / "model").tensors["embedding"]
    assert len(vectors) == 400 and vectors.words[:3] == ("the", "a", "and")
    np.testing.assert_allclose(vectors.matrix, tensor[1:] - tensor[1:].mean(0), atol=1e-6)


def test_an_unfinished_run_goes_on(tmp_path):
    train = pytest.importorskip("embedviz.training", reason="training is an extra").train
    saved = checkpoint.load(SAVED / "stopped")
    settings = CorpusConfig(saved.tokenizer, 3, 400, 0.1)
    corpus = encode([SAVED / "text.txt"], settings, tmp_path)
    assert corpus.vocabulary.words == saved.vocabulary.words
    result = train(corpus, CONFIG, resume=(saved.tensors, saved.run))
    assert result.finished and result.n_tokens == 2 * len(corpus.train)
    finished = checkpoint.load(SAVED / "model").tensors["embedding"]
    np.testing.assert_allclose(result.model.embedding.numpy(), finished, atol=1e-3)


def test_a_session_opens_the_same_words(run, tmp_path):
    """It was saved with the English model of its time: the same words, and a note on that."""
    scene = open_view(read_view(SAVED / "session.json"), ev.load("english"))
    write(tmp_path / "points.csv", scene)
    with (tmp_path / "points.csv").open() as now, (SAVED / "points.csv").open() as then:
        found = {(row["relation"], row["word"]): row for row in csv.DictReader(now)}
        for row in csv.DictReader(then):
            here = found[row["relation"], row["word"]]
            assert (here["pair"], here["role"]) == (row["pair"], row["role"])
    code, _, err = run("project", "--from", SAVED / "session.json", "--out", tmp_path / "new.csv")
    assert code == 0
    assert "saved with other vectors" in " ".join(err.split())


def test_links_show_the_same(monkeypatch):
    """Copied from the address bar of the version before."""
    pytest.importorskip("streamlit", reason="the dashboard is an extra")
    from streamlit.testing.v1 import AppTest
    from streamlit.util import calc_hash

    monkeypatch.setattr(sys, "argv", ["app.py"])
    at = AppTest.from_file(str(Path(__file__).parents[1] / "app.py"), default_timeout=60)
    at.query_params["plane"] = "Principal components of the shown pairs"
    at.query_params["relations"] = ["male → female", "country → capital"]
    at.run()
    assert at.button_group(key="relations").value == ["male-female", "country-capital"]
    planes = [one.value for one in at.radio]
    assert "pairs" in planes, planes
    assert not at.error
    at._page_hash = calc_hash("analogies")
    at.query_params.clear()
    at.query_params["formula"] = "paris - france + japan"
    at.run()
    assert not at.error
    assert "tokyo" in "\n".join(one.value for one in (*at.markdown, *at.title))
