"""Error boundary of the pages: every failure shows a message, never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable

import streamlit as st

from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import EmbedvizError

logger = logging.getLogger(__name__)

UNEXPECTED = (
    "An unexpected error occurred on this page. The server's log has the details; "
    "reload the page or choose another model."
)


def run_safely(page: Callable[[], None]) -> None:
    """Run a page; show the message of an `EmbedvizError`, log any other exception.

    Streamlit's control-flow signals (rerun, stop) are not subclasses of `Exception` and propagate.
    """
    try:
        page()
    except EmbedvizError as error:
        st.error(escape(str(error)))
    except Exception:  # outermost handler: nothing above it can show a message
        logger.exception("A page of the dashboard failed")
        st.error(UNEXPECTED)
