import builtins

import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from embedviz.errors import InputError
from embedviz.projection import MAPS, NeighbourMap, fit_map, neighbour_maps
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors


@pytest.fixture(scope="module")
def clumps():
    """Words in three clumps, and what clump each is of."""
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(3, 12))
    of = np.arange(90) % 3
    matrix = (centres[of] + 0.1 * rng.normal(size=(90, 12))).astype(np.float32)
    return WordVectors(Vocabulary(tuple(f"w{i}" for i in range(90))), matrix), of


@pytest.mark.parametrize("method", MAPS)
@pytest.mark.slow  # UMAP is compiled anew
def test_a_map_keeps_neighbours_and_takes_new_words(clumps, method):
    vectors, of = clumps
    found = fit_map(vectors, vectors.words[:75], method, seed=3)
    centres = np.stack([found.coordinates[of[:75] == c].mean(axis=0) for c in range(3)])
    placed = found.place(vectors, vectors.words[75:])  # never seen
    distances = np.linalg.norm(placed[:, np.newaxis] - centres, axis=2)
    assert (distances.argmin(axis=1) == of[75:]).mean() > 0.8
    known = found.place(vectors, ["w7", "w80", "w7"])
    np.testing.assert_array_equal(known[[0, 2]], found.coordinates[[7, 7]])
    expected = trustworthiness(vectors.unit_matrix[:75], found.coordinates, n_neighbors=10)
    assert found.trustworthiness == pytest.approx(expected, abs=1e-3)
    assert found.n_judged == 75
    assert found.fidelity(np.ones((2, 12))) is None
    assert "offsets are not preserved" in found.note
    again = fit_map(vectors, vectors.words[:75], method, seed=3)
    np.testing.assert_array_equal(again.coordinates, found.coordinates)
    np.testing.assert_array_equal(again.place(vectors, vectors.words[75:]), placed)


def test_a_new_word_lies_amid_its_nearest_and_moves_no_other(clumps):
    vectors, of = clumps
    places = np.random.default_rng(1).normal(size=(75, 2)).astype(np.float32)
    found = NeighbourMap("tsne", vectors.words[:75], places, 0.9, 75, 0)
    whole = found.extended(vectors, ["w80", "w3", "w77"])
    assert whole.words == (*vectors.words[:75], "w80", "w77")
    assert "w80" in whole and "w80" not in found
    np.testing.assert_array_equal(whole.coordinates[:75], places)
    unit = vectors.unit_matrix
    near = np.argsort(-(unit[:75] @ unit[80]))[:5]
    assert set(of[near]) == {of[80]}
    np.testing.assert_allclose(whole.coordinates[75], places[near].mean(axis=0), rtol=1e-6)
    assert found.extended(vectors, ["w3"]) is found


def test_many_words_are_judged_by_a_sample(clumps, monkeypatch):
    monkeypatch.setattr(neighbour_maps, "MOST_JUDGED", 40)
    vectors, _ = clumps
    assert fit_map(vectors, vectors.words, "tsne", n_components=3).n_judged == 40


@pytest.mark.parametrize(("method", "package"), MAPS.items())
def test_a_missing_package_is_told(clumps, method, package, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **named):
        if name in ("openTSNE", "umap"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        InputError, match=rf"needs the package {package}: pip install 'embedviz\[ma"
    ):
        fit_map(clumps[0], clumps[0].words, method)


def test_what_has_no_map_is_refused(clumps):
    vectors, _ = clumps
    with pytest.raises(InputError, match="use one of tsne, umap"):
        fit_map(vectors, vectors.words, "som")
    with pytest.raises(InputError, match="9 words are too few"):
        fit_map(vectors, [*vectors.words[:9], *vectors.words[:9]], "tsne")
    zero = WordVectors(vectors.vocabulary, np.zeros_like(vectors.matrix))
    with pytest.raises(InputError, match="0 words are too few"):
        fit_map(zero, zero.words, "umap")
