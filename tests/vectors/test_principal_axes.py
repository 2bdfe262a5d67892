import numpy as np
import pytest
from sklearn.decomposition import PCA, IncrementalPCA

from embedviz.errors import InputError
from embedviz.vectors import principal_axes, principal_axes_of_blocks


def rows(n, n_dims, seed=0):
    """Rows whose principal axes stand well apart."""
    rng = np.random.default_rng(seed)
    strengths = 2.0 ** -np.arange(n_dims).clip(0, 8)
    turned, _ = np.linalg.qr(rng.normal(size=(n_dims, n_dims)))
    return ((rng.normal(size=(n, n_dims)) * strengths) @ turned + 3).astype(np.float32)


def test_blocks_give_what_all_rows_give_at_once():
    data = rows(3000, 40)
    at_once = principal_axes(data, 3)
    by_block = principal_axes_of_blocks(np.array_split(data, 7), 3)
    np.testing.assert_allclose(by_block.axes, at_once.axes, atol=1e-3)
    np.testing.assert_allclose(by_block.centre, at_once.centre, atol=1e-4)
    assert by_block.shares == pytest.approx(at_once.shares, rel=1e-3)
    assert by_block.n_rows == at_once.n_rows == 3000


@pytest.mark.parametrize("shape", [(3000, 40), (60, 40), (700, 600)])
def test_every_shape_is_solved_like_a_full_decomposition(shape):
    data = rows(*shape)
    found = principal_axes(data, 2)
    full = PCA(2, svd_solver="full").fit(data)
    np.testing.assert_allclose(np.abs(found.axes), np.abs(full.components_), atol=2e-3)
    assert found.shares == pytest.approx(full.explained_variance_ratio_, rel=1e-2)


def test_blocks_agree_with_the_peer():
    data = rows(2000, 30)
    blocks = np.array_split(data, 5)
    peer = IncrementalPCA(30)
    for block in blocks:
        peer.partial_fit(block)
    found = principal_axes_of_blocks(blocks, 2)
    np.testing.assert_allclose(np.abs(found.axes), np.abs(peer.components_[:2]), atol=1e-3)
    assert found.shares == pytest.approx(peer.explained_variance_ratio_[:2], rel=1e-3)


def test_signs_do_not_hang_on_the_solver():
    data = rows(700, 600)
    again = [principal_axes(data, 2).axes, principal_axes_of_blocks([data], 2).axes]
    for axes in again:
        assert (axes[np.arange(2), np.abs(axes).argmax(axis=1)] > 0).all()
    np.testing.assert_allclose(again[0], again[1], atol=2e-3)


def test_too_few_rows_are_refused():
    for solve in (principal_axes, lambda data, n: principal_axes_of_blocks([data], n)):
        with pytest.raises(InputError, match="2 words of 5 dimensions do not span 2 axes"):
            solve(rows(2, 5), 2)
        with pytest.raises(InputError, match="1 dimensions do not span 2"):
            solve(rows(9, 1), 2)


def test_rows_all_alike_have_no_variance_to_explain():
    same = np.ones((9, 4), dtype=np.float32)
    assert principal_axes(same, 2).shares == (0.0, 0.0)
    assert principal_axes_of_blocks([same], 2).shares == pytest.approx((0.0, 0.0), abs=1e-6)
