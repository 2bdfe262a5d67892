import numpy as np
import pytest

from embedviz.corpora.phrases import _read
from embedviz.errors import InputError
from embedviz.relations import (
    PHRASE_RELATIONS,
    Relation,
    built_in,
    built_in_names,
    find_relation,
    phrase_relations,
    sort_pairs,
)
from embedviz.text import Tokenizer, Vocabulary
from embedviz.vectors import WordVectors


def made(*words, zero=()):
    rows = np.random.default_rng(0).normal(size=(len(words), 8)).astype(np.float32)
    rows[[words.index(word) for word in zero]] = 0
    return WordVectors(Vocabulary(words), rows)


def test_each_pair_is_known_skipped_or_repeated():
    relation = Relation(
        "x",
        (("a", "b"), ("a", "nobody"), ("c", "zero"), ("a", "b"), ("c", "c"), ("b", "c")),
    )
    found = sort_pairs(relation, made("a", "b", "c", "zero", zero=["zero"]))
    assert found.known.pairs == (("a", "b"), ("b", "c"))
    assert found.skipped == (("a", "nobody"), ("c", "zero"))
    assert found.missing == ("nobody", "zero")
    assert found.repeated == (("a", "b"), ("c", "c"))
    assert found.folded == ()


def test_the_first_known_of_several_targets_makes_the_pair():
    relation = Relation("x", (("a", "no"), ("b", "c")), (("a", "c", "d", "c"), ()))
    known = relation.known_to(made("a", "b", "c", "d"))
    assert known.pairs == (("a", "c"), ("b", "c"))
    assert known.targets == (("c", "d"), ("c",))
    assert sort_pairs(Relation("x", (("a", "no"),), (("none",),)), made("a")).missing == (
        "no",
        "none",
    )


@pytest.mark.parametrize(
    ("words", "pair"),
    [
        (("greece", "athens"), ("athens", "greece")),
        (("[UNK]", "greece", "athens", "Oslo"), ("athens", "greece")),
        (("GREECE", "greece", "ATHENS"), ("ATHENS", "GREECE")),  # the most frequent form
        (("greece", "Greece", "athens", "Athens"), ("Athens", "Greece")),  # as written
    ],
)
def test_words_are_looked_up_in_another_case(words, pair):
    found = sort_pairs(Relation("x", (("Athens", "Greece"),)), made(*words))
    assert found.known.pairs == (pair,)
    asked = ("Athens", "Greece")
    assert found.folded == (() if pair == asked else tuple(zip(asked, pair, strict=True)))


def test_pairs_that_the_tokenizer_folds_together_count_once(vectors):
    folding = WordVectors(vectors.vocabulary, vectors.matrix, Tokenizer())
    twice = Relation("x", (("Man", "Woman"), ("man", "woman"), ("king", "queen"), ("He", "he")))
    found = sort_pairs(twice, folding)
    assert found.known.pairs == (("Man", "Woman"), ("king", "queen"))
    assert found.repeated == (("man", "woman"), ("He", "he"))


@pytest.mark.parametrize(
    ("pairs", "further", "says"),
    [((), (), "has 0 pairs"), ((("a", "b"),), ((), ()), "1 pairs, but further targets for 2")],
)
def test_relations_that_do_not_fit_are_refused(pairs, further, says):
    with pytest.raises(InputError, match=says):
        Relation("x", pairs, further)


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("male-female", ("king", "queen")),
        ("verb-past", ("take", "took")),
        ("verb-ing", ("take", "taking")),
        ("verb-third", ("take", "takes")),
        ("verb-participle", ("take", "taken")),
        ("country-capital", ("france", "paris")),
        ("country-nationality", ("france", "french")),
        ("country-currency", ("japan", "yen")),
        ("country-language", ("brazil", "portuguese")),
        ("singular-plural", ("child", "children")),
        ("adjective-comparative", ("good", "better")),
        ("adjective-superlative", ("good", "best")),
        ("comparative-superlative", ("better", "best")),
    ],
)
def test_the_built_in_relations(name, pair):
    assert pair in built_in(name).pairs
    assert name in built_in_names()
    assert len(built_in_names()) == 13


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(InputError, match=r"'gender' is not a built-in relation.*male-female"):
        built_in("gender")


def test_relations_between_phrases_are_kept_apart_and_found_by_name(tmp_path, monkeypatch):
    assert not set(PHRASE_RELATIONS) & set(built_in_names())
    assert tuple(_read("relations")) == PHRASE_RELATIONS
    assert [relation.name for relation in phrase_relations()] == list(PHRASE_RELATIONS)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "phrase-man-woman").mkdir()  # a folder of that name changes nothing
    found = find_relation("phrase-man-woman")
    assert ("a man took my bag", "a woman took my bag") in found.pairs
    with pytest.raises(InputError, match=r"not a built-in relation: use one of phrase-present"):
        find_relation("phrase-past-present")
