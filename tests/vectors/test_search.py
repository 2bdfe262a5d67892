import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedviz.errors import InputError
from embedviz.vectors import Filter, dot_products, select_best
from embedviz.vectors.search import row_norms


@pytest.mark.parametrize("n", [1, 3, 7, 40, 5000])
@pytest.mark.parametrize("n_values", [2, 50, 1_000_000])
@pytest.mark.parametrize("n_scores", [1, 511, 4097])
def test_the_best_are_those_of_a_full_sort(n, n_values, n_scores):
    rng = np.random.default_rng(n + n_values)
    scores = rng.integers(n_values, size=n_scores).astype(np.float32)  # many are equal
    scores[rng.random(n_scores) < 0.3] = -np.inf
    order = sorted(range(n_scores), key=lambda id_: (-scores[id_], id_))
    right = [id_ for id_ in order if scores[id_] > -np.inf][:n]
    found = select_best(scores, n)
    assert found.ids.tolist() == right
    assert np.array_equal(found.scores, scores[right])


def test_where_nothing_is_left_nothing_is_found():
    assert len(select_best(np.full(2000, -np.inf, dtype=np.float32), 3).ids) == 0


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_products_and_lengths_are_those_of_64_bits(dtype, monkeypatch):
    monkeypatch.setattr("embedviz.vectors.search._ROWS_AT_ONCE", 7)  # several blocks
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(40, 9)).astype(dtype)
    directions = rng.normal(size=(3, 9)).astype(np.float32)
    exact = directions.astype(float) @ matrix.astype(float).T
    found = dot_products(matrix, directions)
    assert found.dtype == np.float32
    assert np.allclose(found, exact, atol=1e-5)
    assert np.allclose(row_norms(matrix), np.linalg.norm(matrix.astype(float), axis=1), rtol=1e-6)


@pytest.mark.parametrize(
    ("options", "says"),
    [({"max_rank": 0}, "at least 1"), ({"matching": "(a"}, "not a regular expression")],
)
def test_filters_that_cannot_be_used_are_refused(options, says):
    with pytest.raises(InputError, match=says):
        Filter(**options)


@given(st.text(max_size=20))
def test_any_pattern_is_used_or_refused_in_a_sentence(pattern):
    try:
        mask = Filter(matching=pattern).mask(("king", "queen"))
    except InputError:
        return
    assert mask.shape == (2,)


def test_a_pattern_that_never_ends_is_told():
    only = Filter(matching=r"^(?:(?:a|aa)+)+\1?$|^(a|a)*b$")
    with pytest.raises(InputError, match=r"takes longer than 0\.2 seconds"):
        only.mask(("a" * 60 + "c",) * 3, seconds=0.2)


def test_a_finite_row_has_a_finite_length():
    rows = np.array([[3e38, 3e38], [np.inf, 1], [np.nan, 1], [3, 4]], dtype=np.float32)
    found = row_norms(rows)
    assert np.isfinite(found).tolist() == [True, False, False, True]
    assert found[0] == np.finfo(np.float32).max
    assert found[3] == 5
