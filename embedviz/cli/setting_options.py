"""Options of training commands, generated from the settings' declarations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import is_dataclass, replace
from functools import wraps
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from embedviz.errors import InputError, SettingError
from embedviz.settings import Setting, from_options, settings_of

_Result = TypeVar("_Result")

CONFIGS = "embedviz_configs"
"""Attribute of a command: the settings of its options, with its defaults, by configuration."""


def with_setting_options(
    command: Callable[..., _Result], *, defaults: object = None, fixed: Collection[str] = ()
) -> Callable[..., _Result]:
    """Add an option to a command for every setting of its configurations.

    A parameter annotated with a configuration, as ``config: TrainingConfig``, is replaced by the
    options of its settings, and receives the resulting configuration. Errors about settings
    name the options.

    Parameters
    ----------
    command : callable
    defaults : configuration, optional
        Whose values are the defaults, in place of those that its class declares.
    fixed : collection of str
        Names of settings that keep their default, and have no option.
    """
    parameters: list[inspect.Parameter] = []
    configs: dict[str, type] = {}
    kept_defaults: dict[str, Any] = {}
    shown: dict[type, list[Setting]] = {}
    hints = get_type_hints(command, include_extras=True)
    for name, parameter in inspect.signature(command).parameters.items():
        if is_dataclass(hints[name]):
            configs[name] = hints[name]
            given = defaults if isinstance(defaults, hints[name]) else None
            for setting in settings_of(hints[name]):
                one = _with_default(setting, given)
                kept_defaults[one.name] = one.off if one.default is None else one.default
                if one.name not in fixed:
                    parameters.append(_parameter(one))
                    shown.setdefault(hints[name], []).append(one)
        else:
            kind = inspect.Parameter.KEYWORD_ONLY
            parameters.append(parameter.replace(annotation=hints[name], kind=kind))

    @wraps(command)
    def with_configs(**given: Any) -> _Result:  # noqa: ANN401
        try:
            made: dict[str, Any] = {
                name: from_options(config, kept_defaults | given)
                for name, config in configs.items()
            }
            kept = {name: value for name, value in given.items() if name in hints}
            return command(**kept, **made)
        except SettingError as error:
            raise InputError(error.in_options) from None

    # read by typer
    with_configs.__dict__["__signature__"] = inspect.Signature(parameters)
    with_configs.__annotations__ = {one.name: one.annotation for one in parameters}
    with_configs.__dict__[CONFIGS] = shown
    return with_configs


def _with_default(setting: Setting, given: object) -> Setting:
    return setting if given is None else replace(setting, default=getattr(given, setting.name))


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
