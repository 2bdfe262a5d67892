import numpy as np
import pytest

from embedviz.errors import InputError
from embedviz.text import UNKNOWN, CorpusConfig, TextLayout, Tokenizer, encode
from embedviz.text import encoding as module


def write(path, words):
    path.write_text(" ".join(words))
    return path


def numbered(n_words, n_distinct=50, seed=0):
    rng = np.random.default_rng(seed)
    return [f"w{i}" for i in np.minimum(rng.zipf(1.3, n_words), n_distinct)]


def words_of(corpus, ids):
    return [corpus.vocabulary.words[id_] for id_ in ids]


def test_ids_spell_the_text_and_the_vocabulary_is_by_frequency(tmp_path):
    words = numbered(5000)
    corpus = encode(
        [write(tmp_path / "a.txt", words)], CorpusConfig(min_count=1, held_out=0), tmp_path / "ids"
    )
    assert words_of(corpus, corpus.train) == words
    counts = corpus.vocabulary.counts
    assert corpus.vocabulary.words[0] == UNKNOWN
    assert counts[0] == 0
    assert (np.diff(counts[1:]) <= 0).all()
    assert counts[corpus.vocabulary.id("w1")] == words.count("w1")


def test_held_out_blocks_are_whole_and_spread_and_never_counted(tmp_path):
    words = [f"w{i // 5}" for i in range(50_000)]  # each place is known by its word
    corpus = encode(
        [write(tmp_path / "a.txt", words)],
        CorpusConfig(min_count=1, held_out=0.1, max_words=20_000),
        tmp_path / "ids",
    )
    assert corpus.held_out.shape == (20, 250)
    assert len(corpus.train) + corpus.held_out.size == len(words)
    assert corpus.vocabulary.counts.sum() == len(corpus.train)
    # a word that stands in a held-out block only was never counted, so it is unknown there
    assert (corpus.held_out[:, 5:-5] == 0).all()
    train = [int(word[1:]) for word in words_of(corpus, corpus.train)]
    assert train == sorted(train)
    gaps = np.flatnonzero(np.diff(train) > 1)
    assert len(gaps) == 20
    assert np.ptp(np.diff(gaps)) <= 5


def test_rare_words_and_words_beyond_the_limit_become_unknown(tmp_path):
    text = write(tmp_path / "a.txt", ["a"] * 9 + ["b"] * 8 + ["c"] * 7 + ["d"] * 2)
    corpus = encode([text], CorpusConfig(min_count=3, held_out=0), tmp_path / "ids")
    assert corpus.vocabulary.words == (UNKNOWN, "a", "b", "c")
    assert corpus.vocabulary.counts.tolist() == [2, 9, 8, 7]
    corpus = encode([text], CorpusConfig(min_count=1, max_words=2, held_out=0), tmp_path / "ids")
    assert corpus.vocabulary.words == (UNKNOWN, "a", "b")


def test_the_number_of_distinct_words_in_memory_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_TYPES", 10)
    text = [write(tmp_path / f"{i}.txt", [f"x{i}a", f"x{i}b", "often"]) for i in range(30)]
    corpus = encode(text, CorpusConfig(min_count=1, held_out=0), tmp_path / "ids")
    assert len(corpus.vocabulary) <= 13
    assert corpus.vocabulary.counts[corpus.vocabulary.id("often")] == 30


def test_overlong_words_are_unknown_and_told(tmp_path, caplog):
    text = write(tmp_path / "a.txt", ["x" * 201] * 9 + ["y" * 200] * 8 + ["z"] * 7)
    corpus = encode([text], CorpusConfig(held_out=0), tmp_path / "ids")
    assert corpus.vocabulary.words == (UNKNOWN, "y" * 200, "z")
    assert "1 distinct words of more than 200 characters" in caplog.text


def test_a_second_run_opens_what_the_first_encoded(tmp_path, monkeypatch):
    text = write(tmp_path / "a.txt", numbered(3000))
    first = encode([text], CorpusConfig(), tmp_path / "ids")
    monkeypatch.setattr(module, "read_blocks", None)
    again = encode([text], CorpusConfig(), tmp_path / "ids")
    assert np.array_equal(first.train, again.train)
    assert again.vocabulary.words == first.vocabulary.words


@pytest.mark.parametrize("name", ["corpus.json", "train.i32", "held_out.i32"])
@pytest.mark.parametrize("damage", ["cut", "lost"])
def test_damaged_ids_are_made_anew(tmp_path, name, damage):
    text = write(tmp_path / "a.txt", numbered(30_000))
    first = encode([text], CorpusConfig(), tmp_path / "ids")
    before = first.train.copy(), first.held_out.copy()
    path = tmp_path / "ids" / first.fingerprint / name
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-5])
    else:
        path.unlink()
    again = encode([text], CorpusConfig(), tmp_path / "ids")
    assert np.array_equal(again.train, before[0])
    assert np.array_equal(again.held_out, before[1])


@pytest.mark.parametrize("change", ["text", "config"])
def test_a_changed_text_or_configuration_is_encoded_anew(tmp_path, change):
    text = write(tmp_path / "a.txt", numbered(3000))
    first = encode([text], CorpusConfig(), tmp_path / "ids")
    config = CorpusConfig()
    if change == "text":
        write(text, numbered(3001, seed=1))
    else:
        config = CorpusConfig(Tokenizer(lowercase=False))
    assert encode([text], config, tmp_path / "ids").fingerprint != first.fingerprint


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "0 words, 0 distinct"),
        ("word", "1 word, 1 distinct"),
        ("word " * 100, "100 words, 1 distinct"),
        ("... !!! ---", "0 words"),
        ("a b c d", "0 of 4 distinct words occur in the training text at least 5 times"),
        ("a a a a a a b c d", "1 of 4 distinct words"),
    ],
)
def test_texts_without_two_words_are_refused_and_leave_nothing(tmp_path, text, says):
    path = tmp_path / "a.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=says):
        encode([path], CorpusConfig(), tmp_path / "ids")
    assert list((tmp_path / "ids").iterdir()) == []


@pytest.mark.parametrize(
    "options", [{"min_count": 0}, {"max_words": 1}, {"held_out": 0.6}, {"held_out": -1}]
)
def test_settings_out_of_range_are_named(options):
    (name,) = options
    with pytest.raises(InputError, match=name):
        CorpusConfig(**options)


# -- text without spaces --


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (("我们", "喜欢", "北京", "天安门", "音乐"), "jieba"),
        (("東京", "は", "日本", "の", "首都", "です"), "fugashi"),
        (("ภาษา", "ไทย", "ง่าย", "มาก"), "PyThaiNLP"),
    ],
)
def test_a_text_without_spaces_must_be_segmented(tmp_path, caplog, words, remedy):
    mixed = [words[i] for i in np.random.default_rng(0).integers(len(words), size=600)]
    config = CorpusConfig(min_count=1, held_out=0)
    lines = ["".join(mixed[i : i + 8]) for i in range(0, 600, 8)]
    joined = write(tmp_path / "a.txt", lines)
    with pytest.raises(InputError, match=f"no spaces between words.*{remedy}.*--characters"):
        encode([joined], config, tmp_path / "ids")
    given = CorpusConfig(Tokenizer(split="whitespace"), min_count=1, held_out=0)
    encode([joined], given, tmp_path / "ids")
    assert "no spaces between words" in caplog.text
    letters = CorpusConfig(Tokenizer(characters=True), min_count=1, held_out=0)
    encode([joined], letters, tmp_path / "ids")
    caplog.clear()
    corpus = encode([write(tmp_path / "b.txt", mixed)], config, tmp_path / "ids")
    assert set(corpus.vocabulary.words[1:]) <= set(words)
    assert not caplog.text


def test_the_layout_is_part_of_the_fingerprint(tmp_path):
    text = tmp_path / "a.txt"
    text.write_bytes("Köln Tür ".encode("cp1252") * 30)
    config = CorpusConfig(held_out=0)
    found = [
        encode([text], config, tmp_path / "ids", layout=TextLayout(encoding))
        for encoding in ("cp1252", "cp1250", "koi8_r")
    ]
    assert len({one.fingerprint for one in found}) == 3
    assert set(found[0].vocabulary.words[1:]) == {"köln", "tür"}
