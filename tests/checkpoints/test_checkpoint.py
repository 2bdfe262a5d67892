import json
from dataclasses import replace

import numpy as np
import pytest

import embedviz as ev
from embedviz.checkpoints import checkpoint, extract_vectors
from embedviz.checkpoints.checkpoint import Checkpoint, check_target, load, save
from embedviz.errors import EmbedvizError, InputError, ModelError
from embedviz.text import UNKNOWN, Tokenizer, Vocabulary

WORDS = (UNKNOWN, "the", "naïve", "王")


def a_checkpoint(n_dims=4, seed=0):
    rng = np.random.default_rng(seed)
    return Checkpoint(
        Tokenizer(digits=False),
        Vocabulary(WORDS, np.array([7, 5, 3, 2])),
        {"cell": "gru"},
        {"perplexity": 12.5},
        {
            "embedding": rng.normal(size=(4, n_dims)).astype(np.float32),
            "other": np.ones(3, dtype=np.float32),
        },
    )


@pytest.fixture
def model(tmp_path):
    save(tmp_path / "model", a_checkpoint())
    return tmp_path / "model"


def test_what_is_saved_is_loaded(model):
    found, wanted = load(model), a_checkpoint()
    assert found.vocabulary.words == WORDS
    assert found.vocabulary.counts.tolist() == [7, 5, 3, 2]
    assert found.tokenizer == wanted.tokenizer
    assert (found.training, found.results) == (wanted.training, wanted.results)
    for name, tensor in wanted.tensors.items():
        assert np.array_equal(found.tensors[name], tensor)
    assert set(load(model, only_words=True).tensors) == {"embedding"}


def test_vectors_are_centred_without_the_unknown_word(model):
    vectors = ev.load(model)
    assert vectors.words == WORDS[1:]
    rows = a_checkpoint().tensors["embedding"][1:]
    np.testing.assert_allclose(vectors.matrix, rows - rows.mean(0), atol=1e-6)
    assert vectors.vocabulary.counts.tolist() == [5, 3, 2]
    assert vectors.provenance["results"]["perplexity"] == 12.5


def test_rare_words_do_not_move_the_mean_that_is_subtracted(tmp_path):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(12_001, 2)).astype(np.float32)
    rows[10_001:] += 5  # what rare words have in common
    words = (UNKNOWN, *(f"w{number}" for number in range(12_000)))
    counts = np.arange(12_001, 0, -1)
    wanted = replace(
        a_checkpoint(),
        vocabulary=Vocabulary(words, counts),
        tensors={**a_checkpoint().tensors, "embedding": rows},
    )
    save(tmp_path / "m", wanted)
    vectors = ev.load(tmp_path / "m")
    np.testing.assert_allclose(vectors.matrix, rows[1:] - rows[1:10_001].mean(0), atol=1e-5)
    assert "mean of the 10,000 most frequent words taken off" in vectors.provenance["steps"]
    part = extract_vectors(wanted.vocabulary, rows, {"w3", "w11000"})
    np.testing.assert_allclose(part.matrix, vectors.subset(["w3", "w11000"]).matrix, atol=1e-5)


def test_an_older_model_is_replaced_and_nothing_else_is(model, tmp_path):
    save(model, a_checkpoint(n_dims=6))
    assert load(model).tensors["embedding"].shape == (4, 6)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years of work")
    for target in (precious, precious / "thesis.txt"):
        with pytest.raises(ModelError, match=r"contains thesis.txt|is a file"):
            save(target, a_checkpoint())
    assert (precious / "thesis.txt").read_text() == "years of work"


def test_a_failure_leaves_the_older_model(model, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("safetensors.numpy.save_file", fail)
    with pytest.raises(InputError, match="No space left on device"):
        save(model, a_checkpoint(seed=1))
    monkeypatch.undo()
    assert np.array_equal(load(model).tensors["embedding"], a_checkpoint().tensors["embedding"])
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_an_unwritable_place_is_told_before_training(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        check_target(tmp_path / "file" / "model")


def test_the_trial_leaves_nothing(tmp_path):
    check_target(tmp_path / "deep" / "model")
    assert list(tmp_path.iterdir()) == []


def test_a_file_beside_the_model_and_a_foreign_model_are_not_replaced(model):
    (model / "notes.txt").write_text("mine")
    with pytest.raises(ModelError, match=r"contains notes\.txt"):
        check_target(model)
    (model / "notes.txt").unlink()
    check_target(model)
    (model / "config.json").write_text('{"architectures": ["BertModel"]}')
    with pytest.raises(ModelError, match="damaged in config"):
        check_target(model)


def test_a_model_behind_a_link_is_replaced_there(model, tmp_path):
    (tmp_path / "link").symlink_to(model)
    save(tmp_path / "link", a_checkpoint(n_dims=6))
    assert (tmp_path / "link").is_symlink()
    assert load(model).tensors["embedding"].shape == (4, 6)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "model"]


def test_other_users_may_read_a_model(model):
    modes = {file.stat().st_mode for file in model.iterdir()}
    assert len(modes) == 1


def edit_config(model, **changes):
    path = model / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_newer_version_is_told(model):
    edit_config(model, version=checkpoint.VERSION + 1)
    with pytest.raises(ModelError, match="written by a newer embedviz"):
        load(model)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"version": "1"},
        {"tokenizer": {"uppercase": True}},
        {"tokenizer": 3},
        {"training": None},
    ],
)
def test_a_changed_configuration_is_damage(model, changes):
    edit_config(model, **changes)
    with pytest.raises(ModelError, match="is damaged"):
        load(model)


@pytest.mark.parametrize("name", ["config.json", "vocabulary.jsonl", "model.safetensors"])
def test_every_cut_and_every_lost_file_is_told(model, name):
    data = (model / name).read_bytes()
    for length in range(0, len(data) - 1, max(1, len(data) // 40)):
        (model / name).write_bytes(data[:length])
        with pytest.raises(ModelError, match="is damaged"):
            load(model)
    (model / name).unlink()
    with pytest.raises(ModelError, match=r"is damaged|is not a model"):
        load(model)


def test_random_bytes_anywhere_never_make_a_traceback(model):
    rng = np.random.default_rng(0)
    for name in ("config.json", "vocabulary.jsonl", "model.safetensors"):
        whole = (model / name).read_bytes()
        for _ in range(60):
            data = bytearray(whole)
            data[rng.integers(len(data))] = rng.integers(256)
            (model / name).write_bytes(data)
            try:
                load(model)
            except EmbedvizError:
                continue
        (model / name).write_bytes(whole)


@pytest.mark.parametrize("kind", ["missing", "empty", "file"])
def test_what_is_no_model_is_told(tmp_path, kind):
    path = tmp_path / "model"
    if kind == "empty":
        path.mkdir()
    elif kind == "file":
        path.write_text("x")
    with pytest.raises(
        ModelError, match="does not exist" if kind == "missing" else "is not a model"
    ):
        load(path)
