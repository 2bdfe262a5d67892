"""Choices along a text, forced prefixes and scores of candidates, held against slow versions."""

import itertools
import math

import numpy as np
import pytest
import torch

from embedviz.errors import InputError
from embedviz.sequences import (
    Search,
    decode_texts,
    encode_sources,
    log_probabilities,
    make_pair_set,
    open_sequence_model,
    points_of,
    prefix_ids,
    score_candidates,
    score_pairs,
    write_tree,
)
from embedviz.text import END, TextPair

BEAM = Search(beam=4, n_best=4)
SENTENCE = "i am very tired today"


@pytest.fixture(scope="module")
def phrases():
    return open_sequence_model("phrases")


@pytest.fixture(scope="module")
def describe():
    return open_sequence_model("describe")


@pytest.fixture(scope="module")
def execute():
    return open_sequence_model("execute")


def likelihood(model, source, text):
    """By the function that training is measured with."""
    return float(log_probabilities(model, [model.source_ids(source)], [model.target_ids(text)])[0])


def literal_choices(model, source, ids):
    """Log p of every word at each step, one step at a time from the begin."""
    decoder, encoded = model.net.decoder, encode_sources(model, [source])
    rows = []
    with torch.no_grad():
        for n in range(len(ids) + 1):
            previous = torch.tensor([[END], *([id_] for id_ in ids[:n])])
            vectors = decoder(previous, encoded).vectors[-1, 0]
            rows.append(torch.log_softmax(decoder.scores(vectors), 0).double().numpy())
    return rows


def test_without_a_prefix_the_path_is_what_decoding_writes(phrases):
    tree = write_tree(phrases, SENTENCE, BEAM)
    ((greedy,),) = decode_texts(phrases, [SENTENCE])
    (beam,) = decode_texts(phrases, [SENTENCE], BEAM)
    assert tree.path.text == tree.greedy.text == greedy.text and tree.n_forced == 0
    assert tree.path.log_probabilities == greedy.log_probabilities
    assert [one.text for one in tree.beam] == [one.text for one in beam]
    assert tree.cost_of_prefix == 0


@pytest.mark.parametrize("prefix", ["", "je me", "qu'il"])
def test_choices_are_the_likeliest_words_of_each_step(phrases, prefix):
    tree = write_tree(phrases, SENTENCE, BEAM, prefix=prefix, n_choices=5)
    rows = literal_choices(phrases, SENTENCE, tree.path.ids)
    assert len(tree.choices) == len(rows) == len(tree.path.words) + 1
    for step, (choices, row) in enumerate(zip(tree.choices, rows, strict=True)):
        allowed = [id_ for id_ in range(1, len(row)) if step or id_ != END]
        best = sorted(allowed, key=lambda id_: -row[id_])[:5]
        names = ["" if id_ == END else phrases.target.words[id_] for id_ in best]
        assert [choice.word for choice in choices] == names
        assert np.allclose([choice.probability for choice in choices], np.exp(row[best]), atol=1e-5)
    for step in range(tree.n_forced, len(tree.choices)):  # the path takes the first choice
        written = (*tree.path.words, "")[step]
        assert tree.choices[step][0].word == written
        wanted = math.exp(tree.path.log_probabilities[step])
        assert tree.choices[step][0].probability == pytest.approx(wanted, abs=1e-5)


def test_a_forced_text_has_the_likelihood_of_teacher_forcing(phrases):
    tree = write_tree(phrases, SENTENCE, BEAM, prefix="je me suis")
    assert tree.path.words[:3] == ("je", "me", "suis") and tree.n_forced == 3
    for text in (tree.path, *tree.beam):
        assert text.text.startswith("je me suis")
        assert text.log_probability == pytest.approx(
            likelihood(phrases, SENTENCE, text.text), abs=1e-3
        )
    assert len({text.text for text in tree.beam}) == 4
    costs = [text.log_probability for text in tree.beam]
    assert costs == sorted(costs, reverse=True) and costs[0] >= tree.path.log_probability - 1e-4
    assert tree.cost_of_prefix > 1
    assert tree.greedy.text == decode_texts(phrases, [SENTENCE])[0][0].text


def test_a_prefix_of_the_greedy_text_changes_nothing(phrases, describe, execute):
    point = points_of(describe, ["river"])[0].vector
    for model, source in ((phrases, SENTENCE), (describe, point), (execute, "print((12+34))")):
        free = write_tree(model, source, BEAM)
        begin = model.tokenizer.join(free.path.words[:2])
        forced = write_tree(model, source, BEAM, prefix=begin)
        assert forced.path.words == free.path.words and forced.n_forced == 2
        assert np.allclose(forced.path.log_probabilities, free.path.log_probabilities, atol=1e-5)
        assert (forced.path.attention is None) == (model is not execute)


def test_a_repetition_may_be_forced(describe):
    how = Search(beam=4, n_best=4, distinct_pairs=True)
    point = points_of(describe, ["river"])[0].vector
    tree = write_tree(describe, point, how, prefix="noun : a a river")
    assert all(text.words[2:5] == ("a", "a", "river") for text in tree.beam)
    assert all(text.log_probability > -math.inf for text in tree.beam)


def test_a_beam_of_all_texts_finds_the_best_that_begin_with_the_prefix(execute):
    """Of two characters, all texts can be listed, and none falls out of the beam."""
    source, words = "print(1)", execute.target.words
    found = write_tree(execute, source, Search(beam=60, n_best=60), prefix="A", longest=2)
    texts = ["A", *(f"A{word}" for word in words[2:])]
    wanted = sorted((likelihood(execute, source, text) for text in texts), reverse=True)
    assert np.allclose([one.log_probability for one in found.beam], wanted, atol=1e-3)


def test_unusable_prefixes_are_refused(phrases):
    for prefix, part in (("zebrafish", "does not write “zebrafish”"), ("je " * 6, "6 words")):
        with pytest.raises(InputError, match=part):
            write_tree(phrases, SENTENCE, BEAM, prefix=prefix, longest=5)
    assert prefix_ids(phrases, " ", 5) == []


def test_every_written_word_can_be_forced(phrases, describe, execute):
    for model in (phrases, describe, execute):
        words = model.target.words[2:]
        assert all(model.tokenizer.tokens(word) == [word] for word in words)
        for pair in itertools.product(words[:40], repeat=2):
            assert model.tokenizer.tokens(model.tokenizer.join(pair)) == list(pair)


def test_candidates_have_the_scores_of_pairs(phrases):
    rows = [
        ("two days ago", "il y a deux jours"),
        ("in japan", "au japon"),
        ("i am hungry", "j'ai faim"),
        ("where is my book ?", "où est mon livre ?"),
    ]
    pairs = make_pair_set(phrases, [TextPair(*row) for row in rows], "pairs")
    wanted = score_pairs(phrases, pairs)
    for number, (source, _) in enumerate(rows):
        others = [row[0] for row in rows if row[0] != source]
        found = score_candidates(phrases, source, [rows[number][1]], others)
        assert found.reference == wanted.reference == "sources"
        assert found.log_probability[0] == pytest.approx(wanted.log_probability[number], abs=1e-3)
        assert found.information[0] == pytest.approx(wanted.information[number], abs=1e-3)
        assert found.n_tokens[0] == wanted.n_tokens[number]


def test_without_other_sources_candidates_are_compared_with_zero(describe):
    point = points_of(describe, ["river"])[0].vector
    texts = ["noun : a stream of water", "noun : a queen"]
    found = score_candidates(describe, point, texts)
    ids = [describe.target_ids(text) for text in texts]
    zero = log_probabilities(describe, [[0], [0]], ids, zero=True)
    assert found.reference == "zero" and found.after_others.shape == (2, 0)
    assert np.allclose(found.log_prior, zero, atol=1e-3)
    assert np.allclose(found.information, found.log_probability - zero, atol=1e-3)
    assert found.information[0] > 5 > found.information[1]
