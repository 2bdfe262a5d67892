"""Programs: grammar, interpreter, traces and generator, compared with Python and with a reader."""

import re
import subprocess
import sys
from contextlib import suppress
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embedviz.corpora.programs import (
    EXAMPLE_PROGRAMS,
    ProgramPairs,
    align_trace,
    difficulty,
    draw_program,
    is_held_out,
    parse_program,
    read_trace,
    run_program,
    split_trace,
)
from embedviz.errors import InputError
from embedviz.settings import ProgramConfig


def drawn(n=60, seed=0, **options):
    rng = Random(seed)
    return [
        draw_program(rng, length, nesting, **options)
        for length in (1, 3, 4, 6)
        for nesting in (1, 2, 3, 4)
        for _ in range(n // 16)
    ]


def test_values_are_those_that_python_prints():
    programs = drawn(800)
    lines = [program.text for program, _ in programs] + list(EXAMPLE_PROGRAMS.values())
    found = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    ).stdout.split()
    expected = [outcome.value for _, outcome in programs] + [25011, 12184]
    assert list(map(int, found)) == expected


# An independent reader of traces: blocks by their look, numbers by their digits.
NUMBER = r"[0-9]*[,~]"


def number(digits):
    value = int(digits[:-1][::-1] or "0")
    return value - 10 ** (len(digits) - 1) if digits[-1] == "~" else value


def shortened(digits):
    """One end mark in place of a run of them."""
    return re.sub(r"([,~])[,~]*$", r"\1", digits)


HEADER = re.compile(
    r"(?:(?P<letter>[a-z]?)(?P<cell>[A-S\[\]]))?(?P<kind>[-=+*?])"
    r"(?P<one>[a-z]?[A-S#\[\]])(?P<two>[a-z]?[A-S#\[\]]|\d|)"
)


def check_trace(program, outcome):  # noqa: C901
    """Compute every block again from its operands' names and digits."""
    trace, values, cell_of, i = outcome.trace, {}, {}, 0
    literals = {int(one) for one in re.findall(r"\d+", program.text)}
    cells = iter("ABCDEFGHIJKLMNOPQRS")

    def check_operand(mark, value):
        assert value in literals if mark == "#" else value == values[mark[-1]]
        assert len(mark) == 1 or cell_of[mark[0]] == mark[1]

    def triples(begin, width, is_last):
        """Columns of a table, up to its last row."""
        rows = [trace[begin : begin + width]]
        while not is_last(rows[-1]):
            rows.append(trace[begin + width * len(rows) :][:width])
        return ["".join(row[k] for row in rows if k < len(row)) for k in range(width)], len(rows)

    while trace[i] != "=":
        head = HEADER.match(trace, i)
        letter, cell, kind = head["letter"], head["cell"], head["kind"]
        if kind == "?":
            assert not cell
            begin = head.end()
            (left, right, states), n = triples(
                begin, 3, lambda row: row[0] in ",~" and row[1] in ",~"
            )
            left, right = number(shortened(left)), number(shortened(right))
            check_operand(head["one"], left)
            check_operand(head["two"], right)
            assert states[-1] == ("=" if left == right else "<" if left < right else ">")
            truth = trace[begin + 3 * n]
            assert (truth == "T") in {states[-1] == one for one in re.findall("[<>]", program.text)}
            i = begin + 3 * n + 1
            continue
        if cell not in "[]":
            assert cell == next(cells)
        begin = head.end()
        if kind == "=":
            begin = head.end("one")
            digits = re.match(NUMBER, trace[begin:]).group()
            value, i = number(digits), begin + len(digits)
            check_operand(head["one"], value)
        elif kind == "*":
            if cell == "]":
                assert trace[begin] == "0"
                begin += 1
            (one, last, result, carries), n = triples(begin, 4, lambda row: row[2] in ",~")
            carries = carries[: n - 1]
            i = begin + 4 * n - 1
            factor, carry = int(head["two"]), 0
            check_operand(head["one"], number(shortened(one)))
            assert number(result) == number(shortened(one)) * factor
            for digit, of_product, after in zip(one, last, carries, strict=False):
                product = int({",": "0", "~": "9"}.get(digit, digit)) * factor
                assert int(of_product) == product % 10
                carry = (product + carry) // 10
                assert int(after) == carry
            value = number(result) * (10 if cell == "]" else 1)
        else:
            (one, two, result, carries), n = triples(begin, 4, lambda row: row[2] in ",~")
            carries = carries[: n - 1]
            i = begin + 4 * n - 1
            one, two, value = number(shortened(one)), number(shortened(two)), number(result)
            check_operand(head["one"], one)
            check_operand(head["two"], two)
            for limit, carry in zip((10**n for n in count(1)), carries, strict=False):
                low = one % limit + two % limit if kind == "+" else one % limit - two % limit
                assert carry == ("0" if 0 <= low < limit else "1")
            assert value == (one + two if kind == "+" else one - two)
        values[cell] = value
        if letter:
            cell_of[letter] = cell
    mark, answer = re.match(r"=([a-z]?[A-S#])(.*)", trace[i:]).groups()
    value = int(answer.replace("-", "")[::-1]) * (-1 if "-" in answer else 1)
    check_operand(mark, value)
    assert value == outcome.value and answer == str(value).replace("-", "")[::-1].join(
        ["-" if value < 0 else "", ""]
    )


def test_traces_say_how_the_value_is_found():
    for program, outcome in drawn(800, seed=1):
        check_trace(program, outcome)
    for text in EXAMPLE_PROGRAMS.values():
        check_trace(parse_program(text), run_program(parse_program(text)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("print(0)", 0),
        ("a=5\nfor x in range(1):\n    a-=99999\nprint(a)", -99994),
        ("a=(3-10)\nprint((a*99))", -693),
        ("a=(3-10)\nprint((a*10))", -70),
        ("print((5*0))", 0),
        ("a=(0-100)\nprint(a)", -100),
        ("a=(5-5)\nprint((a-100))", -100),
        ("a=(1-3)\nb=(1-9)\nprint(1 if a>b else 2)", 1),
        ("a=(1-3)\nprint(1 if a<0 else 2)", 1),
        ("print(1 if 77<77 else 2)", 2),
        ("print(((1+2)+(3+(4+5))))", 15),
        ("print(99999999)", 99999999),
    ],
)
def test_edges(text, value):
    program = parse_program(text)
    assert program.text == text
    outcome = run_program(program)
    assert outcome.value == value
    check_trace(program, outcome)


def test_programs_are_read_as_they_are_written():
    for program, _ in drawn(320, seed=2):
        assert parse_program(program.text) == program


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("total = 1_500 + 2*30  # sum\nprint( total )", "t=(1500+(2*30))\nprint(t)"),
        ("tax=3\ntotal=4\nprint(tax-total)", "t=3\na=4\nprint((t-a))"),
        ("a=1\na+=5\na *= 7\nprint(a)", "a=1\na=(a+5)\na=(a*7)\nprint(a)"),
        (
            "a=1\nfor i in range(3): a = a - 2\nprint(a)",
            "a=1\nfor i in range(3):\n    a-=2\nprint(a)",
        ),
        ("print((1 if 2<3 else 4)+5)", "print(((1 if 2<3 else 4)+5))"),
    ],
)
def test_other_spellings_are_normalised(text, normal):
    assert parse_program(text).text == normal
    assert parse_program(normal).text == normal


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "without print"),
        ("a=5", r"print\(a\)"),
        ("a=5\nprint(a+)", "line 2, column 9"),
        ("a=5\nprint(a/2)", "line 2, column 7"),
        ("a=5\nprint(a*a)", "number up to 99"),
        ("print(100*100)", "number up to 99"),
        ("print(-5)", r"\(0-5\)"),
        ("print(5.5)", "whole"),
        ("print(True)", "whole"),
        ("print(123456789)", "8 digits"),
        ("print(0x" + "f" * 5000 + ")", "whole|8 digits|characters"),
        ("a='x'\nprint(a)", "line 1, column 3"),
        ("print(1,2)", "one value"),
        ("print(1)\nprint(2)", "at the end"),
        ("import os\nprint(1)", "line 1, column 1"),
        ("a=1\nfor x in range(21):\n a+=1\nprint(a)", "1 to 20"),
        ("a=1\nfor x in range(2):\n a+=x\nprint(a)", "counter"),
        ("a=1\nfor x in range(2):\n a+=a\nprint(a)", "itself"),
        ("a=1\nfor x in range(2):\n a*=2\nprint(a)", r"a\+=5"),
        ("a=1\nfor x in range(2):\n a+=1\n a+=2\nprint(a)", "line 4"),
        ("a=1\nfor x in range(2):\n a+=(3+4)\nprint(a)", "before"),
        ("print(1 if 2<=3 else 4)", "a<b"),
        ("print(1 if 2<3<4 else 4)", "a<b"),
        ("print(1 if (1+2)<3 else 4)", "before"),
        ("a,b=1,2\nprint(a)", "line 1, column 1"),
        ("print(" + "(" * 300 + "1" + ")" * 300 + ")", "nested|parentheses|characters"),
        ("print(" + "(1+" * 22 + "1" + ")" * 23, "deeply"),
        ("a=1\0\nprint(a)", "null|No "),
        ("x=" * 900 + "1\nprint(x)", "line 1|characters"),
    ],
)
def test_what_is_outside_the_grammar_is_pointed_at(text, where):
    with pytest.raises(InputError, match=where):
        parse_program(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("print(a)", "no value yet"),
        ("a=99999999\nprint((a+1))", "8 digits"),
        ("a=99999999\nprint((a*99))", "8 digits"),
        ("for x in range(3):\n    a+=1\nprint(a)", "no value yet"),
        ("a=1\n" * 20 + "print(a)", "more than 19 values"),
    ],
)
def test_programs_that_do_not_run(text, message):
    with pytest.raises(InputError, match=message):
        run_program(parse_program(text))


@given(st.text(st.sampled_from("ab=+-*()<>:\n 0123456789forinrangeprintifelse#,."), max_size=60))
def test_any_text_is_read_or_refused(text):
    with suppress(InputError):
        run_program(parse_program(text))


def test_a_program_is_either_trained_on_or_held_out():
    for held_out in (False, True):
        for program, _ in drawn(64, seed=3, held_out=held_out):
            assert is_held_out(program.text) == held_out
    assert all(map(is_held_out, EXAMPLE_PROGRAMS.values()))
    pairs = list(ProgramPairs(ProgramConfig(n_programs=300, length=2, nesting=1)).read())
    assert not any(is_held_out(source) for source, _ in pairs)


def test_the_same_seed_draws_the_same_programs():
    config = ProgramConfig(n_programs=100)
    first, again, other = (list(ProgramPairs(config, seed).read()) for seed in (1, 1, 2))
    assert first == again != other


def n_operations(text):
    return len(re.findall(r"[+\-*](?!=)| if |for ", text))


def test_programs_have_the_length_and_nesting_asked_for():
    rng = Random(4)
    for length in (1, 4, 6):
        for nesting in (1, 2, 4):
            for _ in range(40):
                program, _ = draw_program(rng, length, nesting)
                assert n_operations(program.text) == nesting
                numbers = re.findall(r"(?<!range\()\b\d+", program.text)
                assert max(map(len, numbers), default=1) <= max(length, 2)


@pytest.mark.parametrize("curriculum", ["none", "naive", "mix", "combined", "growing"])
def test_curricula(curriculum):
    config, rng = ProgramConfig(length=3, nesting=2, curriculum=curriculum), Random(0)
    early, late = ([difficulty(config, share, rng) for _ in range(400)] for share in (0.01, 0.99))
    assert max(late) == (3, 2)
    assert all(1 <= length <= 3 and 1 <= nesting <= 2 for length, nesting in early + late)
    if curriculum == "none":
        assert set(early) == set(late) == {(3, 2)}
    elif curriculum == "naive":
        stages = [difficulty(config, i / 6, rng) for i in range(6)]
        assert stages == [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2)]
    elif curriculum == "mix":
        assert len(set(early)) == len(set(late)) == 6
    elif curriculum == "combined":
        assert 0.4 < sum(one == (1, 1) for one in early) / 400 < 0.75
    else:
        n_deep = [sum(nesting == 2 for _, nesting in some) for some in (early, late)]
        assert n_deep[0] < n_deep[1]


@pytest.mark.parametrize(
    ("options", "source", "target"),
    [
        ({}, "print((9-7))", "A-##9720,,,=A2"),
        ({"writes": "answer"}, "print((9-7))", "2"),
        ({"reads": "reversed"}, "))7-9((tnirp", "A-##9720,,,=A2"),
        ({"reads": "doubled"}, "print((9-7))\nprint((9-7))", "A-##9720,,,=A2"),
    ],
)
def test_what_is_read_and_written(options, source, target):
    config = ProgramConfig(**options)
    program = parse_program("print(9-7)")
    assert config.source(program.text) == source
    outcome = run_program(program)
    assert config.target(outcome.trace, outcome.value) == target


def test_what_ends_without_print_is_pointed_at_where_it_leaves_the_grammar():
    for text, where in (
        ("a=5\nwhile a<9:\n    a+=1", "line 2, column 1"),
        ("print(1)\na=5", "line 1, column 1"),
        ("a=5\nb=a/2", "line 2, column 3"),
    ):
        with pytest.raises(InputError, match=where):
            parse_program(text)


def test_a_trace_is_divided_by_statements():
    for program, outcome in drawn(320, seed=5):
        parts = split_trace(program)
        assert len(parts) == len(program.statements) + 1
        assert "".join(parts) == outcome.trace


def test_the_true_trace_is_aligned_with_itself_and_with_its_lines():
    for program, outcome in drawn(160, seed=6):
        steps = align_trace(program, outcome.trace)
        assert [one.written for one in steps] == [one.true for one in steps]
        assert tuple(one.true for one in steps) == read_trace(outcome.trace)
        lines = program.text.split("\n")
        assert steps[-1].lines == (len(lines), len(lines))
        for step in steps:
            first, last = step.lines
            assert lines[first - 1].startswith("for") == (last == first + 1)
            if letter := re.match("[a-z]", step.true.text):
                assert re.match(rf" *{letter.group()}[-+]?=", lines[last - 1])


def test_a_trace_that_goes_wrong_keeps_its_place():
    program = parse_program("a=42\nprint((a-2))")
    steps = align_trace(program, "aA=#24,B-aA#42??")
    assert [(one.lines, one.written.text, one.written.meaning) for one in steps[:2]] == [
        ((1, 1), "aA=#24,", "a = A = 42"),
        ((2, 2), "B-aA#42??", ""),
    ]
    assert steps[2].written is None and steps[2].true.meaning == "prints 40"
    more = align_trace(parse_program("print(5)"), "A=#5,=A5")
    assert [(one.lines, one.true is None) for one in more] == [((1, 1), False), ((), True)]
