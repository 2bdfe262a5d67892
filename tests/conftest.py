"""Shared fixtures: small vectors with planted offsets, a small trained model."""

import logging
import os

import hypothesis
import pytest
from planted import planted_vectors

from benchmarks.common.browser import chromium, launched
from embedviz.cli import main
from embedviz.corpora.synthesis import generate_documents

# a busy machine is no failure, and the first example may pay for a table
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


# Files whose tests visit one server: the English model's, and that of made-up vectors.
SERVERS = {
    **dict.fromkeys(("test_browser_axe.py", "test_browser_words.py"), "english"),
    **dict.fromkeys(("test_browser_journeys.py", "test_browser_write.py"), "english"),
    "test_browser_sequences.py": "english",
    **dict.fromkeys(("test_browser_map.py", "test_browser_share.py"), "planted"),
}

# Servers and files that take longest, the longest first.
LONGEST = (
    "english",
    "test_program_training.py",
    "planted",
    "test_distributed.py",
    "test_resume.py",
    "test_neighbour_maps.py",
    "test_browser_train.py",
    "test_queue.py",
    "test_dashboard_export.py",
    "test_dashboard_uploads.py",
    "test_loop.py",
    "test_picture_training.py",
    "test_bundled_sequences.py",
    "test_plotting.py",
)


def pytest_addoption(parser):
    parser.addoption("--pictures", metavar="DIR", help="keep pictures of the journeys there")
    parser.addoption("--mutations", type=int, default=1_000, help="how many files to mutate")
    parser.addoption("--fuzz-seed", type=int, default=0, help="which mutations")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """One worker more than there are cores: those that drive a browser mostly wait for it."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give a file to one worker, so that models are trained and servers started once."""
    from xdist.scheduler import LoadScopeScheduling

    order = {name: number for number, name in enumerate(LONGEST)}

    def name_of(file):
        return file.rsplit("/", 1)[-1]

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            file = nodeid.split("::")[0]
            return SERVERS.get(name_of(file), file)

        def _assign_work_unit(self, node):
            """Begin with what takes longest, so that no worker is left with it at the end."""
            first = min(self.workqueue, key=lambda scope: order.get(name_of(scope), len(order)))
            self.workqueue.move_to_end(first, last=False)
            super()._assign_work_unit(node)

    return ByFile(config, log)


@pytest.fixture(scope="session")
def vectors():
    return planted_vectors()


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory, monkeypatch):
    """Keep the user's cache out of the tests; the bundled corpus is made once a process."""
    folder = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("EMBEDVIZ_CACHE", str(folder))


@pytest.fixture
def run(capsys):
    """Run a command in this process; give its exit code, output and errors, never a traceback."""

    def run_(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err + printed.out
        return left.value.code, printed.out, printed.err

    return run_


@pytest.fixture(autouse=True)
def _no_log_to_a_closed_stream():
    """Take away the handler that a command left: it writes to the errors of a test that is over."""
    yield
    for handler in [one for one in logging.root.handlers if type(one) is logging.StreamHandler]:
        logging.root.removeHandler(handler)


@pytest.fixture(scope="session")
def language_model(tmp_path_factory):
    """Return the folder of a small language model that read whole sentences."""
    pytest.importorskip("torch", reason="a recurrent net reads")
    from embedviz.settings import TrainingConfig
    from embedviz.text import CorpusConfig
    from embedviz.training import train_model

    room = tmp_path_factory.mktemp("reader")
    (room / "facts.txt").write_text("\n".join(generate_documents(n_words=8_000)))
    config = TrainingConfig(n_dims=8, epochs=1.0, skip=None, cell="lstm", n_steps=4)
    corpus_config = CorpusConfig(min_count=1)
    train_model([room / "facts.txt"], room / "small", corpus_config=corpus_config, config=config)
    return room / "small"


@pytest.fixture(scope="session")
def browser():
    """A Chromium; the test is left out without one, unless EMBEDVIZ_BROWSER says it is required."""
    if chromium() is None:
        reason = "no Chromium with Playwright here; EMBEDVIZ_BROWSER=required makes this an error"
        required = os.environ.get("EMBEDVIZ_BROWSER") == "required"
        pytest.fail(reason) if required else pytest.skip(reason)
    with launched() as browser:
        yield browser
