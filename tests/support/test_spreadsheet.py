import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedviz.support import spreadsheet_plain, spreadsheet_safe


@pytest.mark.parametrize("word", ["=1+1", "+x", "-x", "@x", "\tx", "'=1", "''@x"])
def test_no_word_becomes_a_formula(word):
    assert spreadsheet_safe(word) == "'" + word


@pytest.mark.parametrize("word", ["king", "", "'tis", "'", "x=1"])
def test_other_words_stay_as_they_are(word):
    assert spreadsheet_safe(word) == spreadsheet_plain(word) == word


@given(st.text(alphabet="'=+-@\t\ra", max_size=5))
def test_every_word_comes_back(word):
    safe = spreadsheet_safe(word)
    assert spreadsheet_plain(safe) == word
    assert safe[:1] not in tuple("=+-@\t\r")
