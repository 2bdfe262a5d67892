"""The page Execute: a net runs small programs."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytest.importorskip("torch", reason="a recurrent net executes")

from app_pages import EXECUTE, HOSTILE, components, texts
from streamlit.testing.v1 import AppTest

from embedviz.corpora import (
    EXAMPLE_PROGRAMS,
    ProgramPairs,
    is_held_out,
    parse_program,
    read_trace,
)
from embedviz.dashboard.component.written_trace import pick_places
from embedviz.dashboard.sequences import program_charts, program_trace
from embedviz.dashboard.state import executions, sequence_models
from embedviz.dashboard.state.executions import Difficulty
from embedviz.errors import InputError
from embedviz.sequences import execute_programs, measure_programs, open_sequence_model
from embedviz.settings import EXECUTION, ProgramConfig
from embedviz.text import CHARACTER_PAIRS
from embedviz.training import train_sequence_model

pytestmark = pytest.mark.usefixtures("cached_for_the_file")

TOO_LONG = "\n".join(
    [*(f"{letter}=12345678" for letter in "abcdef"), "print((a-(b-(c-(d-(e-f))))))"]
)


@pytest.fixture
def page(open_page):
    """Return a function that opens the page."""
    return partial(open_page, EXECUTE)


@pytest.fixture(scope="module")
def execution():
    (found,) = execute_programs(
        open_sequence_model("execute"), [parse_program(EXAMPLE_PROGRAMS["lecture-if"])]
    )
    return found


def trace_of(at: AppTest) -> dict:
    (found,) = [json.loads(one) for one in components(at) if '"alike"' in one]
    return found


def test_without_a_program_there_is_that_of_the_lecture(page):
    at = page()
    assert not at.exception and not at.error
    assert [one.value for one in at.metric] == ["25011", "25011", "none"]
    assert trace_of(at)["source"] == EXAMPLE_PROGRAMS["lecture-loop"]


def test_the_trace_stands_beside_the_program(page, execution):
    at = page(execute=execution.program)
    assert [one.value for one in at.metric] == [str(execution.answer), str(execution.truth), "none"]
    shown = trace_of(at)
    assert "".join(step["text"] for step in shown["steps"]) == execution.trace
    assert [step["meaning"] for step in shown["steps"]] == [
        block.meaning for block in read_trace(execution.trace)
    ]
    assert [step["lines"] for step in shown["steps"]] == ["1", "2", "3", "3", "3"]
    assert shown["alike"] == len(execution.trace)
    assert np.allclose(shown["probabilities"], execution.probabilities, atol=1e-4)
    for step, looks in enumerate(shown["program"]):
        for head, place, weight in looks:
            assert abs(execution.attention[head, step, place] - weight) < 0.006
    assert "characters are as they should be" in texts(at)


def test_the_first_difference_is_marked(page):
    at = page(execute=TOO_LONG)
    assert not at.exception and not at.error
    shown = trace_of(at)
    written, true = ("".join(step[one] for step in shown["steps"]) for one in ("text", "true"))
    parts = next(i for i, pair in enumerate(zip(written, true, strict=False)) if len({*pair}) > 1)
    assert shown["alike"] == parts
    assert f"number {parts + 1} is the first that is not" in texts(at)
    assert at.metric[0].delta == "✗ wrong"


def test_other_spellings_are_normalised(page):
    assert trace_of(page(execute="total = 5  # five\nprint(total - 1)"))["source"] == (
        "t=5\nprint((t-1))"
    )


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a=5\nprint(a+)", "line 2, column 9"),
        ("a=5\nwhile a<9:\n    a+=1", "line 2, column 1"),
        ("print(a)", "no value yet"),
        ("a=99999999\nprint((a+1))", "8 digits"),
        *((one, "") for one in HOSTILE),
    ],
)
@pytest.mark.parametrize("part", ["Trace", "Attention"])
def test_what_is_no_program_is_told_in_a_sentence(page, text, where, part):
    at = page(execute=text, **{"execute-part": part})
    assert not at.exception and len(at.error) == 1
    assert where in at.error[0].value.replace("\\", "") and "Traceback" not in texts(at)


def test_a_new_program_has_the_difficulty_of_the_dial(page):
    at = page(**{"execute-length": "1", "execute-nesting": "1"})
    assert [one.value for one in at.slider] == [1, 1]
    seen = set()
    for _ in range(2):
        at.button(key="execute-new").click().run()
        assert not at.exception and not at.error
        text = at.text_area(key="execute").value
        assert is_held_out(text) and parse_program(text).text == text
        seen.add(text)
        assert at.metric[0].delta == "✓ right"
    assert len(seen) == 2


def test_examples_are_filled_in(page):
    at = page()
    at.button(key="execute-lecture-if").click().run()
    assert at.text_area(key="execute").value == EXAMPLE_PROGRAMS["lecture-if"]
    assert at.metric[0].value == "12184"


def test_attention_is_shown_beside_that_before_training(page, execution):
    at = page(execute=execution.program, **{"execute-part": "Attention"})
    assert not at.exception and not at.error
    assert len(at.get("vega_lite_chart")) == 2
    focus = np.concatenate([execution.attention, execution.own_attention], axis=2).max(axis=2)
    assert f"largest weight is {focus.mean():.2f} on average" in texts(at)
    at.button_group(key="execute-looks").set_value("its own trace").run()
    at.button_group(key="execute-head").set_value("2").run()
    assert not at.exception and not at.error


def test_programs_of_the_dial_are_measured(page):
    at = page(**{"execute-part": "Length and nesting", "execute-length": "2"})
    assert not at.exception and not at.error
    models = [open_sequence_model("execute", trained=one) for one in (True, False)]
    wanted = measure_programs(*models, 2, 3)
    table = at.dataframe[0].value
    assert table["n"].tolist() == [
        sum(wanted.answers),
        sum(wanted.traces),
        sum(wanted.untrained),
        wanted.n_constant,
    ]
    assert table["of"].tolist() == [20] * 4
    at.button(key="execute-more").click().run()
    assert not at.exception and at.dataframe[0].value["of"].tolist() == [40] * 4


def test_without_torch_the_page_says_what_to_install(page, monkeypatch):
    monkeypatch.setattr(sequence_models, "has_torch", lambda: False)
    assert "PyTorch is missing" in texts(page())


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Folder of a model that reads programs backwards and writes answers only."""
    folder = tmp_path_factory.mktemp("small") / "small"
    sizes = dict.fromkeys(("n_dims", "n_summary", "n_target_dims", "n_maxout", "n_out"), 8)
    train_sequence_model(
        ProgramPairs(
            ProgramConfig(length=1, nesting=1, n_programs=200, writes="answer", reads="reversed"), 0
        ),
        folder,
        pair_config=CHARACTER_PAIRS,
        config=replace(EXECUTION, n_states=16, n_heads=0, self_attention=False, **sizes),
    )
    return folder


def test_a_model_that_writes_answers_only(page, small, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", str(small)])
    at = page(execute="print((3+4))", executor="small")
    assert not at.exception and not at.error
    shown = trace_of(at)
    assert shown["source"] == "))4+3((tnirp" and shown["heads"] == 0
    assert [(step["true"], step["first"]) for step in shown["steps"]] == [("7", 0)]
    at.button_group(key="execute-part").set_value("Attention").run()
    assert not at.exception and "no attention" in texts(at)
    at.button_group(key="execute-part").set_value("Length and nesting").run()
    assert not at.exception and "beyond its training (at most 1 digit and 1 operation)" in texts(at)


def test_messages_name_the_model_but_not_its_folder(page, small, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", str(small)])

    def refuse(model, *_):
        raise InputError(f"{model.name} cannot do this.")

    monkeypatch.setattr("embedviz.sequences.execute_programs", refuse)
    error = page(execute="print((3+5))", executor="small").error[0].value
    assert error.replace("\\", "") == "small cannot do this."


def test_answers_are_tabulated_without_steps(execution):
    answer = replace(execution, trace="25012", true_trace="25011")
    shown = executions.ShownExecution(answer, "print(1)", (), answer, None)
    table = program_trace.tabulate(shown).to_pylist()
    assert [row["written"] for row in table] == list("25012")
    assert table[4]["true"] == "1" and table[4]["probability"] == execution.probabilities[4]


def test_the_places_with_most_weight_are_sent():
    weights = np.zeros((1, 1, 40), np.float32)
    weights[0, 0, 3], weights[0, 0, 7] = 0.6, 0.3
    weights[0, 0, 20:] = 0.005
    assert pick_places(weights) == [[(0, 3, 0.6), (0, 7, 0.3)]]
    assert pick_places(None) == []
    assert len(pick_places(np.full((1, 2, 40), 0.025, np.float32))[1]) == 12


def test_only_weights_that_can_be_seen_are_drawn():
    weights = np.array([[0.9, 0.001], [0.2, 0.8], [0.5, 0.5]], np.float32)
    rows = program_charts.tabulate_weights(weights, "xy", "a\n").to_pylist()
    assert [(row["writes"], row["looks at"], row["weight"]) for row in rows] == [
        ("x", "a", 0.9),
        ("y", "a", 0.2),
        ("y", "↵", 0.8),
    ]
    assert program_charts.tabulate_weights(weights, "", "").num_rows == 0


def test_the_table_says_what_was_trained_on():
    cells = [Difficulty(2, 1, 20, 15, 12, 0, 1), Difficulty(7, 1, 20, 5, 4, 0, 1)]
    chart = program_charts.build_difficulty_chart(cells, (2, 1), (6, 4), (8, 6), dark=False)
    assert [(row["said"], row["where"]) for row in chart["data"]["values"]] == [
        ("75", "as in training"),
        ("25", "beyond training"),
    ]
