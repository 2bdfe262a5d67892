"""Words in tables that a spreadsheet may open, none of which becomes a formula."""

from __future__ import annotations

import re

# a word that begins with apostrophes already gets one more, so that taking one off gives it back
_TAKEN_FOR_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_MADE_SAFE = re.compile(r"'+[=+\-@\t\r]")


def spreadsheet_safe(word: str) -> str:
    """Put an apostrophe before a word that a spreadsheet would take for a formula.

    >>> spreadsheet_safe("=1+1"), spreadsheet_safe("king")
    ("'=1+1", 'king')
    """
    return f"'{word}" if _TAKEN_FOR_FORMULA.match(word) else word


def spreadsheet_plain(text: str) -> str:
    """Take the apostrophe off again.

    >>> spreadsheet_plain("'=1+1"), spreadsheet_plain("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if _MADE_SAFE.match(text) else text
