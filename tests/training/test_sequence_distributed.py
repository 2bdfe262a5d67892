"""Two processes train one sequence model, over Gloo as on any machine without a GPU."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from number_words import PAIRS, pair_file, settings, write_numbers

from embedviz.checkpoints import checkpoint
from embedviz.training import train_sequence_model

PROGRAM = """
import json, sys
from pathlib import Path
import torch
from number_words import PAIRS, pair_file, settings
from embedviz.checkpoints import checkpoint
from embedviz.text import encode_pairs
from embedviz.training import Callbacks, joined, train_pairs, train_sequence_model

folder = Path(sys.argv[1])
pairs = pair_file(folder / "numbers.tsv", "seq-seq")
with joined() as world:
    assert world.size == 2
    (summed,) = world.sum([torch.tensor([1.0, world.rank])])
    assert summed.tolist() == [2, 1]

    def train(out, *, stop_after=None, resume=False, **changed):
        asked = 0

        def stop():
            nonlocal asked
            asked += 1
            return asked == stop_after and world.rank == 1  # a signal reached one of them

        results = train_sequence_model(
            pairs,
            folder / out,
            pair_config=PAIRS,
            config=settings(**changed),
            callbacks=Callbacks(stop=stop),
            resume=resume,
            world=world,
        )
        world.wait()  # until the first has written the model
        return results

    results = train("whole", dropout=0.0, epochs=4.0)
    part = train("part", dropout=0.2, patience=1, stop_after=9)
    assert not part["finished"]
    rest = train("part", dropout=0.2, patience=1, resume=True)
    noisy = train("noisy", dropout=0.2, patience=1)
    assert rest["finished"] and rest["n_tokens_read"] == noisy["n_tokens_read"]

    corpus = encode_pairs(pairs, PAIRS, folder / "cache" / str(world.rank))
    trained = train_pairs(corpus, settings(dropout=0.2), world=world)
    weights = torch.cat([weight.detach().flatten() for weight in trained.model.parameters()])
    (one,), (other,) = world.gather([weights])
    assert torch.equal(one, other)
    if world.is_first:
        print(json.dumps(results))
"""


@pytest.mark.slow
def test_two_processes_make_the_model_of_one(tmp_path):
    write_numbers(tmp_path)
    (tmp_path / "program.py").write_text(PROGRAM)
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    command += ["--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0"]
    found = subprocess.run(
        [*command, str(tmp_path / "program.py"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": f"{root}:{root / 'tests'}"},
    )
    assert found.returncode == 0, found.stderr
    together = json.loads(found.stdout)
    alone = train_sequence_model(
        pair_file(tmp_path / "numbers.tsv", "seq-seq"),
        tmp_path / "alone",
        pair_config=PAIRS,
        config=settings(dropout=0.0, epochs=4.0),
    )
    assert together["n_tokens_read"] == alone["n_tokens_read"]
    assert together["perplexity"] == pytest.approx(alone["perplexity"], rel=0.01)
    tensors = {
        name: checkpoint.load(tmp_path / name).tensors
        for name in ("whole", "alone", "part", "noisy")
    }
    # without dropout the sum of two gradients is the gradient: only rounding differs
    for name, tensor in tensors["alone"].items():
        np.testing.assert_allclose(tensors["whole"][name], tensor, atol=0.02, err_msg=name)
    # a run that was stopped by a signal to one of them went on bitwise
    for name, tensor in tensors["noisy"].items():
        assert np.array_equal(tensors["part"][name], tensor), name
    assert checkpoint.load(tmp_path / "whole").training["n_processes"] == 2
