"""A text → a label's vector, and back: scores and likelihoods by their formulas."""

import math

import pytest
import torch

from embedviz.models import (
    Decoder,
    Encoder,
    Pairs,
    TextToVector,
    VectorToText,
    as_summary,
    build_net,
    decode_pairs,
    log_likelihood,
    summarise,
)
from embedviz.settings import SequenceConfig

SOURCE, LENGTHS = torch.tensor([[1, 2], [3, 0]]), torch.tensor([2, 1])
VECTORS = torch.tensor([[3.0, 0.0, 4.0], [0.0, -2.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])


def seeded():
    return torch.Generator().manual_seed(0)


def to_vector(*, trained=False):
    encoder = Encoder(9, 4, 5, 3, cell="cho", generator=seeded())
    return TextToVector(encoder, VECTORS.clone(), trained=trained)


def to_text(cell="cho"):
    decoder = Decoder(8, 4, 6, 3, n_maxout=5, n_out=4, cell=cell, generator=seeded())
    return VectorToText(VECTORS.clone(), decoder)


def labels_only(*labels):
    return torch.tensor([labels]), torch.ones(len(labels), dtype=torch.int64)


def test_a_text_is_scored_by_the_scaled_cosine_with_each_label():
    net = to_vector()
    pairs = Pairs(SOURCE, LENGTHS, *labels_only(2, 0))
    likely = log_likelihood(net, pairs)
    for stream, label in enumerate((2, 0)):
        c = net.encoder(SOURCE[:, [stream]], LENGTHS[[stream]]).summary[0].detach()
        cosines = [
            float(c @ v) / math.sqrt(float(c @ c) * float(v @ v)) if v.any() else 0.0
            for v in VECTORS
        ]
        weights = [math.exp(float(net.scale.detach()) * cosine) for cosine in cosines]
        expected = math.log(weights[label] / sum(weights))
        assert likely[stream].item() == pytest.approx(expected, rel=1e-4)


def test_some_labels_are_scored_as_among_all():
    net = to_vector()
    summary = summarise(net, Pairs(SOURCE, LENGTHS, *labels_only(0, 0))).summary
    some = torch.tensor([2, 1])
    torch.testing.assert_close(net.scores(summary, some), net.scores(summary)[:, some])


def test_the_size_of_a_labels_vector_does_not_count():
    one, other = to_vector(), to_vector()
    with torch.no_grad():
        other.vectors.mul_(7)
    summary = torch.tensor([[0.2, -0.4, 0.9]])
    torch.testing.assert_close(one.scores(summary), other.scores(summary))


def test_a_vector_becomes_a_summary_of_mean_square_one():
    summary = as_summary(VECTORS).summary
    torch.testing.assert_close(summary[:3].square().mean(1), torch.ones(3))
    assert not summary[3].any()
    torch.testing.assert_close(summary[0], VECTORS[0] / 5 * math.sqrt(3))


@pytest.mark.parametrize("cell", ["cho", "lstm"])
def test_a_text_is_as_likely_as_its_words_after_the_vector(cell):
    net = to_text(cell)
    target = torch.tensor([[1, 1], [3, 5], [2, 1], [1, 0]])  # n + 1 rows: begin, words, end
    n_words = torch.tensor([3, 2])
    likely = log_likelihood(net, Pairs(*labels_only(0, 1), target, n_words))
    for stream in range(2):
        n = int(n_words[stream])
        encoded = as_summary(VECTORS[[stream]])
        state, total = None, 0.0
        for t in range(n):  # one word at a time
            decoded = net.decoder(target[t : t + 1, [stream]], encoded, state)
            state = decoded.state
            shares = torch.softmax(net.decoder.scores(decoded.vectors)[0, 0], 0)
            total += math.log(float(shares[target[t + 1, stream]].detach()))
        assert likely[stream].item() == pytest.approx(total, rel=1e-4)


def test_positions_are_the_targets_words_and_ends():
    target = torch.tensor([[1, 1], [3, 5], [2, 1], [1, 0]])
    at = decode_pairs(to_text(), Pairs(*labels_only(0, 1), target, torch.tensor([3, 2])))
    found = list(zip(at.streams.tolist(), at.targets.tolist(), strict=True))
    assert sorted(found) == [(0, 1), (0, 2), (0, 3), (1, 1), (1, 5)]


def test_given_vectors_are_not_trained_and_drawn_ones_are():
    for shape in ("seq-vec", "vec-seq"):
        config = SequenceConfig(shape=shape, n_states=4, n_summary=6)
        assert not build_net(config, 4, 4, VECTORS).vectors.requires_grad
    drawn = build_net(SequenceConfig(shape="seq-vec", n_states=4, n_summary=6), 9, 4)
    assert drawn.vectors.requires_grad and drawn.vectors.shape == (4, 6)


def test_frozen_words_are_not_trained():
    for frozen in (False, True):
        net = build_net(SequenceConfig(n_states=4, n_summary=6, frozen=frozen), 9, 8)
        assert net.encoder.embedding.requires_grad is not frozen
