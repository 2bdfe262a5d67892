"""Options of training commands, generated from the settings' declarations."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import wraps
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from embedviz.errors import InputError, SettingError
from embedviz.settings import Setting, from_options, settings_of

_Result = TypeVar("_Result")

CONFIGS = "embedviz_configs"
"""Attribute of a command that lists the configurations set by its options."""


def with_setting_options(command: Callable[..., _Result]) -> Callable[..., _Result]:
    """Add an option to a command for every setting of its configurations.

    A parameter annotated with a configuration, as ``config: TrainingConfig``, is replaced by the
    options of its settings, and receives the resulting configuration. Errors about settings
    name the options.
    """
    parameters: list[inspect.Parameter] = []
    configs: dict[str, type] = {}
    hints = get_type_hints(command, include_extras=True)
    for name, parameter in inspect.signature(command).parameters.items():
        if is_dataclass(hints[name]):
            configs[name] = hints[name]
            parameters += map(_parameter, settings_of(hints[name]))
        else:
            kind = inspect.Parameter.KEYWORD_ONLY
            parameters.append(parameter.replace(annotation=hints[name], kind=kind))

    @wraps(command)
    def with_configs(**given: Any) -> _Result:  # noqa: ANN401
        try:
            made: dict[str, Any] = {
                name: from_options(config, given) for name, config in configs.items()
            }
            kept = {name: value for name, value in given.items() if name in hints}
            return command(**kept, **made)
        except SettingError as error:
            raise InputError(error.in_options) from None

    # read by typer
    with_configs.__dict__["__signature__"] = inspect.Signature(parameters)
    with_configs.__annotations__ = {one.name: one.annotation for one in parameters}
    with_configs.__dict__[CONFIGS] = tuple(configs.values())
    return with_configs


def _parameter(setting: Setting) -> inspect.Parameter:
    is_flag = setting.kind is bool
    option = typer.Option(
        f"{setting.option}/--no-{setting.option[2:]}" if is_flag else setting.option,
        help=setting.help,
        show_default=setting.default is not None,
        rich_help_panel=setting.group,
    )
    kind: Any = setting.kind if setting.default is not None else setting.kind | None
    return inspect.Parameter(
        setting.name,
        inspect.Parameter.KEYWORD_ONLY,
        annotation=Annotated[kind, option],
        default=setting.off if setting.default is None else setting.default,
    )
