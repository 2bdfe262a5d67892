import csv
import io
import json

import numpy as np
import pytest

from embedviz.errors import InputError
from embedviz.export import projection_csv, projection_rows, write_projection
from embedviz.projection import PLANES, fit, fit_plane, project
from embedviz.relations import FAMILIES, Relation, built_in, offsets
from embedviz.vectors import WordVectors
from embedviz.vocabulary import Vocabulary


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


@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("n_families", [1, 2, 3])
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
        for plane in PLANES
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
    with pytest.raises(InputError, match="use one of arrows, pairs, all"):
        fit(vectors, families, "tilted")


@pytest.mark.parametrize("n_words", [0, 1, 2])
def test_too_few_words_are_refused(vectors, n_words):
    with pytest.raises(InputError, match=f"{n_words} words .* at least 3 words"):
        fit_plane(vectors, vectors.words[:n_words])


def test_words_all_alike_have_no_variance_to_explain():
    same = WordVectors(Vocabulary(tuple("abcd")), np.ones((4, 3), dtype=np.float32))
    assert fit_plane(same).explained_variance == (0.0, 0.0)


def test_rows_hold_both_ends_of_every_pair(vectors, families):
    plane = fit(vectors, families, "pairs")
    rows = projection_rows(vectors, families[:1], plane)
    assert [row.word for row in rows[:2]] == list(families[0].pairs[0])
    assert [row.role for row in rows[:2]] == ["source", "target"]
    table = list(csv.DictReader(io.StringIO(projection_csv(rows))))
    placed = project(vectors, [row["word"] for row in table], plane).coordinates
    np.testing.assert_allclose([[float(r["x"]), float(r["y"])] for r in table], placed, atol=1e-5)


def test_no_cell_of_an_export_becomes_a_formula(vectors):
    words = Relation("=name", (("=a", "@b"),))
    odd = WordVectors(Vocabulary(("=a", "@b", "c")), np.eye(3, dtype=np.float32))
    table = projection_csv(projection_rows(odd, [words], fit_plane(odd)))
    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row[::3][:2]]
    assert cells == ["relation", "word", "'=name", "'=a", "'=name", "'@b"]


def test_json_says_where_it_comes_from(tmp_path, vectors, families):
    plane = fit(vectors, families, "pairs")
    n_rows = write_projection(tmp_path / "a.json", vectors, families, plane)
    document = json.loads((tmp_path / "a.json").read_text())
    assert len(document["rows"]) == n_rows == 2 * sum(len(f.pairs) for f in families)
    assert document["explained_variance"] == list(plane.explained_variance)
    assert "provenance" in document


def test_other_endings_are_refused_and_nothing_is_written(tmp_path, vectors, families):
    with pytest.raises(InputError, match=r"must end in \.csv or \.json"):
        write_projection(tmp_path / "a.xls", vectors, families, fit_plane(vectors))
    assert list(tmp_path.iterdir()) == []


def test_a_relation_of_unknown_words_is_left_out(vectors):
    assert Relation("x", (("nobody", "knows"),)).known_to(vectors) is None
