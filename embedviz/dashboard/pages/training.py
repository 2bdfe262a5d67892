"""The Train page: start a run, follow its progress, stop and resume it, open its model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from embedviz.dashboard.pages import map as map_page
from embedviz.dashboard.state.job_queue import get_queue
from embedviz.dashboard.state.models import list_server_models
from embedviz.dashboard.training import form_fields, job_form, progress, sequence_form
from embedviz.dashboard.widgets.error_boundary import guarded, run_safely
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import EmbedvizError, InputError
from embedviz.jobs import (
    ACTIVE,
    DONE,
    FAILED,
    PAIRS,
    PICTURES,
    PROGRAMS,
    QUEUED,
    RUNNING,
    STOPPED,
    STOPPING,
    TEXT,
    Job,
    JobRequest,
    SequenceJobRequest,
)
from embedviz.support import BUNDLED

_RUN, _REFUSED, _OPENED = "run", "train-refused", "train-opened"
_KINDS = {TEXT: "A text", PAIRS: "Pairs", PROGRAMS: "Programs", PICTURES: "Pictures"}
_ACTIVE_EVERY, _IDLE_EVERY = 1.0, 5.0  # seconds between two updates
_BADGES = {
    QUEUED: ("Waiting", "gray"),
    RUNNING: ("Running", "blue"),
    STOPPING: ("Stopping", "orange"),
    STOPPED: ("Stopped", "orange"),
    DONE: ("Done", "green"),
    FAILED: ("Failed", "red"),
}


def show_page() -> None:
    """Show the page."""
    if opened := st.session_state.pop(_OPENED, None):
        st.session_state["model"] = opened
        st.switch_page(map_page.build_page(), query_params={"model": opened})
    runs = get_queue().all()
    is_busy = any(job.state in ACTIVE for job in runs)
    form, watch = st.columns([3, 7], gap="large")
    with form:
        try:
            taken = [*(job.name for job in runs), *BUNDLED]
            order = _show_form(taken, is_busy=is_busy)
            if order:
                st.session_state[_REFUSED] = ""
                st.session_state[_RUN] = get_queue().start(order).name
                form_fields.clear_name()
                st.rerun()
        except InputError as error:
            st.error(escape(str(error)))
    with watch:
        # the fragment reruns by itself, outside the error boundary of the page
        update = partial(run_safely, partial(_show_runs, _list_states(runs)))
        st.fragment(update, run_every=_ACTIVE_EVERY if is_busy else _IDLE_EVERY, key="runs")()


def _show_form(taken: list[str], *, is_busy: bool) -> JobRequest | SequenceJobRequest | None:
    """Show the choice of what to train on, and its form."""
    st.markdown("#### Train on", anchors=False)
    kind = st.segmented_control(
        "Train on",
        list(_KINDS),
        format_func=_KINDS.__getitem__,
        default=TEXT,
        required=True,
        key="train-kind",
        label_visibility="collapsed",
        bind="query-params",
        persist_state="session",
    )
    if kind in (None, TEXT):
        return job_form.show_form(taken, is_busy=is_busy)
    return sequence_form.show_sequence_form(kind, taken, is_busy=is_busy)


def _list_states(runs: list[Job]) -> list[tuple[str, str]]:
    return [(job.name, job.state) for job in runs]


def _show_runs(states: list[tuple[str, str]]) -> None:
    """Show the chosen run; rerun the whole page after a change of state of any run."""
    runs = get_queue().all()
    if _list_states(runs) != states or st.session_state.get(_OPENED):
        st.rerun()
    if not runs:
        _show_introduction()
        return
    if message := st.session_state.get(_REFUSED):
        st.error(escape(message))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        job = _choose_run(runs)
        text, colour = _BADGES[job.state]
        st.badge(text, color=colour)  # type: ignore[arg-type]
        st.space("stretch")
        _show_buttons(job)
    progress.show_progress(job, n_before=_count_before(job, runs))


def _choose_run(runs: list[Job]) -> Job:
    """Show the choice of a run; the default is the running one, or the newest."""
    if len(runs) == 1:
        st.markdown(f"#### {escape(runs[0].name)}", anchors=False, width="content")
        return runs[0]
    names = [job.name for job in runs]
    if st.session_state.get(_RUN, st.query_params.get(_RUN)) not in names:
        running = [job.name for job in runs if job.state in (RUNNING, STOPPING)]
        st.session_state[_RUN] = (running or names)[0]
    name = st.selectbox(
        "Run",
        names,
        key=_RUN,
        label_visibility="collapsed",
        width=280,
        bind="query-params",
        persist_state="session",
    )
    return next(job for job in runs if job.name == name)


def _count_before(job: Job, runs: list[Job]) -> int:
    """Count the active runs ahead of a run."""
    return sum(other.state in ACTIVE and other.created < job.created for other in runs)


def _show_buttons(job: Job) -> None:
    """Show the buttons for the possible actions on a run."""
    if job.state in (QUEUED, RUNNING, STOPPING):
        label, help_ = {
            QUEUED: ("Remove from the queue", None),
            RUNNING: ("Stop", "The model is saved first, and the run can be resumed later."),
            STOPPING: ("Stop at once", "Stops without saving the model."),
        }[job.state]
        st.button(
            label,
            key="train-cancel",
            on_click=guarded(_run_on_click(get_queue().cancel, job)),
            help=help_,
        )
        return
    if job.has_model:
        st.button(
            "Open on the map",
            key="train-open",
            on_click=guarded(_open_on_map),
            args=(job,),
            type="primary" if job.state == DONE else "secondary",
        )
    if job.state != DONE:
        label = "Resume" if job.has_model else "Restart"
        resume = _run_on_click(get_queue().resume, job)
        st.button(label, key="train-resume", on_click=guarded(resume), type="primary")
    with st.popover("Remove", key="train-remove-menu"):
        st.markdown("The run and its model are deleted permanently.")
        st.button(
            "Delete", key="train-remove", on_click=guarded(_run_on_click(get_queue().remove, job))
        )


def _open_on_map(job: Job) -> None:
    """Switch to the page Map with the model of this run at the next rerun."""
    names = [model.name for model in list_server_models() if model.path == job.model.resolve()]
    st.session_state[_OPENED] = names[0] if names else None


def _run_on_click(act: Callable[[str], object], job: Job) -> Callable[[], None]:
    """Return a callback that applies an action to a run.

    A callback, because the page reruns every second: if a rerun is interrupted before it reaches a
    button, the click is lost, but a callback is always executed.
    """

    def run_action() -> None:
        st.session_state[_REFUSED] = ""
        try:
            act(job.name)
        except EmbedvizError as error:
            st.session_state[_REFUSED] = str(error)

    return guarded(run_action)


def _show_introduction() -> None:
    """Explain the page while there is no run."""
    st.markdown("#### No run yet", anchors=False)
    st.markdown(
        "Start one to follow its progress here: the falling cost, and the arrows male → female, "
        "verb → past and country → capital as they form, with their consistency."
    )
    st.caption(
        "A run belongs to this server: it continues when you close the page, and any browser can "
        "follow it. When the server stops, the run stops too; it is saved and can be resumed later."
    )
