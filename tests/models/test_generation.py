import json

import numpy as np
import pytest
import torch

from embedviz.checkpoints import checkpoint
from embedviz.errors import InputError, ModelError
from embedviz.models import load_model, measure_text, sample_text
from embedviz.settings import TrainingConfig
from embedviz.text import CorpusConfig
from embedviz.training import train_model

CYCLE = "one two three four five six seven eight nine ten"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model of a text that counts to ten over and over."""
    folder = tmp_path_factory.mktemp("language")
    (folder / "a.txt").write_text(f"{CYCLE} " * 600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEDVIZ_CACHE", str(folder / "cache"))
        train_model(
            [folder / "a.txt"],
            folder / "model",
            corpus_config=CorpusConfig(),
            config=TrainingConfig(
                cell="gru",
                cost="full",
                n_dims=12,
                n_streams=4,
                skip=None,
                epochs=8,
                dense_rate=0.02,
            ),
        )
    return folder


def test_a_loaded_model_has_the_perplexity_it_was_saved_with(folder, tmp_path):
    (tmp_path / "b.txt").write_text(f"{CYCLE} " * 200)
    found = measure_text(load_model(folder / "model"), [tmp_path / "b.txt"])
    saved = checkpoint.load(folder / "model").results["perplexity"]
    assert found.n_words == 2000
    assert found.n_unknown == 0
    assert found.perplexity == pytest.approx(saved, rel=0.05)
    assert found.perplexity < 1.3


def test_unknown_words_are_counted_and_an_unlikely_text_costs_more(folder, tmp_path):
    trained = load_model(folder / "model")
    (tmp_path / "b.txt").write_text("One zebra two " * 10)
    found = measure_text(trained, [tmp_path / "b.txt"])
    assert (found.n_words, found.n_unknown) == (30, 10)
    assert found.perplexity > 5


def test_it_counts_on(folder):
    trained = load_model(folder / "model")
    written = list(sample_text(trained, "three four five", n_words=7, temperature=0.2))
    assert written == ["six", "seven", "eight", "nine", "ten", "one", "two"]


def test_temperature_and_top_k_shape_the_choice(folder):
    trained = load_model(folder / "model")
    hot = list(sample_text(trained, "one", n_words=200, temperature=50))
    assert len(set(hot)) == 10  # any word, but never the unknown one
    assert (
        list(sample_text(trained, "one", n_words=9, temperature=50, top_k=1)) == CYCLE.split()[1:]
    )
    again = list(sample_text(trained, "one", n_words=200, temperature=50))
    other = list(sample_text(trained, "one", n_words=200, temperature=50, seed=1))
    assert hot == again != other


def test_a_model_with_skipped_words_says_why_it_does_not_write(folder, tmp_path):
    saved = checkpoint.load(folder / "model")
    checkpoint.save(
        tmp_path / "skipped",
        checkpoint.Checkpoint(
            saved.tokenizer,
            saved.vocabulary,
            {**saved.training, "skip": 1e-4},
            saved.results,
            saved.tensors,
        ),
    )
    with pytest.raises(InputError, match=r"subsampling.*train one with --skip 0"):
        next(sample_text(load_model(tmp_path / "skipped")))


@pytest.mark.parametrize("wrong", [{"n_words": 0}, {"temperature": 0}, {"top_k": 0}])
def test_settings_out_of_range_are_refused(folder, wrong):
    with pytest.raises(InputError, match="must be at least 1"):
        next(sample_text(load_model(folder / "model"), **wrong))


def test_an_empty_text_is_refused(folder, tmp_path):
    (tmp_path / "b.txt").write_text("word")
    with pytest.raises(InputError, match="1 words: give at least 2"):
        measure_text(load_model(folder / "model"), [tmp_path / "b.txt"])


def test_tensors_that_do_not_fit_are_damage(folder, tmp_path):
    saved = checkpoint.load(folder / "model")
    wrong = {**saved.tensors, "dec.linear.weight": np.zeros((3, 3), dtype=np.float32)}
    checkpoint.save(
        tmp_path / "wrong",
        checkpoint.Checkpoint(
            saved.tokenizer, saved.vocabulary, saved.training, saved.results, wrong
        ),
    )
    with pytest.raises(ModelError, match="is damaged"):
        load_model(tmp_path / "wrong")
    assert isinstance(load_model(folder / "model").model.embedding, torch.Tensor)


def test_the_commands(folder, tmp_path, capsys):
    from embedviz.cli import main

    (tmp_path / "b.txt").write_text(f"{CYCLE} " * 20)
    for arguments, key in (
        (["perplexity", str(folder / "model"), str(tmp_path / "b.txt"), "--json"], "perplexity"),
        (["sample", str(folder / "model"), "--prompt", "one", "--words", "3", "--json"], "words"),
    ):
        with pytest.raises(SystemExit) as left:
            main(arguments)
        assert left.value.code == 0
        assert key in json.loads(capsys.readouterr().out)
