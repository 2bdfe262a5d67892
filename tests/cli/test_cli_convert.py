import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.common.glove import MISSING, glove_files
from embedviz import load, save

PROGRAM = [sys.executable, "-m", "embedviz"]
ROOT = Path(__file__).parents[2]


def test_a_file_is_converted_and_every_query_takes_it(run, vectors, tmp_path):
    save(vectors, tmp_path / "a.glove.txt")
    path = tmp_path / "b.npy"
    code, printed, err = run("convert", tmp_path / "a.glove.txt", path)
    assert code == 0
    files = r"\S+b\.npy, \S+b\.vocab\.txt and \S+b\.provenance\.json"
    assert re.search(rf"740 words of 50 dimensions in {files} \(NumPy, ", printed)
    assert "Reading 100%" in err
    for file in (path, tmp_path / "a.glove.txt"):
        code, printed, _ = run("neighbours", file, "king", "--json", "-n", 3)
        assert code == 0
        answers = json.loads(printed)["answers"]
        assert [a["word"] for a in answers] == [a.word for a in vectors.most_similar("king", 3)]
        assert run("analogy", file, "king", "man", "woman")[0] == 0
        assert run("relations", "--model", file)[0] == 0
        assert run("project", file, "--out", tmp_path / "plane.csv")[0] == 0


@pytest.mark.parametrize("more", [(), ("--float16",)])
def test_whitening_is_a_recorded_step(run, vectors, tmp_path, more):
    save(vectors, tmp_path / "a.npy")
    code, _, err = run("convert", tmp_path / "a.npy", tmp_path / "b.npz", "--whiten", 0.25, *more)
    assert code == 0, err
    found = load(tmp_path / "b.npz")
    assert found.matrix == pytest.approx(vectors.whitened(0.25).matrix, abs=2e-3)
    steps = found.provenance["steps"]
    assert "whitened to the power 0.25 by the 740 most frequent words" in steps
    assert steps.count("kept in 16 bits") == len(more)
    code, _, err = run("convert", tmp_path / "a.npy", tmp_path / "c.npz", "--whiten", 0)
    assert code == 2
    assert "above 0, at most 0.5" in err
    matrix = np.array(vectors.matrix)
    matrix[7, 2] = np.nan
    np.save(tmp_path / "a.npy", matrix)
    code, _, err = run("convert", tmp_path / "a.npy", tmp_path / "c.npz", "--whiten", 0.25)
    assert code != 0
    assert "the vector of word 8 contains NaN" in " ".join(err.split())
    assert not (tmp_path / "c.npz").exists()


def test_options_of_a_conversion(run, vectors, tmp_path):
    save(vectors, tmp_path / "a.npy")
    code, printed, _ = run(
        "convert", tmp_path / "a.npy", tmp_path / "b.npz", "--top", 20, "--float16", "--json"
    )
    assert code == 0
    document = json.loads(printed)
    assert (document["words"], document["dims"]) == (20, 50)
    assert document["provenance"]["steps"][-3:] == [
        "the first 20 words kept",
        "kept in 16 bits",
        "written as NumPy archive",
    ]
    (tmp_path / "a.vocab.txt").rename(tmp_path / "words.txt")
    code, _, err = run("convert", tmp_path / "a.npy", tmp_path / "c.vec")
    assert code == 2
    assert "--words" in err
    assert not (tmp_path / "c.vec").exists()
    words = tmp_path / "words.txt"
    assert run("convert", tmp_path / "a.npy", tmp_path / "c.vec", "--words", words)[0] == 0
    assert load(tmp_path / "c.vec").words == vectors.words
    code, _, err = run("convert", tmp_path / "c.vec", tmp_path / "d.docx")
    assert code == 2
    assert ".safetensors" in err


@pytest.mark.parametrize(
    "name", ["b.npy", "b.vec", "projector_config.pbtxt", "projector_config.json"]
)
def test_every_file_that_is_written_is_named(run, vectors, tmp_path, name):
    save(vectors, tmp_path / "a.vec")
    (tmp_path / "out").mkdir()
    code, printed, _ = run("convert", tmp_path / "a.vec", tmp_path / "out" / name, "--json")
    assert code == 0
    assert sorted(json.loads(printed)["files"]) == sorted(map(str, (tmp_path / "out").iterdir()))


@pytest.mark.parametrize("name", ["a.parquet", "a.vec.zst", "a.npz"])
def test_a_program_of_its_own_reads_each(vectors, tmp_path, name):
    save(vectors, tmp_path / name)
    done = subprocess.run(
        [*PROGRAM, "neighbours", str(tmp_path / name), "king", "--json"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ},
    )
    assert done.stderr == ""
    assert len(json.loads(done.stdout)["answers"]) == 10


def test_the_dashboard_is_told_of_a_bad_file_before_it_is_served(run, tmp_path):
    (tmp_path / "a.vec").write_text("2 2\na 1 2\n")
    code, _, err = run("app", tmp_path / "a.vec")
    assert code == 2
    assert "declares 2 words and 1 follow" in err


def test_real_glove_is_converted_and_answers(run, tmp_path):
    glove = glove_files()
    if glove is None:
        pytest.skip(MISSING)
    path = tmp_path / "glove.safetensors"
    assert run("convert", glove.matrix, path, "--words", glove.words, "--top", 50_000)[0] == 0
    code, printed, _ = run("analogy", path, "king", "man", "woman", "--json", "-n", 3)
    assert code == 0
    assert json.loads(printed)["answers"][0]["word"] == "queen"
    code, printed, _ = run("neighbours", path, "france", "--json", "-n", 3)
    assert {"french", "belgium"} < {answer["word"] for answer in json.loads(printed)["answers"]}
