"""Text → program. Python's own parser reads it; nothing is ever executed."""

from __future__ import annotations

import ast
import string
import warnings

from embedviz.corpora.programs.syntax import (
    LARGEST_FACTOR,
    MOST_DIGITS,
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

_KNOWN = (
    "known are a=…, sums, differences, products with a number up to "
    f"{LARGEST_FACTOR}, … if a<b else …, for x in range(n): a+=…, and print(…) at the end"
)
_LONGEST = 2_000  # characters
_SIGNS: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Lt: "<", ast.Gt: ">"}
_MOST_DEPTH = 20


def parse_program(text: str) -> Program:
    """Read a program of the grammar on which models are trained.

    Spaces, comments and superfluous parentheses are allowed, ``a=a+b`` in a loop stands for
    ``a+=b``, and longer names become letters.

    Raises
    ------
    InputError
        If the text is no Python, or is outside the grammar; the message names line and column.

    Examples
    --------
    >>> print(parse_program("total = 5 + 2 * 30  # a comment").text)
    Traceback (most recent call last):
    embedviz.errors.InputError: The program ends without print: add a line such as print(total).
    >>> print(parse_program("total = 5 + 2 * 30" + chr(10) + "print(total - 1)").text)
    t=(5+(2*30))
    print((t-1))
    """
    if len(text) > _LONGEST:
        raise InputError(f"The program has {len(text):,} characters: give at most {_LONGEST:,}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(text)
    except SyntaxError as error:
        where = f"line {error.lineno or 1}, column {error.offset or 1}"
        raise InputError(f"No Python at {where} ({error.msg}): correct it there.") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"No program can be read here ({error}): {_KNOWN}.") from None
    return _Reader().program(module)


class _Reader:
    """From Python's tree to ours."""

    def __init__(self) -> None:
        self.letters: dict[str, str] = {}
        self.counters: set[str] = set()

    def program(self, module: ast.Module) -> Program:
        names = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
        self._choose_letters(sorted(names - {"print", "range"}, key=lambda name: (len(name), name)))
        if not module.body or not _is_call(module.body[-1], "print"):
            for node in module.body:
                self._statement(node)  # what is outside the grammar is named first
            name = next(iter(self.letters), "5")
            raise InputError(f"The program ends without print: add a line such as print({name}).")
        statements = tuple(map(self._statement, module.body[:-1]))
        last = module.body[-1]
        assert isinstance(last, ast.Expr) and isinstance(last.value, ast.Call)
        if len(last.value.args) != 1 or last.value.keywords:
            raise _outside(last, "print takes one value")
        return Program(statements, self._expression(last.value.args[0]))

    def _choose_letters(self, names: list[str]) -> None:
        free = [letter for letter in string.ascii_lowercase if letter not in names]
        for name in names:
            if len(name) == 1 and name in string.ascii_lowercase:
                self.letters[name] = name
                continue
            if not free:
                raise InputError(f"The program has {len(names)} variables: use at most 26.")
            first = name[0].lower()
            self.letters[name] = first if first in free else free[0]
            free.remove(self.letters[name])

    def _statement(self, node: ast.stmt) -> Assign | Loop:
        if isinstance(node, ast.For):
            return self._loop(node)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            # the same as an assignment
            changed = ast.copy_location(ast.BinOp(node.target, node.op, node.value), node)
            return Assign(self.letters[node.target.id], self._expression(changed))
        if (
            isinstance(node, ast.Assign)
            and len(node.targets) == 1
            and isinstance(node.targets[0], ast.Name)
        ):
            name = node.targets[0].id
            value = self._expression(node.value)
            self.counters.discard(name)
            return Assign(self.letters[name], value)
        if _is_call(node, "print"):
            raise _outside(node, "print stands only at the end, once")
        raise _outside(node, "this statement is not one of the grammar")

    def _loop(self, node: ast.For) -> Loop:
        times = node.iter
        if not isinstance(node.target, ast.Name) or node.orelse:
            raise _outside(node, "a loop has one counter and no else")
        if (
            not (isinstance(times, ast.Call) and isinstance(times.func, ast.Name))
            or times.func.id != "range"
            or len(times.args) != 1
            or times.keywords
            or not isinstance(times.args[0], ast.Constant)
            or type(times.args[0].value) is not int
            or not 1 <= times.args[0].value <= MOST_TIMES
        ):
            raise _outside(times, f"a loop needs range(n) with a number n from 1 to {MOST_TIMES}")
        if len(node.body) != 1:
            raise _outside(node.body[1], "a loop has one line, such as a+=5")
        self.counters.add(node.target.id)
        name, sign, step = self._step(node.body[0])
        if isinstance(step, Name) and step.letter == name:
            raise _outside(node.body[0], "a variable cannot be added to itself in a loop")
        letter = self.letters[node.target.id]
        return Loop(letter, times.args[0].value, name, sign, step)

    def _step(self, node: ast.stmt) -> tuple[str, str, Atom]:
        target: ast.expr | None = None
        if isinstance(node, ast.AugAssign):
            target, sign, value = node.target, node.op, node.value
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
            target, sign, value = node.targets[0], node.value.op, node.value.right
            if ast.dump(node.value.left).replace("Load", "Store") != ast.dump(target):
                target = None
        if not isinstance(target, ast.Name) or not isinstance(sign, ast.Add | ast.Sub):
            raise _outside(node, "a loop has one line such as a+=5 or a-=b")
        if target.id in self.counters:
            raise _outside(node, "the counter of a loop has no other use")
        return self.letters[target.id], _SIGNS[type(sign)], self._atom(value, "the step of a loop")

    def _expression(self, node: ast.expr, depth: int = 0) -> Expression:
        if isinstance(node, ast.Name | ast.Constant):
            return self._atom(node, "a value")
        if depth > _MOST_DEPTH:
            raise _outside(node, "too deeply nested: assign a part of it to a variable before")
        if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
            sign = _SIGNS[type(node.op)]
            left, right = (self._expression(one, depth + 1) for one in (node.left, node.right))
            numbers = [one.value for one in (left, right) if isinstance(one, Number)]
            if sign == "*" and (not numbers or min(numbers) > LARGEST_FACTOR):
                raise _outside(node, f"one side of a product is a number up to {LARGEST_FACTOR}")
            return Binary(sign, left, right)
        if isinstance(node, ast.IfExp):
            test = node.test
            if (
                not isinstance(test, ast.Compare)
                or len(test.ops) != 1
                or type(test.ops[0]) not in _SIGNS
            ):
                raise _outside(test, "a condition is a<b or a>b")
            return Conditional(
                self._expression(node.body, depth + 1),
                self._atom(test.left, "a side of a condition"),
                _SIGNS[type(test.ops[0])],
                self._atom(test.comparators[0], "a side of a condition"),
                self._expression(node.orelse, depth + 1),
            )
        if isinstance(node, ast.UnaryOp):
            raise _outside(node, "numbers have no sign here: write (0-5) for -5")
        raise _outside(node, "this is not one of the operations of the grammar")

    def _atom(self, node: ast.expr, what: str) -> Atom:
        if isinstance(node, ast.Constant):
            if type(node.value) is not int or len(str(abs(node.value))) > MOST_DIGITS:
                raise _outside(node, f"numbers are whole, of at most {MOST_DIGITS} digits")
            return Number(node.value)
        if isinstance(node, ast.Name):
            if node.id in self.counters:
                raise _outside(node, "the counter of a loop has no other use")
            if node.id in self.letters:
                return Name(self.letters[node.id])
        raise _outside(node, f"{what} is a number or a variable: assign it to a variable before")


def _is_call(node: ast.stmt, name: str) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == name
    )


def _outside(node: ast.AST, reason: str) -> InputError:
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
    return InputError(f"Outside the grammar at line {line}, column {column}: {reason}; {_KNOWN}.")
