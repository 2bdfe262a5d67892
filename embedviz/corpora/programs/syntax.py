"""Small Python programs as trees, and their text.

Source of the operations: Zaremba and Sutskever (2014), "Learning to execute", section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

MOST_DIGITS, MOST_TIMES, LARGEST_FACTOR = 8, 20, 99
"""Digits of any value, passes of a loop, and the largest constant factor."""


@dataclass(frozen=True)
class Number:
    """A literal, at least 0."""

    value: int


@dataclass(frozen=True)
class Name:
    """A variable: one lower-case letter."""

    letter: str


Atom: TypeAlias = Number | Name


@dataclass(frozen=True)
class Binary:
    """A sum, a difference, or a product of which one side is a number up to 99."""

    sign: str
    left: Expression
    right: Expression

    @property
    def factor_is_left(self) -> bool:
        """Whether the left side of a product is its constant factor; otherwise the right one is."""
        right = self.right
        return not (isinstance(right, Number) and right.value <= LARGEST_FACTOR)


@dataclass(frozen=True)
class Conditional:
    """``value if left < right else other``; the sign may be > as well."""

    value: Expression
    left: Atom
    sign: str
    right: Atom
    other: Expression


Expression: TypeAlias = Number | Name | Binary | Conditional


@dataclass(frozen=True)
class Assign:
    """``letter=value``."""

    letter: str
    value: Expression


@dataclass(frozen=True)
class Loop:
    """``for counter in range(times): letter+=step``, or ``-=``."""

    counter: str
    times: int
    letter: str
    sign: str
    step: Atom


@dataclass(frozen=True)
class Program:
    """Statements, and the expression that is printed at the end.

    Examples
    --------
    >>> program = Program((Assign("a", Number(3)),), Binary("+", Name("a"), Number(4)))
    >>> print(program.text)
    a=3
    print((a+4))
    """

    statements: tuple[Assign | Loop, ...]
    printed: Expression

    @property
    def text(self) -> str:
        """The program as Python text; equal programs have equal texts."""
        lines = [_line(one) for one in self.statements]
        return "\n".join([*lines, f"print({_bare(self.printed)})"])


def _line(statement: Assign | Loop) -> str:
    if isinstance(statement, Assign):
        return f"{statement.letter}={_bare(statement.value)}"
    return (
        f"for {statement.counter} in range({statement.times}):\n"
        f"    {statement.letter}{statement.sign}={_nested(statement.step)}"
    )


def _bare(expression: Expression) -> str:
    if isinstance(expression, Conditional):
        condition = _nested(expression.left) + expression.sign + _nested(expression.right)
        return f"{_nested(expression.value)} if {condition} else {_nested(expression.other)}"
    return _nested(expression)


def _nested(expression: Expression) -> str:
    if isinstance(expression, Number):
        return str(expression.value)
    if isinstance(expression, Name):
        return expression.letter
    if isinstance(expression, Binary):
        return f"({_nested(expression.left)}{expression.sign}{_nested(expression.right)})"
    return f"({_bare(expression)})"
