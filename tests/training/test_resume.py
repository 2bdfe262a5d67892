"""A run that was interrupted ends in bitwise the same weights."""

import json
import multiprocessing
import multiprocessing.forkserver
import os
import random
import signal
import subprocess
import sys
import time
from types import ModuleType

import numpy as np
import pytest

from embedviz.checkpoints import checkpoint
from embedviz.cli import main
from embedviz.corpora.synthesis import generate_documents
from embedviz.errors import InputError
from embedviz.settings import TrainingConfig
from embedviz.text import CorpusConfig, batches
from embedviz.training import Callbacks, train_model

SETTINGS = {"n_dims": 12, "n_streams": 4, "n_steps": 10, "n_noise": 16, "skip": 1e-2}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "a.txt"
    path.write_text("\n".join(generate_documents(n_words=6_000)))
    return path


@pytest.fixture(scope="module")
def longer_text(tmp_path_factory):
    """Two chunks of the usual size an epoch."""
    path = tmp_path_factory.mktemp("text") / "a.txt"
    path.write_text("\n".join(generate_documents(n_words=20_000)))
    return path


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    """Five chunks an epoch."""
    monkeypatch.setattr(batches, "CHUNK", 300)


def run(text, out, *, stop_after=None, resume=False, **settings):
    """Train; stop once `stop_after` chunks are learnt."""
    asked = 0

    def stop():
        nonlocal asked
        asked += 1
        return asked == stop_after

    return train_model(
        [text],
        out,
        corpus_config=CorpusConfig(),
        config=TrainingConfig(**{**SETTINGS, "epochs": 1.6, **settings}),
        callbacks=Callbacks(stop=stop),
        resume=resume,
    )


def weights(folder):
    return checkpoint.load(folder).tensors


@pytest.fixture(scope="module")
def wholes(text, tmp_path_factory):
    """Return a function that gives folder and results of a run that nothing stopped, made once."""
    made = {}

    def whole(settings):
        key = str(settings)
        if key not in made:
            folder = tmp_path_factory.mktemp("whole") / "m"
            made[key] = folder, run(text, folder, **settings)
        return made[key]

    return whole


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"cell": "lstm"},
        {"cell": "gru", "cost": "full"},
        {"tied": False},
        {"n_threads": 2},
        {"bidirectional": False},
        {"subwords": True, "n_buckets": 60},
        {"cost": "adaptive", "tied": False},
    ],
    ids=lambda settings: "-".join(map(str, settings.values())) or "default",
)
@pytest.mark.parametrize("stop_after", [1, 4])
def test_a_stopped_run_goes_on_bitwise(tmp_path, text, wholes, settings, stop_after):
    folder, whole = wholes(settings)
    part = run(text, tmp_path / "part", stop_after=stop_after, **settings)
    assert whole["finished"]
    assert not part["finished"]
    assert checkpoint.load(tmp_path / "part").run
    rest = run(text, tmp_path / "part", resume=True, **settings)
    assert rest["finished"]
    assert rest["n_tokens_read"] == whole["n_tokens_read"]
    assert rest["perplexity"] == whole["perplexity"]
    one, other = weights(folder), weights(tmp_path / "part")
    assert all(np.array_equal(one[name], other[name]) for name in one)
    assert not checkpoint.load(tmp_path / "part").run


def test_a_stopped_run_is_a_model_that_can_be_asked(tmp_path, text):
    import embedviz as ev

    run(text, tmp_path / "part", stop_after=2)
    vectors = ev.load(tmp_path / "part")
    assert len(vectors.most_similar(vectors.words[9], 3)) == 3


def test_a_finished_run_is_left_as_it_is_and_none_is_begun(tmp_path, text):
    first = run(text, tmp_path / "m", resume=True)  # nothing to resume: begins
    before = (tmp_path / "m" / "model.safetensors").stat().st_mtime_ns
    assert run(text, tmp_path / "m", resume=True) == first
    assert (tmp_path / "m" / "model.safetensors").stat().st_mtime_ns == before


def test_other_settings_or_texts_are_refused(tmp_path, text):
    run(text, tmp_path / "m", stop_after=1)
    with pytest.raises(InputError, match="started with n_dims=12, not 13"):
        run(text, tmp_path / "m", resume=True, n_dims=13)
    other = tmp_path / "b.txt"
    other.write_text(text.read_text() + "more")
    with pytest.raises(InputError, match=r"not those with which .* was started"):
        run(other, tmp_path / "m", resume=True)


def test_a_run_of_an_older_program_goes_on_without_what_it_did_not_have(tmp_path, text):
    run(text, tmp_path / "m", stop_after=1, frequency_bias=False)
    config = tmp_path / "m" / "config.json"
    stored = json.loads(config.read_text())
    del stored["training"]["frequency_bias"]
    config.write_text(json.dumps(stored))
    with pytest.raises(InputError, match="started with frequency_bias=False, not True"):
        run(text, tmp_path / "m", resume=True)
    found = run(text, tmp_path / "m", resume=True, frequency_bias=False)
    whole = run(text, tmp_path / "whole", frequency_bias=False)
    assert found["perplexity"] == whole["perplexity"]


def test_a_checkpoint_that_cannot_be_written_does_not_end_the_run(
    tmp_path, text, monkeypatch, caplog
):
    save, fails = checkpoint.save, iter([True, False])

    def sometimes(*given):
        if next(fails, False):
            raise InputError("No space left.")
        save(*given)

    monkeypatch.setattr(checkpoint, "save", sometimes)
    results = train_model(
        [text],
        tmp_path / "m",
        corpus_config=CorpusConfig(),
        config=TrainingConfig(**SETTINGS, epochs=1),
        callbacks=Callbacks(save_every=0),
    )
    assert results["finished"]
    assert "No space left. Training continues." in caplog.text


def test_a_full_disk_is_told_before_training(tmp_path, text, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000}))
    with pytest.raises(InputError, match=r"needs .* MB and the disk has 0 MB free"):
        run(text, tmp_path / "m")
    assert not (tmp_path / "m").exists()


def arguments(text, out, *more, epochs=6):
    options = ("dims=12", "streams=4", "steps=10", "noise=16", "skip=1e-2", f"epochs={epochs}")
    given = (*(f"--{option}" for option in options), "--save-every", "0.05")
    return ["train", str(text), "--out", str(out), *given, *more]


@pytest.fixture
def start(monkeypatch):
    """Return a function that starts the program in a process that has all modules imported."""
    # a child runs its parent's main module, which here may be a page that another test opened
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["embedviz.cli", "embedviz.training", "torch._dynamo"])

    def start(arguments):
        child = context.Process(target=main, args=(arguments,))
        child.start()
        return child

    yield start
    multiprocessing.forkserver._forkserver._stop()


@pytest.mark.slow
def test_a_run_killed_at_random_ends_in_the_same_weights(tmp_path, longer_text, start):
    def finish(*given):
        child = start(arguments(longer_text, *given))
        child.join()
        assert child.exitcode == 0

    finish(tmp_path / "whole")
    took = json.loads((tmp_path / "whole" / "config.json").read_text())["results"]["seconds"]
    rng, killed = random.Random(0), 0
    for _ in range(4):
        child = start(arguments(longer_text, tmp_path / "part", "--resume"))
        # some while starting, some in the loop, some while a checkpoint is written
        time.sleep(rng.random() * (0.5 + took / 4))
        killed += child.is_alive()
        child.kill()
        child.join()
    finish(tmp_path / "part", "--resume")
    assert killed >= 2
    one, other = weights(tmp_path / "whole"), weights(tmp_path / "part")
    assert all(np.array_equal(one[name], other[name]) for name in one)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_the_run_and_says_how_to_go_on(tmp_path, longer_text, kind):
    metrics = tmp_path / "metrics.jsonl"
    given = arguments(longer_text, tmp_path / "m", "--metrics", str(metrics), epochs=100)
    child = subprocess.Popen(
        [sys.executable, "-m", "embedviz", *given],
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (metrics.exists() and metrics.read_text()):
        assert child.poll() is None
        time.sleep(0.05)
    os.kill(child.pid, kind)
    _, err = child.communicate(timeout=60)
    assert child.returncode == 128 + kind
    assert "--resume" in err
    assert "Traceback" not in err
    assert checkpoint.load(tmp_path / "m").run
    lines = [json.loads(line) for line in metrics.read_text().splitlines()]
    assert lines[0].keys() == {
        *("share", "tokens", "seconds", "tokens_per_second", "cost", "perplexity")
    }
