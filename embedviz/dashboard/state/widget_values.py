"""Values that a browser sends for widgets, which may be of any type."""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from streamlit.runtime.state.session_state import Serialized, WStates

logger = logging.getLogger(__name__)


@cache
def ignore_invalid_values() -> None:
    """Make Streamlit treat a value that its widget cannot have as not sent.

    A browser's message may hold a text where a widget has a number. Streamlit deserializes it
    before it runs the page, and an exception there ends the run without one. It offers no public
    way to check a value, so its mapping of values gets a look-up that does.
    """
    look_up = WStates.__getitem__

    def checked(self: WStates, key: str) -> Any:  # noqa: ANN401 - as Streamlit's
        state, metadata = self.states.get(key), self.widget_metadata.get(key)
        if not isinstance(state, Serialized) or metadata is None:
            return look_up(self, key)
        try:
            sent = state.value.WhichOneof("value")  # None for a widget that was cleared
            if sent is not None and _kind(sent) != _kind(metadata.value_type):
                raise TypeError
            return look_up(self, key)
        except Exception:  # whatever a deserializer does with a forged value
            logger.debug("A browser sent a value that the widget %.60s cannot have", key)
            raise KeyError(key) from None

    WStates.__getitem__ = checked  # type: ignore[method-assign]


def _kind(value_type: str) -> str:
    """Return a type without the kind of its numbers: browsers send whole ones as integers."""
    return value_type.replace("int_", "double_")
