import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedviz.analogy import parse
from embedviz.errors import InputError


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("king", {"king": 1}),
        ("king - man + woman", {"king": 1, "man": -1, "woman": 1}),
        ("  king  −  man ", {"king": 1, "man": -1}),
        ("- man + king", {"man": -1, "king": 1}),
        ("well-known - known", {"well-known": 1, "known": -1}),
        ('"new york" + "-"', {"new york": 1, "-": 1}),
        ("a + a - b", {"a": 2, "b": -1}),
    ],
)
def test_expressions(text, weights):
    assert parse(text) == weights


@pytest.mark.parametrize(
    ("text", "column"),
    [("", 1), ("king -", 7), ("king man", 6), ("king + + man", 8), ('king + ""', 8), ("+", 2)],
)
def test_errors_point_at_the_column(text, column):
    with pytest.raises(InputError, match=f"^Column {column}: "):
        parse(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        weights = parse(text)
    except InputError:
        return
    assert weights
    assert all(word for word in weights)
