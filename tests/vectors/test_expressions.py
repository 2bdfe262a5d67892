import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedviz.errors import EmbedvizError, InputError
from embedviz.vectors import format_expression, match_analogy, parse_expression, quote_word
from embedviz.vectors.expressions import DEEPEST, LONGEST


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("king", {"king": 1}),
        ("king - man + woman", {"king": 1, "man": -1, "woman": 1}),
        ("  king  −  man ", {"king": 1, "man": -1}),
        ("- man + king", {"man": -1, "king": 1}),
        ("well-known - known", {"well-known": 1, "known": -1}),
        ("o'clock + rock'n'roll", {"o'clock": 1, "rock'n'roll": 1}),
        ('"new york" + "-"', {"new york": 1, "-": 1}),
        ("""'say "hi"' + "it's" - 'it''s'""", {'say "hi"': 1, "it's": 0}),
        ("a + a - b", {"a": 2, "b": -1}),
        ("2*king - 0.5 * man", {"king": 2, "man": -0.5}),
        ("1e-3*a + 2 - '2'", {"a": 0.001, "2": 0}),
        ("a - (b - 2*(c + d))", {"a": 1, "b": -1, "c": 2, "d": 2}),
        ("- (a + b)", {"a": -1, "b": -1}),
        ("avg(paris, rome,oslo) - avg(a)", {"paris": 1 / 3, "rome": 1 / 3, "oslo": 1 / 3, "a": -1}),
        ("3*avg(a + b, avg(b, c)) ", {"a": 1.5, "b": 2.25, "c": 0.75}),
        ("avg + a", {"avg": 1, "a": 1}),
    ],
)
def test_expressions(text, weights):
    assert parse_expression(text) == pytest.approx(weights)


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("", 1, "a word, found the end"),
        ("king -", 7, "a word"),
        ("king man", 6, r"\+ or - between spaces, found 'man'"),
        ("0.5 man", 5, r"\+ or -"),
        ("king + + man", 8, "a word"),
        ('king + ""', 8, "write one between"),
        ("+", 2, "a word"),
        ("(king", 6, r"\)"),
        ("king)", 5, r"no \)"),
        ("avg(a, )", 8, "a word"),
        ("avg(a b)", 7, r"\)"),
        ("two*king", 1, "a number such as 0.5"),
        ("2*2*king", 4, r"\+ or -"),
        ("king - 'tis", 8, "a closing '"),
        ("1e9*king", 5, "at most 1000000"),
        ("1e6*(1e6*king)", 10, "at most 1000000"),
        ("1e999*king", 7, "at most 1000000"),
        ("(" * 30 + "a" + ")" * 30, DEEPEST + 2, "at most 20 nested parentheses"),
    ],
)
def test_errors_point_at_the_column_and_say_what_was_expected(text, column, expected):
    with pytest.raises(InputError, match=rf"^Column {column}: .*{expected}"):
        parse_expression(text)


def test_too_long_an_expression_is_refused():
    assert parse_expression("a" * LONGEST)
    with pytest.raises(InputError, match="1001 characters"):
        parse_expression("a" * (LONGEST + 1))


def test_signs_without_spaces_get_a_hint_where_the_whole_is_no_word():
    known = {"king", "man", "woman", "well-known", "well", "known"}
    with pytest.raises(InputError, match=r"^Column 1: .*'king-man\+woman'; put a space"):
        parse_expression("king-man+woman", known=known)
    with pytest.raises(InputError, match=r"^Column 9: .*'-man'; put a space"):
        parse_expression("woman + -man", known=known)
    assert parse_expression("well-known", known=known) == {"well-known": 1}
    assert parse_expression("king-unheard", known=known) == {
        "king-unheard": 1
    }  # told by the look-up
    assert parse_expression("'king-man'", known=known) == {"king-man": 1}


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("two days - day", '"two days"'),
        ("two days ago", '"two days ago"'),
        ("day + two days ago", '"two days ago"'),
        ("avg(day, l' homme)", '"l\' homme"'),
        ("day - a, b", '"a, b"'),
        ('say "no" + day', '"say ""no"""'),
        ("2*two days", '"two days"'),
        ("two  days", "king - man"),
        ("day days", "king - man"),
    ],
)
def test_a_known_word_without_its_quotes_gets_a_hint(text, quoted):
    known = {"two days", "two days ago", "two", "days", "day", "l' homme", "a, b", 'say "no"'}
    with pytest.raises(InputError) as caught:
        parse_expression(text, known=known)
    assert f"write for example {quoted}" in str(caught.value)
    with pytest.raises(InputError, match=r"write for example king - man \+ woman\.$"):
        parse_expression(text)


WEIGHTS = st.floats(-1e6, 1e6, allow_nan=False, allow_subnormal=False)


@given(st.dictionaries(st.text(min_size=1, max_size=8), WEIGHTS, min_size=1, max_size=5))
def test_what_is_written_is_read_back(weights):
    assert parse_expression(format_expression(weights)) == weights


@given(st.text(alphabet="ab'\"()*,+-− 2.", max_size=40) | st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        weights = parse_expression(text, known={"a"})
    except EmbedvizError:
        return
    assert weights
    assert all(word for word in weights)
    assert parse_expression(format_expression(weights)) == weights


@pytest.mark.parametrize("word", ["avg", "+", "'tis", "a,b", ":)", '"'])
def test_a_word_that_would_be_read_otherwise_is_quoted(word):
    assert quote_word(word).startswith('"')
    assert parse_expression(f"{quote_word(word)} - x") == {word: 1, "x": -1}


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        ("king - man + woman", ("man", "king", "woman")),
        ("woman + king - man", ("man", "woman", "king")),
        ("king - man", None),
        ("king + woman", None),
        ("2*king - man + woman", None),
        ("avg(king, queen) - man", None),
        ("a - b + c - d", None),
    ],
)
def test_which_formulas_ask_as_questions_do(formula, found):
    assert match_analogy(parse_expression(formula)) == found
