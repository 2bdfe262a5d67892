"""Word vectors made of character n-grams, against the definition."""

import zlib

import pytest
import torch

from embedviz.errors import InputError
from embedviz.models import LanguageModel, RowGradient, Subwords
from embedviz.models.subwords import character_ngrams
from embedviz.settings import TrainingConfig
from embedviz.text import CorpusConfig, encode
from embedviz.training import Callbacks, train
from embedviz.training.language.gradient import block_gradient
from embedviz.training.language.state import start_run

WORDS = ("<unk>", "walk", "walked", "a", "né")
N_BUCKETS = 7


@pytest.fixture
def subwords():
    own = torch.randn(len(WORDS), 4, generator=torch.Generator().manual_seed(0)).double()
    made = Subwords.of(WORDS, own, N_BUCKETS)
    made.grams.normal_(generator=torch.Generator().manual_seed(1))
    return made


def literal_rows(own, grams, ids):
    """Vectors of words as the definition reads."""
    rows = []
    for id_ in ids.tolist():
        vector = own[id_]
        if id_:
            found = [grams[zlib.crc32(g.encode()) % N_BUCKETS] for g in ngrams(WORDS[id_])]
            vector = vector + sum(found) / len(found)
        rows.append(vector)
    return torch.stack(rows)


def ngrams(word):
    return [
        gram
        for length in (3, 4, 5, 6)
        for begin in range(len(word))
        if len(gram := f"<{word}>"[begin : begin + length]) == length
    ]


def test_the_ngrams_are_those_of_the_marked_word():
    assert list(character_ngrams("walk"))[:5] == ["<wa", "wal", "alk", "lk>", "<wal"]
    assert list(character_ngrams("walk"))[-1] == "<walk>"
    assert all(list(character_ngrams(word)) == ngrams(word) for word in WORDS)


def test_rows_are_own_vector_and_mean_of_ngrams(subwords):
    ids = torch.tensor([2, 0, 4, 2, 3])
    torch.testing.assert_close(subwords.rows(ids), literal_rows(subwords.own, subwords.grams, ids))
    table = torch.zeros_like(subwords.own)
    subwords.write(table)
    torch.testing.assert_close(table, subwords.rows(torch.arange(len(WORDS))))


def test_derivatives_are_spread_as_autograd_does(subwords):
    ids, wanted = torch.tensor([0, 1, 2, 4]), torch.randn(4, 4, dtype=torch.float64)
    found = subwords.spread(ids, wanted)
    grams = subwords.grams.clone().requires_grad_()
    literal_rows(subwords.own, grams, ids).backward(wanted)
    torch.testing.assert_close(whole(found, subwords.grams), grams.grad)


def whole(gradient: RowGradient, table):
    return torch.zeros_like(table).index_add_(0, gradient.ids, gradient.rows)


@pytest.mark.parametrize("biased", [True, False])
def test_a_block_is_derived_through_the_ngrams(subwords, biased):
    """The same block by autograd, with every vector put together by the definition."""
    generator = torch.Generator().manual_seed(2)
    model = LanguageModel(
        len(WORDS),
        4,
        4,
        cell="mingru",
        tied=True,
        adaptive=False,
        linear_path=True,
        bidirectional=False,
        generator=generator,
    ).double()
    ids = torch.tensor([[1, 2], [2, 0], [4, 4], [1, 3]])
    noise = torch.tensor([1, 3, 3])
    bias = torch.linspace(-1, 2, len(WORDS)).double() if biased else None
    found = block_gradient(model, ids, None, noise, scale=0.5, subwords=subwords, offset=bias)

    own, grams = subwords.own.clone().requires_grad_(), subwords.grams.clone().requires_grad_()
    table = literal_rows(own, grams, torch.arange(len(WORDS)))
    decoded, _ = model.readers[0](table[ids[:-1]], None)
    cost = table.new_zeros(())
    for state, target in zip(decoded.flatten(0, 1), ids[1:].flatten(), strict=True):
        others = noise[noise != target] if biased else noise
        among = torch.cat([target[None], others])
        scores = table[among] @ state
        if biased:
            scores = scores + bias[among]
        cost = cost - torch.log_softmax(scores, 0)[0]
    (cost * 0.5).backward()
    torch.testing.assert_close(found.cost, cost.detach())
    torch.testing.assert_close(whole(found.embedding, own), own.grad)
    torch.testing.assert_close(whole(found.grams, grams), grams.grad)
    for mine, parameter in zip(found.dense, model.readers[0].parameters(), strict=True):
        torch.testing.assert_close(mine, parameter.grad)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("subwords")
    (folder / "a.txt").write_text("walk walked talk talked walks talks " * 400)
    return encode([folder / "a.txt"], CorpusConfig(held_out=0), folder / "ids")


def test_the_model_is_left_with_plain_vectors_put_together(corpus):
    settings = {"n_dims": 8, "n_streams": 4, "n_steps": 5, "skip": None, "n_buckets": 50}
    config = TrainingConfig(subwords=True, epochs=2, **settings)
    results = []
    finished = train(corpus, config, Callbacks(save=results.append, save_every=0))
    made = start_run(corpus, config).subwords
    for name in ("own", "grams"):  # as the last checkpoint has them, after the last block
        getattr(made, name).copy_(torch.from_numpy(results[-1].snapshot[name]))
    assert made.grams.abs().sum() > 0
    table = torch.zeros_like(made.own)
    made.write(table)
    torch.testing.assert_close(finished.model.embedding, table, rtol=0, atol=0)


@pytest.mark.parametrize("wrong", [{"tied": False}, {"cost": "full"}])
def test_what_subwords_need_is_said(wrong):
    with pytest.raises(InputError, match="subwords is incompatible"):
        TrainingConfig(subwords=True, **wrong)
