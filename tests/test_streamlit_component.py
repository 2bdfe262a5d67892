"""The word map in another app: the example of the docs, as an app and in a browser."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("streamlit", reason="the app is an extra")
from streamlit.testing.v1 import AppTest

from benchmarks.common.browser import DESKTOP, READY, Watch, free_port, settle, started

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "words_app.py"


def test_the_example_is_short():
    assert len(EXAMPLE.read_text(encoding="utf-8").splitlines()) <= 20


def test_the_example_runs():
    app = AppTest.from_file(str(EXAMPLE), default_timeout=60).run()
    assert not app.exception and not app.subheader
    app.session_state["word-map-focus"] = "queen"  # as a click leaves it
    app.run()
    assert app.subheader[0].value == "Nearest to queen"
    app.selectbox[0].select("verb-past").run()
    assert not app.exception


def script(relations="[]", words="10", focus="None"):
    return f"""
import streamlit as st
from embedviz import EmbedvizError
from planted import planted_vectors
from embedviz.streamlit import word_map
vectors = st.cache_resource(planted_vectors)()
try:
    st.write(word_map(vectors, relations={relations}, words={words}, focus={focus}).focus)
except EmbedvizError as error:
    st.error(str(error))
"""


def test_a_focus_is_marked_and_kept(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    app = AppTest.from_string(
        script(words="['king', 'man']", focus="'queen'"), default_timeout=60
    ).run()
    assert not app.exception and app.markdown[0].value == "queen"
    forgotten = AppTest.from_string(script(), default_timeout=60)
    forgotten.session_state["word-map-focus"] = "a word of other vectors"
    assert forgotten.run().markdown[0].value == "`None`"
    for wrong, says in ((script("['moon']"), "moon"), (script(words="['nowhere']"), "nowhere")):
        assert says in AppTest.from_string(wrong, default_timeout=60).run().error[0].value


@pytest.mark.slow
@pytest.mark.browser
def test_a_click_in_the_browser(browser, request):
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", EXAMPLE, "--server.port", port]
    command += ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    with started(command, port, "_stcore/health") as (_, address):
        context = browser.new_context(viewport=DESKTOP)
        watch = Watch(context, address)
        tab = context.new_page()
        tab.goto(address)
        tab.wait_for_selector(READY, timeout=60_000)
        settle(tab)
        tab.focus(".word-map")
        tab.keyboard.press("n")
        tab.locator(".word-map .card .word").wait_for()
        word = tab.text_content(".word-map .card .word")
        tab.keyboard.press("Enter")
        tab.wait_for_selector(f"h3:has-text('Nearest to {word}')")
        tab.keyboard.press(" ")
        tab.wait_for_selector(f"text=Selected: {word}")
        settle(tab)
        if folder := request.config.getoption("--pictures"):
            tab.screenshot(path=f"{folder}/streamlit-app.png")
        assert not watch.errors
        assert not [one for one in watch.foreign if not one.startswith("data:")]
        context.close()
