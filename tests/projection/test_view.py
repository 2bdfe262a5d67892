"""Sessions: what is looked at goes out and comes back, and nothing else comes in."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedviz.errors import InputError
from embedviz.projection import View, fingerprint, read_view, write_view
from embedviz.projection.view import KINDS
from embedviz.relations import GroupedWords, Relation, built_in
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

HASH = "0123456789abcdef" * 4
VIEW = View("english", HASH, (built_in("male-female"),))

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
pairs = st.lists(st.tuples(words, words), min_size=1, max_size=4).map(tuple)
own = st.builds(Relation, words.map("own {}".format), pairs)
named = st.sampled_from([built_in("male-female"), built_in("verb-past")])
groups = (
    st.lists(words, min_size=1, max_size=6, unique=True)
    .map(lambda some: (GroupedWords("a", tuple(some[:2])), GroupedWords("b", tuple(some[2:]))))
    .map(lambda two: tuple(one for one in two if one.words))
)
views = st.builds(
    View,
    words,
    st.just(HASH),
    st.lists(own | named, max_size=3, unique_by=lambda one: one.name).map(tuple),
    plane=st.sampled_from(KINDS),
    n_components=st.integers(2, 3),
    n_words=st.integers(0, 200_000),
    n_pairs=st.integers(1, 100_000),
    seed=st.integers(0, 2**63 - 1),
    marked=st.lists(words, max_size=3).map(tuple),
    groups=st.just(()) | groups,
)


@given(views)
def test_a_view_comes_back_as_it_was(view):
    assert View.from_json(view.to_json()) == view


def test_a_built_in_relation_is_kept_by_name_and_another_of_that_name_in_full():
    changed = Relation("male-female", (("king", "queen"),), (("princess",),))
    view = replace(VIEW, relations=(changed,))
    assert View.from_json(view.to_json()).relations == (changed,)
    assert json.loads(VIEW.to_json())["relations"] == ["male-female"]


def test_a_file(tmp_path):
    path = tmp_path / "session.json"
    write_view(path, VIEW)
    assert read_view(path) == VIEW
    assert read_view(path).to_json().encode() == path.read_bytes()


def document(**changes):
    return json.dumps({**json.loads(VIEW.to_json()), **changes})


def without(name):
    kept = json.loads(VIEW.to_json())
    del kept[name]
    return json.dumps(kept)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"seed": ' + 5_000 * "9" + "}", "is not JSON"),
        ("[]", "does not have the format embedviz view"),
        ('{"format": "other"}', "does not have the format"),
        ('{"format": "embedviz view", "format": "embedviz view"}', "'format' occurs twice"),
        (document(version=2), "has version 2, and this embedviz reads version 1"),
        (document(version=True), "has version True"),
        (document(version="1\n2"), "upgrade embedviz"),
        (document(colour="red"), "contains 'colour', which is not known"),
        (without("seed"), "has no 'seed'"),
        (without("marked"), "has no 'marked'"),
        (document(model=""), "'model' contains '' where a text"),
        (document(model=["a"]), "'model' contains"),
        (document(model="a" * 1001), "at most 1,000 are read"),
        (document(model="\ud800"), "where a text is expected"),
        (document(sha256="abc"), "64 digits from 0 to f"),
        (document(sha256="G" * 64), "64 digits from 0 to f"),
        (document(plane="tilted"), "use one of arrows"),
        (document(plane=["arrows"]), "use one of arrows"),
        (document(plane=None), "use one of arrows"),
        (document(n_components=4), "between 2 and 3"),
        (document(n_components=2.0), "n_components=2.0 must be a whole number"),
        (document(n_words=-1), "between 0 and 200000"),
        (document(n_words=10**30), "between 0 and 200000"),
        (document(n_words=True), "n_words=True must be a whole number"),
        (document(n_words="7"), "must be a whole number"),
        (document(n_pairs=0), "between 1 and 100000"),
        (document(seed=-1), "seed=-1 must be"),
        (document(seed=None), "seed=None must be"),
        (document(marked="king"), "'marked' contains 'king' where a list"),
        (document(marked=[1]), "where a text is expected"),
        (document(marked=["a"] * 1001), "at most 1,000 are shown"),
        (document(relations={}), "where a list is expected"),
        (document(relations=["friends"]), "not a built-in relation"),
        (document(relations=["male-female", "male-female"]), "occurs twice"),
        (document(relations=["male-female"] * 1001), "at most 1,000 are shown"),
        (document(relations=[1]), "instead of a name, or a name with pairs"),
        (document(relations=[{"name": "a"}]), "has no 'pairs'"),
        (document(relations=[{"name": "a", "pairs": []}]), "has 0 pairs"),
        (document(relations=[{"name": 1, "pairs": [["a", "b"]]}]), "where a text"),
        (document(relations=[{"name": "a", "pairs": [["a"]]}]), "instead of 2 words"),
        (document(relations=[{"name": "a", "pairs": ["ab"]}]), "where a list"),
        (document(relations=[{"name": "a", "pairs": [["a", None]]}]), "where a text"),
        (document(relations=[{"name": "a", "pairs": [["a", ""]]}]), "where a text"),
        (
            document(relations=[{"name": "a", "pairs": [["a", "b"]], "eval": "1"}]),
            "contains 'eval'",
        ),
        (
            document(relations=[{"name": "a", "pairs": [["a", "b"]], "also_right": [["c"], []]}]),
            "further targets for 2",
        ),
        (" " * (4 << 20) + "{}", "at most 4,194,304 are read"),
    ],
)
def test_a_malformed_session_is_one_sentence(text, says):
    with pytest.raises(InputError) as caught:
        View.from_json(text)
    sentence = str(caught.value)
    assert says in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 400


def test_files_that_are_no_sessions(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        read_view(tmp_path / "nowhere.json")
    with pytest.raises(InputError, match="cannot be read"):
        read_view(tmp_path)
    (tmp_path / "a.bin").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"not UTF-8 text \(byte 1\)"):
        read_view(tmp_path / "a.bin")
    (tmp_path / "long").write_bytes(b" " * ((4 << 20) + 9))
    with pytest.raises(InputError, match=r"more than 4,194,304 bytes"):
        read_view(tmp_path / "long")


def test_the_fingerprint_is_of_words_and_numbers_alone():
    matrix = np.arange(6, dtype=np.float32).reshape(3, 2)
    vectors = WordVectors(Vocabulary(("a", "b", "c")), matrix)
    found = fingerprint(vectors)
    swapped = WordVectors(vectors.vocabulary, matrix.astype(">f4"))
    counted = WordVectors(
        Vocabulary(vectors.words, np.array([3, 2, 1])),
        np.asfortranarray(matrix),
        None,
        {"file": "x"},
    )
    assert found == fingerprint(swapped) == fingerprint(counted)
    others = [
        WordVectors(Vocabulary(("a", "bc", "d")), matrix),
        WordVectors(Vocabulary(("a", "c", "b")), matrix),
        WordVectors(vectors.vocabulary, matrix + np.float32(1)),
        WordVectors(vectors.vocabulary, matrix.astype(np.float16)),
        WordVectors(Vocabulary(("a", "b")), matrix.reshape(2, 3)),
    ]
    assert len({found, *map(fingerprint, others)}) == 1 + len(others)


def test_the_fingerprint_of_many_rows_is_that_of_all_bytes():
    """More rows than are read at once."""
    matrix = np.random.default_rng(0).normal(size=(9_000, 3)).astype(np.float32)
    vectors = WordVectors(Vocabulary(tuple(map(str, range(9_000)))), matrix)
    last = matrix.copy()
    last[-1, -1] += 1
    assert fingerprint(vectors) != fingerprint(WordVectors(vectors.vocabulary, last))


def test_styles_of_own_relations_are_kept():
    relations = (Relation("mine", (("a", "b"),)), built_in("male-female"))
    given = replace(VIEW, relations=relations)
    assert given.style_numbers == {"mine": 15, "male-female": 0}
    assert "styles" not in given.document
    assert replace(given, styles=(15, 0)) == given
    second = replace(given, styles=(16, 0))
    assert second.style_numbers == {"mine": 16, "male-female": 0}
    assert View.from_json(second.to_json()) == second


@pytest.mark.parametrize(
    ("styles", "says"),
    [((1,), "1 numbers for 2 relations"), ((1, -1), "contains -1"), ((1, True), "contains True")],
)
def test_wrong_styles_are_refused(styles, says):
    relations = (Relation("mine", (("a", "b"),)), built_in("male-female"))
    with pytest.raises(InputError, match=says):
        replace(VIEW, relations=relations, styles=styles)


def test_a_session_without_groups_is_that_of_earlier_versions():
    assert "groups" not in VIEW.document
    assert View.from_json(document()).groups == ()


@pytest.mark.parametrize(
    ("groups", "says"),
    [
        ("a", "'groups' contains 'a' where a list is expected"),
        (["a"], "'groups' contains 'a' instead of a name with words"),
        ([{"name": "a"}], "A group has no 'words'"),
        ([{"name": "a", "words": []}], "group 'a' has 0 words: give some"),
        ([{"name": "", "words": ["x"]}], "'name' contains '' where a text"),
        ([{"name": "a", "words": [3]}], "'words' contains 3 where a text"),
        ([{"name": "a", "words": ["x"]}] * 2, "group 'a' occurs twice"),
        ([{"name": n, "words": ["x"]} for n in "ab"], "word 'x' occurs twice in the groups"),
        ([{"name": "a", "words": [str(i) for i in range(20_001)]}], "at most 20,000"),
    ],
)
def test_damaged_groups_are_one_sentence(groups, says):
    with pytest.raises(InputError, match=says):
        View.from_json(document(groups=groups))
