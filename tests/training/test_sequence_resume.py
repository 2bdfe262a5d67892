"""A run on pairs that was interrupted ends in bitwise the same weights."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from number_words import (
    PAIRS,
    number_vectors,
    pair_file,
    settings,
    word_vectors,
    write_numbers,
)

import embedviz
from embedviz.checkpoints import checkpoint
from embedviz.errors import InputError
from embedviz.text import PairConfig, Tokenizer
from embedviz.training import Callbacks, GivenVectors, train_sequence_model

N_EPOCH = 7  # batches: two of short sources and five of long ones
LAST = 18  # of two and a half epochs
MEASURED = {"seq-seq": 2, "seq-vec": 2, "vec-seq": 1}  # batches of a measurement


def steps_when_asked(n_measured):
    """Steps taken when it is asked whether to stop: after each, and before measured batches.

    After each epoch, also the half one, and at the end once more.
    """
    first, second, last = range(1, 8), range(8, 15), range(15, LAST + 1)
    epochs = ([*steps, *n_measured * [steps[-1]]] for steps in (first, second, last))
    return [*itertools.chain(*epochs), *n_measured * [LAST]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("numbers")
    write_numbers(made)
    embedviz.save(number_vectors(), made / "labels.npy")
    embedviz.save(word_vectors(), made / "words.npy")
    return made


def train(
    folder,
    out,
    shape="seq-seq",
    *,
    stop_after=None,
    resume=False,
    pairs=PAIRS,
    embedding=None,
    **changed,
):
    """Train; stop when asked for the time of that number, once a batch and a measurement."""
    asked = 0

    def stop():
        nonlocal asked
        asked += 1
        return asked == stop_after

    labels = None if shape == "seq-seq" else str(folder / "labels.npy")
    results = train_sequence_model(
        pair_file(folder / "numbers.tsv", shape),
        out,
        pair_config=pairs,
        config=settings(shape, **{"dropout": 0.1} | changed),
        given=GivenVectors(embedding, labels),
        callbacks=Callbacks(stop=stop),
        resume=resume,
    )
    return results, asked


def same(one, other):
    one, other = (checkpoint.load(path).tensors for path in (one, other))
    return one.keys() == other.keys() and all(np.array_equal(one[n], other[n]) for n in one)


@pytest.fixture(scope="module")
def wholes(folder, tmp_path_factory):
    """Return a function that gives folder and results of a run that nothing stopped, made once."""
    made = {}

    def whole(shape, changed):
        key = f"{shape} {changed}"
        if key not in made:
            out = tmp_path_factory.mktemp("whole") / "m"
            made[key] = out, train(folder, out, shape, **changed)[0]
        return made[key]

    return whole


CASES = [
    # before, in and after the measurement of an epoch; the same of the last one; in that of all
    *(("seq-seq", {}, stop) for stop in (1, 7, 8, 9, 10, 22, 23, 25, 26)),
    *(("seq-seq", {"epochs": 2.0}, stop) for stop in (16, 18)),
    ("seq-seq", {"cell": "gru", "cost": "full"}, N_EPOCH + 1),
    ("seq-seq", {"cell": "lstm", "tied": True}, 2 * N_EPOCH + 1),
    (
        "seq-seq",
        {"n_heads": 2, "bidirectional": True, "dropout": 0.4, "word_dropout": 0.3},
        N_EPOCH + 3,
    ),
    ("seq-seq", {"dropout": 0.0, "pairs": PairConfig(min_count=1, held_out=0)}, N_EPOCH + 1),
    ("seq-seq", {"optimiser": "muon"}, N_EPOCH + 1),
    ("seq-vec", {}, N_EPOCH + 1),
    ("seq-vec", {"cost": "full", "cell": "lstm"}, 3),
    ("vec-seq", {}, N_EPOCH + 1),
    ("seq-vec", {}, N_EPOCH + 3),
    ("vec-seq", {"tied": True}, LAST),
]


@pytest.mark.parametrize(("shape", "changed", "stop_after"), CASES)
def test_a_stopped_run_goes_on_bitwise(folder, tmp_path, wholes, shape, changed, stop_after):
    whole, results = wholes(shape, changed)
    assert results["finished"]
    part, _ = train(folder, tmp_path / "part", shape, stop_after=stop_after, **changed)
    assert not part["finished"]
    n_measured = MEASURED[shape] if changed.get("pairs", PAIRS).held_out else 0
    n_steps = steps_when_asked(n_measured)[stop_after - 1]
    assert checkpoint.load(tmp_path / "part").run["place"][3] == n_steps
    rest, _ = train(folder, tmp_path / "part", shape, resume=True, **changed)
    assert rest["finished"]
    for name in ("perplexity", "n_tokens_read"):
        assert rest[name] == results[name]
    assert same(whole, tmp_path / "part")
    assert not checkpoint.load(tmp_path / "part").run


def test_a_run_is_stopped_again_and_again(folder, tmp_path, wholes):
    whole, _ = wholes("seq-seq", {})
    finished, n = False, 0
    while not finished:
        results, _ = train(folder, tmp_path / "part", resume=True, stop_after=3)
        finished, n = results["finished"], n + 1
        assert n < LAST
    assert n > LAST / 4
    assert same(whole, tmp_path / "part")


def test_a_run_that_ends_early_can_be_resumed_at_its_end(folder, tmp_path):
    """The best weights, of an earlier epoch, are in the checkpoint."""
    changed = {"epochs": 100.0, "patience": 1, "rate": 0.2, "warm_up": 0, "clip": 100.0}
    results, asked = train(folder, tmp_path / "whole", **changed)
    for number, stop_after in enumerate((asked - 4, asked - 2, asked)):  # then measuring
        out = tmp_path / f"part{number}"
        part, _ = train(folder, out, stop_after=stop_after, **changed)
        assert not part["finished"]
        rest, _ = train(folder, out, resume=True, **changed)
        assert rest["perplexity"] == results["perplexity"]
        assert same(tmp_path / "whole", out)


def test_frozen_and_first_vectors_are_resumed(folder, tmp_path):
    for frozen in (False, True):
        given = {"embedding": str(folder / "words.npy"), "frozen": frozen}
        whole, part = tmp_path / f"whole{frozen}", tmp_path / f"part{frozen}"
        train(folder, whole, **given)
        train(folder, part, stop_after=5, **given)
        train(folder, part, resume=True, **given)
        assert same(whole, part)


def test_a_stopped_run_can_be_used(folder, tmp_path):
    from embedviz.sequences import label_texts, open_sequence_model

    train(folder, tmp_path / "m", stop_after=3)
    assert "twenty" in embedviz.load(tmp_path / "m").words
    assert len(label_texts(open_sequence_model(tmp_path / "m"), ["twenty one", "sixty"])) == 2


def test_a_finished_run_is_left_as_it_is_and_none_is_begun(folder, tmp_path, caplog):
    first, _ = train(folder, tmp_path / "m", resume=True, epochs=1.0)
    assert "There is no run to resume in" in caplog.messages[0]
    before = (tmp_path / "m" / "model.safetensors").stat().st_mtime_ns
    again, _ = train(folder, tmp_path / "m", resume=True, epochs=1.0)
    assert again == first
    assert "is already finished: it is left as it is" in caplog.messages[1]
    with pytest.raises(InputError, match=r"started with epochs=1\.0, not 2\.0"):
        train(folder, tmp_path / "m", resume=True, epochs=2.0)
    assert (tmp_path / "m" / "model.safetensors").stat().st_mtime_ns == before
    train(folder, tmp_path / "m", epochs=1.0)  # replaced, as was asked for
    assert len(caplog.messages) == 2


def test_an_unfinished_run_is_not_replaced_without_a_word(folder, tmp_path, caplog):
    train(folder, tmp_path / "m", epochs=1.0, stop_after=1)
    assert not caplog.messages
    train(folder, tmp_path / "m", epochs=1.0)
    assert "The unfinished run in" in caplog.messages[0]


def test_other_settings_or_pairs_are_refused(folder, tmp_path):
    write_numbers(tmp_path)
    embedviz.save(number_vectors(), tmp_path / "labels.npy")
    train(tmp_path, tmp_path / "m", "seq-vec", stop_after=1)
    for changed, says in (
        ({"n_states": 25}, "started with n_states=24, not 25"),
        ({"dropout": 0.2}, "started with dropout=0.1, not 0.2"),
        ({"cost": "full"}, "started with cost=sampled, not full"),
        ({"pairs": replace(PAIRS, longest=40)}, "started with longest=50, not 40"),
        ({"pairs": replace(PAIRS, tokenizer=Tokenizer(digits=False))}, "other text options"),
    ):
        with pytest.raises(InputError, match=says):
            train(tmp_path, tmp_path / "m", "seq-vec", resume=True, **changed)
    with pytest.raises(InputError, match="started with shape=seq-vec, not vec-seq"):
        train(tmp_path, tmp_path / "m", "vec-seq", resume=True)
    path = tmp_path / "numbers.tsv"
    path.write_text(path.read_text() + "021\tten and eleven\tka\n")
    with pytest.raises(InputError, match=r"not those with which .* was started"):
        train(tmp_path, tmp_path / "m", "seq-vec", resume=True)


@pytest.fixture(scope="module")
def stopped(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("stopped") / "m"
    train(folder, out, stop_after=N_EPOCH + 3)  # an epoch is measured
    return checkpoint.load(out)


BEST = "best.decoder.bias"
DAMAGE = {
    "a missing array": lambda run: run.pop("place"),
    "a negative place": lambda run: run.update(place=-run["place"] - 1),
    "a short place": lambda run: run.update(place=run["place"][:2]),
    "no time": lambda run: run.update(spent=run["spent"][:1]),
    "a missing moment": lambda run: run.pop("moments.0.exp_avg"),
    "no moments of a weight": lambda run: [
        run.pop(n) for n in list(run) if n.startswith("moments.1.")
    ],
    "a moment of another shape": lambda run: run.update(
        {"moments.0.exp_avg": run["moments.0.exp_avg"][:3]}
    ),
    "a moment of one number": lambda run: run.update(
        {"moments.0.exp_avg": np.array(1, np.float32)}
    ),
    "a moment of another type": lambda run: run.update(
        {"moments.0.exp_avg_sq": run["moments.0.exp_avg_sq"].astype(np.float64)}
    ),
    "a missing best weight": lambda run: run.pop(BEST),
    "a best weight of another shape": lambda run: run.update({BEST: run[BEST][:3]}),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_checkpoint_is_not_resumed(folder, stopped, tmp_path, damage):
    arrays = {name: np.array(array) for name, array in stopped.run.items()}
    damage(arrays)
    checkpoint.save(tmp_path / "m", replace(stopped, run=arrays))
    with pytest.raises(InputError, match=r"checkpoint cannot be resumed .* train from scratch"):
        train(folder, tmp_path / "m", resume=True)


OPTIONS = [
    *(
        "--dims=12",
        "--states=24",
        "--summary=24",
        "--target-dims=12",
        "--maxout=24",
        "--rank=12",
        "--noise=24",
        "--batch=32",
    ),
    *("--warm-up=10", "--min-count=1", "--held-out=0.1", "--patience=1000"),
]


def command(folder, out, *more):
    given = ["train", folder / "numbers.tsv", "--shape", "seq-seq", "--out", out, *OPTIONS, *more]
    return [str(one) for one in given]


def start(arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "embedviz", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


def wait_for(child, is_there):
    began = time.monotonic()
    while not is_there():
        assert child.poll() is None, child.communicate()
        assert time.monotonic() - began < 120
        time.sleep(0.02)


@pytest.mark.slow
def test_a_killed_run_goes_on_bitwise(folder, tmp_path, run):
    given = command(folder, tmp_path / "part", "--epochs=6", "--save-every=0")
    child = start(given)
    wait_for(child, lambda: checkpoint.is_model(tmp_path / "part"))
    child.kill()
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert checkpoint.load(tmp_path / "part").run  # on the way
    code, _, errors = run(*given, "--resume")
    assert code == 0, errors
    code, _, errors = run(*command(folder, tmp_path / "whole", "--epochs=6"))
    assert code == 0, errors
    assert same(tmp_path / "whole", tmp_path / "part")


@pytest.mark.slow
def test_a_signal_saves_the_run_and_says_how_to_go_on(folder, tmp_path):
    metrics = tmp_path / "metrics.jsonl"
    child = start(command(folder, tmp_path / "m", "--epochs=1e5", "--metrics", metrics))
    wait_for(child, lambda: metrics.exists() and metrics.read_text())
    os.kill(child.pid, signal.SIGINT)
    output, errors = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "contains the unfinished run: run the same command with --resume." in errors
    assert not output and "Traceback" not in errors
    assert checkpoint.load(tmp_path / "m").run
    lines = [json.loads(line) for line in metrics.read_text().splitlines()]
    assert lines[0].keys() == {
        *("share", "tokens", "seconds", "tokens_per_second", "cost", "perplexity")
    }
