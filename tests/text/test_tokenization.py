import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedviz.errors import InputError
from embedviz.text import Tokenizer
from embedviz.text.tokenization import SENTENCE_END


@pytest.mark.parametrize(
    ("options", "text", "tokens"),
    [
        ({}, "Don't! City’s 'quoted'", ["don't", "city's", "quoted"]),
        ({"apostrophes": False}, "don't", ["don", "t"]),
        ({"lowercase": False}, "The Who", ["The", "Who"]),
        ({"digits": False}, "born1945 x", ["born", "x"]),
        ({"punctuation": True}, "Hi, you.", ["hi", ",", "you", "."]),
        ({"sentence_ends": True}, "Go! Now.", ["go", SENTENCE_END, "now", SENTENCE_END]),
        ({}, "snake_case well-known", ["snake", "case", "well", "known"]),
        ({}, "हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ({}, unicodedata.normalize("NFD", "café"), ["café"]),
        ({}, "", []),
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
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from("aB' ’_-1İΣς\u0301")), max_size=80),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_the_table_finds_the_words_of_the_regular_expression(text, lowercase, digits, apostrophes):
    tokenizer = Tokenizer(lowercase, digits, apostrophes)
    slow = tokenizer._pattern.findall(tokenizer._normal(text).replace("_", " "))
    assert tokenizer.tokens(text) == slow
