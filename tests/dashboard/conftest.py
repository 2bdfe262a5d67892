"""Dashboards to visit, by `AppTest` or in a browser; what costs much is done once a process."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from map_frame import NOT_MARKUP
from opened_pages import OPENED

import embedviz
from benchmarks.common.browser import DESKTOP, Watch, served, settle
from embedviz.support import english_folder


@cache
def load_english():
    """Load the model that ships, once a process."""
    return embedviz.load("english")


def kept(function):
    """Return the function with its results kept, by its arguments; lists are taken as tuples."""

    @cache
    def by_arguments(arguments, options):
        return function(*arguments, **dict(options))

    def called(*arguments, **options):
        hashable = (tuple(one) if isinstance(one, list) else one for one in arguments)
        return by_arguments(tuple(hashable), tuple(options.items()))

    return called


if find_spec("streamlit"):
    import streamlit as st
    from app_pages import ROOT, planted, switch_page
    from streamlit.components.v2 import manifest_scanner
    from streamlit.testing.v1 import AppTest

    from embedviz.checkpoints import loading
    from embedviz.dashboard.state import job_queue, model_comparison, model_series, models
    from embedviz.jobs import queue

    # Every `AppTest` searches all installed packages for components: once a process is enough.
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

    # What the pages compute of vectors: tests that show the same vectors share it.
    COMPUTED = [
        (module, name, kept(getattr(module, name)))
        for module, names in {
            models: ("fit", "place_words", "measure", "score_methods"),
            model_comparison: (
                "on_shared_words",
                "on_shared_axes",
                "neighbour_overlap",
                "most_moved",
                "compare_relation",
            ),
            model_series: ("on_shared_words", "on_shared_axes", "measure_moment", "stability"),
        }.items()
        for name in names
    ]
else:
    COMPUTED = []


@pytest.fixture(autouse=True)
def computed_once(monkeypatch):
    """Keep what the pages compute of the same `WordVectors` from one test to the next.

    The English model is loaded once, so that it is the same.
    """
    if not COMPUTED:
        return
    open_vectors = loading.open_vectors

    def open_once(path, **options):
        is_english = not options and Path(path).resolve() == english_folder().resolve()
        return load_english() if is_english else open_vectors(path, **options)

    monkeypatch.setattr(loading, "open_vectors", open_once)
    for module, name, kept in COMPUTED:
        monkeypatch.setattr(module, name, kept)


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Return a function that opens the dashboard on vectors, or on an error."""
    st.cache_resource.clear()
    folders = []

    def start(*contents, script=ROOT / "app.py", view="All words", **query) -> AppTest:
        for number, content in enumerate(contents):
            folder = tmp_path / f"model-{number}"
            folder.mkdir()
            folders.append((folder.resolve(), content))

        def load(path: Path) -> embedviz.WordVectors:
            content = dict(folders)[path]
            if isinstance(content, Exception):
                raise content
            return content

        monkeypatch.setattr(loading, "open_vectors", load)
        monkeypatch.setattr("sys.argv", ["app.py", *(str(folder) for folder, _ in folders)])
        monkeypatch.chdir(tmp_path)
        at = AppTest.from_file(str(script), default_timeout=60)
        if view:
            at.query_params["show"] = view
        at.session_state["trust"] = True  # the fold of the figures, which is filled once it is open
        for name, value in query.items():
            at.query_params[name] = value
        return at.run()

    yield start
    st.cache_resource.clear()


@pytest.fixture(scope="session")
def english_address(tmp_path_factory):
    """Address of a dashboard of the English model, as anyone would start it."""
    with served("--runs", tmp_path_factory.mktemp("runs")) as (_, address):
        yield address


@pytest.fixture(scope="session")
def planted_address(tmp_path_factory):
    """Address of a dashboard of made-up vectors, one word of which is hostile."""
    file = tmp_path_factory.mktemp("served") / "planted.safetensors"
    embedviz.save(planted((NOT_MARKUP,)), file)
    with served(file) as (_, address):
        yield address


@pytest.fixture
def visit(browser, english_address):
    """Return a function that opens a page as a new visitor; nothing may go wrong or elsewhere."""
    watches, contexts, own = [], [], english_address

    def visit(path="", *, awaits="", address=own, **options):
        options = {"viewport": DESKTOP, "reduced_motion": "reduce", **options}
        contexts.append(browser.new_context(accept_downloads=True, **options))
        watches.append(Watch(contexts[-1], address))
        page = contexts[-1].new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{address}/{path}")
        page.wait_for_selector(awaits or OPENED[path.split("?")[0]])
        settle(page)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert [one.foreign for one in watches if one.foreign] == []
    assert [one.errors for one in watches if one.errors] == []


@pytest.fixture
def picture(request):
    """Return a function that keeps a picture of a page, if pictures are wanted.

    Those named ``seen-`` are to be looked at, and lie in out/ beside those of the documents.
    """
    wanted = request.config.getoption("--pictures")

    def picture(page, name):
        if wanted:
            folder = Path("out/pictures" if name.startswith("seen-") else wanted)
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}.png")

    return picture


@pytest.fixture(scope="module")
def cached_for_the_file():
    """Keep what the pages compute for all tests of a file."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def open_page(monkeypatch, tmp_path):
    """Return a function that opens a page of a server with the models that ship, by its path.

    Parameters of the link have hyphens in place of underscores.
    """
    monkeypatch.setattr("sys.argv", ["app.py"])
    monkeypatch.chdir(tmp_path)

    def open_(path, **query) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in query.items():
            at.query_params[key.replace("_", "-")] = value
        return switch_page(at, path).run()

    return open_


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Runs of a server of its own, whose children are never started."""
    monkeypatch.setenv("EMBEDVIZ_RUNS", str(tmp_path / "runs"))
    monkeypatch.delenv("EMBEDVIZ_TEXTS", raising=False)
    monkeypatch.setattr("sys.argv", ["app.py"])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(queue.JobQueue, "_work", lambda self: None)
    job_queue._open_queue.cache_clear()
    st.cache_resource.clear()
    yield job_queue.get_queue()
    job_queue._open_queue.cache_clear()
