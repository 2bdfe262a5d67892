"""The page Execute: a net runs small programs."""

from __future__ import annotations

from embedviz.dashboard.sequences.program_attention import show_attention
from embedviz.dashboard.sequences.program_difficulty import show_difficulty
from embedviz.dashboard.sequences.program_editor import Dial, show_editor
from embedviz.dashboard.sequences.program_trace import show_answer, show_written
from embedviz.dashboard.state import executions
from embedviz.dashboard.state.sequence_models import EXECUTES, ServerSequenceModel
from embedviz.dashboard.widgets.error_boundary import run_safely
from embedviz.dashboard.widgets.part_choice import choose_part
from embedviz.dashboard.widgets.sequence_model_choice import (
    choose_sequence_model,
    is_torch_missing,
)

_TRACE, _ATTENTION, _DIFFICULTY = "Trace", "Attention", "Length and nesting"


def show_page() -> None:
    """Show the page."""
    if is_torch_missing():
        return
    model = choose_sequence_model("executor", [EXECUTES], "Model")
    text, dial = show_editor()
    part = choose_part("execute-part", [_TRACE, _ATTENTION, _DIFFICULTY])
    run_safely(lambda: _show_part(part, model, text, dial))


def _show_part(part: str, model: ServerSequenceModel, text: str, dial: Dial) -> None:
    if part == _DIFFICULTY:
        show_difficulty(model, dial)
        return
    shown = executions.execute(model, text)
    show_answer(shown)
    if part == _ATTENTION:
        show_attention(shown)
    else:
        show_written(shown)
