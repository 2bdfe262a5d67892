"""What a run writes of its model while it learns."""

from __future__ import annotations

import json

import pytest

from embedviz.cli.sample_recorder import join_up_to
from embedviz.corpora import generate_documents
from embedviz.jobs import read_moments
from embedviz.text import Tokenizer

pytest.importorskip("torch", reason="a model is trained")


def test_a_language_model_goes_on_with_held_out_passages(run, tmp_path):
    text, samples = tmp_path / "facts.txt", tmp_path / "samples.jsonl"
    text.write_text("\n".join(generate_documents(n_words=8_000)))
    options = ("--dims", 8, "--epochs", 1, "--cell", "gru", "--min-count", 1, "--seed", 1)
    command = ("train", text, "--out", tmp_path / "model", *options, "--skip", 0)
    code, _, err = run(*command, "--samples", samples)
    assert code == 0, err
    moments = read_moments(samples)
    assert moments[0].share == 0 and moments[-1].share == 1
    for moment in moments:
        assert 0 < len(moment.samples) <= 5
        assert all(len(one.text.split()) == 25 for one in moment.samples)
        assert moment.reach[0] == (1, 1, 1) and len(moment.reach) == 39
        assert all(low <= middle <= high for low, middle, high in moment.reach)
    assert moments[0].samples != moments[-1].samples
    assert moments[0].reach != moments[-1].reach
    # to look changes nothing: the same run without it has the same weights
    code, _, err = run("train", text, "--out", tmp_path / "again", *options, "--skip", 0)
    assert code == 0, err
    first, second = (
        (tmp_path / name / "model.safetensors").read_bytes() for name in ("model", "again")
    )
    assert first == second


def test_a_model_that_skips_words_writes_none(run, tmp_path):
    text, samples = tmp_path / "facts.txt", tmp_path / "samples.jsonl"
    text.write_text("\n".join(generate_documents(n_words=8_000)))
    options = ("--dims", 8, "--epochs", 1, "--min-count", 1, "--samples", samples)
    code, _, err = run("train", text, "--out", tmp_path / "model", *options)
    assert code == 0, err
    assert all(not moment.samples and moment.reach for moment in read_moments(samples))


@pytest.mark.parametrize("shape", ["seq-vec", "vec-seq"])
def test_words_and_their_descriptions_are_sampled(run, tmp_path, shape):
    words = {"king": "a man who rules", "queen": "a woman who rules", "tea": "a hot drink"}
    rows = [(gloss, word) if shape == "seq-vec" else (word, gloss) for word, gloss in words.items()]
    table, samples = tmp_path / "glosses.tsv", tmp_path / "samples.jsonl"
    table.write_text("".join(f"{source}\t{target}\n" for source, target in rows * 3))
    sizes = ("--states", 8, "--epochs", 1, "--min-count", 1)
    code, _, err = run(
        *("train", table, "--shape", shape, "--vectors", "english", *sizes),
        *("--out", tmp_path / "model", "--samples", samples),
    )
    assert code == 0, err
    lines = [json.loads(line) for line in samples.read_text().splitlines()]
    for line in lines:
        assert line["reach"] == []
        for one in line["samples"]:
            assert (one["source"], one["target"]) in rows and one["text"]
            if shape == "seq-vec":
                assert set(one["text"].split(", ")) <= set(words)
    assert lines[0]["samples"]


def test_scenes_are_named_and_put_into_words(run, tmp_path):
    samples = tmp_path / "samples.jsonl"
    sizes = ("--scenes", 100, "--epochs", 1, "--states", 8, "--picture-size", 32)
    code, _, err = run("train", "scenes", "--out", tmp_path / "m", *sizes, "--samples", samples)
    assert code == 0, err
    moments = read_moments(samples)
    assert moments[0].samples and all(one.text for one in moments[-1].samples)


def test_a_file_that_cannot_be_written_is_told_before_training(run, tmp_path):
    text = tmp_path / "a.txt"
    text.write_text("some words " * 400)
    code, _, err = run("train", text, "--out", tmp_path / "m", "--samples", tmp_path / "no" / "s")
    assert code
    assert "cannot be written" in err and "--samples" in err


def test_a_passage_of_unknown_words_stays_within_the_limit():
    tokenizer = Tokenizer(punctuation=True)
    words = ["<unk>", "dog"] * 20
    assert len(tokenizer.tokens(tokenizer.join(words))) > 60
    text = join_up_to(tokenizer, words, 60)
    assert 50 < len(tokenizer.tokens(text)) <= 60
    assert join_up_to(tokenizer, ["a", "dog"], 60) == "a dog"
