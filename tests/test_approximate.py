import pytest

from embedviz.approximate import build
from embedviz.errors import InputError


def test_nearly_all_neighbours_are_found_and_the_recall_says_so(vectors):
    pytest.importorskip("usearch")
    index = build(vectors)
    assert 0.9 < index.recall(n_queries=50) <= 1
    best, *_ = index.nearest(vectors["king"], 3)
    assert (best.word, best.rank) == ("king", vectors.id("king") + 1)
    assert best.cosine == pytest.approx(1, abs=1e-4)
    with pytest.raises(InputError, match="at least 1"):
        index.nearest(vectors["king"], 0)


def test_without_usearch_the_remedy_is_named(vectors, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "usearch.index", None)
    with pytest.raises(InputError, match=r"embedviz\[index\]"):
        build(vectors)
