"""Programs and what a model is to write of them, as pairs of texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from random import Random
from typing import ClassVar

from embedviz.corpora.programs.generation import draw_program
from embedviz.settings import ProgramConfig

_GENERATOR = 7  # increase when the same settings and seed give other programs or traces
_SHALLOW = 0.15  # share of a run with the growing curriculum before the deepest nesting


@dataclass(frozen=True)
class ProgramPairs:
    """Generated programs, none of which is held out; see `embedviz.corpora.programs.is_held_out`.

    Parameters
    ----------
    config : ProgramConfig
    seed : int

    Examples
    --------
    >>> pairs = ProgramPairs(ProgramConfig(length=1, nesting=1, n_programs=100), seed=3)
    >>> len(list(pairs.read()))
    100
    """

    config: ProgramConfig
    seed: int = 0

    in_order: ClassVar[bool] = True
    """Whether pairs are read in this order, that of a curriculum."""

    @property
    def names(self) -> tuple[str, ...]:
        """What the pairs are called."""
        return ("programs",)

    @property
    def settings(self) -> Mapping[str, object]:
        """Settings of the programs."""
        return asdict(self.config)

    def identity(self) -> object:
        """Return what distinguishes other pairs, for JSON."""
        return [_GENERATOR, asdict(self.config), self.seed]

    def read(self) -> Iterator[tuple[str, str]]:
        """Draw the pairs, one in memory at a time, each of the difficulty of its curriculum."""
        config, rng = self.config, Random(self.seed)
        for number in range(config.n_programs):
            length, nesting = difficulty(config, number / config.n_programs, rng)
            program, outcome = draw_program(rng, length, nesting)
            yield config.source(program.text), config.target(outcome.trace, outcome.value)


def difficulty(config: ProgramConfig, share: float, rng: Random) -> tuple[int, int]:
    """Draw the length and the nesting of a program after some share of a run, from 0 to 1.

    Source of naive, mix and combined: Zaremba and Sutskever (2014), section 5.
    """
    most_length, most_nesting = config.length, config.nesting
    kind = config.curriculum
    if kind == "combined":
        kind = rng.choice(("naive", "mix"))
    if kind == "naive":
        nesting, length = divmod(int(share * most_length * most_nesting), most_length)
        return length + 1, nesting + 1
    if kind == "mix":
        return rng.randint(1, most_length), rng.randint(1, most_nesting)
    if kind == "none":
        return most_length, most_nesting
    lengths = range(1, most_length + 1)
    nestings = range(1, most_nesting + 1)
    deep = [nesting**1.5 for nesting in nestings]
    shallow = [0.0 if nesting > 3 else 2.0**-nesting for nesting in nestings]
    # long numbers say more about carries than many short ones
    (length,) = rng.choices(lengths, [length + 1 for length in lengths])
    (nesting,) = rng.choices(nestings, shallow if share < _SHALLOW else deep)
    return length, nesting
