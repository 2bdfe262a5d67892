"""Random programs of a given difficulty."""

from __future__ import annotations

import string
import zlib
from random import Random

from embedviz.corpora.programs.running import Outcome, run_program
from embedviz.corpora.programs.syntax import (
    LARGEST_FACTOR,
    MOST_TIMES,
    Assign,
    Atom,
    Binary,
    Conditional,
    Expression,
    Loop,
    Name,
    Number,
    Program,
)
from embedviz.errors import InputError

OPERATIONS = {"+": 26, "-": 26, "*": 12, "for": 18, "if": 18}
"""How often each operation is drawn, in percent."""

EXAMPLE_PROGRAMS = {
    "lecture-loop": "j=8584\nfor x in range(8):\n    j+=920\nb=(1500+j)\nprint((b+7567))",
    "lecture-if": "i=8827\nc=(i-5347)\nprint((c+8704) if 2641<8500 else 5308)",
}
"""Programs of the lecture, from Zaremba and Sutskever (2014), figure 1."""

_HELD_OUT = 10  # a program in so many
_AGAIN = 0.2  # of the variables that get a value, those that had another one before


def is_held_out(text: str) -> bool:
    """Whether a program is kept from every training: one in ten, by its text, and the examples."""
    return zlib.crc32(text.encode()) % _HELD_OUT == 0 or text in EXAMPLE_PROGRAMS.values()


def draw_program(
    rng: Random, length: int, nesting: int, *, held_out: bool = False
) -> tuple[Program, Outcome]:
    """Draw a program whose values all have at most 8 digits.

    Parameters
    ----------
    rng : Random
    length : int
        Digits of most numbers; one in seven has fewer.
    nesting : int
        Number of operations.
    held_out : bool
        Draw one that is kept from training; otherwise one that is not.

    Examples
    --------
    >>> program, outcome = draw_program(Random(5), 2, 2)
    >>> print(program.text, "→", outcome.value)
    c=18
    print((c+(4-c))) → 4
    """
    while True:
        program = _Builder(rng, length, nesting).build()
        if is_held_out(program.text) != held_out:
            continue
        try:
            return program, run_program(program)
        except InputError:  # a value with too many digits
            continue


class _Builder:
    """A program in the making: its statements, and expressions that are still to be used."""

    def __init__(self, rng: Random, length: int, nesting: int) -> None:
        self.rng, self.length, self.nesting = rng, length, nesting
        self.letters = rng.sample(string.ascii_lowercase, 26)
        self.statements: list[Assign | Loop] = []
        self.names: list[Name] = []
        self.waiting: list[Expression] = []

    def build(self) -> Program:
        here = self._start()
        for left in range(self.nesting, 0, -1):
            if len(self.waiting) < left - 1 and self.rng.random() < 0.25:
                self.waiting.append(self._assigned(here) if self.rng.random() < 0.6 else here)
                here = self._start()
            here = self._operate(here, must_join=len(self.waiting) >= left)
            if left > 1 and self.rng.random() < 0.5:
                here = self._assigned(here)
        return Program(tuple(self.statements), here)

    def _start(self) -> Expression:
        return self._assigned(self._number()) if self.rng.random() < 0.5 else self._number()

    def _operate(self, here: Expression, *, must_join: bool) -> Expression:
        names = ("+", "-", "if") if must_join else tuple(OPERATIONS)
        (operation,) = self.rng.choices(names, [OPERATIONS[name] for name in names])
        if operation == "*":
            factor = Number(self.rng.randint(2, LARGEST_FACTOR))
            return self._either_way("*", here, factor)
        if operation == "for":
            name = self._assigned(here)
            times, sign = self.rng.randint(2, MOST_TIMES), self.rng.choice("+-")
            step = self._atom(but=name)
            self.statements.append(Loop(self._letter(), times, name.letter, sign, step))
            return name
        other = self._other(but=here)
        if operation == "if":
            left, right = self._atom(), self._atom()
            value, otherwise = self._in_any_order(here, other)
            return Conditional(value, left, self.rng.choice("<>"), right, otherwise)
        return self._either_way(operation, here, other)

    def _other(self, but: Expression) -> Expression:
        """Return an operand: one that is still to be used, or an atom."""
        if self.waiting:
            return self.waiting.pop(self.rng.randrange(len(self.waiting)))
        return self._atom(but)

    def _atom(self, but: Expression | None = None) -> Atom:
        names = [one for one in self.names if one != but]
        if names and self.rng.random() < 0.35:
            return self.rng.choice(names)
        return self._number()

    def _either_way(self, sign: str, here: Expression, other: Expression) -> Binary:
        return Binary(sign, *self._in_any_order(here, other))

    def _in_any_order(self, one: Expression, other: Expression) -> tuple[Expression, Expression]:
        return (one, other) if self.rng.random() < 0.5 else (other, one)

    def _number(self) -> Number:
        is_short = self.rng.random() < 0.15
        n_digits = self.rng.randint(1, self.length) if is_short else self.length
        return Number(self.rng.randrange(1, 10**n_digits))

    def _assigned(self, expression: Expression) -> Name:
        if isinstance(expression, Name):
            return expression
        # sometimes one that had another value, unless it is still needed
        used = [one for one in self.names if not self._is_needed(one)]
        again = used and self.rng.random() < _AGAIN
        name = self.rng.choice(used) if again else Name(self._letter())
        self.statements.append(Assign(name.letter, expression))
        if not again:
            self.names.append(name)
        return name

    def _is_needed(self, name: Name) -> bool:
        return any(_mentions(one, name) for one in self.waiting)

    def _letter(self) -> str:
        return self.letters.pop()


def _mentions(expression: Expression, name: Name) -> bool:
    if isinstance(expression, Binary):
        return _mentions(expression.left, name) or _mentions(expression.right, name)
    if isinstance(expression, Conditional):
        parts = expression.value, expression.left, expression.right, expression.other
        return any(_mentions(one, name) for one in parts)
    return expression == name
