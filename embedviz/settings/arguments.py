"""Conversion of settings to and from command-line arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from embedviz.settings.declaration import build, nested_configs, own_settings, settings_of

_Config = TypeVar("_Config")


def from_options(config: type[_Config], values: Mapping[str, Any]) -> _Config:
    """Make a configuration from the option values, by setting name."""
    read = {
        one.name: None if one.off is not None and values[one.name] == one.off else values[one.name]
        for one in settings_of(config)
    }
    return build(config, read)


def as_arguments(config: object, *, unlike: object = None) -> tuple[str, ...]:
    """Format all settings of a configuration as command-line options.

    With `unlike`, another configuration of the same type, only those that differ from it.

    >>> from embedviz.settings import TrainingConfig
    >>> as_arguments(TrainingConfig(n_dims=50, tied=False, skip=None))[:5]
    ('--cell', 'mingru', '--dims', '50', '--no-tied')
    """
    written: list[str] = []
    for one in own_settings(type(config)):
        value = getattr(config, one.name)
        if unlike is not None and value == getattr(unlike, one.name):
            continue
        value = one.off if value is None else value
        if isinstance(value, bool):
            written.append(one.option if value else f"--no-{one.option[2:]}")
        elif value is not None:
            written += [one.option, str(value)]
    for name in nested_configs(type(config)):
        other = None if unlike is None else getattr(unlike, name)
        written += as_arguments(getattr(config, name), unlike=other)
    return tuple(written)
