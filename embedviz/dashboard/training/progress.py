"""Progress of a run: share done, cost, and the arrows of the families as they form."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import streamlit as st

from embedviz.dashboard.training import charts, followed_words, live_samples
from embedviz.dashboard.widgets.markdown import escape
from embedviz.jobs import (
    DONE,
    FAILED,
    QUEUED,
    STOPPED,
    STOPPING,
    TEXT,
    Job,
    Metrics,
    read_metrics,
    read_moments,
    snapshots,
)
from embedviz.support import percent

_LOG_LINES = 30


def show_progress(job: Job, *, n_before: int) -> None:
    """Show a run; `n_before` other runs are active or ahead in the queue."""
    metrics, recorded = read_metrics(job), snapshots.read_snapshots(job.growth)
    _show_state(job, metrics, n_before)
    if metrics:
        _show_figures(metrics)
    if recorded:
        followed_words.show_followed_words(job, recorded)
    if moments := read_moments(job.samples):
        live_samples.show_live_samples(job, moments)
    if metrics:
        charts.show_cost(metrics)
    _show_details(job)


def _show_state(job: Job, metrics: Sequence[Metrics], n_before: int) -> None:
    """Show the state of the run in one line."""
    share = metrics[-1].share if metrics else 0.0
    if job.state == FAILED:
        st.error(escape(job.reason))
    elif job.state == QUEUED:
        others = "one run is" if n_before == 1 else f"{n_before} runs are"
        st.caption(
            f"It starts automatically; {others} ahead of it." if n_before else "It starts now."
        )
    elif job.state == STOPPED:
        st.caption(
            f"Stopped at {percent(share)}." if metrics else "Stopped before training started."
        )
    elif job.state == STOPPING:
        st.progress(share, "Saving the model …")
    elif job.state == DONE:
        st.caption(
            f"{metrics[-1].tokens:,} words read in {_format_duration(metrics[-1].seconds)}."
            if metrics
            else ""
        )
        if job.kind != TEXT:
            st.caption("The model is offered on the pages under Sequences.")
    elif not metrics:
        st.progress(0.0, "Starting: reading what it learns from …")
    else:
        left = _format_duration(metrics[-1].seconds_left)
        st.progress(share, f"{percent(share)}, {left} left" if share < 1 else "Measuring …")


def _show_figures(metrics: Sequence[Metrics]) -> None:
    last = metrics[-1]
    columns = st.columns(3, wrap=False)
    columns[0].metric(
        "Cost",
        f"{last.cost:.2f}",
        help="Mean training cost per word, in nats: how well the model distinguishes the next word "
        "from noise words. It falls as the model learns.",
    )
    columns[1].metric(
        "Perplexity",
        "–" if last.perplexity is None else f"{last.perplexity:,.0f}",
        help="On held-out text, over all words: the number of equally likely words that would be "
        "as hard to predict. Measured with each checkpoint, and at the end.",
    )
    columns[2].metric(
        "Words/s",
        _shorten(last.tokens_per_second),
        help="Words of the text read, including skipped frequent words.",
    )


def _show_details(job: Job) -> None:
    """Show the equivalent command and the log."""
    with st.expander("Equivalent command, and log"):
        st.code(shlex.join(job.command), language=None, wrap_lines=True)
        if job.log.exists():
            lines = job.log.read_text(encoding="utf-8", errors="replace").splitlines()
            st.code("\n".join(lines[-_LOG_LINES:]) or "The log is empty.", language=None)


def _shorten(number: float) -> str:
    """Format a number so that it fits a phone screen.

    >>> _shorten(34_929).replace("\N{NO-BREAK SPACE}", " "), _shorten(812)
    ('35 k', '812')
    """
    return f"{number:.0f}" if number < 1000 else f"{number / 1000:.0f}\N{NO-BREAK SPACE}k"


def _format_duration(seconds: float) -> str:
    """Format a duration in its two largest units.

    >>> _format_duration(3.4), _format_duration(125), _format_duration(3725)
    ('3 s', '2 min 5 s', '1 h 2 min')
    """
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
