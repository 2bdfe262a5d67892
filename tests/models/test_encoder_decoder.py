"""Encoder, decoder and attention, compared with their formulas step by step."""

import math

import pytest
import torch

from embedviz.models import Attention, Decoder, Encoder, EncoderDecoder, Pairs, log_likelihood
from embedviz.settings import CELLS

PUBLISHED = (*CELLS, "cho")


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def encoder(cell="cho", **options):
    return Encoder(9, 4, 5, 3, cell=cell, generator=seeded(), **options)


def decoder(cell="cho", **options):
    return Decoder(8, 4, 6, 3, n_maxout=5, n_out=4, cell=cell, generator=seeded(1), **options)


def attention_of(*, own=False):
    return Attention(6 + 2 * 4, 5 + 4, 2, 3, seeded(2), looks_back=own)


SOURCE = torch.tensor([[1, 2, 3], [4, 5, 8], [6, 0, 7]])  # the second one is two words long
LENGTHS = torch.tensor([3, 2, 3])
PREVIOUS = torch.tensor([[1, 1, 1], [3, 4, 5]])


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", PUBLISHED)
def test_padding_changes_nothing(cell, bidirectional):
    model = encoder(cell, bidirectional=bidirectional)
    together = model(SOURCE, LENGTHS)
    for stream, length in enumerate(LENGTHS.tolist()):
        alone = model(SOURCE[:length, stream : stream + 1], LENGTHS[stream : stream + 1])
        torch.testing.assert_close(together.summary[stream], alone.summary[0])
        torch.testing.assert_close(together.states[:length, stream], alone.states[:, 0])
        assert not together.states[length:, stream].any()


def test_a_summary_is_of_the_last_states_of_both_directions():
    model = encoder(bidirectional=True)
    forwards, backwards = model.preds
    words = model.embedding[SOURCE[:, :1]]
    last = torch.cat([forwards(words, None)[1], backwards(words.flip(0), None)[1]], dim=1)
    expected = torch.tanh(last @ model.summary.weight.T + model.summary.bias)
    torch.testing.assert_close(model(SOURCE, LENGTHS).summary[:1], expected)
    states = model(SOURCE, LENGTHS).states[:, :1]
    torch.testing.assert_close(states[..., :5], forwards(words, None)[0])
    torch.testing.assert_close(states[..., 5:], backwards(words.flip(0), None)[0].flip(0))


def literal_decoding(model, encoded, previous):
    """Formulas of the paper's appendix, a step and a unit at a time."""
    state = torch.tanh(encoded.summary @ model.start.weight.T + model.start.bias)
    if model.cell == "lstm":
        state = (state, torch.zeros_like(state))
    found, own = [], []
    before = torch.zeros(len(encoded.summary), model.embedding.shape[1])
    for ids in previous:
        word = model.embedding[ids]
        states, state = model.pred(word[None], state, encoded.summary)
        h = states[0]
        units = (
            h @ model.from_state.weight.T
            + model.from_state.bias
            + word @ model.from_word.weight.T
            + encoded.summary @ model.from_summary.weight.T
        )
        if model.attention:
            own.append(torch.cat([h, word, before], dim=1))
            found_there = literal_attention(model.attention, encoded, own)
            units = units + found_there @ model.from_attention.weight.T
        before = word
        s = torch.stack(
            [torch.maximum(units[:, 2 * i], units[:, 2 * i + 1]) for i in range(5)], dim=1
        )
        found.append(s @ model.reduce.weight.T @ model.output.T + model.bias)
    return torch.stack(found)


def literal_attention(attention, encoded, own):
    """One stream, one head and one place at a time: those of the source, and own ones."""
    rows = []
    n = attention.n_dims
    for stream, length in enumerate(encoded.lengths.tolist()):
        seen = [
            (attention.key, attention.value, torch.cat([state[stream], word[stream]]))
            for state, word in zip(encoded.states[:length], encoded.embedded, strict=False)
        ]
        if attention.own_key is not None:
            seen += [(attention.own_key, attention.own_value, one[stream]) for one in own]
        heads = []
        for head in range(attention.n_heads):
            rows_of = slice(head * n, (head + 1) * n)
            query = attention.query.weight[rows_of] @ own[-1][stream]
            keys = [key.weight[rows_of] @ place for key, _, place in seen]
            values = [value.weight[rows_of] @ place for _, value, place in seen]
            weights = torch.softmax(torch.stack([query @ key / math.sqrt(n) for key in keys]), 0)
            heads.append(sum(w * value for w, value in zip(weights, values, strict=True)))
        rows.append(torch.cat(heads))
    return torch.stack(rows)


ATTENTIONS = {"none": lambda: None, "source": attention_of, "own": lambda: attention_of(own=True)}


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("cell", PUBLISHED)
def test_scores_are_those_of_the_formulas(cell, attention, tied):
    attention = ATTENTIONS[attention]()
    model = EncoderDecoder(encoder(cell), decoder(cell, attention=attention, tied=tied))
    encoded = model.encoder(SOURCE, LENGTHS)
    decoded = model(SOURCE, LENGTHS, PREVIOUS)
    expected = literal_decoding(model.decoder, encoded, PREVIOUS)
    torch.testing.assert_close(model.decoder.scores(decoded.vectors), expected)


def test_attention_weights_can_be_read_out_and_ignore_padding():
    model = EncoderDecoder(encoder(), decoder(attention=attention_of()))
    weights = model(SOURCE, LENGTHS, PREVIOUS).attention
    assert weights.shape == (3, 2, 2, 3)
    torch.testing.assert_close(weights.sum(3), torch.ones(3, 2, 2))
    assert not weights[1, :, :, 2].any()
    assert EncoderDecoder(encoder(), decoder())(SOURCE, LENGTHS, PREVIOUS).attention is None


def test_no_step_looks_at_a_later_one():
    model = EncoderDecoder(encoder(), decoder(attention=attention_of(own=True)))
    weights = model(SOURCE, LENGTHS, PREVIOUS).attention
    assert weights.shape == (3, 2, 2, 3 + 2)
    torch.testing.assert_close(weights.sum(3), torch.ones(3, 2, 2))
    assert not weights[:, :, 0, 4].any() and (weights[:, :, 1, 3:] > 0).all()


@pytest.mark.parametrize("attention", ATTENTIONS)
@pytest.mark.parametrize("cell", PUBLISHED)
def test_decoding_goes_on_from_a_state(cell, attention):
    model = EncoderDecoder(encoder(cell), decoder(cell, attention=ATTENTIONS[attention]()))
    encoded = model.encoder(SOURCE, LENGTHS)
    whole = model.decoder(PREVIOUS, encoded).vectors
    first = model.decoder(PREVIOUS[:1], encoded)
    second = model.decoder(PREVIOUS[1:], encoded, first.state)
    torch.testing.assert_close(torch.cat([first.vectors, second.vectors]), whole)


def test_a_tied_output_is_the_embedding_of_previous_words():
    tied, untied = decoder(tied=True), decoder()
    assert tied.output is tied.embedding
    assert "untied_output" not in dict(tied.named_parameters())
    assert untied.output is untied.untied_output and untied.output is not untied.embedding


@pytest.mark.parametrize("tied", [False, True])
def test_the_log_likelihood_is_a_sum_over_the_targets_own_words(tied):
    model = EncoderDecoder(encoder(), decoder(tied=tied))
    target = torch.tensor([[1, 1, 1], [3, 4, 5], [2, 6, 2], [0, 2, 0]])
    n_words = torch.tensor([2, 3, 2])
    found = log_likelihood(model, Pairs(SOURCE, LENGTHS, target, n_words))
    for stream in range(3):
        n, m = LENGTHS[stream], n_words[stream]
        one = slice(stream, stream + 1)
        scores = literal_decoding(
            model.decoder, model.encoder(SOURCE[:n, one], LENGTHS[one]), target[:m, one]
        )
        shares = torch.softmax(scores[:, 0], dim=1).detach()
        expected = sum(math.log(shares[t, target[t + 1, stream]]) for t in range(m))
        assert found[stream].item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("attention", ATTENTIONS)
def test_gradients_agree_with_finite_differences(attention, tied):
    attention = ATTENTIONS[attention]()
    model = EncoderDecoder(
        encoder(bidirectional=attention is None), decoder(attention=attention, tied=tied)
    )
    model = model.double()
    names, weights = zip(*model.named_parameters(), strict=True)
    output = "decoder.embedding" if tied else "decoder.untied_output"

    def cost(*values):
        with_values = dict(zip(names, values, strict=True))
        decoded = torch.func.functional_call(model, with_values, (SOURCE, LENGTHS, PREVIOUS))
        scores = decoded.vectors @ with_values[output].T + with_values["decoder.bias"]
        return torch.log_softmax(scores, dim=2)[..., 2].sum()

    values = tuple(weight.detach().clone().requires_grad_() for weight in weights)
    assert torch.autograd.gradcheck(cost, values, fast_mode=True)


def test_the_same_generator_makes_the_same_model():
    def scores():
        model = EncoderDecoder(encoder(), decoder(attention=attention_of()))
        return model(SOURCE, LENGTHS, PREVIOUS).vectors

    assert torch.equal(scores(), scores())
