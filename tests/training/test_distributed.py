"""Several processes train one model, over Gloo as on any machine without a GPU."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
import torch

from embedviz.checkpoints import checkpoint
from embedviz.corpora.synthesis import generate_documents
from embedviz.training.distributed import World

OPTIONS = ["--dims", "16", "--streams", "8", "--steps", "10", "--noise", "32", "--skip", "0.01"]
OPTIONS += ["--epochs", "2"]


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp("text") / "a.txt"
    path.write_text("\n".join(generate_documents(n_words=30_000)))
    return path


def torchrun(*arguments):
    """Start two processes as a user would."""
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    command += ["--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0", *map(str, arguments)]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


def train(text, out, *more):
    process = torchrun("-m", "embedviz", *command(text, out, *more))
    output, errors = process.communicate()
    return process.returncode, output, errors


def command(text, out, *more):
    return ["train", text, "--out", out, *OPTIONS, "--json", *more]


@pytest.fixture(scope="module")
def whole(text, tmp_path_factory):
    """Folder of a model that two processes trained, and the results that they printed."""
    out = tmp_path_factory.mktemp("whole") / "m"
    code, output, errors = train(text, out)
    assert code == 0, errors
    return out, json.loads(output)  # one process speaks


GATHER = """
import torch
from embedviz.training.distributed import joined
with joined() as world:
    n = 2 + world.rank
    ids = torch.arange(n) + 10 * world.rank
    rows = torch.full((n, 3), float(world.rank))
    told = world.gather([ids, rows, torch.tensor([0.5])])
    assert [t[0].tolist() for t in told] == [[0, 1], [10, 11, 12]]
    assert [tuple(t[1].shape) for t in told] == [(2, 3), (3, 3)]
    assert told[1][1].eq(1).all() and told[0][2].tolist() == [0.5]
    nothing = world.gather([torch.empty(0, dtype=torch.int64)])
    assert [len(t[0]) for t in nothing] == [0, 0]
    assert world.least(5 - world.rank) == 4
    assert world.any(world.rank == 1) and not world.any(False)
    world.wait()
"""


def test_processes_tell_one_another_what_they_have(tmp_path):
    (tmp_path / "gather.py").write_text(GATHER)
    process = torchrun(tmp_path / "gather.py")
    _, errors = process.communicate()
    assert process.returncode == 0, errors


def test_alone_nothing_is_sent():
    world, rows = World(), torch.ones(2, 2)
    assert world.gather([rows])[0][0] is rows
    assert world.least(3) == 3
    assert world.any(True)
    assert not world.any(False)


@pytest.mark.slow
def test_two_processes_learn_as_well_as_one(text, whole, run, tmp_path):
    """The same words read, one model, written once; as good within a tenth of the perplexity."""
    code, output, errors = run(*command(text, tmp_path / "alone"))
    assert code == 0, errors
    alone, (_, together) = json.loads(output), whole
    assert together["n_words"] == alone["n_words"]
    assert together["n_tokens_read"] == pytest.approx(alone["n_tokens_read"], rel=0.02)
    assert together["perplexity"] == pytest.approx(alone["perplexity"], rel=0.1)
    assert together["perplexity"] < together["n_words"] / 10


@pytest.mark.slow
def test_a_stopped_run_of_two_goes_on_bitwise(text, whole, run, tmp_path):
    part = tmp_path / "part"
    process = torchrun("-m", "embedviz", *command(text, part, "--save-every", "0"))
    began = time.monotonic()
    while not checkpoint.is_model(part) and time.monotonic() - began < 120:
        time.sleep(0.05)
    process.terminate()  # which torchrun passes on
    process.communicate()
    assert checkpoint.load(part).run  # stopped on the way
    code, _, errors = run(*command(text, part, "--resume"))
    assert code == 2
    assert "started with n_processes=2, not 1" in " ".join(errors.split())
    code, _, errors = train(text, part, "--resume")
    assert code == 0, errors
    one, other = (checkpoint.load(folder).tensors for folder in (whole[0], part))
    assert all(np.array_equal(one[name], other[name]) for name in one)


def test_a_bad_input_is_told_in_a_sentence(tmp_path):
    (tmp_path / "a.txt").write_text("too short")
    code, _, errors = train(tmp_path / "a.txt", tmp_path / "m")
    assert code != 0
    assert "Error: 0 of 2 distinct words occur" in errors
    ours = errors.split("ChildFailedError")[0].split("torch.distributed")[0]
    assert "Traceback" not in ours.split("torch/distributed")[0]
