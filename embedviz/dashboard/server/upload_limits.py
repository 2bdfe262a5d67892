"""Limits of the memory that uploads take, for a visitor and for the server.

Streamlit keeps an uploaded file in memory until a page takes it or its session ends, and limits
only the size of one file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from embedviz.dashboard.state.server_options import MOST_SERVER_MEGABYTES, MOST_VISITOR_MEGABYTES

_MEGABYTE = 1 << 20


class UploadLimits:
    """Counts the bytes of the uploads that are arriving, besides those that are held.

    Only bytes that have arrived count, so that a stalled upload takes nothing from others.

    Parameters
    ----------
    held : callable, optional
        Returns the bytes that the server holds, by session.
    """

    def __init__(self, held: Callable[[], Mapping[str, int]] | None = None) -> None:
        self._held = held or held_by_streamlit
        self._arriving: dict[str, int] = {}

    def allows(self, session: str, n_bytes: int) -> bool:
        """Whether a session, and the server, may take that many more bytes."""
        held = self._held()
        mine = held.get(session, 0) + self._arriving.get(session, 0) + n_bytes
        everybodys = sum(held.values()) + sum(self._arriving.values()) + n_bytes
        return (
            mine <= MOST_VISITOR_MEGABYTES * _MEGABYTE
            and everybodys <= MOST_SERVER_MEGABYTES * _MEGABYTE
        )

    @contextmanager
    def counting(self, session: str) -> Iterator[Callable[[int], bool]]:
        """Yield a function that counts bytes as they arrive; False if they are too many."""
        arrived = 0

        def count(n_bytes: int) -> bool:
            nonlocal arrived
            if not self.allows(session, n_bytes):
                return False
            arrived += n_bytes
            self._arriving[session] = self._arriving.get(session, 0) + n_bytes
            return True

        try:
            yield count
        finally:
            left = self._arriving.pop(session, 0) - arrived
            if left > 0:
                self._arriving[session] = left


def held_by_streamlit() -> dict[str, int]:
    """Return the bytes of the uploads in Streamlit's memory, by session."""
    from streamlit import runtime
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

    manager = runtime.get_instance().uploaded_file_mgr if runtime.exists() else None
    if not isinstance(manager, MemoryUploadedFileManager):
        return {}
    return {
        session: sum(len(file.data) for file in list(files.values()))
        for session, files in list(manager.file_storage.items())
    }
