"""Files of strangers are opened in a process with limits of time and memory."""

import json

import numpy as np
import pytest

from embedviz.checkpoints import confined, convert_confined, open_vectors, save
from embedviz.errors import InputError
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

MOST = 10_000_000


def test_a_good_file_is_opened(tmp_path):
    vectors = WordVectors(Vocabulary(("a", "b")), np.eye(2, 3, dtype=np.float32))
    save(vectors, tmp_path / "a.npy")
    (tmp_path / "a.vocab.txt").rename(tmp_path / "words.txt")
    target = tmp_path / "out.safetensors"
    convert_confined(tmp_path / "a.npy", target, words=tmp_path / "words.txt", most_bytes=MOST)
    found = open_vectors(target)
    assert found.words == ("a", "b")
    assert np.array_equal(found.matrix, vectors.matrix)


def test_a_bad_file_gives_the_readers_message(tmp_path):
    (tmp_path / "a.vec").write_text("2 2\na 1 nan\nb 1 2\n")
    target = tmp_path / "out.safetensors"
    with pytest.raises(InputError, match="number 2 of 'a' is nan"):
        convert_confined(tmp_path / "a.vec", target, words=None, most_bytes=MOST)
    assert not target.exists()


@pytest.mark.parametrize(
    ("program", "patched"),
    [
        ("while True: pass", {"MOST_SECONDS": 1}),  # its clock runs out
        ("bytearray(3 << 30)", {}),  # more memory than the limit
        ("import os; os.abort()", {}),  # a crash
        ("print('no JSON')", {}),
        ("print(3)", {}),
    ],
)
def test_whatever_happens_there_is_a_message_here(tmp_path, monkeypatch, program, patched):
    (tmp_path / "a.vec").write_text("1 2\na 1 2\n")
    limits = f"from {confined.__name__} import _limit_resources; _limit_resources()\n"
    monkeypatch.setattr(confined, "_PROGRAM", limits + program)
    for name, value in patched.items():
        monkeypatch.setattr(confined, name, value)
    target = tmp_path / "out.safetensors"
    with pytest.raises(InputError, match=r"a\.vec takes more than .* seconds or .* MB of memory"):
        convert_confined(tmp_path / "a.vec", target, words=None, most_bytes=MOST)


def test_the_child_answers_with_the_message(tmp_path, monkeypatch, capsys):
    limits = []
    monkeypatch.setattr("resource.setrlimit", lambda *limit: limits.append(limit))
    (tmp_path / "good.vec").write_text("1 2\na 1 2\n")
    (tmp_path / "bad.vec").write_text("2 2\na 1 2\n")
    for name, says in (("good", ""), ("bad", "declares 2 words")):
        arguments = [str(MOST), str(tmp_path / f"{name}.vec"), str(tmp_path / f"{name}.npy")]
        monkeypatch.setattr("sys.argv", ["-c", *arguments])
        confined.main()
        assert says in json.loads(capsys.readouterr().out)
    assert (tmp_path / "good.npy").exists() and not (tmp_path / "bad.npy").exists()
    assert len(limits) == 6
