"""Phrases in a model and its controls, also after the first word vectors are gone."""

import json
import re

import numpy as np
import pytest
from number_words import PAIRS, numbers, pair_file, settings, word_vectors, write_numbers

import embedviz
from embedviz.corpora import Phrase
from embedviz.errors import InputError
from embedviz.sequences import (
    encode_texts,
    mean_of_words,
    open_sequence_model,
    phrase_spaces,
    rated_cosines,
)
from embedviz.text import Vocabulary
from embedviz.training import GivenVectors, train_sequence_model
from embedviz.vectors import WordVectors

TEXTS = ["twenty one", "thirty one", "one hundred twenty one", "sixty nine"]
MEAN = "mean of word vectors"


@pytest.fixture(params=["seq-seq", "seq-vec"])
def model(request, tmp_path):
    """A model whose first vectors a test may remove, and their file."""
    first = tmp_path / "words.npy"
    embedviz.save(word_vectors(), first)
    train_sequence_model(
        pair_file(write_numbers(tmp_path), request.param),
        tmp_path / "model",
        pair_config=PAIRS,
        config=settings(request.param, epochs=1.0),
        given=GivenVectors(str(first)),
    )
    return str(tmp_path / "model"), first


def test_trained_and_untrained_vectors_are_centred_alike(model):
    name, _ = model
    spaces = phrase_spaces(name, TEXTS)
    assert list(spaces) == ["trained", "untrained", MEAN]
    for space, is_trained in (("trained", True), ("untrained", False)):
        opened = open_sequence_model(name, trained=is_trained)
        rows = encode_texts(opened, TEXTS)
        expected = rows - rows.mean(axis=0) if opened.shape == "seq-seq" else rows
        np.testing.assert_allclose(spaces[space].matrix, expected, atol=1e-6)
    words = mean_of_words(TEXTS, word_vectors(), opened.tokenizer)
    np.testing.assert_allclose(spaces[MEAN].matrix, words, atol=1e-6)


def test_unreadable_phrases_are_left_out(model):
    name, _ = model
    spaces = phrase_spaces(name, [TEXTS[0], "qqq zzz", "?!", TEXTS[1]])
    assert all(space.words == (TEXTS[0], TEXTS[1]) for space in spaces.values())
    with pytest.raises(InputError, match="can read 1 of 2 phrases: give at least 2"):
        phrase_spaces(name, [TEXTS[0], "qqq zzz"])


def replaced(first):
    """Put vectors of another size in the place of the first ones."""
    embedviz.save(WordVectors(Vocabulary(("one", "two")), np.eye(2, 3)), first)


@pytest.mark.parametrize(
    ("change", "what"),
    [(lambda first: first.unlink(), "cannot be opened"), (replaced, "have 3 dimensions now")],
)
def test_vanished_first_vectors_leave_one_control_out(model, change, what):
    name, first = model
    change(first)
    own = open_sequence_model(name)
    pattern = re.escape(f"began with, {first}, {what}: put them back")
    with pytest.raises(InputError, match=pattern):
        open_sequence_model(name, trained=False)
    spaces = phrase_spaces(name, TEXTS)
    assert list(spaces) == ["trained", MEAN]
    words = mean_of_words(TEXTS, embedviz.load(name), own.tokenizer)
    np.testing.assert_allclose(spaces[MEAN].matrix, words, atol=1e-5)
    _, cosines = rated_cosines(own, [(*TEXTS[:2], 1.0), (*TEXTS[2:], 2.0)])
    assert list(cosines) == ["model", MEAN]


def test_commands_show_the_controls_that_are_left(model, run, tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    name, first = model
    texts = [source for _, source, _ in numbers()][:40]
    lines = [f"{a},{b}" for a, b in zip(texts[:9], texts[9:18], strict=True)]
    (tmp_path / "a.csv").write_text("\n".join(["source,target", *lines, "qqq,twenty one"]))
    given = ["relations", tmp_path / "a.csv", "--model", name]
    _, whole, errors = run(*given)
    assert re.search(r"Phrases with words that \S+ does not know: 1 of 19\.", errors)
    assert "untrained –" not in whole
    first.unlink()
    code, printed, _ = run(*given)
    assert code == 0
    header, line = (row.split() for row in printed.splitlines()[:2])
    assert line[-3] == "–" and line[-2] != "–"
    assert header[-3:] == ["untrained", "words", "hits"]
    assert line[1] == "9"  # the tenth pair is left out
    assert "no longer there" in printed
    (document,) = json.loads(run(*given, "--json")[1])
    assert list(document["controls"]) == [MEAN]
    assert document["skipped"] == [["qqq", "twenty one"]]
    phrases = tuple(Phrase(text, "time") for text in (*texts, "qqq"))
    monkeypatch.setattr("embedviz.corpora.read_phrases", lambda: phrases)
    out = ["figure", name, "--out", tmp_path / "f.png", "--plane", "pca"]
    document = json.loads(run(*out, "--json")[1])
    assert [one["model"] for one in document["same_kind"]] == ["this model", MEAN]
    assert document["left_out"] == ["qqq"]
    _, printed, errors = run(*out)
    assert "40 phrases" in printed
    assert "Left out: 1 phrase without a word that" in errors
    code, _, errors = run(*out, "--pairs", 8)
    assert code == 2
    assert "omit --relation and --pairs" in " ".join(errors.split())
    assert run(*out, "--relation", "male-female")[0] == 2
    code, _, errors = run("figure", "english", "--out", tmp_path / "g.png", "--plane", "tsne")
    assert code == 2
    assert "omit it" in errors
