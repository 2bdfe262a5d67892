"""How well a model executes programs that it has never seen."""

from __future__ import annotations

import string
from collections.abc import Iterable
from random import Random
from typing import Any

import torch

from embedviz.corpora import (
    EXAMPLE_PROGRAMS,
    Program,
    draw_program,
    is_held_out,
    parse_program,
)
from embedviz.models import EncoderDecoder, Pairs, decode_pairs
from embedviz.sequences import (
    Execution,
    SequenceModel,
    execute_programs,
    learnt_from,
    program_config,
)

SEED = 12_345
LENGTHS, NESTINGS = (1, 2, 3, 4, 6), (1, 2, 3, 4)
BEYOND = ((5, 4), (7, 2), (8, 2), (4, 5), (4, 6))
_AT_ONCE = 100


def cells(model: SequenceModel, places: Iterable[tuple[int, int]], n: int) -> list[dict[str, Any]]:
    """Measure the share of right answers, and of right traces, for lengths and nestings."""
    found = []
    for length, nesting in places:
        rng = Random(f"{SEED} {length} {nesting}")
        programs = [draw_program(rng, length, nesting, held_out=True)[0] for _ in range(n)]
        found.append({"length": length, "nesting": nesting, "n": n, **shares(model, programs)})
    return found


def shares(model: SequenceModel, programs: list[Program]) -> dict[str, float]:
    """Return the shares of right answers and of right traces, free running."""
    ran = _run(model, programs)
    return {
        "right": sum(one.is_right for one in ran) / len(ran),
        "trace": sum(one.trace == one.true_trace for one in ran) / len(ran),
    }


def _run(model: SequenceModel, programs: list[Program]) -> list[Execution]:
    ordered = sorted(programs, key=lambda program: len(program.text))
    return [
        one
        for begin in range(0, len(ordered), _AT_ONCE)
        for one in execute_programs(model, ordered[begin : begin + _AT_ONCE])
    ]


def examples(model: SequenceModel) -> dict[str, dict[str, Any]]:
    """Execute the programs of the lecture."""
    ran = execute_programs(model, [parse_program(text) for text in EXAMPLE_PROGRAMS.values()])
    return {
        name: {"answer": one.answer, "truth": one.truth, "trace_right": one.trace == one.true_trace}
        for name, one in zip(EXAMPLE_PROGRAMS, ran, strict=True)
    }


def templates(model: SequenceModel, n: int) -> dict[str, dict[str, float]]:
    """Execute programs like those of the lecture: other names and numbers, never seen."""
    found = {}
    for name, template in (("lecture-loop", _loop), ("lecture-if", _if)):
        rng, programs = Random(f"{SEED} {name}"), []
        while len(programs) < n:
            text = template(rng)
            if is_held_out(text):
                programs.append(parse_program(text))
        found[name] = {"n": n, **shares(model, programs)}
    return found


def _loop(rng: Random) -> str:
    a, b, x = rng.sample(string.ascii_lowercase, 3)
    return (
        f"{a}={_four(rng)}\nfor {x} in range({rng.randint(2, 20)}):\n"
        f"    {a}+={rng.randint(100, 9_999)}\n{b}=({_four(rng)}+{a})\nprint(({b}+{_four(rng)}))"
    )


def _if(rng: Random) -> str:
    a, b = rng.sample(string.ascii_lowercase, 2)
    return (
        f"{a}={_four(rng)}\n{b}=({a}-{_four(rng)})\n"
        f"print(({b}+{_four(rng)}) if {_four(rng)}<{_four(rng)} else {_four(rng)})"
    )


def _four(rng: Random) -> int:
    return rng.randint(1_000, 9_999)


@torch.no_grad()
def character_accuracy(model: SequenceModel, length: int, nesting: int, n: int) -> float:
    """Return the share of characters predicted right by teacher forcing, the end included.

    The measure of Zaremba and Sutskever (2014), section 6.
    """
    assert isinstance(model.net, EncoderDecoder)
    config, rng = program_config(model), Random(f"{SEED} {length} {nesting}")
    n_right = n_all = 0
    for begin in range(0, n, _AT_ONCE):
        some = min(_AT_ONCE, n - begin)
        drawn = [draw_program(rng, length, nesting, held_out=True) for _ in range(some)]
        sources = [model.source_ids(config.source(program.text)) for program, _ in drawn]
        texts = [config.target(outcome.trace, outcome.value) for _, outcome in drawn]
        targets = list(map(model.target_ids, texts))
        batch = model.batch(sources, targets)
        at = decode_pairs(model.net, Pairs.of(batch, torch.device("cpu")))
        best = model.net.decoder.scores(at.vectors).argmax(dim=1)
        n_right += int((best == at.targets).sum())
        n_all += len(best)
    return n_right / n_all


def digits(model: SequenceModel) -> list[dict[str, object]]:
    """Measure whether the digits lie in order, before and after training."""
    return learnt_from(model, parse_program(EXAMPLE_PROGRAMS["lecture-if"])).digit_figures
