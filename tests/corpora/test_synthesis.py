"""The fact tables, the grammar and the corpus made from them."""

import hashlib
import re
from collections import Counter, defaultdict
from itertools import islice, pairwise

import pytest

from embedviz.corpora import bundled_corpus, held_out_capitals, read_facts, write_bundled
from embedviz.corpora.facts import TABLES
from embedviz.corpora.synthesis import BUNDLED_SHA256, BUNDLED_WORDS, _documents, generate_documents
from embedviz.errors import InputError
from embedviz.support import cache_folder

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
ROWS = {"adjectives": 60, "countries": 110, "gender": 60, "nouns": 80, "verbs": 150}
COLUMNS = {
    "adjectives": ["base", "comparative", "superlative"],
    "countries": [
        "country",
        "capital",
        "nationality",
        "language",
        "currency",
        "continent",
        "anchor",
    ],
    "gender": ["male", "female"],
    "nouns": ["singular", "plural"],
    "verbs": ["base", "third", "past", "participle", "ing"],
}


def words(text):
    return WORD.findall(text.lower())


def sentences(document):
    return re.split(r"(?<=[.?!])”? (?=[“A-Z])", document)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return write_bundled(tmp_path_factory.mktemp("corpus") / "bundled.txt")


@pytest.fixture(scope="module")
def documents(corpus):
    return corpus.read_text(encoding="utf-8").splitlines()


# --- Tables --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_its_columns_and_enough_rows(name):
    rows = read_facts(name)
    assert len(rows) >= ROWS[name]
    assert all(list(row) == COLUMNS[name] for row in rows)


@pytest.mark.parametrize("name", TABLES)
def test_every_entry_is_one_lower_case_word(name):
    for row in read_facts(name):
        for word in row.values():
            assert word.isalpha(), row
            assert word == word.lower()
            assert words(word) == [word]


def test_a_key_stands_once_in_its_table():
    for name in TABLES:
        for column in COLUMNS[name]:
            if name == "countries" and column not in ("country", "capital", "anchor"):
                continue
            counts = Counter(row[column] for row in read_facts(name))
            assert max(counts.values()) == 1, (name, column, counts.most_common(2))


def test_no_word_plays_two_parts():
    """Shared are only past and participle, and a nationality and its language or currency."""
    allowed = [{"past", "participle"}, {"nationality", "language", "currency"}]
    parts = defaultdict(set)
    for name in TABLES:
        for row in read_facts(name):
            for column, word in row.items():
                parts[word].add((name, column))
    for word, places in parts.items():
        columns = {column for _, column in places}
        one_table = len({name for name, _ in places}) == 1
        assert len(places) == 1 or (one_table and any(columns <= a for a in allowed)), word


def test_no_verb_stands_still():
    for row in read_facts("verbs"):
        assert len({row[column] for column in ("base", "third", "past", "ing")}) == 4
        assert row["participle"] != row["base"]


def test_an_unknown_table_is_named_with_the_known_ones():
    with pytest.raises(InputError, match=r"no fact table 'rivers'.*countries"):
        read_facts("rivers")


def test_a_third_of_the_capitals_is_held_out():
    pairs = {(row["country"], row["capital"]) for row in read_facts("countries")}
    held_out = held_out_capitals()
    assert held_out < pairs
    assert len(held_out) == len(pairs) // 3
    assert held_out == held_out_capitals()


# --- The text ------------------------------------------------------------------------------------


def test_the_bytes_are_the_promised_ones(corpus):
    raw = corpus.read_bytes()
    assert hashlib.sha256(raw).hexdigest() == BUNDLED_SHA256
    assert b"\r" not in raw
    assert raw.endswith(b".\n") or raw.endswith("”\n".encode()) or raw.endswith(b"?\n")


def test_the_same_seed_gives_the_same_text_and_another_seed_another():
    first, again, other = (list(generate_documents(seed=seed, n_words=5_000)) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_the_length_is_as_asked(documents):
    assert sum(len(words(document)) for document in documents) == pytest.approx(
        BUNDLED_WORDS, rel=0.05
    )
    assert len(list(generate_documents(n_words=1))) == 1
    with pytest.raises(InputError, match="n_words is 0"):
        next(generate_documents(n_words=0))


def test_every_fact_is_seen_often_enough(documents):
    counts = Counter(word for document in documents for word in words(document))
    for name in TABLES:
        for row in read_facts(name):
            rare = {word: counts[word] for word in row.values() if counts[word] < 15}
            assert not rare


def test_held_out_pairs_never_share_a_document(documents):
    held_out = held_out_capitals()
    shown = {(row["country"], row["capital"]) for row in read_facts("countries")} - held_out
    seen = Counter()
    for document in documents:
        for sentence in sentences(document):
            present = set(words(sentence))
            seen.update(pair for pair in shown if present.issuperset(pair))
        present = set(words(document))
        assert not [pair for pair in held_out if present.issuperset(pair)], document
    assert min(seen[pair] for pair in shown) >= 3


def test_sentences_vary(documents):
    text = [sentence for document in documents for sentence in sentences(document)]
    assert len(set(text)) > 0.8 * len(text)
    templates = Counter(
        sentence.template
        for document in islice(_documents(0), len(documents))
        for sentence in document
    )
    assert len(templates) > 250
    assert max(templates.values()) < 0.02 * sum(templates.values())


def test_sentences_look_like_sentences(documents):
    for document in documents:
        assert not set("[]{}<>|") & set(document), document
        assert "  " not in document
        for sentence in sentences(document):
            assert re.match(r"“?[A-Z]", sentence), sentence
        assert not re.search(r"\b[Aa] [aeio](?!u|ne\b)", document), document


def test_no_word_stands_twice_in_a_row(documents):
    for document in documents:
        for sentence in sentences(document):
            assert not [a for a, b in pairwise(words(sentence)) if a == b], sentence


# --- The cached file -----------------------------------------------------------------------------


def test_the_cached_file_is_made_kept_and_healed(tmp_path, monkeypatch):
    path = bundled_corpus(tmp_path / "deep" / "cache")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == BUNDLED_SHA256
    made = path.stat()
    assert bundled_corpus(path.parent).stat().st_mtime_ns == made.st_mtime_ns
    path.write_text("tampered")
    monkeypatch.setenv("EMBEDVIZ_CACHE", str(path.parent))
    assert bundled_corpus() == path
    assert path.stat().st_size == made.st_size
    assert list(path.parent.iterdir()) == [path]


def test_the_cache_folder_follows_the_environment(tmp_path, monkeypatch):
    monkeypatch.delenv("EMBEDVIZ_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "embedviz"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "embedviz"


def test_a_cache_that_cannot_be_written_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EMBEDVIZ_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(InputError, match="set EMBEDVIZ_CACHE to another folder"):
        bundled_corpus()
