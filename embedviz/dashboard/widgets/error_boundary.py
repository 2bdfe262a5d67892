"""One wrapper around every page: whatever fails shows a sentence, never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable

import streamlit as st

from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import EmbedvizError

logger = logging.getLogger(__name__)

UNEXPECTED = (
    "Something went wrong on this page. The server's log says what; "
    "reload the page or choose another model."
)


def run_safely(page: Callable[[], None]) -> None:
    """Run a page; show the message of an `EmbedvizError`, log anything else and say so.

    Streamlit's own signals (rerun, stop) are not exceptions of this kind and pass through.
    """
    try:
        page()
    except EmbedvizError as error:
        st.error(escape(str(error)))
    except Exception:  # the last floor: nothing above could still show a sentence
        logger.exception("A page of the dashboard failed")
        st.error(UNEXPECTED)
