"""Words and numbers as short plain text for display."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST = 400
_SPACES = str.maketrans({"\n": "↵", "\t": "⇥"})
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def clip(text: str, longest: int = _LONGEST) -> str:
    """Shorten a text to one line of at most `longest` characters and an ellipsis.

    See `visible` for characters that would not show.

    >>> clip("abcdef", 3)
    'abc…'
    """
    line = visible(text[:longest])
    return f"{line}…" if len(text) > longest else line


def clip_all(texts: Sequence[str], longest: int) -> list[str]:
    r"""Shorten many texts as `clip` does; several times as fast for plain words.

    >>> clip_all(["abc", "abcdef", "a\nb"], 3)
    ['abc', 'abc…', 'a↵b']
    """
    return [
        text if len(text) <= longest and text.isprintable() and text != " " else clip(text, longest)
        for text in texts
    ]


def visible(text: str) -> str:
    r"""Return a text with signs for line breaks, tabs and a lone space: words of some models.

    Other control and direction characters, and halves of characters, become replacement characters.

    >>> visible("two\nlines"), visible(" "), visible("\x1b[31m")
    ('two↵lines', '␣', '�[31m')
    """
    return "␣" if text == " " else _CONTROL.sub("\ufffd", text.translate(_SPACES))


def counted(n: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is 1.

    >>> counted(1, "pair"), counted(2_000, "text")
    ('1 pair', '2,000 texts')
    """
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def said_of_case(folded: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return a sentence about words that were found in another case; none if there are none.

    >>> said_of_case([("athens", "Athens")])
    ('1 word was looked up in another case: athens as Athens.',)
    """
    if not folded:
        return ()
    named = ", ".join(f"{clip(word, 30)} as {clip(as_known, 30)}" for word, as_known in folded[:3])
    more = f" and {len(folded) - 3:,} more" if len(folded) > 3 else ""
    verb = "was" if len(folded) == 1 else "were"
    return (f"{counted(len(folded), 'word')} {verb} looked up in another case: {named}{more}.",)


def percent(share: float) -> str:
    """Format a share (0 to 1) as a percentage with a no-break space.

    >>> [percent(share).replace("\N{NO-BREAK SPACE}", " ") for share in (0.623, 0.0041, 1.0)]
    ['62 %', '0.4 %', '100 %']
    """
    value = 100 * share
    digits = 0 if value >= 9.95 or value == 0 else 1
    return f"{value:.{digits}f}\N{NO-BREAK SPACE}%"


def signed(
    value: float, digits: str = ".2f", *, interval: tuple[float, float] | None = None
) -> str:
    """Return a number with a true minus and no zero below zero, and its interval if given.

    >>> signed(-0.271), signed(-0.004), signed(0.5)
    ('−0.27', '0.00', '0.50')
    >>> signed(12.4, "+.0f", interval=(-1.0, 25.0))
    '+12 (−1 to +25)'
    """
    if interval is not None:
        low, high = (signed(end, digits) for end in interval)
        return f"{signed(value, digits)} ({low} to {high})"
    text = format(value, digits)
    if text.startswith("-") and not text.strip("-0."):
        text = format(0.0, digits)
    return text.replace("-", "−")


def signed_points(share: float, interval: tuple[float, float] | None = None) -> str:
    """Return a difference of shares in points of 100, and its interval if given.

    >>> signed_points(-0.25, (-0.5, 0.01))
    '−25 (−50 to +1)'
    """
    low_high = None if interval is None else (100 * interval[0], 100 * interval[1])
    return signed(100 * share, "+.0f", interval=low_high)


def p_value(p: float | None) -> str:
    """Format a p-value with as many digits as its number of shuffles supports.

    >>> p_value(0.001), p_value(0.2345), p_value(None)
    ('0.001', '0.23', '–')
    """
    if p is None:
        return "–"
    return f"{p:.3f}" if p < 0.095 else f"{p:.2f}"


def arrow_name(relation: str) -> str:
    """Format a relation's name as its direction.

    >>> arrow_name("country-capital")
    'country → capital'
    """
    return clip(relation, 60).replace("-", " → ")
