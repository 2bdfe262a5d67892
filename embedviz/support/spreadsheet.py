"""Cells that a spreadsheet does not evaluate as formulas."""

from __future__ import annotations

import re

# a word that already begins with apostrophes gets one more, so that removing one restores it
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def spreadsheet_safe(word: str) -> str:
    """Prefix an apostrophe to a word that a spreadsheet would evaluate as a formula.

    >>> spreadsheet_safe("=1+1"), spreadsheet_safe("king")
    ("'=1+1", 'king')
    """
    return f"'{word}" if _FORMULA.match(word) else word


def spreadsheet_plain(text: str) -> str:
    """Remove the apostrophe that `spreadsheet_safe` added.

    >>> spreadsheet_plain("'=1+1"), spreadsheet_plain("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if _ESCAPED.match(text) else text
