from collections import Counter

import pytest

from embedviz.corpora import read_facts, read_phrase_pairs, read_phrases
from embedviz.corpora.phrases import _read
from embedviz.errors import InputError
from embedviz.text import Tokenizer

FEWEST = {
    "phrase-present-past": 24,
    "phrase-singular-plural": 24,
    "phrase-man-woman": 22,
    "phrase-statement-question": 20,
    "phrase-affirmative-negative": 20,
    "phrase-subject-object": 20,
}
READER = Tokenizer(punctuation=True)


def test_every_relation_is_listed():
    assert tuple(_read("relations")) == tuple(FEWEST)


@pytest.mark.parametrize("name", FEWEST)
def test_pairs_are_enough_different_and_tokenized_as_written(name):
    pairs = read_phrase_pairs(name)
    assert len(pairs) >= FEWEST[name]
    # nothing stands twice, neither as a pair nor on one of the sides
    assert max(Counter(text for pair in pairs for text in pair).values()) == 1
    for text in (text for pair in pairs for text in pair):
        assert " ".join(READER.tokens(text)) == text


def test_relations_are_between_the_sentences_that_they_promise():
    for statement, question in read_phrase_pairs("phrase-statement-question"):
        assert sorted([*statement.split(), "?"]) == sorted(question.split())
    for source, target in read_phrase_pairs("phrase-subject-object"):
        assert sorted(source.split()) == sorted(target.split())
    for source, target in read_phrase_pairs("phrase-man-woman"):
        assert source.replace("a man ", "a woman ") == target


def test_relations_use_their_rows_whole():
    """A row with a part that no template shows would be a mistake in the table."""
    for table in _read("relations").values():
        shown = table["source"] + table["target"]
        lengths = {len(row) for row in table["rows"]}
        assert lengths == {1 + max(i for i in range(9) if f"{{{i}}}" in shown)}
        assert all(f"{{{i}}}" in shown for i in range(*lengths))


def test_an_unknown_relation_is_named_with_the_known_ones():
    with pytest.raises(InputError, match=r"'phrase-x' between phrases.*phrase-man-woman"):
        read_phrase_pairs("phrase-x")


def test_phrases_are_short_distinct_and_tokenized_as_written():
    phrases = read_phrases()
    assert 600 <= len(phrases) <= 900
    assert max(Counter(phrase.text for phrase in phrases).values()) == 1
    for phrase in phrases:
        words = READER.tokens(phrase.text)
        assert " ".join(words) == phrase.text
        assert 2 <= len(words) - ("?" in words) <= 5
        assert ("?" in words) == (phrase.kind == "question")


def test_kinds_are_about_equally_frequent():
    """So that the chance level says how many kinds there are, not how large the largest is."""
    counts = Counter(phrase.kind for phrase in read_phrases())
    assert len(counts) == 13
    assert max(counts.values()) < 1.5 * min(counts.values())


def test_countries_of_phrases_are_countries():
    known = {row["country"] for row in read_facts("countries")}
    assert set(_read("kinds")["pools"]["country"]) <= known
