"""Options of the server, read from the command line of the script.

``embedviz app`` sets them; ``streamlit run app.py -- --read-only MODEL`` has the same effect. They
are never read from a link: a visitor cannot change them.
"""

from __future__ import annotations

import sys

READ_ONLY = "--read-only"

MOST_UPLOAD_MEGABYTES = 50
"""Maximum size of an upload; ``maxUploadSize`` in ``config.toml`` has the same value."""

MOST_VISITOR_MEGABYTES = 200
"""Uploads of one visitor that the server holds in memory."""

MOST_SERVER_MEGABYTES = 1_000
"""The same for all visitors together; also of the opened files on the server's disk."""


def is_read_only() -> bool:
    """Whether uploads and training are disabled."""
    return READ_ONLY in sys.argv[1:]


def list_models() -> list[str]:
    """Return the models on the command line, in order."""
    return [argument for argument in sys.argv[1:] if argument not in (READ_ONLY, "--")]
