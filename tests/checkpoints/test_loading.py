import json
import logging

import numpy as np
import pytest

from embedviz import ModelError, Vocabulary, load, save
from embedviz.checkpoints.checkpoint import Checkpoint
from embedviz.checkpoints.checkpoint import save as save_model
from embedviz.checkpoints.loading import convert
from embedviz.text import UNKNOWN, Tokenizer
from embedviz.vectors import WordVectors


@pytest.fixture
def model(tmp_path):
    words = Vocabulary((UNKNOWN, "king", "queen"), np.array([0, 5, 3], dtype=np.int64))
    embedding = np.array([[9, 9], [1, 0], [3, 4]], dtype=np.float32)
    folder = tmp_path / "model"
    save_model(folder, Checkpoint(Tokenizer(), words, {"epochs": 1}, {}, {"embedding": embedding}))
    return folder


def test_a_model_becomes_a_file_that_answers_alike(model, tmp_path):
    before = load(model)
    made = convert(model, tmp_path / "a.safetensors")
    after = load(tmp_path / "a.safetensors")
    assert (made.n_words, made.n_dims) == (2, 2)
    assert after.words == before.words == ("king", "queen")
    assert after.matrix.tolist() == before.matrix.tolist() == [[-1, -2], [1, 2]]
    assert after.vocabulary.counts.tolist() == [5, 3]
    assert after.tokenizer == before.tokenizer
    assert after.provenance["training"] == {"epochs": 1}
    assert after.provenance["steps"] == (*before.provenance["steps"], "written as safetensors")
    assert convert(model, tmp_path / "b.vec", top=1).n_words == 1


def test_a_model_is_not_taken_for_a_transformer(model):
    (model / "tokenizer.json").write_text("{}")
    assert load(model).words == ("king", "queen")


def test_folders_are_told_apart_by_what_they_hold(tmp_path, vectors):
    save(vectors, tmp_path / "tensorboard" / "projector_config.pbtxt")
    save(vectors, tmp_path / "standalone" / "projector_config.json")
    for name in ("tensorboard", "standalone"):
        assert load(tmp_path / name).words == vectors.words
    with pytest.raises(ModelError, match="is not a model"):
        load(tmp_path)
    with pytest.raises(ModelError, match="nowhere does not exist"):
        load(tmp_path / "nowhere")


def test_a_file_called_english_is_the_one_with_a_path(tmp_path, vectors, monkeypatch):
    save(vectors, tmp_path / "a.vec")
    (tmp_path / "a.vec").rename(tmp_path / "english")
    monkeypatch.chdir(tmp_path)
    assert load("./english").words == vectors.words


def test_provenance_that_is_none_is_no_error(tmp_path, vectors):
    save(vectors, tmp_path / "a.npy")
    (tmp_path / "a.provenance.json").write_text("not JSON")
    assert load(tmp_path / "a.npy").provenance["file"] == "a.npy"
    (tmp_path / "a.provenance.json").write_text(json.dumps({"tokenizer": {"lower": 3}}))
    assert load(tmp_path / "a.npy").tokenizer is None


def test_the_sum_of_a_mapped_file_is_taken_when_it_is_converted(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((1, 2), dtype=np.float32))
    (tmp_path / "a.vocab.txt").write_text("king\n")
    assert "sha256" not in load(tmp_path / "a.npy").provenance
    assert len(convert(tmp_path / "a.npy", tmp_path / "b.npz").provenance["sha256"]) == 64


def test_progress_ends_at_one(tmp_path, caplog):
    words = tuple(f"word{i}" for i in range(3000))
    matrix = np.random.default_rng(0).normal(size=(3000, 200)).astype(np.float32)
    save(WordVectors(Vocabulary(words), matrix), tmp_path / "a.vec")
    shares = []
    with caplog.at_level(logging.WARNING):
        convert(tmp_path / "a.vec", tmp_path / "b.bin", progress=shares.append)
    assert shares == sorted(shares)
    assert len(shares) > 1
    assert shares[-1] == 1
    assert not caplog.messages
