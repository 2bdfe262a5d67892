"""A thread pool that returns results in the order of the inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_R = TypeVar("_R")


class Threads:
    """A number of threads, started by ``with``; one means the caller's thread.

    Examples
    --------
    >>> with Threads(2) as threads:
    ...     threads.map(abs, [-1, 2, -3])
    [1, 2, 3]
    """

    def __init__(self, n: int = 1) -> None:
        self.n = n
        self._pool: ThreadPoolExecutor | None = None

    def map(self, function: Callable[..., _R], *parts: Iterable[object]) -> list[_R]:
        """Apply the function to the first items of all sequences, to the second ones, and so on."""
        run = self._pool.map if self._pool else map
        return list(run(function, *parts))

    def __enter__(self) -> Threads:
        """Start the threads."""
        if self.n > 1:
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(self.n)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for all threads and shut the pool down."""
        if self._pool:
            self._pool.shutdown()
            self._pool = None
