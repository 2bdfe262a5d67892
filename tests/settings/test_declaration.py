"""Every setting is declared once; options, errors, forms and the reference derive from that."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import pytest
import typer

from embedviz.cli import app
from embedviz.cli.setting_options import with_setting_options
from embedviz.cli.settings_reference import settings_reference
from embedviz.errors import InputError, SettingError
from embedviz.settings import (
    Setting,
    TrainingConfig,
    as_arguments,
    check,
    documented,
    from_options,
    setting,
    settings_of,
)
from embedviz.text import CorpusConfig, Tokenizer

ROOT = Path(__file__).parents[2]
CONFIGS = (TrainingConfig, CorpusConfig, Tokenizer)
DECLARED = [
    (config, one) for config in (TrainingConfig, CorpusConfig) for one in settings_of(config)
]
NUMBERS = [(config, one) for config, one in DECLARED if one.kind in (int, float)]


def ids(found):
    return [one.name for _, one in found]


def outside(one: Setting) -> list[object]:
    """Values just outside the limits, and of the wrong type."""
    if one.kind is bool:
        return ["yes", 1]
    if one.kind is str:
        return ["other", 3, "{dims}"]
    step = 1 if one.kind is int else 1e-9 * max(1, abs(one.least))
    wrong: list[object] = [one.least - step, float("nan"), True, "3"]
    if one.most is not None:
        wrong.append(one.most + (1 if one.kind is int else one.most * 1e-6))
    if one.kind is int:
        wrong.append(one.least + 0.5)
    return wrong


@pytest.mark.parametrize("config", CONFIGS)
def test_every_field_is_a_setting_or_holds_settings(config):
    own = {one.name for one in settings_of(config)}
    nested = {"tokenizer"} if config is CorpusConfig else set()
    assert {one.name for one in dataclasses.fields(config)} <= own | nested
    for one in settings_of(config):
        assert one.meaning.endswith(".") and one.group
        assert not set("[{|") & set(one.help), "rich, the errors and the tables read these signs"
        if one.kind in (int, float):
            assert one.least is not None
        if one.kind is str:
            assert one.choices
        if one.off is not None:
            assert one.is_optional and not replace(one, is_optional=False).accepts(one.off)


def test_settings_keep_the_names_that_models_and_caches_hold():
    """Renaming one would end every unfinished run, and the cache of encoded texts."""
    assert list(asdict(TrainingConfig())) == [
        "cell",
        "n_dims",
        "n_states",
        "tied",
        "linear_path",
        "bidirectional",
        "cost",
        "n_noise",
        "noise_power",
        "frequency_bias",
        "subwords",
        "n_buckets",
        "n_ahead",
        "ahead_weight",
        "n_streams",
        "n_steps",
        "epochs",
        "skip",
        "rate",
        "dense_rate",
        "clip",
        "seed",
        "n_threads",
    ]
    assert list(asdict(CorpusConfig())) == ["tokenizer", "min_count", "max_words", "held_out"]
    assert list(asdict(Tokenizer())) == [
        "lowercase",
        "digits",
        "apostrophes",
        "punctuation",
        "sentence_ends",
        "elisions",
        "question_marks",
        "characters",
        "split",
        "joiners",
    ]


# -- the range check --


def holder(config: type, one: Setting) -> type:
    return config if one.name in {field.name for field in dataclasses.fields(config)} else Tokenizer


@pytest.mark.parametrize(("config", "one"), DECLARED, ids=ids(DECLARED))
def test_a_value_out_of_range_is_answered_with_name_limits_and_default(config, one):
    for value in outside(one):
        with pytest.raises(InputError) as caught:
            holder(config, one)(**{one.name: value})
        says = str(caught.value)
        assert says.startswith(f"{one.name}={value!r} must be {one.limits}"), value
        assert isinstance(caught.value, SettingError)
        assert caught.value.in_options == says.replace(one.name, one.option, 1)
        if one.default is not None:
            assert says.endswith(f"; the default is {one.default}.")


@pytest.mark.parametrize(("config", "one"), NUMBERS, ids=ids(NUMBERS))
def test_the_limits_themselves_are_allowed(config, one):
    for value in (one.least, one.most):
        if value is not None:
            more = {"n_steps": 4096} if one.name == "n_ahead" else {"linear_path": False}
            config(**{one.name: value}, **(more if config is TrainingConfig else {}))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"n_ahead": 30}, "--ahead=30 must be a whole number between 1 and --steps=20"),
        ({"n_states": 9}, "make --states equal to --dims or disable --linear-path"),
        ({"cost": "adaptive"}, "--cost='adaptive' has separate output weights: disable --tied"),
        ({"subwords": True, "tied": False}, "--subwords is incompatible with --tied=False"),
    ],
)
def test_settings_that_contradict_each_other_are_named_as_options(options, says):
    with pytest.raises(SettingError) as caught:
        TrainingConfig(**options)
    assert says in caught.value.in_options
    assert all(name in str(caught.value) for name in options)
    assert "--" not in str(caught.value)


def test_the_docstring_lists_what_is_declared():
    for config in CONFIGS:
        for one in dataclasses.fields(config):
            assert f"\n    {one.name} : " in config.__doc__
    assert "Must be a whole number between 2 and 4096." in " ".join(TrainingConfig.__doc__.split())


# -- the command line --


def test_every_setting_has_an_option_of_its_group_and_default():
    options = typer.main.get_command(app).commands["train"].params
    known = {name: one for one in options for name in one.opts}
    for _, one in DECLARED:
        option = known[one.option]
        assert option.help == one.help
        assert option.rich_help_panel == one.group
        assert option.default == one.default
        assert (option.secondary_opts == [f"--no-{one.option[2:]}"]) == (one.kind is bool)


@pytest.mark.parametrize(("config", "one"), NUMBERS, ids=ids(NUMBERS))
def test_the_command_names_the_option_and_its_limits(run, config, one):
    value = -1 if one.off == 0 else one.least - 1
    code, _, err = run("train", "a.txt", "--out", "m", f"{one.option}={value}")
    assert code == 2
    said = " ".join(err.split())
    assert f"Error: {one.option}={one.kind(value)!r} must be {one.limits}" in said


@dataclass(frozen=True)
class Brewing:
    """Settings of another kind of model, declared as a later command would."""

    strength: Annotated[int, Setting("How strong.", group="Cup", least=1, most=9)] = 3
    sugar: Annotated[float | None, Setting("Grams.", group="Cup", least=0.5, most=9, off=0)] = None
    milk: Annotated[bool, Setting("With milk.", group="Cup")] = False

    def __post_init__(self):
        check(self)


def test_another_command_gets_its_options_by_its_configuration_alone(capsys):
    made = []
    coffee = typer.Typer()

    @coffee.command()
    @with_setting_options
    def brew(cup: str, brewing: Brewing, hot: bool = True) -> None:
        made.append((cup, brewing, hot))

    coffee(["small", "--strength", "5", "--milk", "--no-hot"], standalone_mode=False)
    coffee(["big", "--sugar", "2"], standalone_mode=False)
    assert made == [
        ("small", Brewing(5, None, True), False),
        ("big", Brewing(3, 2.0, False), True),
    ]
    with pytest.raises(InputError, match=r"^--strength=10 must be a whole number between 1 and 9"):
        coffee(["small", "--strength", "10"], standalone_mode=False)
    with pytest.raises(SystemExit):
        coffee(["--help"])
    assert "Grams. 0 disables it." in capsys.readouterr().out
    assert "None to disable it" in documented(Brewing).__doc__


@pytest.mark.parametrize(
    "config",
    [
        TrainingConfig(),
        TrainingConfig(cell="lstm", n_dims=7, skip=None, tied=False, cost="full", clip=1.5),
        TrainingConfig(n_states=7, linear_path=False, subwords=True, noise_power=0.5),
        CorpusConfig(Tokenizer(lowercase=False, punctuation=True), min_count=2, held_out=0),
    ],
)
def test_a_configuration_survives_the_command_line(config):
    command = typer.main.get_command(app).commands["train"]
    arguments = ["a.txt", "--out", "m", *as_arguments(config)]
    given = command.make_context("train", arguments).params
    assert from_options(type(config), given) == config


# -- the form and the documentation --


def test_the_form_takes_labels_help_and_ranges_from_the_declaration(monkeypatch, tmp_path):
    pytest.importorskip("streamlit", reason="the dashboard is an extra")
    from streamlit.testing.v1 import AppTest

    def script():
        from embedviz.dashboard.training.job_form import show_form

        show_form([], is_busy=False)

    monkeypatch.delenv("EMBEDVIZ_TEXTS", raising=False)
    monkeypatch.chdir(tmp_path)
    at = AppTest.from_function(script).run()
    assert not at.exception
    for config, name, key in (
        (TrainingConfig, "n_dims", "train-dims"),
        (TrainingConfig, "epochs", "train-epochs-True"),
        (CorpusConfig, "min_count", "train-min-count"),
    ):
        one, shown = setting(config, name), at.number_input(key=key)
        assert shown.label == one.label
        assert one.meaning in shown.help
        assert one.kind is float or one.range in shown.help
    cell = setting(TrainingConfig, "cell")
    assert at.selectbox(key="train-cell").options == list(cell.choices.values())


def test_the_reference_is_in_step():
    documented_ = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert documented_ == settings_reference(), "run `make docs`"
    for _, one in DECLARED:
        rows = re.findall(rf"^\| `{one.option}`.*$", documented_, re.MULTILINE)
        assert any(f"`{one.name}`" in row and (one.choices or one.limits in row) for row in rows), (
            one.option
        )
