"""Running a program: its value, and the trace of how it is found."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from embedviz.corpora.programs.syntax import (
    MOST_DIGITS,
    Assign,
    Binary,
    Conditional,
    Expression,
    Loop,
    Name,
    Number,
    Program,
)
from embedviz.errors import InputError

LITERAL, CELLS, ROWS = "#", "ABCDEFGHIJKLMNOPQRS", "[]"
"""In a trace: a number of the program; the names of values; the two rows of a long product."""
POSITIVE, NEGATIVE = ",", "~"
"""End of a number: the digits that follow without end, 0 or 9."""

_LIMIT = 10**MOST_DIGITS


@dataclass(frozen=True)
class Outcome:
    """What a program prints, and its trace.

    Attributes
    ----------
    value : int
    trace : str
        See `run_program`.
    """

    value: int
    trace: str


def run_program(program: Program) -> Outcome:
    r"""Run a program, writing down every step.

    A trace is a sequence of blocks, each of which computes a value. The values are called A, B, C
    in turn, after the variable that gets the value, if one does. Digits of numbers come
    least significant first, and end with ``,``; those of negative numbers are ten's complements,
    and end with ``~``: 42 is ``24,`` and -42 is ``85~``. Operands are earlier values, after the
    variable that has them, if one does, or ``#`` for a number of the program.

    - ``aA=#24,``: a copy.
    - ``bB+#aA`` or ``bB-#aA``: a digit of each operand, one of the result, and the carry (0 or 1),
      until the end of the result.
    - ``bB*aA7``: a digit of A, the last digit of its product with 7, a digit of the result, and the
      carry. A factor of two digits needs two rows, ``[*aA7…`` and ``]*aA10…``, which begins with
      a 0, and their sum, ``bB+[]``.
    - ``?#aA``: a digit of each side, and how they compare so far, until both end; then T or F. The
      value that is chosen follows as a block of its own.
    - ``=bB``: the answer, its sign and digits.

    Raises
    ------
    InputError
        If a variable has no value yet, or a value has more than 8 digits.

    Examples
    --------
    >>> from embedviz.corpora.programs.syntax import Binary, Number, Program
    >>> run_program(Program((), Binary("-", Number(5), Number(30))))
    Outcome(value=-25, trace='A-##5050,371,,~=A-52')
    """
    value, parts = _run(program)
    return Outcome(value, "".join(parts))


def split_trace(program: Program) -> tuple[str, ...]:
    """Divide the trace of a program by its statements; the last part is that of print.

    Raises
    ------
    InputError
        If the program does not run; see `run_program`.

    Examples
    --------
    >>> from embedviz.corpora.programs.syntax import Assign, Name, Number, Program
    >>> split_trace(Program((Assign("a", Number(42)),), Name("a")))
    ('aA=#24,', '=aA24')
    """
    return tuple(_run(program)[1])


def _run(program: Program) -> tuple[int, list[str]]:
    """Run a program; return its value, and the trace of each statement and of print."""
    machine, ends = _Machine(), [0]
    for statement in program.statements:
        if isinstance(statement, Assign):
            machine.variables[statement.letter] = machine.evaluate(
                statement.value, statement.letter
            )
        else:
            machine.repeat(statement)
        ends.append(len(machine.parts))
    value, mark = machine.operand(program.printed)
    machine.parts += ["=", mark, "-" if value < 0 else "", str(abs(value))[::-1]]
    ends.append(len(machine.parts))
    return value, ["".join(machine.parts[begin:end]) for begin, end in pairwise(ends)]


_Operand = tuple[int, str]
"""A value, and where it is: a cell, after the letter if it is a variable's, or `LITERAL`."""


class _Machine:
    """Values of variables, and the trace so far."""

    def __init__(self) -> None:
        self.variables: dict[str, _Operand] = {}
        self.parts: list[str] = []
        self.n_cells = 0

    def evaluate(self, expression: Expression, letter: str = "") -> _Operand:
        """Compute a value in a cell of its own; the letter is the variable that gets it."""
        if isinstance(expression, Conditional):
            return self._choose(expression, letter)
        if not isinstance(expression, Binary):
            value, mark = self.operand(expression)
            cell = self._cell(letter)
            self.parts += ["=", mark, *_digits(value)]
            return value, cell
        if expression.sign == "*":
            sides = expression.left, expression.right
            factor, other = sides if expression.factor_is_left else sides[::-1]
            assert isinstance(factor, Number)
            return self._product(self.operand(other), factor.value, letter)
        left, right = map(self.operand, (expression.left, expression.right))
        return self._sum(expression.sign, left, right, letter)

    def operand(self, expression: Expression) -> _Operand:
        """Return an operand; one that is no atom is computed first."""
        if isinstance(expression, Number):
            return expression.value, LITERAL
        if isinstance(expression, Binary | Conditional):
            return self.evaluate(expression)
        if expression.letter not in self.variables:
            raise InputError(
                f"The variable {expression.letter} has no value yet: assign one before it is used."
            )
        value, cell = self.variables[expression.letter]
        return value, expression.letter + cell

    def repeat(self, loop: Loop) -> None:
        """Add the step of a loop to its variable, or subtract it, as often as the loop says."""
        all_steps = self._product(self.operand(loop.step), loop.times, "")
        before = self.operand(Name(loop.letter))
        self.variables[loop.letter] = self._sum(loop.sign, before, all_steps, loop.letter)

    def _cell(self, letter: str) -> str:
        """Begin a block for the next cell."""
        if self.n_cells == len(CELLS):
            raise InputError(
                f"The program computes more than {len(CELLS)} values: use fewer operations."
            )
        cell = CELLS[self.n_cells]
        self.n_cells += 1
        self.parts += [letter, cell]
        return cell

    def _sum(self, sign: str, left: _Operand, right: _Operand, letter: str) -> _Operand:
        value = _checked(left[0] + right[0] if sign == "+" else left[0] - right[0])
        cell = self._cell(letter)
        self.parts += [sign, left[1], right[1]]
        sides, total = (_Digits(left[0]), _Digits(right[0])), _Digits(value)
        carry = 0
        while True:
            self.parts += [one.next() for one in sides]
            # the result ends once both operands have ended and no digit of it is left
            self.parts.append(total.next(may_end=all(one.has_ended for one in sides)))
            if total.has_ended:
                return value, cell
            a, b = (one.last for one in sides)
            carry = int(a + b + carry > 9) if sign == "+" else int(a - b - carry < 0)
            self.parts.append(str(carry))

    def _product(self, other: _Operand, factor: int, letter: str) -> _Operand:
        """Multiply by a constant of one or two digits."""
        value, mark = other
        tens, units = divmod(factor, 10)
        if tens:
            self.parts += [ROWS[0], "*", mark, str(units)]
            self._row(value, units)
            self.parts += [ROWS[1], "*", mark, str(tens), "0"]
            self._row(value, tens)
            rows = (value * units, ROWS[0]), (value * tens * 10, ROWS[1])
            return self._sum("+", *rows, letter)
        result, cell = _checked(value * factor), self._cell(letter)
        self.parts += ["*", mark, str(units)]
        self._row(value, units)
        return result, cell

    def _row(self, value: int, factor: int) -> None:
        digits, total, carry = _Digits(value), _Digits(value * factor), 0
        while True:
            self.parts.append(digits.next())
            product = digits.last * factor
            self.parts += [str(product % 10), total.next(may_end=digits.has_ended)]
            if total.has_ended:
                return
            carry = (product + carry) // 10
            self.parts.append(str(carry))

    def _choose(self, expression: Conditional, letter: str) -> _Operand:
        """Compare two values, and compute the one that is chosen."""
        (left, first), (right, second) = map(self.operand, (expression.left, expression.right))
        self.parts += ["?", first, second]
        sides, so_far = (_Digits(left), _Digits(right)), "="
        while not all(one.has_ended for one in sides):
            self.parts += [one.next() for one in sides]
            a, b = (one.last for one in sides)
            if all(one.has_ended for one in sides):
                a, b = b, a  # the signs: 0 without end is greater than 9 without end
            so_far = so_far if a == b else "<" if a < b else ">"
            self.parts.append(so_far)
        is_true = so_far == expression.sign
        self.parts.append("T" if is_true else "F")
        return self.evaluate(expression.value if is_true else expression.other, letter)


class _Digits:
    """The digits of a number one after the other, in ten's complement, and then its end."""

    def __init__(self, value: int) -> None:
        self.rest, self.last, self.has_ended = value, 0, False
        self.end, self.fill = (NEGATIVE, 9) if value < 0 else (POSITIVE, 0)

    def next(self, *, may_end: bool = True) -> str:
        """Return the next digit, or the end mark once only the fill digit is left."""
        if may_end and self.rest in (0, -1):
            self.has_ended, self.last = True, self.fill
            return self.end
        self.rest, self.last = divmod(self.rest, 10)
        return str(self.last)


def _digits(value: int) -> list[str]:
    digits, found = _Digits(value), []
    while not digits.has_ended:
        found.append(digits.next())
    return found


def _checked(value: int) -> int:
    if abs(value) >= _LIMIT:
        raise InputError(
            f"The value {value:,} has more than {MOST_DIGITS} digits: use smaller numbers."
        )
    return value
