"""Training runs of a server: queue, cancel, resume, and no child without its server."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from embedviz.checkpoints import checkpoint
from embedviz.corpora.synthesis import generate_documents
from embedviz.errors import InputError
from embedviz.jobs import JobQueue, JobRequest, queue, run_folder, snapshots
from embedviz.settings import TrainingConfig
from embedviz.text import CorpusConfig

SMALL = TrainingConfig(n_dims=8, epochs=1, skip=1e-2, n_streams=8)
LONG = TrainingConfig(n_dims=8, epochs=100_000, skip=1e-2, n_streams=8)

# a stand-in for a training: says what it does in files, and obeys as the real one
CHILD = """
import signal, sys, time
from pathlib import Path
folder, mode = Path(sys.argv[1]), sys.argv[2]
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
(folder / "began").write_text(str(time.monotonic()))
if mode == "fails":
    print("Reading 10%", file=sys.stderr)
    sys.exit("Error: The text is too short: give more text.")
if mode == "crashes":
    raise ZeroDivisionError("secret")
if mode == "killed":
    signal.raise_signal(signal.SIGKILL)
while mode == "waits":
    time.sleep(0.02)
time.sleep(0.2)
(folder / "ended").write_text(str(time.monotonic()))
"""


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("\n".join(generate_documents(n_words=20_000)))
    return path


@pytest.fixture
def modes(monkeypatch):
    """Stand-ins for the children; by name how each behaves."""
    behaviour: dict[str, str] = {}

    def child(found, lock, log):
        arguments = [str(found.folder), behaviour.get(found.name, "works")]
        return subprocess.Popen(
            [sys.executable, "-c", CHILD, *arguments],
            stdin=subprocess.PIPE,
            stderr=log,
            pass_fds=[lock],
        )

    monkeypatch.setattr(queue, "_child", child)
    return behaviour


def until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def rest(runs: JobQueue, name: str) -> run_folder.Job:
    until(lambda: runs.get(name).state not in run_folder.ACTIVE)
    return runs.get(name)


def began(runs: JobQueue, name: str) -> None:
    until(lambda: (runs.get(name).folder / "began").exists())


# -- orders --


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../a", "a/b", "-a", ".hidden", "a b", "é", "a\n", "x" * 41, "a\0"]
)
def test_a_name_that_is_none_of_a_folder(name, text):
    with pytest.raises(InputError, match="cannot be the name of a run"):
        JobRequest(name, text)


def test_an_order_without_words_or_out_of_range():
    with pytest.raises(InputError, match="empty"):
        JobRequest("a", b" \n")
    with pytest.raises(InputError, match="min_count=0"):
        JobRequest("a", b"words", corpus_config=CorpusConfig(min_count=0))


def test_an_uploaded_text_is_kept_with_the_run(tmp_path, modes):
    runs = JobQueue(tmp_path / "runs")
    runs.start(JobRequest("novel", b"some words", SMALL))
    done = rest(runs, "novel")
    assert Path(done.arguments[0]).read_bytes() == b"some words"
    assert Path(done.arguments[0]).parent == done.folder


def test_a_name_is_taken_once(tmp_path, text, modes):
    runs = JobQueue(tmp_path / "runs")
    runs.start(JobRequest("a", text))
    with pytest.raises(InputError, match="The run 'a' already exists"):
        runs.start(JobRequest("a", text))
    rest(runs, "a")


def test_runs_that_cannot_be_written_are_told(tmp_path, text):
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(InputError, match="cannot be created"):
        JobQueue(tmp_path / "runs").start(JobRequest("a", text))


def test_looking_makes_no_folder(tmp_path):
    assert JobQueue(tmp_path / "runs").all() == []
    assert not (tmp_path / "runs").exists()
    with pytest.raises(InputError, match=r"no run '\.\./x'"):
        JobQueue(tmp_path / "runs").get("../x")


# -- the queue --


def test_runs_wait_for_each_other(tmp_path, text, modes):
    runs = JobQueue(tmp_path / "runs")
    for name in ("a", "b", "c"):
        runs.start(JobRequest(name, text))
    assert {found.name for found in runs.all() if found.state == run_folder.QUEUED} >= {"b", "c"}
    times = []
    for name in ("a", "b", "c"):
        folder = rest(runs, name).folder
        times += [float((folder / file).read_text()) for file in ("began", "ended")]
    assert times == sorted(times)
    assert [found.state for found in runs.all()] == [run_folder.DONE] * 3
    assert [found.name for found in runs.all()] == ["c", "b", "a"]


def test_a_queued_run_can_be_cancelled_and_taken_up_again(tmp_path, text, modes):
    modes["a"] = "waits"
    runs = JobQueue(tmp_path / "runs")
    runs.start(JobRequest("a", text))
    runs.start(JobRequest("b", text))
    began(runs, "a")
    runs.cancel("b")
    assert runs.get("b").state == run_folder.STOPPED
    with pytest.raises(InputError, match="is running"):
        runs.resume("a")
    with pytest.raises(InputError, match="cancel it first"):
        runs.remove("a")
    runs.cancel("a")
    assert rest(runs, "a").state == run_folder.STOPPED
    runs.resume("b")
    assert rest(runs, "b").state == run_folder.DONE
    runs.remove("a")
    assert [found.name for found in runs.all()] == ["b"]


def test_a_run_cancelled_before_its_child_is_there(tmp_path, text, modes, monkeypatch):
    locked, gate = run_folder.locked, threading.Event()

    @contextmanager
    def held_by_another(folder):
        gate.wait()
        with locked(folder) as lock:
            yield lock

    monkeypatch.setattr(run_folder, "locked", held_by_another)
    runs = JobQueue(tmp_path / "runs")
    runs.start(JobRequest("a", text))
    until(lambda: runs.get("a").state == run_folder.RUNNING)
    runs.cancel("a")
    assert runs.get("a").state == run_folder.STOPPING
    gate.set()
    assert rest(runs, "a").state == run_folder.STOPPED
    assert not (runs.get("a").folder / "began").exists()


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("fails", r"^The text is too short: give more text\.$"),
        (
            "crashes",
            r"^The training ended unexpectedly \(exit code 1\): see .*log\.txt\.$",
        ),
        ("killed", r"signal 9, perhaps out of memory"),
    ],
)
def test_a_failure_has_a_reason(tmp_path, text, modes, mode, reason):
    modes["a"] = mode
    runs = JobQueue(tmp_path / "runs")
    runs.start(JobRequest("a", text))
    runs.start(JobRequest("b", text))
    failed = rest(runs, "a")
    assert failed.state == run_folder.FAILED
    assert re.search(reason, failed.reason)
    assert rest(runs, "b").state == run_folder.DONE  # the next one is not held up
    modes["a"] = "works"
    runs.resume("a")
    assert rest(runs, "a").reason == ""


def test_a_child_that_cannot_be_started(tmp_path, text, monkeypatch):
    monkeypatch.setattr(queue.sys, "executable", str(tmp_path / "nowhere"))
    runs = JobQueue(tmp_path / "runs")
    runs.start(JobRequest("a", text))
    failed = rest(runs, "a")
    assert failed.state == run_folder.FAILED and "could not be started" in failed.reason


def test_what_an_earlier_server_left_can_be_gone_on_with(tmp_path, text, modes):
    modes["a"] = "waits"
    first = JobQueue(tmp_path / "runs")
    first.start(JobRequest("a", text))
    began(first, "a")
    second = JobQueue(tmp_path / "runs")
    assert second.get("a").state == run_folder.RUNNING  # its child lives, and holds the lock
    first.cancel("a")
    rest(first, "a")
    run_folder.write_job(
        run_folder.Job(
            "a", first.get("a").folder, first.get("a").arguments, state=run_folder.RUNNING
        )
    )
    third = JobQueue(tmp_path / "runs")  # as if the first had been killed
    assert third.get("a").state == run_folder.STOPPED
    modes["a"] = "works"
    third.resume("a")
    assert rest(third, "a").state == run_folder.DONE


def test_a_folder_that_is_no_run_is_passed_over(tmp_path):
    for name, content in {"a": "{", "b": "[]", "c": '{"arguments": 1}', "d": '{"x": 1}'}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "job.json").write_text(content)
    assert JobQueue(tmp_path).all() == []


# -- metrics --


def test_metrics_of_a_run_that_went_back_to_its_checkpoint(tmp_path):
    folder = tmp_path / "a"
    folder.mkdir()
    line = {"seconds": 1.0, "tokens_per_second": 5, "cost": 2.0, "perplexity": None}
    lines = [
        {"share": share, "tokens": tokens, **line}
        for share, tokens in ((0.1, 10), (0.2, 20), (0.3, 30), (0.2, 20), (0.25, 25))
    ]
    written = "".join(json.dumps(one) + "\n" for one in lines)
    (folder / "metrics.jsonl").write_text(written + '{"share": 0.')  # still being written
    found = run_folder.read_metrics(run_folder.Job("a", folder, ()))
    assert [one.tokens for one in found] == [10, 20, 25]
    assert found[-1].seconds_left == pytest.approx(3.0)


# -- the real thing --


def test_a_run_from_the_order_to_the_model(tmp_path, text):
    runs = JobQueue(tmp_path / "runs")
    runs.start(JobRequest("mine", text, SMALL, CorpusConfig(min_count=2)))
    done = rest(runs, "mine")
    assert done.state == run_folder.DONE, done.log.read_text()
    saved = checkpoint.load(done.model)
    assert (saved.training["n_dims"], saved.training["min_count"]) == (8, 2)
    assert run_folder.read_metrics(done)[-1].share == 1
    assert done.has_model
    first, *_, last = snapshots.read_snapshots(done.growth)
    assert (first.share, last.share) == (0, 1)
    for moment in (first, last):
        assert (done.growth / snapshots.MOMENTS / moment.file).exists()


def test_a_text_without_words_fails_with_its_sentence(tmp_path):
    runs = JobQueue(tmp_path / "runs")
    runs.start(JobRequest("signs", b"!!! ???", SMALL))
    failed = rest(runs, "signs")
    assert failed.state == run_folder.FAILED
    assert failed.reason.endswith(".") and "Traceback" not in failed.reason


def test_a_cancelled_run_is_saved_and_goes_on(tmp_path, text):
    runs = JobQueue(tmp_path / "runs")
    runs.start(JobRequest("a", text, LONG))
    until(lambda: run_folder.read_metrics(runs.get("a")))
    runs.cancel("a")
    stopped = rest(runs, "a")
    assert stopped.state == run_folder.STOPPED and stopped.has_model
    before = run_folder.read_metrics(stopped)[-1].tokens
    runs.resume("a")
    until(lambda: run_folder.read_metrics(runs.get("a"))[-1].tokens > before)
    runs.cancel("a")
    assert rest(runs, "a").state == run_folder.STOPPED


SERVER = """
import signal
import sys, time
from pathlib import Path
from embedviz.jobs import JobQueue, JobRequest
from embedviz.settings import TrainingConfig
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored below a shell's &
runs = JobQueue(Path(sys.argv[1]))
config = TrainingConfig(n_dims=8, epochs=100_000, skip=1e-2, n_streams=8)
runs.start(JobRequest("a", Path(sys.argv[2]), config))
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_child_outlives_its_server(tmp_path, text, number):
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path / "runs"), str(text)],
        stderr=subprocess.DEVNULL,
    )
    runs = JobQueue(tmp_path / "runs")
    until(lambda: runs.all() and run_folder.read_metrics(runs.get("a")))
    assert runs.get("a").state == run_folder.RUNNING
    os.kill(server.pid, number)
    server.wait()
    # the lock is free once the child is gone
    until(lambda: runs.get("a").state == run_folder.STOPPED)
    assert runs.get("a").has_model  # saved first
