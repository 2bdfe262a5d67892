"""Decoding compared with literal loops, and with all texts of a tiny vocabulary."""

import itertools
import math

import numpy as np
import pytest
import small_models
import torch

from embedviz.errors import InputError, UnknownWordError
from embedviz.models import Pairs, as_summary, log_likelihood
from embedviz.sequences import (
    Sampling,
    Search,
    decode_texts,
    describe_sources,
    encode_sources,
    open_sequence_model,
)
from embedviz.text import END

SOURCES = ["two big dog", "six old tree", "cat", "new new one"]
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("decoding")


@pytest.fixture(scope="module")
def phrases(folder):
    return open_sequence_model(small_models.train(folder / "phrases", small_models.pairs()))


@pytest.fixture(scope="module", params=["cho", "lstm", "attention"])
def early(request, folder):
    """Models that are little trained, so that their texts are of all kinds and lengths."""
    options = {"cell": request.param} if request.param != "attention" else {"n_heads": 2}
    name = folder / request.param
    model = small_models.train(name, small_models.pairs(), epochs=4.0, **options)
    return open_sequence_model(model)


@pytest.fixture(scope="module")
def tiny(folder):
    """Three words: all texts can be listed."""
    rows = [("a", "x"), ("b", "x y"), ("a b", "y x z"), ("b a", "z z"), ("b b", "z")]
    return open_sequence_model(small_models.train(folder / "tiny", rows * 2, epochs=3.0))


@pytest.fixture(scope="module")
def describe(folder):
    vectors = small_models.write_vectors(folder / "labels.npy")
    rows = [(label, text) for text, label in small_models.labelled("bird")]
    model = small_models.train(folder / "describe", rows, vectors=vectors, shape="vec-seq")
    return open_sequence_model(model)


def literal_greedy(model, source, longest):
    """One source and one word at a time, by teacher forcing on everything so far."""
    decoder = model.net.decoder
    encoded = encode_sources(model, [source])
    ids, costs = [], []
    with torch.no_grad():
        while not ids or ids[-1] != END:
            previous = torch.tensor([[END], *([id_] for id_ in ids)])
            vectors = decoder(previous, encoded).vectors[-1, 0]
            scores = torch.log_softmax(decoder.scores(vectors), 0)
            allowed = [id_ for id_ in range(1, len(scores)) if ids or id_ != END]
            if len(ids) == longest:
                allowed = [END]
            best = max(allowed, key=lambda id_: float(scores[id_]))
            ids.append(best)
            costs.append(float(scores[best]))
    return ids[:-1], costs


def likelihood(model, source, ids):
    batch = model.batch([model.source_ids(source)], [ids])
    return float(log_likelihood(model.net, Pairs.of(batch, CPU))[0])


@pytest.mark.parametrize("longest", [1, 3, 8])
def test_the_narrowest_beam_equals_a_literal_loop(early, longest):
    found = decode_texts(early, SOURCES, longest=longest)
    for source, (text,) in zip(SOURCES, found, strict=True):
        ids, costs = literal_greedy(early, source, longest)
        assert list(text.ids) == ids
        assert text.log_probabilities == pytest.approx(costs, abs=1e-4)
        assert text.is_cut == (len(ids) == longest)


@pytest.mark.parametrize(
    "how", [Search(), Search(4, 4), Search(3, 2, 1.0), Search(5, 5, 0.5, True), Sampling(4, seed=3)]
)
def test_log_p_is_that_of_the_text_under_teacher_forcing(early, how):
    n = how.n if isinstance(how, Sampling) else how.n_best
    for source, texts in zip(SOURCES, decode_texts(early, SOURCES, how), strict=True):
        assert len(texts) == n
        for text in texts:
            assert text.ids
            assert 0 not in text.ids
            assert END not in text.ids
            assert "<unk>" not in text.text
            assert text.log_probability == pytest.approx(
                likelihood(early, source, list(text.ids)), abs=1e-3
            )
            assert text.log_probability == pytest.approx(sum(text.log_probabilities))
            assert len(text.log_probabilities) == len(text.words) + 1


def test_sources_do_not_influence_each_other(early):
    together = decode_texts(early, SOURCES, Search(4, 3, 0.7))
    for source, texts in zip(SOURCES, together, strict=True):
        (alone,) = decode_texts(early, [source], Search(4, 3, 0.7))
        assert [one.ids for one in alone] == [one.ids for one in texts]


def all_texts(model, source, longest):
    ids = range(2, len(model.target))
    texts = [list(text) for n in range(1, longest + 1) for text in itertools.product(ids, repeat=n)]
    return {tuple(text): likelihood(model, source, text) for text in texts}


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_a_beam_as_wide_as_the_tree_finds_the_best_texts(tiny, alpha):
    everything = all_texts(tiny, "a b", 3)
    assert len(everything) == 3 + 9 + 27
    ranked = sorted(everything, key=lambda ids: -everything[ids] / (len(ids) + 1) ** alpha)
    (found,) = decode_texts(tiny, ["a b"], Search(100, 5, alpha), longest=3)
    assert [one.ids for one in found] == ranked[:5]
    (found,) = decode_texts(tiny, ["a b"], Search(100, 100, alpha), longest=3)
    assert sorted(one.ids for one in found) == sorted(everything)  # and nothing twice


def test_wider_beams_find_no_worse_texts(early):
    def best(beam):
        return [texts[0].log_probability for texts in decode_texts(early, SOURCES, Search(beam))]

    assert all(wide >= narrow - 1e-4 for wide, narrow in zip(best(50), best(1), strict=True))


def test_no_pair_of_words_is_repeated(folder):
    rows = [("a", "x y x y x y x y"), ("b", "z z z z z z"), ("c", "x x y y x x y y")] * 4
    model = open_sequence_model(small_models.train(folder / "repeating", rows))

    def repeats(how):
        for source in "abc":
            ((text, *_),) = decode_texts(model, [source], how)
            couples = list(itertools.pairwise(text.words))
            twice = any(one == other for one, other in couples)
            yield twice or len(couples) != len(set(couples))

    for beam in (1, 4):
        assert all(repeats(Search(beam)))
        assert not any(repeats(Search(beam, distinct_pairs=True)))


def test_samples_follow_the_probabilities(tiny):
    everything = all_texts(tiny, "b", 2)

    # without the unknown word, and with an end after two words, as it is drawn
    def drawn_probability(ids):
        found = 1.0
        encoded = encode_sources(tiny, ["b"])
        with torch.no_grad():
            previous = torch.tensor([[END], *([id_] for id_ in ids)])
            decoder = tiny.net.decoder
            p = torch.softmax(decoder.scores(decoder(previous, encoded).vectors[:, 0]), 1)
        for n, id_ in enumerate((*ids, END)):
            allowed = [END] if n == 2 else range(2 if n == 0 else 1, len(tiny.target))
            found *= float(p[n, id_] / sum(p[n, one] for one in allowed))
        return found

    wanted = {ids: drawn_probability(ids) for ids in everything}
    assert sum(wanted.values()) == pytest.approx(1, abs=1e-4)
    n = 1000
    (texts,) = decode_texts(tiny, ["b"], Sampling(n, seed=5), longest=2)
    for ids, p in wanted.items():
        share = sum(text.ids == ids for text in texts) / n
        assert abs(share - p) < 4.5 * math.sqrt(p * (1 - p) / n) + 1e-3
    (again,) = decode_texts(tiny, ["b"], Sampling(n, seed=5), longest=2)
    (other,) = decode_texts(tiny, ["b"], Sampling(n, seed=6), longest=2)
    assert [one.ids for one in again] == [one.ids for one in texts]
    assert [one.ids for one in other] != [one.ids for one in texts]


def test_a_low_temperature_or_one_word_is_the_greedy_text(early):
    greedy = [text.ids for (text,) in decode_texts(early, SOURCES)]
    for how in (Sampling(2, temperature=1e-9), Sampling(2, top_k=1), Sampling(2, 1e-300)):
        for ids, texts in zip(greedy, decode_texts(early, SOURCES, how), strict=True):
            assert [text.ids for text in texts] == [ids, ids]


def test_attention_is_that_of_teacher_forcing(early):
    if early.net.decoder.attention is None:
        assert decode_texts(early, SOURCES)[0][0].attention is None
        return
    for source, texts in zip(SOURCES, decode_texts(early, SOURCES, Search(4, 4)), strict=True):
        encoded = encode_sources(early, [source])
        for text in texts:
            previous = torch.tensor([[END], *([id_] for id_ in text.ids)])
            with torch.no_grad():
                expected = early.net.decoder(previous, encoded).attention[0].numpy()
            assert text.attention.shape == (2, len(text.words) + 1, len(source.split()))
            np.testing.assert_allclose(text.attention, expected, atol=1e-5)
            np.testing.assert_allclose(text.attention.sum(2), 1, atol=1e-5)


def test_a_trained_model_translates(phrases):
    wanted = [target for _, target in small_models.pairs()]
    found = decode_texts(phrases, [source for source, _ in small_models.pairs()])
    assert np.mean([text.text == one for (text,), one in zip(found, wanted, strict=True)]) > 0.9


def test_labels_formulas_and_vectors_are_described(describe):
    big_dog, old_cat = (
        describe.net.vectors[describe.source.id(one)].numpy() for one in ("big_dog", "old_cat")
    )
    label, formula, same, held_out, vector = (
        decode_texts(describe, [source])[0][0]
        for source in (
            "big_dog",
            "2*big_dog - 0.3*old_cat",
            2 * big_dog - 0.3 * old_cat,
            "big_bird",
            big_dog * 7,
        )
    )
    assert label.text == "a big dog"
    assert formula.log_probability == pytest.approx(same.log_probability, abs=1e-4)
    assert formula.log_probability != pytest.approx(label.log_probability, abs=1e-4)
    assert vector.log_probability == pytest.approx(label.log_probability, abs=1e-4)
    assert held_out.text.startswith("a ")  # a label of the vectors, not of the training
    (about,) = describe_sources(describe, ["big_dog"], [(label,)])
    assert about.nearest[0] == ("big_dog", pytest.approx(1))
    zero = as_summary(torch.zeros(1, 8))
    batch = Pairs.of(describe.batch([[0]], [label.ids]), CPU)
    after_zero = float(log_likelihood(describe.net, batch, zero)[0])
    assert about.log_ratios == (pytest.approx(label.log_probability - after_zero, abs=1e-4),)
    assert decode_texts(describe, [np.zeros(8)])[0][0].words
    assert describe_sources(describe, [np.zeros(8)], [(label,)])[0].nearest == ()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "has no words"),
        ("qqq", "knows no word of 'qqq'"),
        (np.zeros(3), "give a text instead of a vector"),
    ],
)
def test_unusable_texts_are_refused(phrases, source, message):
    with pytest.raises(InputError, match=message):
        decode_texts(phrases, [source])


def test_unusable_points_are_refused(describe):
    with pytest.raises(InputError, match="A source is empty"):
        decode_texts(describe, ["  "])
    with pytest.raises(UnknownWordError, match="big_dgo"):
        decode_texts(describe, ["big_dgo"])
    with pytest.raises(InputError, match="give 8 finite numbers"):
        decode_texts(describe, [np.zeros(3)])
    with pytest.raises(InputError, match="give 8 finite numbers"):
        decode_texts(describe, [np.full(8, np.nan)])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Search(0), "A beam of 0"),
        (lambda: Search(2, 3), "3 texts cannot come out of a beam of 2"),
        (lambda: Search(alpha=-1), "normalisation of -1"),
        (lambda: Search(alpha=math.nan), "normalisation of nan"),
        (lambda: Sampling(0), "0 samples"),
        (lambda: Sampling(temperature=0), "temperature of 0"),
        (lambda: Sampling(temperature=math.inf), "temperature of inf"),
        (lambda: Sampling(top_k=0), "among 0 words"),
    ],
)
def test_settings_out_of_range_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_lengths_out_of_range_are_refused(phrases):
    with pytest.raises(InputError, match="maximum length of 0 words"):
        decode_texts(phrases, ["two dog"], longest=0)
