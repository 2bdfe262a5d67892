"""Error boundary of the pages: every failure shows a message, never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import EmbedvizError

logger = logging.getLogger(__name__)

Parameters = ParamSpec("Parameters")

NOTICES = "notices"
"""Key, in the session, of messages that the next page shows once."""

RESET_NOTICE = "The controls of this page were reset after an error."

UNEXPECTED = (
    "An unexpected error occurred on this page. The server's log has the details; "
    "reload the page or choose another model."
)


UPLOADS = "uploads"
"""Key of a visitor's files: the one value in a session that no widget can restore."""

_RESET = "widgets-reset"


def run_safely(page: Callable[[], object]) -> None:
    """Run a page; show the message of an `EmbedvizError`, log any other exception.

    After any other exception the page is run once more with all widgets as on a first visit, and
    says so: their values may be what the page cannot handle.

    Streamlit's control-flow signals (rerun, stop) are not subclasses of `Exception` and propagate.
    """
    try:
        page()
        st.session_state.pop(_RESET, None)
    except EmbedvizError as error:
        st.session_state.pop(_RESET, None)
        st.error(escape(str(error)))
    except Exception:  # outermost handler: nothing above it can show a message
        logger.exception("A page of the dashboard failed")
        if not st.session_state.get(_RESET):
            kept = st.session_state.get(UPLOADS)
            st.session_state.clear()
            st.session_state[_RESET] = True
            st.session_state[NOTICES] = [RESET_NOTICE]
            if kept is not None:
                st.session_state[UPLOADS] = kept
            st.rerun()
        st.error(UNEXPECTED)


def guarded(callback: Callable[Parameters, object]) -> Callable[Parameters, None]:
    """Return a widget's callback that shows a message where it would raise.

    An exception that leaves a callback ends the run before the page is drawn.
    """

    @wraps(callback)
    def call(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except EmbedvizError as error:
            st.error(escape(str(error)))
        except Exception:
            logger.exception("A callback of the dashboard failed")
            st.error(UNEXPECTED)

    return call
