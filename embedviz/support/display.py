"""Words and numbers as short plain text for display."""

from __future__ import annotations

import re

_LONGEST = 400
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def clip(text: str, longest: int = _LONGEST) -> str:
    """Shorten a text to one line of at most `longest` characters and an ellipsis.

    Control and direction characters become replacement characters.


    >>> clip("abcdef", 3)
    'abc…'
    """
    line = _CONTROL.sub("\ufffd", text[:longest])
    return f"{line}…" if len(text) > longest else line


def percent(share: float) -> str:
    """Format a share (0 to 1) as a percentage with a no-break space.

    >>> [percent(share).replace("\N{NO-BREAK SPACE}", " ") for share in (0.623, 0.0041, 1.0)]
    ['62 %', '0.4 %', '100 %']
    """
    value = 100 * share
    digits = 0 if value >= 9.95 or value == 0 else 1
    return f"{value:.{digits}f}\N{NO-BREAK SPACE}%"


def signed(value: float) -> str:
    """Format a number with two decimals and a true minus sign; minus zero becomes zero.

    >>> signed(-0.271), signed(-0.004), signed(0.5)
    ('−0.27', '0.00', '0.50')
    """
    text = f"{value:.2f}".replace("-", "−")
    return text.removeprefix("−") if text == "−0.00" else text


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
