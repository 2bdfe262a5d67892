"""What a model writes while it learns, recorded by the run and read by the dashboard.

A file of JSON lines, one for each moment.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from embedviz.support import check_numbers, read_complete_lines


@dataclass(frozen=True)
class Sample:
    """What a model makes of a held-out source.

    Attributes
    ----------
    source : str
        A text, a label, or the name of a picture; of a language model the beginning of a passage.
    target : str
        What was to be written; of a language model how the passage goes on.
    text : str
        What the model wrote, or the labels that it found.
    """

    source: str
    target: str
    text: str


@dataclass(frozen=True)
class SampleMoment:
    """What a model writes at one moment of its run.

    Attributes
    ----------
    share : float
        Share of the run done, between 0 and 1; 0 is the untrained model.
    samples : tuple of Sample
    reach : tuple of (float, float, float)
        Of a language model the quartiles of ‖∂C[t]/∂h[t - k]‖ relative to k = 0, for each k.
    """

    share: float
    samples: tuple[Sample, ...] = ()
    reach: tuple[tuple[float, float, float], ...] = ()

    def __post_init__(self) -> None:
        """Raise `TypeError` or `ValueError` for numbers that a damaged file may hold."""
        check_numbers(self.share, *(number for quartiles in self.reach for number in quartiles))
        if not 0 <= self.share <= 1:
            raise ValueError(f"{self.share} is no share")


def append_moment(path: Path, moment: SampleMoment) -> None:
    """Append a moment to a file."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(moment), ensure_ascii=False) + "\n")


def read_moments(path: Path) -> list[SampleMoment]:
    """Read the moments so far, in order; empty if there are none yet."""
    found: list[SampleMoment] = []
    for line in read_complete_lines(path):
        with suppress(KeyError, TypeError, ValueError):
            samples = tuple(
                Sample(*(str(one[name]) for name in ("source", "target", "text")))
                for one in line["samples"]
            )
            reach = tuple((low, middle, high) for low, middle, high in line["reach"])
            moment = SampleMoment(line["share"], samples, reach)
            while found and found[-1].share >= moment.share:
                found.pop()  # not in the last checkpoint, so trained again
            found.append(moment)
    return found
