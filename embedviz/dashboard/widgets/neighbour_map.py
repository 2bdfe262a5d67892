"""The choice of a neighbour map (t-SNE, UMAP) on the map of all words, and its caveats."""

from __future__ import annotations

from importlib.util import find_spec

import streamlit as st

from embedviz.dashboard.state.neighbour_maps import MapOfNeighbours
from embedviz.projection import MAPS

KEY = "map-words"
"""Key of the number of words of a neighbour map."""

TITLES = {"tsne": "t-SNE of the words", "umap": "UMAP of the words"}
N_WORDS = (1_000, 2_000, 5_000, 10_000)
"""Numbers of words to choose from: on one core, t-SNE takes 7 s per 1,000 words, UMAP 2 to 8."""

DEFAULT_N_WORDS = 2_000
_SHORT = {"tsne": "t-SNE", "umap": "UMAP"}
_MODULES = {"tsne": "openTSNE", "umap": "umap"}
_INSTALL = "pip install 'embedviz[maps]'"


def installed() -> tuple[str, ...]:
    """List the methods whose package is installed."""
    return tuple(method for method in MAPS if find_spec(_MODULES[method]) is not None)


def explain() -> str:
    """Explain the methods for the help of the control, and those that are not installed."""
    missing = [method for method in MAPS if method not in installed()]
    parts = []
    if len(missing) < len(MAPS):
        names = " and ".join(_SHORT[method] for method in installed())
        verb = "keep" if len(installed()) > 1 else "keeps"
        parts.append(f"{names} {verb} neighbourhoods, but no offset and no large distance.")
    if missing:
        names = " and ".join(f"{_SHORT[method]} ({MAPS[method]})" for method in missing)
        parts.append(f"{names}: not installed on this server, see `{_INSTALL}`.")
    return " ".join(parts)


def explain_missing(plane: str) -> str:
    """Say why a session's plane is not shown; empty if it is no neighbour map."""
    if plane not in MAPS:
        return ""
    return (
        f"{_SHORT[plane]} needs the package {MAPS[plane]}, which this server does not have "
        f"({_INSTALL}): the plane of the arrows is shown."
    )


def choose_n_words() -> int:
    """Show the choice of the number of words, and return it."""
    return st.select_slider(
        "Words on the map",
        N_WORDS,
        value=DEFAULT_N_WORDS,
        format_func=lambda n: f"{n:,}",
        key=KEY,
        help="The most frequent words, and those of the relations. The first map of so many words "
        "takes about 15 s for 2,000 and over a minute for 10,000; it is kept for all visitors.",
        bind="query-params",
        persist_state="session",
    )


def describe(method: str, found: MapOfNeighbours) -> str:
    """Describe in Markdown how far to trust the map, beside its control."""
    layout = found.layout
    true, other = layout.trustworthiness, found.plane_trustworthiness
    n_placed = len(layout.words) - found.n_fitted
    placed = f" {n_placed:,} more words are placed among their neighbours." if n_placed else ""
    return (
        f"**{_SHORT[method]}** of {found.n_fitted:,} words: trustworthiness **{true:.2f}**; the "
        f"plane of principal components of the same words {other:.2f}, by chance 0.50. **Offsets "
        "are not preserved**: an arrow only connects the words of a pair, its direction and length "
        f"mean nothing here; nor do large distances.{placed}"
    )


TRUST_HELP = (
    "How well a word's 10 nearest on the map match its nearest vectors, from 0 to 1 (Venna and "
    "Kaski, 2001), on at most 2,000 of the words."
)
