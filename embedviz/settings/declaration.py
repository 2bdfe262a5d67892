"""Declaration of settings, on the fields of their configuration.

A configuration is a frozen dataclass whose fields are annotated with a `Setting`::

    n_dims: Annotated[int, Setting("Dimensions of the word vectors.", least=2, most=4096)] = 100

Range checks, error messages, command-line options, forms and docs/settings.md derive from it.
"""

from __future__ import annotations

import textwrap
import types
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, MISSING, dataclass, field, fields, is_dataclass, replace
from functools import cache
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from embedviz.errors import SettingError

_Config = TypeVar("_Config")


@dataclass(frozen=True, eq=False)
class Setting:
    """Metadata of a setting.

    Parameters
    ----------
    meaning : str
        One sentence, for help texts, forms and the reference.
    group : str
        Heading under which it is listed.
    least, most : number, optional
        Limits of a number, inclusive.
    choices : mapping of str to str, optional
        Allowed values of a string and their meanings.
    option : str, optional
        Name on the command line; by default the field's name with dashes.
    off : number, optional
        Command-line value for None.
    label : str, optional
        Name in a form; by default that of the option.
    name, kind, is_optional, default
        The field's name, type, whether it may be None, and default; set by `settings_of`.
    """

    meaning: str
    _: KW_ONLY
    group: str
    least: float | None = None
    most: float | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    option: str = ""
    off: float | None = None
    label: str = ""
    name: str = ""
    kind: type = str
    is_optional: bool = False
    default: Any = None

    @property
    def limits(self) -> str:
        """Description of valid values: "a whole number between 2 and 4096"."""
        if self.kind is bool:
            return "true or false"
        if self.kind is str:
            return f"one of {', '.join(self.choices)}"
        return f"a {'whole ' if self.kind is int else ''}number {self.range}"

    @property
    def range(self) -> str:
        """Description of a number's limits: "between 2 and 4096"."""
        if self.most is None:
            return f"of at least {_written(self.least)}"
        return f"between {_written(self.least)} and {_written(self.most)}"

    @property
    def help(self) -> str:
        """Help text for the command line: meaning, and choices or the value for None."""
        if self.off is not None:
            return f"{self.meaning} {self.off:g} disables it."
        if not self.choices:
            return self.meaning
        *most, last = self.choices
        return f"{self.meaning.removesuffix('.')}: {', '.join(most)} or {last}."

    def accepts(self, value: object) -> bool:
        """Whether a value is of the right type and within the limits."""
        if value is None:
            return self.is_optional
        if self.kind is bool:
            return isinstance(value, bool)
        if self.kind is str:
            return isinstance(value, str) and value in self.choices
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if self.kind is int and not isinstance(value, int):
            return False
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )


def _written(number: float | None) -> str:
    return f"{number:g}" if isinstance(number, float) else str(number)


@cache
def _hints(config: type) -> dict[str, Any]:
    return get_type_hints(config, include_extras=True)


def own_settings(config: type) -> tuple[Setting, ...]:
    """List the settings of a configuration without those of nested configurations."""
    found = []
    hints = _hints(config)
    for one in fields(config):
        if get_origin(hints[one.name]) is not Annotated:
            continue
        kind, setting = get_args(hints[one.name])
        is_optional = isinstance(kind, types.UnionType)
        if is_optional:
            (kind,) = (part for part in get_args(kind) if part is not types.NoneType)
        option = setting.option or "--" + one.name.replace("_", "-")
        found.append(
            replace(
                setting,
                name=one.name,
                kind=kind,
                is_optional=is_optional,
                default=None if one.default is MISSING else one.default,
                option=option,
                label=setting.label or option[2:].replace("-", " ").capitalize(),
            )
        )
    return tuple(found)


def nested_configs(config: type) -> Mapping[str, type]:
    """Map the fields that are nested configurations to their types."""
    hints = _hints(config)
    return {one.name: hints[one.name] for one in fields(config) if is_dataclass(hints[one.name])}


def settings_of(config: type) -> Iterator[Setting]:
    """List the settings of a configuration, then those of nested configurations.

    >>> from embedviz.settings import TrainingConfig
    >>> [setting.option for setting in settings_of(TrainingConfig)][:3]
    ['--cell', '--dims', '--states']
    """
    yield from own_settings(config)
    for nested in nested_configs(config).values():
        yield from settings_of(nested)


def setting(config: type, name: str) -> Setting:
    """Find a setting by its field's name."""
    return next(one for one in settings_of(config) if one.name == name)


def build(config: type[_Config], values: Mapping[str, Any]) -> _Config:
    """Build a configuration and its nested ones from values by setting name."""
    own = {one.name: values[one.name] for one in own_settings(config)}
    nested: dict[str, Any] = {
        name: build(kind, values) for name, kind in nested_configs(config).items()
    }
    return config(**own, **nested)


def check(config: object) -> None:
    """Check that all values of a configuration are in range; its constructor calls this.

    Raises
    ------
    SettingError
        Names the value, the limits and the default.
    """
    for one in own_settings(type(config)):
        value = getattr(config, one.name)
        if not one.accepts(value):
            default = "" if one.default is None else f"; the default is {one.default}"
            raise setting_error(
                f"{{{one.name}}}={{value}} must be {one.limits}{default}.",
                type(config),
                value=repr(value),
            )


def setting_error(template: str, *configs: type, **values: object) -> SettingError:
    """Make an error that names settings by field in Python and by option in the CLI.

    Parameters
    ----------
    template : str
        The message, with ``{n_dims}`` for the name of a setting.
    *configs : type
        Configurations whose settings it names.
    **values : object
        Other fields of the template.
    """
    known = [one for config in configs for one in settings_of(config)]
    return SettingError(
        template.format_map(values | {one.name: one.name for one in known}),
        in_options=template.format_map(values | {one.name: one.option for one in known}),
    )


def documented(config: type[_Config]) -> type[_Config]:
    """Add a numpy section of the parameters to a configuration's docstring."""
    lines = ["", "Parameters", "----------"]
    lines += [f"{name} : {kind.__name__}" for name, kind in nested_configs(config).items()]
    for one in own_settings(config):
        lines.append(f"{one.name} : {one.kind.__name__}{' or None' * one.is_optional}")
        text = one.meaning
        if one.kind is not bool:
            text += f" Must be {one.limits}{', or None to disable it' * (one.off is not None)}."
        lines += textwrap.wrap(text, 92, initial_indent="    ", subsequent_indent="    ")
    config.__doc__ = f"{(config.__doc__ or '').rstrip()}\n" + "\n".join(
        f"    {line}".rstrip() for line in lines
    )
    return config
