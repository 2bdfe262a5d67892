"""Training of one model by several processes: ranks and communication.

Only this module deals with ranks. ``torchrun`` starts the processes and sets the rank
of each by environment variables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed
from torch import Tensor

from embedviz.errors import InputError

_CPU = torch.device("cpu")


@dataclass(frozen=True)
class World:
    """One of the processes that train together; by default the only one.

    Attributes
    ----------
    rank : int
        Number of this process, from 0.
    size : int
        Number of processes.
    device : torch.device
        Device of its computations.

    Examples
    --------
    >>> World().gather([torch.arange(2)])
    [[tensor([0, 1])]]
    """

    rank: int = 0
    size: int = 1
    device: torch.device = _CPU

    @property
    def is_first(self) -> bool:
        """Whether this process reads, reports and writes for all."""
        return self.rank == 0

    def least(self, value: int) -> int:
        """Return the minimum over all processes."""
        if self.size == 1:
            return value
        received = torch.tensor(value, device=self.device)
        with _reporting_lost_processes():
            torch.distributed.all_reduce(received, torch.distributed.ReduceOp.MIN)
        return int(received)

    def any(self, wish: bool) -> bool:
        """Return whether the value is True in any process."""
        return not self.least(not wish)

    def gather(self, tensors: Sequence[Tensor]) -> list[list[Tensor]]:
        """Gather all processes' tensors, by rank.

        Parameters
        ----------
        tensors : sequence of Tensor of int64 or float32
            Same number, order and dtypes in every process; they may differ
            in length along the first axis only.
        """
        if self.size == 1:
            return [list(tensors)]
        own = torch.tensor([len(tensor) for tensor in tensors], device=self.device)
        lengths = torch.stack(self._gather_alike(own)).tolist()  # [rank][tensor]
        gathered: list[list[Tensor]] = [[None] * len(tensors) for _ in lengths]  # type: ignore[list-item]
        for dtype in (torch.int64, torch.float32):
            places = [place for place, tensor in enumerate(tensors) if tensor.dtype == dtype]
            shapes = [
                [(of_rank[place], *tensors[place].shape[1:]) for place in places]
                for of_rank in lengths
            ]
            sizes = [[torch.Size(shape).numel() for shape in of_rank] for of_rank in shapes]
            longest = max(map(sum, sizes))
            if not longest:
                for of_rank, there in zip(shapes, gathered, strict=True):
                    for place, shape in zip(places, of_rank, strict=True):
                        there[place] = torch.empty(shape, dtype=dtype, device=self.device)
                continue
            # one message for all, padded to the longest
            message = torch.zeros(longest, dtype=dtype, device=self.device)
            flat = torch.cat([tensors[place].flatten() for place in places])
            message[: len(flat)] = flat
            for rank, received in enumerate(self._gather_alike(message)):
                parts = torch.split(received[: sum(sizes[rank])], sizes[rank])
                for place, part, shape in zip(places, parts, shapes[rank], strict=True):
                    gathered[rank][place] = part.view(shape)
        return gathered

    def sum(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Sum tensors over all processes, which must have the same shapes; one message."""
        if self.size == 1:
            return list(tensors)
        flat = torch.cat([tensor.flatten() for tensor in tensors])
        with _reporting_lost_processes():
            torch.distributed.all_reduce(flat)
        parts = torch.split(flat, [tensor.numel() for tensor in tensors])
        return [part.view_as(like) for part, like in zip(parts, tensors, strict=True)]

    def wait(self) -> None:
        """Wait for all processes."""
        self.least(0)

    def _gather_alike(self, tensor: Tensor) -> list[Tensor]:
        received = [torch.empty_like(tensor) for _ in range(self.size)]
        with _reporting_lost_processes():
            torch.distributed.all_gather(received, tensor)
        return received


@contextmanager
def _reporting_lost_processes() -> Iterator[None]:
    """Convert the loss of another process to an `InputError`."""
    try:
        yield
    except RuntimeError:
        raise InputError(
            "Another process of this run has stopped: see its output, and restart all."
        ) from None


@contextmanager
def joined() -> Iterator[World]:
    """Join the processes that ``torchrun`` started; a single process without it.

    Uses a CUDA device if available, with NCCL for communication, else Gloo.
    """
    on_gpu = torch.cuda.is_available()
    device = torch.device("cpu")
    if on_gpu:
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
        torch.cuda.set_device(device)
    if int(os.environ.get("WORLD_SIZE", 1)) == 1:
        yield World(device=device)
        return
    torch.distributed.init_process_group("nccl" if on_gpu else "gloo")
    try:
        yield World(torch.distributed.get_rank(), torch.distributed.get_world_size(), device)
    finally:
        torch.distributed.destroy_process_group()
