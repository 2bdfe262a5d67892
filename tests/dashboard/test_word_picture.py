"""The picture of the visitor's words as a file."""

from __future__ import annotations

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytest.importorskip("matplotlib", reason="pictures are an extra")

import streamlit as st
from app_pages import HOSTILE, planted

from embedviz.plotting import word_figure


@pytest.fixture
def offered(monkeypatch):
    """Return the content of the downloads that a page offers, by key."""
    found = {}
    button = st.download_button

    def record(label, **given):
        found[given["key"]] = given["data"]
        return button(label, **given)

    monkeypatch.setattr(st, "download_button", record)
    return found


@pytest.mark.parametrize("view", ["My words", "My axes"])
def test_what_the_map_shows_is_offered_as_a_file(serve, offered, monkeypatch, view):
    drawn = []
    draw = word_figure._draw
    monkeypatch.setattr(word_figure, "_draw", lambda *given: drawn.append(given) or draw(*given))
    text = "animals: other1, other2\ncolours: other3, other4"
    axes = {"x-axis": "man -> woman", "y-axis": "other5"} if view == "My axes" else {}
    at = serve(planted(), view=view, **{"my-words": text, **axes})
    assert not at.exception and not at.error
    for name, start in (("PNG", b"\x89PNG"), ("SVG", b"<?xml"), ("PDF", b"%PDF")):
        assert offered[f"words-picture-{name}"]().startswith(start)
    _, groups, titles, _ = drawn[0]
    assert {group.name: group.words for group in groups} == {
        "animals": ("other1", "other2"),
        "colours": ("other3", "other4"),
    }
    assert len(titles) == (2 if axes else 0)


def test_hostile_words_are_drawn_as_they_are(serve, offered):
    words = [word for word in HOSTILE if "\n" not in word and "," not in word][:4]
    at = serve(planted(tuple(words)), view="My words", **{"my-words": "; ".join(words)})
    assert not at.exception
    assert b"<script>alert" not in offered["words-picture-SVG"]()
