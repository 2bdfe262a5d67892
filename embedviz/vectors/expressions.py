"""Word expressions such as ``king - man + woman``, parsed to weights.

::

    expression = [sign] term { sign term }
    sign       = "+" | "-" | "−"                           with a space on both sides
    term       = [number "*"] part
    part       = word | "(" expression ")" | "avg" "(" expression { "," expression } ")"

A word that contains a space, parenthesis, comma or asterisk, or begins with a quote, must be
in single or double quotes; the same quote inside is doubled. Signs inside a word belong to
it: ``well-known`` is one word.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

from embedviz.errors import InputError

LONGEST = 1_000
"""Maximum number of characters of an expression."""
DEEPEST = 20
"""Maximum nesting depth of parentheses."""
LARGEST_WEIGHT = 1e6
"""Maximum absolute weight of a word."""

SIGNS = "+-−"
"""The characters that add and subtract: plus, hyphen-minus and the true minus."""
_QUOTES = "'\""
_MARKS = "(),*"
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")
_SPLIT = re.compile("[+−-]")
_LONGEST_LABEL = 12  # pieces of a word with spaces that is typed without quotes


def parse_expression(expression: str, *, known: Container[str] | None = None) -> dict[str, float]:
    """Parse an expression to the weight of each of its words.

    Parameters
    ----------
    expression : str
        At most 1,000 characters, with parentheses nested at most 20 deep.
    known : container of str, optional
        Words that have vectors. If given, the errors suggest spaces for ``king-man``, if only
        ``king`` and ``man`` have a vector, and quotes for ``new york``, if it has one.

    Raises
    ------
    InputError
        If it does not follow the grammar; the message gives the column.

    Examples
    --------
    >>> parse_expression("king - man + woman")
    {'king': 1.0, 'man': -1.0, 'woman': 1.0}
    >>> parse_expression("2*king - 0.5*(man + 'new york')")
    {'king': 2.0, 'man': -0.5, 'new york': -0.5}
    >>> parse_expression("avg(paris, rome)")
    {'paris': 0.5, 'rome': 0.5}
    """
    if len(expression) > LONGEST:
        raise InputError(
            f"An expression of {len(expression)} characters is too long: write at most {LONGEST}."
        )
    parser = _Parser(expression, _tokens(expression), known)
    parser.sum(1.0, 0)
    if parser.next.kind != "end":
        raise parser.expected("+ or - between spaces" if parser.next.kind != ")" else "no )")
    return parser.weights


def analogy_weights(a: str, b: str, c: str) -> dict[str, float]:
    """Return the weights of "a is to b as c is to ?": b - a + c; repeated words are summed.

    >>> analogy_weights("man", "king", "woman")
    {'king': 1.0, 'man': -1.0, 'woman': 1.0}
    """
    weights: dict[str, float] = {}
    for word, weight in ((b, 1.0), (a, -1.0), (c, 1.0)):
        weights[word] = weights.get(word, 0.0) + weight
    return weights


def match_analogy(weights: Mapping[str, float]) -> tuple[str, str, str] | None:
    """Return a, a* and b if the weights are the analogy a* - a + b, otherwise None.

    >>> match_analogy(parse_expression("king - man + woman"))
    ('man', 'king', 'woman')
    """
    added = [word for word, weight in weights.items() if weight == 1]
    taken = [word for word, weight in weights.items() if weight == -1]
    if len(weights) != 3 or len(added) != 2 or len(taken) != 1:
        return None
    return taken[0], added[0], added[1]


def format_expression(weights: Mapping[str, float]) -> str:
    """Format weights as an expression that `parse_expression` parses to the same weights.

    >>> format_expression({"king": 1, "man": -1, "new york": 0.5})
    'king - man + 0.5*"new york"'
    """
    terms = []
    for word, weight in weights.items():
        number = "" if abs(weight) == 1 else f"{abs(weight)!r}*"
        terms.append(f"{'-' if weight < 0 else '+'} {number}{quote_word(word)}")
    return " ".join(terms).removeprefix("+ ")


def quote_word(word: str) -> str:
    """Quote a word for an expression if it needs quotes.

    >>> quote_word("o'clock"), quote_word("new york")
    ("o'clock", '"new york"')
    """
    bare = word and word not in SIGNS and word[0] not in _QUOTES
    if bare and not any(sign.isspace() or sign in _MARKS for sign in word) and word != "avg":
        return word
    return '"' + word.replace('"', '""') + '"'


@dataclass(frozen=True)
class _Token:
    kind: str  # "word", "sign", "end", or the mark itself
    text: str
    column: int
    end: int  # the index after it
    is_quoted: bool = False


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(text):
        sign, begin = text[at], at
        if sign.isspace():
            at += 1
        elif sign in _MARKS:
            at += 1
            tokens.append(_Token(sign, sign, at, at))
        elif sign in _QUOTES:
            word, at = _quoted_word(text, at)
            tokens.append(_Token("word", word, begin + 1, at, is_quoted=True))
        else:
            while at < len(text) and not text[at].isspace() and text[at] not in _MARKS:
                at += 1
            word = text[begin:at]
            # a sign before "(" is a separate token, because a parenthesis cannot be part of a word
            kind = "sign" if word in tuple(SIGNS) else "word"
            tokens.append(_Token(kind, word, begin + 1, at))
    return [*tokens, _Token("end", "", len(text) + 1, len(text))]


def _quoted_word(text: str, begin: int) -> tuple[str, int]:
    """Return the quoted word that starts at `begin`, and the index after it."""
    quote, at = text[begin], begin + 1
    while (at := text.find(quote, at)) >= 0:
        if text[at + 1 : at + 2] != quote:
            word = text[begin + 1 : at].replace(quote * 2, quote)
            if not word:
                break
            return word, at + 1
        at += 2
    if at < 0:
        raise InputError(
            f"Column {begin + 1}: expected a closing {quote} for the one here; a word that begins "
            "with a quote must be in the other kind of quotes."
        )
    raise InputError(f"Column {begin + 1}: the quotes contain no word; write one between them.")


class _Parser:
    """Recursive-descent parser: one pass over the tokens, adding up the weights."""

    def __init__(self, text: str, tokens: list[_Token], known: Container[str] | None) -> None:
        self.text, self.tokens, self.known, self.place = text, tokens, known, 0
        self.weights: dict[str, float] = {}

    @property
    def next(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        token = self.next
        self.place += 1
        return token

    def expected(self, what: str) -> InputError:
        token = self.next
        found = "the end" if token.kind == "end" else f"'{token.text[:60]}'"
        label = self.label_here()
        remedy = (
            f"write for example {quote_word(label)}, as a word with spaces or marks needs quotes."
            if label
            else "write for example king - man + woman."
        )
        return InputError(f"Column {token.column}: expected {what}, found {found}; {remedy}")

    def label_here(self) -> str:
        """Find the longest known word around the next token that should be in quotes."""
        around = [
            self.text[first.column - 1 : last.end]
            for first in self.tokens[max(self.place - _LONGEST_LABEL, 0) : self.place + 1]
            for last in self.tokens[self.place : self.place + _LONGEST_LABEL]
        ]
        known = self.known or ()
        fitting = (label for label in around if quote_word(label) != label and label in known)
        return max(fitting, key=len, default="")

    def sum(self, weight: float, depth: int) -> None:
        first = self.take().text if self.next.kind == "sign" else "+"
        self.term(weight if first == "+" else -weight, depth)
        while self.next.kind == "sign":
            self.term(weight if self.take().text == "+" else -weight, depth)

    def term(self, weight: float, depth: int) -> None:
        token = self.next
        follows = self.tokens[self.place + 1].kind if token.kind == "word" else ""
        if follows == "*" and not token.is_quoted:
            number = _NUMBER.fullmatch(token.text)
            if not number:
                raise self.expected("a number such as 0.5 before *")
            self.place += 2
            self.part(weight * min(float(number.group()), 2 * LARGEST_WEIGHT), depth)
        else:
            self.part(weight, depth)

    def part(self, weight: float, depth: int) -> None:
        if abs(weight) > LARGEST_WEIGHT:
            raise self.expected(f"a weight of at most {LARGEST_WEIGHT:.0f} before this")
        if depth > DEEPEST:
            raise self.expected(f"at most {DEEPEST} nested parentheses")
        token = self.next
        if token.kind == "(":
            self.place += 1
            self.sum(weight, depth + 1)
            self.close()
        elif token.kind != "word":
            raise self.expected("a word")
        elif (
            token.text == "avg" and not token.is_quoted and self.tokens[self.place + 1].kind == "("
        ):
            self.place += 2
            self.average(weight, depth + 1)
        else:
            self.word(self.take(), weight)

    def average(self, weight: float, depth: int) -> None:
        outer, self.weights = self.weights, {}
        self.sum(1.0, depth)
        n = 1
        while self.next.kind == ",":
            self.place += 1
            self.sum(1.0, depth)
            n += 1
        self.close()
        inner, self.weights = self.weights, outer
        for word, share in inner.items():
            self.add(word, weight * share / n)

    def close(self) -> None:
        if self.next.kind != ")":
            raise self.expected(")")
        self.place += 1

    def word(self, token: _Token, weight: float) -> None:
        known = self.known
        if known is not None and not token.is_quoted and token.text not in known:
            pieces = [piece for piece in _SPLIT.split(token.text) if piece]
            if _SPLIT.search(token.text) and all(piece in known for piece in pieces):
                raise InputError(
                    f"Column {token.column}: expected a word with a vector, found "
                    f"'{token.text[:60]}'; put a space on both sides of + and -, as in "
                    "king - man + woman."
                )
        self.add(token.text, weight)

    def add(self, word: str, weight: float) -> None:
        self.weights[word] = self.weights.get(word, 0.0) + weight
