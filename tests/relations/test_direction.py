import itertools

import numpy as np
import pytest
from planted import planted_vectors

from embedviz.errors import InputError
from embedviz.relations import (
    Relation,
    as_csv,
    built_in,
    find_relation,
    find_relations,
    measure,
    near_spellings,
)
from embedviz.relations.direction import direction
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors


def cosine(a, b):
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def literal_units(vectors):
    return {w: vectors[w] / np.linalg.norm(vectors[w]) for w in vectors.words}


def literal_ranks(vectors, relation):
    """For each pair the words in order of cosine to source + mean offset of the others."""
    unit, found = literal_units(vectors), []
    for source, target in relation.pairs:
        others = [unit[t] - unit[s] for s, t in relation.pairs if (s, t) != (source, target)]
        query = unit[source] + np.mean(others, axis=0)
        words = sorted((w for w in unit if w != source), key=lambda w: -cosine(unit[w], query))
        found.append((words, np.mean(others, axis=0)))
    return found


@pytest.fixture(scope="module")
def noisy():
    """Vectors in which some targets are found at once, and some late."""
    return planted_vectors(noise=1.6)


def test_every_figure_agrees_with_its_definition(noisy):
    relation = Relation("x", built_in("male-female").pairs[:12])
    report = measure(noisy, relation)
    unit = literal_units(noisy)
    offsets = [unit[t] - unit[s] for s, t in relation.pairs]
    expected = np.mean([cosine(a, b) for a, b in itertools.combinations(offsets, 2)])
    assert report.consistency == pytest.approx(expected, abs=1e-5)
    places = literal_ranks(noisy, relation)
    ranks = [1 + words.index(t) for (_, t), (words, _) in zip(relation.pairs, places, strict=True)]
    assert len(set(ranks)) > 3
    assert [fit.rank for fit in report.fits] == ranks
    assert [fit.nearest for fit in report.fits] == [words[0] for words, _ in places]
    assert report.hit_rate == np.mean([rank == 1 for rank in ranks])
    assert report.mean_reciprocal_rank == pytest.approx(np.mean([1 / rank for rank in ranks]))
    for fit, pair, offset, (_, others) in zip(
        report.fits, relation.pairs, offsets, places, strict=True
    ):
        assert (fit.source, fit.target) == pair
        assert fit.cosine == pytest.approx(cosine(offset, others), abs=1e-5)
    assert report.consistency_interval[0] < report.consistency < report.consistency_interval[1]
    assert report.hit_rate_interval[0] < report.hit_rate < report.hit_rate_interval[1]


def test_any_of_several_right_targets_is_a_hit(noisy):
    relation = Relation("x", built_in("male-female").pairs[:12])
    words = [words for words, _ in literal_ranks(noisy, relation)]
    plain = measure(noisy, relation)
    missed = next(i for i, fit in enumerate(plain.fits) if fit.rank > 2)
    further = [()] * 12
    further[missed] = ("unheard-of", words[missed][1])
    several = measure(noisy, Relation("x", relation.pairs, tuple(further)))
    assert several.fits[missed].rank == 2
    further[missed] = (words[missed][0],)
    several = measure(noisy, Relation("x", relation.pairs, tuple(further)))
    assert several.fits[missed].rank == 1
    assert several.hit_rate == pytest.approx(plain.hit_rate + 1 / 12)
    assert several.consistency == plain.consistency


def test_measures_rise_with_the_strength_of_the_offset():
    reports = [
        measure(planted_vectors(noise=noise), built_in("country-capital"))
        for noise in (6.0, 3.0, 1.5, 0.8, 0.2)
    ]
    for figure in ("consistency", "pairing_consistency", "mean_reciprocal_rank", "hit_rate"):
        found = [getattr(report, figure) for report in reports]
        assert found == sorted(found)
        assert found[-1] > found[0] + 0.2
    assert reports[-1].consistency > 0.8


def test_planted_offsets_are_significant(vectors):
    report = measure(vectors, built_in("verb-past"))
    assert report.p_value == pytest.approx(0.001)
    assert report.pairing_consistency > 0.95


FROM_TWO = {"consistency", "hit_rate", "mean_reciprocal_rank"}
FROM_THREE = FROM_TWO | {"p_value", "pairing_consistency"}
FROM_EIGHT = FROM_THREE | {"consistency_interval", "hit_rate_interval"}


@pytest.mark.parametrize(
    ("n_pairs", "exist"),
    [(0, set()), (1, set()), (2, FROM_TWO), (3, FROM_THREE), (7, FROM_THREE), (8, FROM_EIGHT)],
)
def test_statistics_exist_only_where_they_mean_something(vectors, n_pairs, exist):
    known = built_in("male-female").pairs[:n_pairs]
    report = measure(vectors, Relation("x", (*known, ("nobody", "knows"))))
    assert report.n_pairs == len(report.fits) == n_pairs
    assert report.skipped == (("nobody", "knows"),)
    assert report.missing == ("nobody", "knows")
    assert {name for name in FROM_EIGHT if getattr(report, name) is not None} == exist
    assert n_pairs != 1 or report.fits[0].rank is None


def test_a_pair_that_does_not_fit_is_named(vectors):
    pairs = (*built_in("male-female").pairs[:15], ("queen", "king"), ("filler1", "filler2"))
    outliers = measure(vectors, Relation("x", pairs)).outliers
    assert [fit.source for fit in outliers] == ["queen", "filler1"]
    assert outliers[0].cosine < -0.5
    same = np.tile([[1.0, 0.0], [1.0, 1.0]], (6, 1)).astype(np.float32)
    words = tuple(f"w{i}" for i in range(12))
    alike = WordVectors(Vocabulary(words), same)
    report = measure(alike, Relation("x", tuple(zip(words[::2], words[1::2], strict=True))))
    assert report.outliers == ()
    assert measure(vectors, Relation("x", pairs[-4:])).outliers == ()


def test_offsets_and_vectors_of_nothing_are_answered(vectors):
    pairs = built_in("verb-past").pairs[:9]
    matrix = np.vstack([vectors.matrix, vectors.matrix[:1], np.zeros_like(vectors.matrix[:1])])
    odd = WordVectors(Vocabulary((*vectors.words, "twin", "zero")), matrix)
    added = ((vectors.words[0], "twin"), (vectors.words[0], "zero"))
    report = measure(odd, Relation("x", (*pairs, *added)))
    assert report.skipped == added[1:]
    assert report.fits[-1].cosine is None
    plain = measure(vectors, Relation("x", pairs))
    assert report.consistency == pytest.approx(plain.consistency)
    nothing = measure(odd, Relation("x", (added[0], ("twin", vectors.words[0]))))
    assert (nothing.n_pairs, nothing.consistency, nothing.p_value) == (2, None, None)


def test_measures_repeat_with_the_seed(vectors):
    relation = built_in("male-female")
    assert measure(vectors, relation, seed=4) == measure(vectors, relation, seed=4)


def test_a_direction_is_the_unit_mean_offset_with_its_report(vectors):
    relation = built_in("male-female").known_to(vectors)
    found = direction(vectors, relation)
    unit = literal_units(vectors)
    mean = np.mean([unit[t] - unit[s] for s, t in relation.pairs], axis=0)
    assert found.vector == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)
    assert found.report == measure(vectors, relation)
    one = direction(vectors, Relation("x", relation.pairs[:1]))
    assert np.linalg.norm(one.vector) == pytest.approx(1)
    assert one.report.consistency is None


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ((("nobody", "knows"),), "No pair of x has two words with vectors among"),
        ((("man", "woman"), ("woman", "man")), "offsets of x cancel out"),
    ],
)
def test_a_relation_that_leads_nowhere_has_no_direction(vectors, pairs, says):
    with pytest.raises(InputError, match=says):
        direction(vectors, Relation("x", pairs))


def test_missing_words_have_near_spellings(vectors):
    report = measure(vectors, Relation("x", (("kingg", "queen"),)))
    assert near_spellings(vectors, report.missing)["kingg"][0] == "king"


def test_relations_are_found_by_name_and_by_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    mine = Relation("mine", (("a", "b"),))
    (tmp_path / "mine.csv").write_text(as_csv([mine]))
    (tmp_path / "verb-past").write_text("not looked at")
    (tmp_path / "two").write_text("source,target,relation\na,b,first\nc,d,second\n")
    assert find_relation(str(tmp_path / "mine.csv")) == find_relation("mine.csv") == mine
    assert find_relation("verb-past") == built_in("verb-past")
    assert [relation.name for relation in find_relations("two")] == ["first", "second"]
    with pytest.raises(InputError, match="two contains 2 relations: give a file with one of them"):
        find_relation("two")
    with pytest.raises(InputError, match=r"nowhere\.csv does not exist"):
        find_relation("nowhere.csv")
    with pytest.raises(InputError, match=r"'gender' is not a built-in relation.*male-female"):
        find_relation("gender")
    with pytest.raises(InputError, match="is not a built-in relation"):
        find_relation("x" * 400)
