"""Markdown tables, and figures over several seeds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Figures = Mapping[str, Any]


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, n_left: int = 1) -> str:
    """Return a Markdown table: the first columns left-aligned, the others right-aligned."""
    rule = ["---" if column < n_left else "---:" for column in range(len(header))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))


def number(value: float, form: str) -> str:
    """Format a number with a proper minus sign."""
    return f"{value:{form}}".replace("-", "−")


def spread(
    seeds: Sequence[Figures], pick: Callable[[Figures], float | None], form: str = ".1%"
) -> str:
    """Format the mean of a figure over the seeds, with its lowest and highest value."""
    values = [value for seed in seeds if (value := pick(seed)) is not None]
    if not values:
        return "–"
    mean = number(sum(values) / len(values), form)
    if len(values) == 1:
        return mean
    low, high = (number(bound, form).removesuffix("%") for bound in (min(values), max(values)))
    return f"{mean} ({low} to {high})"
