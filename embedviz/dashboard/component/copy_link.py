"""The button *Copy link* in the header of every page."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from embedviz.export import bundle

# "fixed" positions it in the header, beside the menu with the choice of a theme
_CSS = """
.copy-link { position: fixed; top: 12px; right: 60px; z-index: 999991; display: flex;
  gap: 8px; align-items: center; font-family: var(--st-font); font-size: 14px;
  color: var(--st-text-color) }
.copy-link button { font: inherit; color: inherit; background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
  padding: 4px 10px; cursor: pointer }
.copy-link button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color) }
.copy-link button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px }
.copy-link input { width: 180px; font: inherit }
.copy-link [role="status"] { background: var(--st-background-color) }
"""
_component = st.components.v2.component(
    "embedviz_copy_link",
    html='<div class="copy-link"><span role="status"></span>'
    '<input type="text" readonly hidden aria-label="Link to this page">'
    '<button type="button" title="Copy a link to this view">Copy link</button></div>',
    css=_CSS,
    js=bundle("copy_link"),
)


def show_button(always: Mapping[str, str], page: str) -> None:
    """Show the button; parameters in `always` are added to the link if the address lacks them.

    On a phone the menu closes when `page` changes.
    """
    _component(key="copy-link", data={"always": dict(always), "page": page})
