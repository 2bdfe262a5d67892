"""Signals while a run measures, other runs in its folder, too little memory, a full disk."""

from dataclasses import replace

import numpy as np
import pytest
from safetensors import SafetensorError

from embedviz.checkpoints import checkpoint
from embedviz.corpora.synthesis import generate_documents
from embedviz.errors import InputError, ModelError
from embedviz.models import MeasurementStoppedError, calibrate, load_model, perplexity
from embedviz.settings import TrainingConfig
from embedviz.support import writing_alone
from embedviz.text import CorpusConfig
from embedviz.training import Callbacks, folder, loop, progress, train_model
from embedviz.training.language import task
from embedviz.training.progress import Meter

SMALL = {"n_dims": 8, "n_streams": 4, "n_steps": 10, "n_noise": 16, "skip": 1e-2, "epochs": 1}


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "a.txt"
    path.write_text("\n".join(generate_documents(n_words=6_000)))
    return path


def train(text, out, callbacks=None, *, resume=False, **settings):
    return train_model(
        [text],
        out,
        corpus_config=CorpusConfig(held_out=0.1),
        config=TrainingConfig(**SMALL | settings),
        callbacks=callbacks,
        resume=resume,
    )


def weights(folder):
    return checkpoint.load(folder).tensors["embedding"]


class StopsInTheMeasurement:
    """A signal that comes while perplexity is measured, and not before."""

    def __init__(self, monkeypatch):
        self.measuring = False
        original = task.measure_perplexity

        def measure(*arguments, **options):
            self.measuring = True
            return original(*arguments, **options)

        monkeypatch.setattr(task, "measure_perplexity", measure)

    def __call__(self):
        return self.measuring


def test_a_signal_in_the_last_measurement_is_heeded_and_loses_nothing(text, tmp_path, monkeypatch):
    whole = train(text, tmp_path / "whole")
    with monkeypatch.context() as patch:
        stop = StopsInTheMeasurement(patch)
        results = train(text, tmp_path / "part", Callbacks(stop=stop))
    assert not results["finished"] and results["perplexity"] is None
    results = train(text, tmp_path / "part", resume=True)
    assert results["finished"]
    assert results["perplexity"] == whole["perplexity"]
    assert np.array_equal(weights(tmp_path / "part"), weights(tmp_path / "whole"))


def test_a_signal_in_a_checkpoints_measurement_is_heeded(text, tmp_path, monkeypatch):
    stop = StopsInTheMeasurement(monkeypatch)
    results = train(text, tmp_path / "m", Callbacks(stop=stop, save_every=0), epochs=100)
    assert not results["finished"]
    assert results["n_tokens_read"] < 10 * results["n_train_tokens"]


def test_a_stopped_run_is_saved_unmeasured_if_measuring_takes_long(text, tmp_path, monkeypatch):
    monkeypatch.setattr(loop, "_LONGEST_LAST_MEASUREMENT", -1.0)
    results = train(text, tmp_path / "m", Callbacks(stop=lambda: True), epochs=100)
    assert not results["finished"] and results["perplexity"] is None
    assert checkpoint.load(tmp_path / "m").run


def test_every_measurement_can_be_stopped(text, tmp_path):
    train(text, tmp_path / "m")
    model = load_model(tmp_path / "m").model
    blocks = np.ones((2, 30), dtype=np.int32)
    with pytest.raises(MeasurementStoppedError):
        perplexity(model, blocks, stop=lambda: True)
    with pytest.raises(MeasurementStoppedError):
        calibrate(model, blocks, np.ones(len(model.embedding), np.int64), stop=lambda: True)


def test_a_second_training_into_one_folder_is_refused(text, tmp_path):
    with writing_alone(tmp_path / "m"), pytest.raises(InputError, match="by another training"):
        train(text, tmp_path / "m")
    train(text, tmp_path / "m")
    assert [file.name for file in tmp_path.iterdir()] == ["m"]


def test_too_little_memory_is_told_before_training(text, tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "available_memory", lambda: 10_000)
    with pytest.raises(InputError, match=r"vectors of 8 dimensions need .* lower --max-words"):
        train(text, tmp_path / "m")
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(folder, "available_memory", lambda: None)
    assert train(text, tmp_path / "m")["finished"]


def test_a_full_disk_keeps_the_last_checkpoint(text, tmp_path, monkeypatch):
    train(text, tmp_path / "m")
    before = weights(tmp_path / "m")

    def full(*_):
        raise SafetensorError("Error while serializing: I/O error: No space left on device")

    monkeypatch.setattr("safetensors.numpy.save_file", full)
    with pytest.raises(InputError, match=r"cannot be written .*No space left.* free disk space"):
        train(text, tmp_path / "m", seed=1)
    assert np.array_equal(weights(tmp_path / "m"), before)
    assert [file.name for file in tmp_path.iterdir()] == ["m"]


def test_a_suspended_machine_adds_no_time(monkeypatch):
    clock, cpu = [1_000.0], [5.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(progress.time, "process_time", lambda: cpu[0])

    class Run:
        seconds, cpu_seconds = 7.0, 3.0

    run = Run()
    meter = Meter(run)
    for passed, used in ((0.5, 0.5), (8 * 3600.0, 0.5), (300.0, 200.0), (30.0, 0.0)):
        clock[0] += passed
        cpu[0] += used
        meter.add(1.0)
    meter.stamp(run)
    assert run.seconds == pytest.approx(7 + 0.5 + 0.5 + 300 + 30)
    assert run.cpu_seconds == pytest.approx(3 + 0.5 + 0.5 + 200)


@pytest.fixture(scope="module")
def stopped(text, tmp_path_factory):
    out = tmp_path_factory.mktemp("stopped") / "m"
    train(text, out, Callbacks(stop=lambda: True), epochs=100)
    return checkpoint.load(out)


DAMAGE = {
    "a missing array": lambda run: run.pop("place"),
    "a negative place": lambda run: run.update(place=-run["place"] - 1),
    "a short place": lambda run: run.update(place=run["place"][:2]),
    "other squares": lambda run: run.update({"squares.bias": run["squares.bias"][:3]}),
    "unknown ids": lambda run: run.update({"waiting.0.ids": run["waiting.0.ids"] + 10**6}),
    "ids cut": lambda run: run.update({"waiting.0.ids": run["waiting.0.ids"][:-1]}),
    "a foreign generator": lambda run: run.update(noise=run["noise"][:10]),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_checkpoint_is_not_resumed(text, stopped, tmp_path, damage):
    arrays = {name: np.array(array) for name, array in stopped.run.items()}
    damage(arrays)
    checkpoint.save(tmp_path / "m", replace(stopped, run=arrays))
    with pytest.raises(InputError, match=r"checkpoint cannot be resumed .* train from scratch"):
        train(text, tmp_path / "m", epochs=100, resume=True)


@pytest.mark.parametrize(
    "settings",
    [{"n_dims": 10**9}, {"n_states": 10**6}, {"n_states": "8"}, {"n_dims": 8.5}, {"n_states": -1}],
)
def test_sizes_that_the_tensors_do_not_have_are_refused(stopped, tmp_path, settings):
    config = {**stopped.training, **settings}
    checkpoint.save(tmp_path / "m", replace(stopped, training=config))
    with pytest.raises(ModelError, match="is damaged"):
        load_model(tmp_path / "m")
