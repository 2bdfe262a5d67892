import json
import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from embedviz.checkpoints import checkpoint, loading
from embedviz.errors import InputError, SettingError
from embedviz.text import UNKNOWN, Tokenizer, Vocabulary
from embedviz.text.tokenization import SENTENCE_END
from embedviz.vectors import WordVectors

SIGNS = "aaB' ’__-1İΣς\u0301\u200c\u200d\u00ad··צצ״\"‿‘׳\ufe0f"


@pytest.mark.parametrize(
    ("options", "text", "tokens"),
    [
        ({}, "Don't! City’s 'quoted'", ["don't", "city's", "quoted"]),
        ({"apostrophes": False}, "don't", ["don", "t"]),
        ({"lowercase": False}, "The Who", ["The", "Who"]),
        ({"digits": False}, "born1945 x", ["born", "x"]),
        ({"punctuation": True}, "Hi, you.", ["hi", ",", "you", "."]),
        ({"sentence_ends": True}, "Go! Now.", ["go", SENTENCE_END, "now", SENTENCE_END]),
        ({}, "snake_case well-known", ["snake_case", "well", "known"]),
        ({}, "_so_ ____ a__b new＿york x_'y_ _", ["so", "a__b", "new_york", "x", "y"]),
        ({}, "می\u200cروم ها\u200c \u200cما", ["می\u200cروم", "ها", "ما"]),
        ({}, "ශ්\u200dරී അവന്\u200d 👨\u200d👩", ["ශ්\u200dරී", "അവന്\u200d"]),
        ({}, "Donau\u00adschiff foo\u2060bar \ufeffx ❤\ufe0f", ["donauschiff", "foobar", "x"]),
        ({}, 'צה״ל צה"ל "ג׳ירפה" "a"b"', ["צה״ל", "צה״ל", "ג'ירפה", "a", "b"]),
        ({}, "col·lecció ·a· 3·5 O‘zbek ‘so’", ["col·lecció", "a", "3", "5", "o'zbek", "so"]),
        ({}, "e\u00ad\u0301", ["é"]),
        ({}, "葛\U000e0100城 \U0001e900\U0001e944", ["葛城", "\U0001e922\U0001e944"]),
        ({"apostrophes": False}, "צה״ל it‘s", ["צה״ל", "it", "s"]),
        ({"punctuation": True}, "a_b, col·lega·!", ["a_b", ",", "col·lega", "·", "!"]),
        (
            {"split": "whitespace"},
            "New_York c++ #Metoo 😀 don’t x@y.org\u00a0run_VERB",
            ["new_york", "c++", "#metoo", "😀", "don’t", "x@y.org", "run_verb"],
        ),
        ({"split": "whitespace", "lowercase": False}, "New York", ["New", "York"]),
        ({"joiners": False}, "snake_case ‘so’", ["snake", "case", "so"]),
        ({}, "हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ({}, unicodedata.normalize("NFD", "café"), ["café"]),
        ({}, "", []),
        ({}, "l'homme ?", ["l'homme"]),
        ({"elisions": True}, "L’homme n'est", ["l'", "homme", "n'", "est"]),
        ({"elisions": True, "lowercase": False}, "QU'Il", ["QU'", "Il"]),
        ({"elisions": True}, "lorsqu'on quoiqu'il", ["lorsqu'", "on", "quoiqu'", "il"]),
        ({"elisions": True}, "jusqu'aujourd'hui", ["jusqu'", "aujourd'hui"]),
        ({"elisions": True}, "quelqu'un presqu'ile", ["quelqu'un", "presqu'ile"]),
        ({"elisions": True}, "o'clock can't it's", ["o'clock", "can't", "it's"]),
        ({"elisions": True}, "l' homme, 'amis'", ["l'", "homme", "amis"]),
        ({"elisions": True, "punctuation": True}, "l'ami!", ["l'", "ami", "!"]),
        ({"question_marks": True}, "Who?? Me ？ a؟b.", ["who", "?", "me", "?", "a", "?", "b"]),
        ({"question_marks": True, "apostrophes": False}, "it's?", ["it", "s", "?"]),
        ({"question_marks": True, "punctuation": True}, "??!", ["?", "!"]),
        (
            {"question_marks": True, "sentence_ends": True},
            "Go?! Why?me ... Now",
            ["go", "?", SENTENCE_END, "why", "?", "me", SENTENCE_END, "now"],
        ),
        (
            {"question_marks": True, "sentence_ends": True, "punctuation": True},
            "Go!? 3.1",
            ["go", "?", SENTENCE_END, "3", ".", "1"],
        ),
    ],
)
def test_words(options, text, tokens):
    assert Tokenizer(**options).tokens(text) == tokens


@given(st.text(max_size=200))
def test_words_have_no_space_and_fold_to_themselves(text):
    tokenizer = Tokenizer()
    for token in tokenizer.tokens(text):
        assert token
        assert not any(sign.isspace() for sign in token)
        assert tokenizer.fold(token) == tokenizer.fold(tokenizer.fold(token))


def test_a_damaged_option_is_refused():
    with pytest.raises(InputError, match="lowercase='yes'"):
        Tokenizer(lowercase="yes")


@given(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from(SIGNS)), max_size=80)
    | st.text(alphabet=SIGNS, max_size=40),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_the_table_finds_the_words_of_the_regular_expression(
    text, lowercase, digits, apostrophes, joiners
):
    tokenizer = Tokenizer(lowercase, digits, apostrophes, joiners=joiners)
    normal = tokenizer._normal(text)
    slow = tokenizer._pattern.findall(normal if joiners else normal.replace("_", " "))
    assert tokenizer.tokens(text) == slow


def test_tokens_between_white_space_leave_nothing_to_other_options():
    with pytest.raises(SettingError, match=r"split=whitespace.*punctuation=True") as caught:
        Tokenizer(split="whitespace", punctuation=True)
    assert caught.value.in_options.startswith("--tokens=whitespace")
    assert Tokenizer(split="whitespace").fold(" C’s_ ") == "c’s_"


@pytest.mark.parametrize("sign", ["_", "\u200d", "\u200c", "·", "a_", "a·"])
def test_runs_of_joiners_take_linear_time(sign):
    n = 300_000
    assert len(Tokenizer().tokens(sign * n)) <= n


@pytest.mark.parametrize(
    "sign", ["צה״ל", 'צה"ל', "ג׳", "O‘zbek", "new‿york", "a\u00adb", "می\u200cروم"]
)
def test_a_word_is_folded_as_it_is_found_in_a_text(sign):
    tokenizer = Tokenizer(lowercase=False)
    assert [tokenizer.fold(sign).strip("'")] == tokenizer.tokens(sign)


def test_a_file_that_does_not_name_joiners_keeps_its_words():
    stored = Tokenizer(joiners=False).as_stored()
    assert "joiners" not in stored and "split" not in stored
    assert Tokenizer.from_stored(stored).tokens("a_b") == ["a", "b"]
    assert Tokenizer.from_stored(Tokenizer().as_stored()).tokens("a_b") == ["a_b"]


# -- elisions and question marks --

FRENCH = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("lLquQU''’???？؟ é1_!.İΣ\u0301 ")),
    max_size=60,
) | st.lists(
    st.sampled_from(["l'", "d’", "qu'", "Jusqu'", "quelqu'", "presqu'", "o'", "ile", "?", "'", " "])
).map("".join)


def literal_signs(text: str, tokenizer: Tokenizer) -> list[str]:
    """Replace each sign by a part of a word, an apostrophe, a question mark or a space."""
    text = unicodedata.normalize("NFC", text)
    signs = []
    for sign in text.lower() if tokenizer.lowercase else text:
        is_word = sign.isalnum() or unicodedata.category(sign).startswith("M")
        if is_word and (tokenizer.digits or not sign.isdecimal()):
            signs.append(sign)
        elif sign in "'’":
            signs.append("'")
        else:
            signs.append("?" if sign in "?？؟" and tokenizer.question_marks else " ")
    return signs


def literal_words(text: str, tokenizer: Tokenizer) -> list[str]:
    """Find words sign by sign."""
    signs = [*literal_signs(text, tokenizer), " "]
    words = [""]
    for place, sign in enumerate(signs[:-1]):
        after = signs[place + 1]
        if sign == "?" and signs[place - 1 : place] != ["?"]:
            words += ["?", ""]
        elif sign not in "'? ":
            words[-1] += sign
        elif sign == "'" and tokenizer.elisions and after != "'" and is_elided(words[-1]):
            words[-1:] = [words[-1] + "'", ""]
        elif sign == "'" and words[-1] and after not in " ?'":
            words[-1] += "'"
        else:
            words.append("")
    return [word for word in words if word]


def is_elided(word: str) -> bool:
    word = word.lower()
    if word in ("quelqu", "presqu"):
        return False
    if word.endswith("qu") and "'" not in word:
        return True
    return word in ("c", "d", "j", "l", "m", "n", "s", "t")


@given(FRENCH, st.booleans(), st.booleans(), st.booleans(), st.booleans())
@example("d'l'l''x qu'quelqu'un'qu'", True, True, True, False)
def test_elisions_and_question_marks_are_as_by_hand(text, lowercase, digits, elisions, marks):
    tokenizer = Tokenizer(lowercase, digits, elisions=elisions, question_marks=marks, joiners=False)
    assert tokenizer.tokens(text) == literal_words(text, tokenizer)
    normal = tokenizer._normal(text).replace("_", " ").translate({ord("？"): "?", ord("؟"): "?"})
    found = tokenizer._pattern.findall(normal)
    assert ["?" if token[0] == "?" else token for token in found] == tokenizer.tokens(text)


@given(FRENCH)
def test_words_joined_by_spaces_are_found_again(text):
    tokenizer = Tokenizer(elisions=True, question_marks=True)
    words = tokenizer.tokens(text)
    assert tokenizer.tokens(" ".join(words)) == words


def test_a_word_of_many_elisions_takes_linear_time():
    n = 300_000
    assert Tokenizer(elisions=True).tokens("l'" * n) == ["l'"] * n


def test_elisions_need_apostrophes():
    with pytest.raises(SettingError, match="elisions needs apostrophes") as caught:
        Tokenizer(elisions=True, apostrophes=False)
    assert caught.value.in_options.startswith("--elisions needs --apostrophes")


@pytest.mark.parametrize(
    "tokenizer", [Tokenizer(), Tokenizer(elisions=True, question_marks=True, digits=False)]
)
def test_new_settings_are_stored_only_if_used(tmp_path, tokenizer):
    added = {"joiners"} | ({"elisions", "question_marks"} if tokenizer.elisions else set())
    known = {"lowercase", "digits", "apostrophes", "punctuation", "sentence_ends"}
    words = Vocabulary((UNKNOWN, "a", "b"), np.array([0, 2, 1]))
    matrix = np.eye(3, dtype=np.float32)
    checkpoint.save(
        tmp_path / "model",
        checkpoint.Checkpoint(tokenizer, words, {}, {}, {"embedding": matrix}),
    )
    stored = json.loads((tmp_path / "model" / "config.json").read_text())["tokenizer"]
    assert stored.keys() == known | added
    assert checkpoint.load(tmp_path / "model").tokenizer == tokenizer
    loading.save(WordVectors(words, matrix, tokenizer), tmp_path / "a.npz")
    named = b"question_marks" in (tmp_path / "a.npz").read_bytes()
    assert named == tokenizer.question_marks
    assert loading.open_vectors(tmp_path / "a.npz").tokenizer == tokenizer


JOINED = {
    "plain": Tokenizer(),
    "punctuation": Tokenizer(punctuation=True),
    "elisions": Tokenizer(elisions=True, question_marks=True),
    "both": Tokenizer(elisions=True, punctuation=True),
    "characters": Tokenizer(lowercase=False, characters=True),
}


@pytest.mark.parametrize("name", JOINED)
@given(st.text(st.sampled_from("ljqu'ai omÉ1.,:;()[]?!…\n"), max_size=30))
def test_joined_tokens_are_a_text_with_the_same_tokens(name, text):
    tokens = JOINED[name].tokens(text)
    assert JOINED[name].tokens(JOINED[name].join(tokens)) == tokens
