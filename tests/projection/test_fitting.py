import numpy as np
import pytest

from embedviz.errors import InputError
from embedviz.projection import drawn_offsets, fit, fit_plane, fit_relation, fitting, planes
from embedviz.projection.fitting import PLANES
from embedviz.projection.planes import project
from embedviz.relations import FAMILIES, Relation, built_in, offsets
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors


@pytest.fixture
def families(vectors):
    return [built_in(name).known_to(vectors) for name in FAMILIES]


@pytest.mark.parametrize("n_components", [2, 3])
def test_the_plane_is_that_of_a_literal_svd(vectors, n_components):
    words = vectors.words[:60]
    plane = fit_plane(vectors, words, n_components=n_components)
    rows = vectors.unit(words)
    _, singular, axes = np.linalg.svd(rows - rows.mean(0), full_matrices=False)
    np.testing.assert_allclose(np.abs(plane.axes), np.abs(axes[:n_components]), atol=1e-4)
    shares = singular**2 / (singular**2).sum()
    assert plane.explained_variance == pytest.approx(tuple(shares[:n_components]), abs=1e-5)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(n_components), atol=1e-5)


def test_signs_are_fixed(vectors, families):
    axes = fit(vectors, families, "pairs").axes
    assert (axes[np.arange(2), np.abs(axes).argmax(1)] > 0).all()
    turned = WordVectors(vectors.vocabulary, vectors.matrix[:, ::-1].copy())
    np.testing.assert_allclose(fit(turned, families, "pairs").axes[:, ::-1], axes, atol=1e-4)


def test_fidelity_is_the_share_of_squared_length_kept(vectors, families):
    plane = fit(vectors, families, "pairs")
    moved = offsets(vectors, families[0])
    drawn = np.array(
        [
            project(vectors, pair[1:], plane).coordinates[0]
            - project(vectors, pair[:1], plane).coordinates[0]
            for pair in families[0].pairs
        ]
    )
    assert plane.fidelity(moved) == pytest.approx((drawn**2).sum() / (moved**2).sum(), rel=1e-3)
    assert 0 < plane.fidelity(moved) < 1
    assert plane.fidelity(plane.axes) == pytest.approx(1)
    assert plane.fidelity(np.zeros((1, vectors.n_dims))) == 0


def test_a_plane_fitted_on_some_words_places_others(vectors, families):
    plane = fit(vectors, families[:1], "pairs")
    assert project(vectors, vectors.words[-3:], plane).coordinates.shape == (3, 2)


@pytest.mark.parametrize(
    ("plane", "n_families"),
    [(p, n) for p in PLANES for n in (1, 2, 3) if (p, n) != ("relation", 3)],
)
@pytest.mark.parametrize("n_components", [2, 3])
def test_every_plane_has_orthonormal_axes_and_true_shares(
    vectors, families, plane, n_families, n_components
):
    found = fit(vectors, families[:n_families], plane, n_components=n_components)
    np.testing.assert_allclose(found.axes @ found.axes.T, np.eye(n_components), atol=1e-5)
    words = {w: 0 for f in families[:n_families] for w in f.words}
    rows = vectors.unit_matrix if plane == "all" else vectors.unit(list(words))
    assert found.n_words == len(rows)
    placed = found.coordinates(rows)
    np.testing.assert_allclose(placed.mean(0), 0, atol=1e-5)
    shares = placed.var(axis=0) / rows.var(axis=0).sum()
    assert found.explained_variance == pytest.approx(tuple(shares), rel=1e-3)


def test_the_plane_of_the_arrows_keeps_most_of_them(vectors, families):
    kept = {
        plane: sum(fit(vectors, families, plane).fidelity(offsets(vectors, f)) for f in families)
        for plane in ("arrows", "pairs", "all")
    }
    assert kept["arrows"] > 1.1 * max(kept["pairs"], kept["all"])
    alone = fit(vectors, families[:1], "arrows")
    moved = offsets(vectors, families[0])
    mean = moved.mean(axis=0)
    # its first axis is the mean offset's direction, upwards or to the right
    np.testing.assert_allclose(alone.axes[0], mean / np.linalg.norm(mean), atol=1e-4)
    with_its_twin = fit(vectors, [families[0], families[0]], "arrows")
    np.testing.assert_allclose(with_its_twin.axes, alone.axes, atol=1e-4)


def test_an_unknown_plane_is_refused(vectors, families):
    with pytest.raises(InputError, match="use one of arrows, relation, pairs, all"):
        fit(vectors, families, "tilted")


@pytest.mark.parametrize("n_words", [0, 1, 2])
def test_too_few_words_are_refused(vectors, n_words):
    with pytest.raises(InputError, match=f"{n_words} words .* at least 3 words"):
        fit_plane(vectors, vectors.words[:n_words])


def unit(row):
    return row / np.linalg.norm(row)


def test_the_relation_plane_lies_along_the_mean_offset(vectors, families):
    plane = fit(vectors, families[:1], "relation")
    x = unit(offsets(vectors, families[0]).mean(axis=0))
    np.testing.assert_allclose(plane.axes[0], x, atol=1e-6)
    rows = vectors.unit(families[0].words)
    rest = rows - np.outer(rows @ x, x)
    _, _, axes = np.linalg.svd(rest - rest.mean(0), full_matrices=False)
    np.testing.assert_allclose(np.abs(plane.axes[1]), np.abs(axes[0]), atol=1e-4)
    assert plane.names == ("mean offset", "component 1 of the residual")
    moved = offsets(vectors, families[0]) @ plane.axes.T
    assert moved[:, 0].mean() > 5 * abs(moved[:, 1].mean())
    assert plane.cosine is None


def test_two_relations_are_made_upright(vectors, families):
    plane = fit(vectors, families[:2], "relation")
    first, second = (unit(offsets(vectors, f).mean(axis=0)) for f in families[:2])
    assert plane.cosine == pytest.approx(float(first @ second), abs=1e-5)
    np.testing.assert_allclose(plane.axes[0], first, atol=1e-5)
    np.testing.assert_allclose(plane.axes[1], unit(second - (second @ first) * first), atol=1e-5)
    assert f"{plane.cosine:.2f}" in plane.note
    assert plane.facts["cosine_of_directions"] == plane.cosine


def test_the_rest_can_spread_chosen_words(vectors, families):
    words = families[0].words[:12]
    plane = fit_relation(vectors, families[:1], spread=words)
    x = plane.axes[0]
    rest = vectors.unit(words) - np.outer(vectors.unit(words) @ x, x)
    _, _, axes = np.linalg.svd(rest - rest.mean(0), full_matrices=False)
    np.testing.assert_allclose(np.abs(plane.axes[1]), np.abs(axes[0]), atol=1e-4)
    assert plane.n_words == len(families[0].words)


def test_a_single_pair_is_shown_in_its_own_plane(vectors, families):
    pair = Relation("one", families[0].pairs[:1])
    plane = fit(vectors, [pair], "relation")
    assert plane.fidelity(offsets(vectors, pair)) == pytest.approx(1)
    source, target = project(vectors, pair.words, plane).coordinates
    assert target[0] > source[0]
    assert target[1] == pytest.approx(source[1], abs=1e-5)
    with pytest.raises(InputError, match="at least 4 words"):
        fit(vectors, [pair], "relation", n_components=3)


def test_what_has_no_relation_plane_is_refused(vectors, families):
    with pytest.raises(InputError, match="1 or 2 relations, not 3"):
        fit(vectors, families, "relation")
    with pytest.raises(InputError, match="have the same direction"):
        fit(vectors, [families[0], families[0]], "relation")
    (a, b), *_ = families[0].pairs
    with pytest.raises(InputError, match="cancel out"):
        fit(vectors, [Relation("both ways", ((a, b), (b, a)))], "relation")
    with pytest.raises(InputError, match="No pair has two words"):
        fit(vectors, [Relation("unknown", (("nobody", "knows"),))], "relation")


def test_all_words_are_never_in_memory_at_once(vectors, monkeypatch):
    at_once = fit_plane(vectors)
    asked = []
    rows = WordVectors.unit_rows
    monkeypatch.setattr(
        WordVectors, "unit_rows", lambda self, ids: asked.append(len(ids)) or rows(self, ids)
    )
    for module in (planes, fitting):
        monkeypatch.setattr(module, "NUMBERS_AT_ONCE", 16_000)
    by_block = fit_plane(vectors)
    np.testing.assert_allclose(by_block.axes, at_once.axes, atol=1e-4)
    placed = by_block.place_ids(vectors)
    assert sum(asked) == 2 * len(vectors)
    assert max(asked) == 16_000 // 8 // vectors.n_dims < len(vectors)
    np.testing.assert_allclose(placed, by_block.coordinates(vectors.unit_matrix), atol=1e-6)


def test_zero_vectors_have_no_say():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(30, 5)).astype(np.float32)
    words = tuple(f"w{i}" for i in range(30))
    alone = fit_plane(WordVectors(Vocabulary(words[:20]), matrix[:20].copy()))
    matrix[20:] = 0
    plane = fit_plane(WordVectors(Vocabulary(words), matrix))
    np.testing.assert_allclose(plane.axes, alone.axes, atol=1e-5)
    assert plane.n_words == 20


def test_the_angle_of_each_offset_is_that_of_the_formula(vectors, families):
    plane = fit(vectors, families, "arrows")
    moves = offsets(vectors, families[1])
    mean = moves.mean(axis=0)
    for found, pair, move in zip(
        drawn_offsets(vectors, families[1], plane), families[1].pairs, moves, strict=True
    ):
        assert (found.source, found.target) == pair
        kept = np.linalg.norm(plane.axes @ move) / np.linalg.norm(move)
        assert found.out_of_plane == pytest.approx(np.degrees(np.arccos(kept)), abs=1e-2)
        angle = np.degrees(np.arccos(unit(move) @ unit(mean)))
        assert found.to_mean == pytest.approx(angle, abs=1e-2)
        drawn = unit(plane.axes @ move) @ unit(plane.axes @ mean)
        assert found.drawn_to_mean == pytest.approx(np.degrees(np.arccos(drawn)), abs=0.1)


def test_an_offset_seen_end_on_is_said_to_be(vectors):
    odd = WordVectors(Vocabulary(tuple("abc")), np.eye(3, dtype=np.float32))
    plane = planes.Plane(np.zeros(3), unit(np.ones(3))[np.newaxis], (1.0,), 3)
    (found,) = drawn_offsets(odd, Relation("x", (("a", "b"),)), plane)
    assert (found.out_of_plane, found.drawn_to_mean) == (90, None)


def test_words_all_alike_have_no_variance_to_explain():
    same = WordVectors(Vocabulary(tuple("abcd")), np.ones((4, 3), dtype=np.float32))
    assert fit_plane(same).explained_variance == (0.0, 0.0)


def test_a_relation_of_unknown_words_is_left_out(vectors):
    assert Relation("x", (("nobody", "knows"),)).known_to(vectors) is None
