"""Lists of words, as typed and as tables, and the steps of their numbers."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

import itertools

from hypothesis import given
from hypothesis import strategies as st

from embedviz.dashboard.widgets.value_classes import classify_ranks, classify_values
from embedviz.dashboard.widgets.word_lists import parse_words, replace_word
from embedviz.errors import InputError
from embedviz.relations import (
    ListedWord,
    WordList,
    parse_word_list,
    parse_word_table,
    write_word_list,
)

# -- as typed --


def test_numbers_follow_an_equals_sign_in_every_group():
    found = parse_word_list("pets: cat = 4.5, dog=-3\n[wild]\nwolf = −2e1; fox\na=b, e = mc = 2")
    assert found.words == (
        ListedWord("cat", "pets", 4.5),
        ListedWord("dog", "pets", -3.0),
        ListedWord("wolf", "wild", -20.0),
        ListedWord("fox", "wild"),
        ListedWord("a=b", "wild"),
        ListedWord("e = mc", "wild", 2.0),
    )
    assert parse_words("a: b = 2, c") == {"a": ("b", "c")}


def test_what_is_no_number_is_told_by_its_line():
    found = parse_word_list("cat = 4\n\ndog = high, cow\nfox = 3x\nbat = 1e999")
    assert [number for number, _ in found.bad_lines] == [3, 4, 5]
    assert "“dog = high”" in found.bad_lines[0][1]
    assert [one.word for one in found.words] == ["cat", "cow"]


def test_a_word_given_twice_counts_where_it_came_first():
    found = parse_word_list("a: cat = 1, dog\nb: cat = 2, cow")
    assert found.groups == {"a": ("cat", "dog"), "b": ("cow",)} and found.repeated == ("cat",)
    assert found.words[0].number == 1


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=8))
def test_any_text_is_read_and_what_can_be_typed_is_read_back(lines):
    found = parse_word_list("\n".join(lines))
    assert len({one.word for one in found.words}) == len(found.words)
    parse_word_table("\n".join(lines).replace('"', ""))


def test_a_list_is_written_as_it_is_read():
    listed = parse_word_list("pets: cat = 4.5, dog\nwolf = -2")
    assert parse_word_list(write_word_list(listed)).words == listed.words


def test_a_spelling_replaces_whole_words_of_the_list():
    assert replace_word("quen\npets: quen = 3,quens", "quen", "queen") == (
        "queen\npets: queen = 3,quens"
    )
    assert replace_word("a+b, aab", "a+b", r"\1") == r"\1, aab"


# -- as a table --


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_columns_are_found_whatever_their_order(sign):
    text = "score,word,category\n4.5,cat,pets\n,oak,\n".replace(",", sign)
    found = parse_word_table(text)
    assert found.words == (ListedWord("cat", "pets", 4.5), ListedWord("oak", "other"))
    assert found.number_name == "score"


def test_a_table_needs_no_header_and_cells_may_be_quoted():
    found = parse_word_table('"new york, ny",cities\n\'=1,"signs"\n# a comment\ncat')
    assert found.words == (
        ListedWord("new york, ny", "cities"),
        ListedWord("=1", "signs"),
        ListedWord("cat"),
    )
    assert [one.number for one in parse_word_table("cat\t4\ndog\t5").words] == [4.0, 5.0]


def test_numbers_of_groups_are_groups_if_the_column_says_so():
    assert parse_word_table("word,cluster\ncat,1\ndog,2").groups == {"1": ("cat",), "2": ("dog",)}


def test_bad_lines_of_a_table_are_told_and_the_rest_is_read():
    found = parse_word_table("word,number\ncat,4\n\ndog,many\n,5\ncow,6\ncat,7")
    assert found.bad_lines == ((4, "no number in “many”"), (5, "no word"))
    assert [one.word for one in found.words] == ["cat", "cow"] and found.repeated == ("cat",)


def test_a_malformed_table_names_its_line():
    with pytest.raises(InputError, match="The file, line 2"):
        parse_word_table("cat\n" + "x" * 200_000)


def test_an_empty_table_has_no_words():
    assert parse_word_table("") == parse_word_table("word,group\n") == WordList()


# -- steps of numbers --


@given(
    st.lists(
        st.floats(-1e100, 1e100).filter(lambda v: v == 0 or abs(v) >= 1e-100),
        min_size=1,
        max_size=60,
    )
)
def test_every_number_is_in_one_step_and_higher_steps_have_higher_numbers(values):
    found = classify_values(values)
    assert sorted(i for one in found for i in one.members) == list(range(len(values)))
    places = [one.place for one in found]
    assert places == sorted(places) and all(0 <= place <= 1 for place in places)
    for lower, higher in itertools.pairwise(found):
        assert max(values[i] for i in lower.members) < min(values[i] for i in higher.members)


def test_an_outlier_does_not_put_all_others_into_one_step():
    values = [*np.linspace(1, 2, 50).tolist(), 1_000.0]
    sizes = [len(one.members) for one in classify_values(values)]
    assert len(sizes) == 5 and max(sizes) <= 12
    assert classify_values(values)[-1].label.endswith("to 1000")


@pytest.mark.parametrize(("low", "high"), [(1, 14), (0.003, 0.0171), (-5, 5), (1.9, 15.8), (0, 1)])
def test_steps_are_few_but_not_too_few(low, high):
    found = classify_values(np.linspace(low, high, 200).tolist())
    assert 4 <= len(found) <= 7


def test_the_most_frequent_words_have_the_highest_place():
    found = classify_ranks([1, 10, 11, 100, 101, 54_321])
    assert [one.members for one in found] == [(0, 1), (2, 3), (4,), (5,)]
    assert [one.place for one in found] == pytest.approx([1, 2 / 3, 1 / 3, 0])
    assert found[-1].label == "10,001 to 100,000"
    assert classify_ranks([5])[0].place == 1
