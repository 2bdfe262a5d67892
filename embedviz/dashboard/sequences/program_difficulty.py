"""How many new programs a net executes, by their length and nesting."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st

from embedviz.dashboard.sequences.program_charts import build_difficulty_chart
from embedviz.dashboard.sequences.program_editor import GREATEST, Dial
from embedviz.dashboard.state import executions
from embedviz.dashboard.state.executions import Difficulty
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.dashboard.widgets.csv_download import show_csv_download
from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
from embedviz.relations import share_interval
from embedviz.support import counted, percent

_BATCHES = "execute-batches"


@st.fragment
def show_difficulty(model: ServerSequenceModel, dial: Dial) -> None:
    """Measure new programs of the chosen length and nesting, and show all that were measured."""
    run_safely(lambda: _show(model, dial))


def _show(model: ServerSequenceModel, dial: Dial) -> None:
    config = executions.read_config(model)
    trained = config.length, config.nesting
    left, right = st.columns([2, 3], gap="large")
    with left:
        asked = st.session_state.get(_BATCHES, {})
        place = model.key, dial.length, dial.nesting
        with st.spinner("Executing new programs …"):
            found = executions.measure(model, dial.length, dial.nesting, asked.get(place, 1))
        _show_figures(found, dial, trained)
        st.button(
            f"{executions.N_AT_ONCE} more",
            key="execute-more",
            on_click=guarded(_ask_for_more),
            args=(place, found.n // executions.N_AT_ONCE + 1),
            disabled=found.is_measured_well,
            help="More programs make the interval narrower.",
        )
    with right:
        above = st.container()
        buttons = st.container(horizontal=True, gap="small")
        with buttons:
            is_asked = st.button(
                "Measure the whole table",
                key="execute-table",
                help=f"{executions.N_AT_ONCE} programs in each cell; takes a minute or two.",
            )
        if is_asked:
            _measure_all(model)
        cells = executions.list_measured(model)
        with above:
            _show_table(cells, dial, trained)
        with buttons:
            _show_download(cells)


def _ask_for_more(place: tuple[str, int, int], n_batches: int) -> None:
    st.session_state.setdefault(_BATCHES, {})[place] = n_batches


def _show_figures(found: Difficulty, dial: Dial, trained: tuple[int, int]) -> None:
    """Show the shares of right answers and traces, beside the controls."""
    st.markdown(
        f"#### {percent(found.n_right / found.n)} right", anchors=False, text_alignment="left"
    )
    is_inside = dial.length <= trained[0] and dial.nesting <= trained[1]
    seen = "as in its training" if is_inside else "beyond its training"
    st.markdown(
        f"Of {found.n} new programs with numbers of {counted(dial.length, 'digit')} and "
        f"{counted(dial.nesting, 'operation')}, {seen} (at most {counted(trained[0], 'digit')} and "
        f"{counted(trained[1], 'operation')})."
    )
    rows = [
        ("answer of the net", found.n_right),
        ("its whole trace", found.n_traces),
        ("the net before training", found.n_untrained),
        ("always the commonest answer", found.n_constant),
    ]
    table = pa.table(
        {
            "right": [name for name, _ in rows],
            "of": [found.n] * len(rows),
            "n": [n for _, n in rows],
            "share": [percent(n / found.n) for _, n in rows],
            "interval": [_say_interval(n, found.n) for _, n in rows],
        }
    )
    columns = {
        "right": st.column_config.TextColumn("Right"),
        "n": st.column_config.NumberColumn("n"),
        "of": None,
        "share": st.column_config.TextColumn("Share"),
        "interval": st.column_config.TextColumn("95 %", help="Wilson's interval."),
    }
    st.dataframe(table, key="execute-shares", column_config=columns, hide_index=True)


def _say_interval(n: int, of: int) -> str:
    found = share_interval(n, of)
    return "" if found is None else f"{100 * found[0]:.0f}–{100 * found[1]:.0f} %"


def _measure_all(model: ServerSequenceModel) -> None:
    cells = [
        (length, nesting)
        for nesting in range(1, GREATEST[1] + 1)
        for length in range(1, GREATEST[0] + 1)
    ]
    bar = st.progress(0.0)
    for number, (length, nesting) in enumerate(cells, 1):
        bar.progress(
            (number - 1) / len(cells), f"{length} digits, {nesting} operations: cell {number} of 48"
        )
        executions.measure(model, length, nesting)
    bar.empty()


def _show_table(cells: list[Difficulty], dial: Dial, trained: tuple[int, int]) -> None:
    st.markdown("**Right answers, %, by difficulty**")
    chart = build_difficulty_chart(
        cells,
        (dial.length, dial.nesting),
        trained,
        GREATEST,
        dark=st.context.theme.type == "dark",
    )
    said = [f"{c.length} digits, {c.nesting} operations: {c.n_right} of {c.n}" for c in cells]
    st.vega_lite_chart(spec=chart, key="execute-difficulty", alt="; ".join(said))
    st.caption(
        "What was measured on this server so far. Dashed: difficulties of the training; framed: "
        "the chosen one. None of these programs was trained on."
    )


def _show_download(cells: list[Difficulty]) -> None:
    table = pa.table(
        {
            "digits": [one.length for one in cells],
            "operations": [one.nesting for one in cells],
            "programs": [one.n for one in cells],
            "right": [one.n_right for one in cells],
        }
    )
    show_csv_download("Download (CSV)", table, "embedviz-difficulty.csv", key="download-difficulty")
