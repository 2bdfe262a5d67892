"""What a run on pairs is said to need is what it has."""

import re

import pytest
from number_words import PAIRS, number_vectors, pair_file, settings, word_vectors, write_numbers

import embedviz
from embedviz.errors import InputError
from embedviz.models import build_net
from embedviz.settings import SequenceConfig
from embedviz.training import GivenVectors, folder, train_sequence_model
from embedviz.training.sequences.memory import parts_of

torch = pytest.importorskip("torch")

N_SOURCE, N_TARGET = 300, 200


@pytest.mark.parametrize("cell", ["cho", "mingru", "elman", "gru", "lstm"])
@pytest.mark.parametrize(
    ("shape", "n_label_dims", "changed"),
    [
        ("seq-seq", 0, {}),
        ("seq-seq", 0, {"tied": True, "bidirectional": True, "n_heads": 2}),
        ("seq-seq", 0, {"n_heads": 1, "self_attention": True}),
        ("seq-seq", 0, {"frozen": True}),
        ("seq-vec", 0, {"bidirectional": True}),
        ("seq-vec", 70, {"frozen": True}),
        ("vec-seq", 70, {}),
        ("vec-seq", 70, {"tied": True}),
    ],
)
def test_the_parts_are_the_weights(cell, shape, n_label_dims, changed):
    config = SequenceConfig(shape=shape, cell=cell, n_states=64, n_summary=48, **changed)
    n_labels = N_TARGET if shape == "seq-vec" else N_SOURCE
    vectors = torch.ones(n_labels, n_label_dims) if n_label_dims else None
    net = build_net(config, N_SOURCE, N_TARGET, vectors)
    parts = parts_of(config, N_SOURCE, N_TARGET, has_first=False, n_label_dims=n_label_dims)
    for trained in (True, False):
        n = sum(one.numel() for one in net.parameters() if one.requires_grad is trained)
        # without biases of the recurrences
        assert sum(part.n for part in parts if part.is_trained is trained) == pytest.approx(
            n, rel=0.02
        )


def test_moments_and_gradients_are_of_trained_weights_alone():
    given = {"has_first": True, "n_label_dims": 0}
    (trained, *_), (frozen, *_) = (
        parts_of(SequenceConfig(frozen=frozen), N_SOURCE, N_TARGET, **given)
        for frozen in (False, True)
    )
    assert trained.n == frozen.n
    # a gradient, two moments, and copies of the moments
    assert trained.n_bytes - frozen.n_bytes == 5 * 4 * trained.n
    assert trained.n_bytes_on_disk - frozen.n_bytes_on_disk == 2 * 4 * trained.n


@pytest.mark.parametrize(
    ("shape", "changed", "names", "remedy"),
    [
        (
            "seq-seq",
            {"n_target_dims": 900, "n_states": 1, "n_maxout": 1},
            (),
            "lower --max-words, --rank or --target-dims.",
        ),
        ("seq-seq", {"n_dims": 900, "n_states": 2}, (), "lower --max-words or --dims."),
        ("seq-seq", {"n_states": 400}, (), "lower --states."),
        (
            "seq-seq",
            {"n_states": 1, "n_summary": 2, "n_maxout": 1, "n_target_dims": 2, "n_out": 2}
            | {"frozen": True},
            ("embedding",),
            "name vectors of fewer words or dimensions with --embedding.",
        ),
        ("seq-vec", {"n_states": 2, "n_summary": 90}, (), "lower --summary."),
        (
            "seq-vec",
            {"n_states": 1, "n_dims": 2},
            ("labels",),
            "name vectors of fewer dimensions with --vectors.",
        ),
    ],
)
def test_too_little_memory_is_told_with_what_needs_less(
    tmp_path, monkeypatch, shape, changed, names, remedy
):
    embedviz.save(word_vectors(40), tmp_path / "embedding.npy")
    embedviz.save(number_vectors(40), tmp_path / "labels.npy")
    monkeypatch.setattr(folder, "available_memory", lambda: 1_000)
    given = GivenVectors(**{name: str(tmp_path / f"{name}.npy") for name in names})
    with pytest.raises(InputError, match=re.escape(remedy) + "$"):
        train_sequence_model(
            pair_file(write_numbers(tmp_path), shape),
            tmp_path / "m",
            pair_config=PAIRS,
            config=settings(shape, **changed),
            given=given,
        )
    assert not (tmp_path / "m").exists()
