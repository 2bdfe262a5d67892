"""The map in a notebook: what it shares with the kernel, and a real JupyterLab."""

import base64
import json
import sys
from contextlib import contextmanager

import numpy as np
import pytest

from benchmarks.common.browser import READY, free_port, started
from embedviz import InputError, UnknownWordError, Vocabulary, WordVectors
from embedviz.relations import Relation

pytest.importorskip("anywidget", reason="notebooks are an extra")


@pytest.fixture(scope="module")
def widget(vectors):
    return vectors.map(relations=["male-female"], words=300)


def test_a_map_holds_words_and_arrows(widget, vectors):
    assert widget._data["words"][:3] == list(vectors.words[:3])
    (family,) = widget._data["overlay"]["families"]
    assert family["label"].startswith("male → female")
    assert widget.focus == "" and widget.selection == []


def test_the_focus_marks_a_word_and_its_nearest(widget, vectors):
    widget.focus = "queen"
    assert widget._overlay["chosen"]["word"] == "queen"
    near = [one["word"] for one in widget._overlay["near"]]
    assert near == [one.word for one in vectors.most_similar("queen", len(near))]
    told(widget, picked=1)  # as a click sends it
    assert widget.focus == vectors.words[0]
    widget.focus = "king"
    told(widget, picked=1)  # the same word again
    assert widget.focus == vectors.words[0]
    told(widget, picked=0)  # a click beside the words
    assert widget.focus == "" and widget._overlay.get("chosen") is None
    with pytest.raises(UnknownWordError):
        widget.focus = "no such word"
    assert widget.focus == ""


def told(widget, **content):
    widget._receive(widget, content, [])


def test_the_selection_goes_both_ways(widget):
    first, _, third = widget._data["words"][:3]
    for _ in range(2):
        told(widget, selected=[2, 0])
        assert widget.selection == [first, third]  # the most frequent first
        widget.selection = ["king"]
        assert widget._overlay["selected"] == [widget._data["words"].index("king")]
    with pytest.raises(InputError, match="'nowhere' is not on this map"):
        widget.selection = ["nowhere"]
    told(widget, selected=[10**9, -1, "x"])  # no rows of this map
    assert widget.selection == []


def test_the_facts_of_a_word_are_sent_when_asked_for(widget, vectors, monkeypatch):
    sent = []
    monkeypatch.setattr(type(widget), "send", lambda self, content: sent.append(content))
    told(widget, requested=2)
    told(widget, requested=10**6)  # no such rank
    told(widget, requested="2")
    (only,) = sent
    assert only["facts"]["rank"] == 2
    near = [one.word for one in vectors.most_similar(vectors.words[1], 3)]
    assert only["facts"]["near"] == near


def test_words_without_a_vector_or_of_any_length_do_no_harm():
    rows = np.array([[0, 0], [1, 0.5], [0, 1], [1, -1], [-1, 2]], dtype=np.float32)
    odd = WordVectors(Vocabulary(("zero", "long" * 100, "b", "c", "d")), rows)
    widget = odd.map(words=5)
    told(widget, picked=1)
    assert widget.focus == "zero" and widget._overlay["near"] == []
    told(widget, selected=[1])
    assert widget.selection == ["long" * 100]
    assert max(map(len, widget._data["words"])) == 65


def test_a_reader_without_a_kernel_sees_a_picture(widget):
    pytest.importorskip("matplotlib")
    data, _ = widget._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in data


def test_what_a_map_may_be_made_of(vectors):
    own = Relation("own", (("king", "queen"),))
    few = vectors.map(relations=[own], words=["man", "woman"])
    assert set(few._data["words"]) == {"king", "queen", "man", "woman"}
    assert len(vectors.map(words=np.int64(10))._data["words"]) == 10
    twice = vectors.map(words=["king", "queen", "king", "man"])
    assert set(twice._data["words"]) == {"king", "queen", "man"}
    assert vectors.map(words=50, dims=3)._data["z"]
    for wrong, says in (
        ({"relations": ["no-such"]}, "no-such"),
        ({"height": 10}, "between 200 and 4000"),
        ({"plane": "moon"}, "moon"),
        ({"dims": 4}, "n_components=4|dims=4|2 or 3"),
    ):
        with pytest.raises(InputError, match=says):
            vectors.map(**wrong)
    with pytest.raises(UnknownWordError):
        vectors.map(words=["nowhere"])


CODE = """\
import embedviz as ev
vectors = ev.load({path!r})
w = vectors.map(relations=["male-female"], words=300)
w"""


@contextmanager
def jupyter(folder):
    """Serve a folder with JupyterLab; give its address."""
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--port={port}"]
    command += ["--expose-app-in-browser", "--LabApp.news_url=None", "--allow-root"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += ["--IdentityProvider.token=", "--ServerApp.password="]
    command += [f"--ServerApp.root_dir={folder}"]
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    rooms = dict.fromkeys(names, str(folder / "jupyter"))
    with started(command, port, "api/status", **rooms) as (_, address):
        yield address


def notebook(cells):
    made = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": one}
        for one in cells
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return {
        "cells": [{**cell, "id": f"cell-{n}"} for n, cell in enumerate(made)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.mark.slow
@pytest.mark.browser
def test_jupyterlab(browser, tmp_path, vectors, request):
    """Run a notebook, click a word, read it back, move the map, in both themes."""
    pytest.importorskip("jupyterlab")
    from embedviz import save

    save(vectors, tmp_path / "planted.vec")
    is_pictured = request.config.getoption("--pictures")
    name = "english" if is_pictured else str(tmp_path / "planted.vec")
    cells = [
        CODE.format(path=name),
        "print('focus:', w.focus)",
        "w.focus = 'queen'",
        "vectors.most_similar('queen')",
    ]
    (tmp_path / "map.ipynb").write_text(json.dumps(notebook(cells)))
    told = []
    with jupyter(tmp_path) as address:
        tab = browser.new_page(viewport={"width": 1300, "height": 1500})
        tab.on("request", lambda one: told.append(one.url))
        tab.goto(f"{address}/lab/tree/map.ipynb?reset")
        tab.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        tab.wait_for_timeout(2_000)
        _run_all(tab)
        tab.wait_for_selector(f"{READY}[style*='--st-background-color']", timeout=90_000)
        tab.wait_for_selector(".jp-OutputArea-output .embedviz table", timeout=60_000)
        shown = "getComputedStyle(document.querySelector('.word-map'))"
        assert tab.evaluate(f"{shown}.backgroundColor") == "rgb(255, 255, 255)"
        label = "document.querySelector('.word-map').dataset"
        assert tab.evaluate(f"{label}.lmSuppressShortcuts") == "true"
        _keep(request, tab, "jupyterlab")
        n_cells = tab.locator(".jp-CodeCell").count()
        # keys are the map's, not the notebook's: a letter steps, Enter marks, D D deletes no cell
        tab.wait_for_timeout(1_000)  # JupyterLab gives the focus to the last cell
        tab.locator(".word-map").focus()
        tab.keyboard.press("n")
        tab.wait_for_function("!document.querySelector('.word-map .card').hidden", timeout=5_000)
        word = tab.text_content(".word-map .card .word")
        tab.keyboard.press("Enter")
        tab.keyboard.press("d")
        tab.keyboard.press("d")
        tab.wait_for_timeout(500)
        assert tab.locator(".jp-CodeCell").count() == n_cells
        tab.locator(".jp-CodeCell .cm-content").nth(1).click()
        tab.keyboard.press("Shift+Enter")
        tab.wait_for_function(
            f"document.querySelectorAll('.jp-CodeCell')[1].textContent.includes('focus: {word}')"
        )
        dark = "{theme: 'JupyterLab Dark'}"
        tab.evaluate(f"void jupyterapp.commands.execute('apputils:change-theme', {dark})")
        tab.wait_for_function(f"!{shown}.backgroundColor.includes('255')", timeout=20_000)
        # marimo writes its colours like this
        outside = "document.querySelector('.embedviz-notebook').style.backgroundColor"
        tab.evaluate(f"{outside} = 'oklch(1 0 0)'")
        tab.wait_for_function(f"{shown}.backgroundColor === 'rgb(255, 255, 255)'", timeout=20_000)
        tab.close()
    assert not [url for url in told if not url.startswith((address, "data:", "blob:"))]


def _run_all(tab):
    """Run all cells; what is run before the kernel is connected is lost, so try again."""
    ran = "!document.querySelector('.jp-InputPrompt').textContent.includes('[ ]')"
    for _ in range(20):
        tab.evaluate("void jupyterapp.commands.execute('notebook:run-all-cells')")
        tab.wait_for_timeout(2_000)
        if tab.locator("dialog button.jp-mod-accept").count():  # asks for a kernel
            tab.click("dialog button.jp-mod-accept")
        if tab.evaluate(ran):
            return
    pytest.fail("JupyterLab ran no cell.")


def _keep(request, tab, name):
    if folder := request.config.getoption("--pictures"):
        clip = {"x": 0, "y": 0, "width": 1300, "height": 1080}
        tab.screenshot(path=f"{folder}/{name}.png", clip=clip)
