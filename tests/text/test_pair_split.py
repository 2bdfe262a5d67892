"""Held-out pairs share no source and no target with the training pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedviz.errors import InputError
from embedviz.text import hold_out


def leaks(pairs, held_out):
    """Pairs for training that share a side with a held-out one."""
    out = [pair for pair, is_out in zip(pairs, held_out, strict=True) if is_out]
    sources, targets = {source for source, _ in out}, {target for _, target in out}
    return [
        pair
        for pair, is_out in zip(pairs, held_out, strict=True)
        if not is_out and (pair[0] in sources or pair[1] in targets)
    ]


sides = st.integers(0, 30)


@given(st.lists(st.tuples(sides, sides), max_size=60), st.floats(0, 0.99), st.integers(0, 3))
def test_no_side_leaks(pairs, share, seed):
    held_out = hold_out(pairs, share, most=1_000, seed=seed)
    assert held_out.shape == (len(pairs),)
    assert held_out.sum() <= share * len(pairs)
    assert not leaks(pairs, held_out)


def test_as_many_are_held_out_as_asked_where_groups_are_small():
    rng = np.random.default_rng(0)
    pairs = [(f"s{i}", f"t{j}") for i, j in rng.integers(20_000, size=(6_000, 2))]
    assert hold_out(pairs, 0.1, most=10_000).sum() == 600
    assert hold_out(pairs, 0.1, most=50).sum() == 50
    assert not hold_out(pairs, 0.0, most=50).any()


def test_the_seed_decides_which():
    pairs = [(i, i) for i in range(500)]
    one, same, other = (hold_out(pairs, 0.1, most=100, seed=seed) for seed in (0, 0, 1))
    assert (one == same).all() and (one != other).any()


def test_a_source_is_no_target():
    pairs = [("chat", "cat"), ("cat", "chat")]
    assert hold_out(pairs, 0.5, most=1).sum() == 1  # two groups, though the words are the same


def test_one_large_group_is_never_held_out():
    pairs = [("a", i) for i in range(99)] + [("b", "c")]
    assert hold_out(pairs, 0.5, most=1_000).nonzero()[0].tolist() == [99]


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_share_out_of_range_is_told(share):
    with pytest.raises(InputError, match="cannot be held out"):
        hold_out([("a", "b")], share, most=1)
