"""The page Train: order a run, watch it learn, stop it and go on, open what it learnt."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from embedviz.dashboard.pages import map as map_page
from embedviz.dashboard.state.models import offered
from embedviz.dashboard.state.runs import jobs
from embedviz.dashboard.training import form, progress
from embedviz.dashboard.widgets.guard import guarded
from embedviz.dashboard.widgets.plain_text import plain
from embedviz.errors import EmbedvizError, InputError
from embedviz.jobs import ACTIVE, DONE, FAILED, QUEUED, RUNNING, STOPPED, STOPPING, Job

_RUN, _REFUSED, _OPENED = "run", "train-refused", "train-opened"
_ACTIVE_EVERY, _IDLE_EVERY = 1.0, 5.0  # seconds between two looks at the runs
_BADGES = {
    QUEUED: ("Waiting", "gray"),
    RUNNING: ("Running", "blue"),
    STOPPING: ("Stopping", "orange"),
    STOPPED: ("Stopped", "orange"),
    DONE: ("Done", "green"),
    FAILED: ("Failed", "red"),
}


def show() -> None:
    """Show the page."""
    if opened := st.session_state.pop(_OPENED, None):
        st.session_state["model"] = opened
        st.switch_page(map_page.page(), query_params={"model": opened})
    runs = jobs().all()
    is_busy = any(job.state in ACTIVE for job in runs)
    ask, watch = st.columns([3, 7], gap="large")
    with ask:
        try:
            order = form.form([job.name for job in runs], is_busy=is_busy)
            if order:
                st.session_state[_REFUSED] = ""
                st.session_state[_RUN] = jobs().start(order).name
                form.forget_name()
                st.rerun()
        except InputError as error:
            st.error(plain(str(error)))
    with watch:
        # the fragment runs by itself, without the guard around the page
        room = partial(guarded, partial(_room, _standing(runs)))
        st.fragment(room, run_every=_ACTIVE_EVERY if is_busy else _IDLE_EVERY, key="room")()


def _standing(runs: list[Job]) -> list[tuple[str, str]]:
    return [(job.name, job.state) for job in runs]


def _room(standing: list[tuple[str, str]]) -> None:
    """Show the chosen run; when any has begun or ended the whole page is shown anew."""
    runs = jobs().all()
    if _standing(runs) != standing or st.session_state.get(_OPENED):
        st.rerun()
    if not runs:
        _empty()
        return
    if said := st.session_state.get(_REFUSED):
        st.error(plain(said))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        job = _chosen(runs)
        text, colour = _BADGES[job.state]
        st.badge(text, color=colour)  # type: ignore[arg-type]
        st.space("stretch")
        _buttons(job)
    progress.show(job, n_before=_n_before(job, runs))


def _chosen(runs: list[Job]) -> Job:
    """Let one of several runs be chosen; at first the one that is at work, or the newest."""
    if len(runs) == 1:
        st.markdown(f"#### {plain(runs[0].name)}", anchors=False, width="content")
        return runs[0]
    names = [job.name for job in runs]
    if st.session_state.get(_RUN, st.query_params.get(_RUN)) not in names:
        at_work = [job.name for job in runs if job.state in (RUNNING, STOPPING)]
        st.session_state[_RUN] = (at_work or names)[0]
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


def _n_before(job: Job, runs: list[Job]) -> int:
    """How many active runs were ordered before a waiting one."""
    return sum(other.state in ACTIVE and other.created < job.created for other in runs)


def _buttons(job: Job) -> None:
    """Offer what can be done with a run."""
    if job.state in (QUEUED, RUNNING, STOPPING):
        label, says = {
            QUEUED: ("Take out of the queue", None),
            RUNNING: ("Stop", "What is learnt is saved first, and the run can go on later."),
            STOPPING: ("Stop at once", "Does not wait until it is saved."),
        }[job.state]
        st.button(label, key="train-cancel", on_click=_doing(jobs().cancel, job), help=says)
        return
    if job.has_model:
        st.button(
            "Open on the map",
            key="train-open",
            on_click=_open,
            args=(job,),
            type="primary" if job.state == DONE else "secondary",
        )
    if job.state != DONE:
        label = "Resume" if job.has_model else "Start again"
        resume = _doing(jobs().resume, job)
        st.button(label, key="train-resume", on_click=resume, type="primary")
    with st.popover("Remove", key="train-remove-menu"):
        st.markdown("The run and its model are deleted for good.")
        st.button("Delete", key="train-remove", on_click=_doing(jobs().remove, job))


def _open(job: Job) -> None:
    """Turn to the map at the next run, and there to the model of this run."""
    names = [model.name for model in offered() if model.path == job.model.resolve()]
    st.session_state[_OPENED] = names[0] if names else None


def _doing(act: Callable[[str], object], job: Job) -> Callable[[], None]:
    """Return a button's callback that does something with a run.

    A callback, as the page runs again every second: a run of the page that is broken off before it
    has come to a button forgets the click, but never a callback.
    """

    def clicked() -> None:
        st.session_state[_REFUSED] = ""
        try:
            act(job.name)
        except EmbedvizError as error:
            st.session_state[_REFUSED] = str(error)

    return clicked


def _empty() -> None:
    """Say what will be seen here."""
    st.markdown("#### No run yet", anchors=False)
    st.markdown(
        "Start one, and watch here what it learns: the cost as it falls, and the arrows "
        "male → female, verb → past and country → capital as they form, with the figures that say "
        "how far they agree."
    )
    st.caption(
        "A run belongs to this server: it goes on when you close the page, and any browser can "
        "watch it. When the server stops, so does the run; it is saved, and can go on later."
    )
