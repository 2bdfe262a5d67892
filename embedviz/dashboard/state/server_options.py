"""What whoever started the server said, read from the command line of the script.

``embedviz app`` writes it there, and ``streamlit run app.py -- --read-only MODEL`` says the same.
It is never read from a link: a visitor cannot change it.
"""

from __future__ import annotations

import sys

READ_ONLY = "--read-only"


def is_read_only() -> bool:
    """Whether visitors may only look: nothing is uploaded, and nothing trained."""
    return READ_ONLY in sys.argv[1:]


def list_models() -> list[str]:
    """Models that were given, in that order."""
    return [argument for argument in sys.argv[1:] if argument not in (READ_ONLY, "--")]
