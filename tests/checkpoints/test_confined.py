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


def program(monkeypatch, code):
    limits = f"from {confined.__name__} import _limit_resources; _limit_resources()\n"
    monkeypatch.setattr(confined, "_PROGRAM", limits + code)


@pytest.mark.parametrize("code", ["while True: pass", "import os; os.kill(os.getpid(), 9)"])
def test_a_child_beyond_its_limits_is_told(tmp_path, monkeypatch, code):
    (tmp_path / "a.vec").write_text("1 2\na 1 2\n")
    program(monkeypatch, code)
    monkeypatch.setattr(confined, "MOST_SECONDS", 1)
    with pytest.raises(InputError, match=r"a\.vec takes more than 1 seconds or .* MB of memory"):
        convert_confined(tmp_path / "a.vec", tmp_path / "a.npy", words=None, most_bytes=MOST)


def test_a_file_that_takes_too_much_memory_is_told(tmp_path, monkeypatch):
    (tmp_path / "a.vec").write_text("1 2\na 1 2\n")
    reading = f"{confined.__name__}.loading.open_vectors"
    code = f"""
from unittest.mock import patch
from {confined.__name__} import main
with patch("{reading}", lambda *_, **__: bytearray(3 << 30)):
    main()
"""
    program(monkeypatch, code)
    with pytest.raises(InputError, match=r"takes more than .* MB of memory"):
        convert_confined(tmp_path / "a.vec", tmp_path / "a.npy", words=None, most_bytes=MOST)


@pytest.mark.parametrize(
    "code", ["import os; os.abort()", "print('no JSON')", "print(3)", "raise RuntimeError('a bug')"]
)
def test_a_child_that_fails_is_logged(tmp_path, monkeypatch, caplog, code):
    (tmp_path / "a.vec").write_text("1 2\na 1 2\n")
    program(monkeypatch, code)
    with pytest.raises(InputError, match=r"a\.vec cannot be opened, for a reason that the server"):
        convert_confined(tmp_path / "a.vec", tmp_path / "a.npy", words=None, most_bytes=MOST)
    assert "Opening an upload ended with status" in caplog.text
    assert "RuntimeError" not in code or "a bug" in caplog.text


def test_warnings_come_back(tmp_path):
    (tmp_path / "a.vec").write_text("a 1 2\na 2 1\nb 1 1\n")
    target = tmp_path / "a.npy"
    (warning,) = convert_confined(tmp_path / "a.vec", target, words=None, most_bytes=MOST)
    assert "'a' again at line 2" in warning


def test_no_module_of_the_working_directory_is_imported(tmp_path, monkeypatch):
    (tmp_path / "a.vec").write_text("1 2\na 1 2\n")
    for name in ("resource", "json", "signal", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    assert not convert_confined(tmp_path / "a.vec", tmp_path / "b.npy", words=None, most_bytes=MOST)


def test_the_child_answers_with_the_message(tmp_path, monkeypatch, capsys):
    limits = []
    monkeypatch.setattr("resource.setrlimit", lambda *limit: limits.append(limit))
    (tmp_path / "good.vec").write_text("1 2\na 1 2\n")
    (tmp_path / "bad.vec").write_text("2 2\na 1 2\n")
    for name, says in (("good", ""), ("bad", "declares 2 words")):
        arguments = [
            str(MOST),
            str(tmp_path / f"{name}.vec"),
            str(tmp_path / f"{name}.npy"),
            "",
            "",
        ]
        monkeypatch.setattr("sys.argv", ["-c", *arguments])
        confined.main()
        answer = json.loads(capsys.readouterr().out)
        assert says in (answer["error"] or "")
    assert (tmp_path / "good.npy").exists() and not (tmp_path / "bad.npy").exists()
    assert len(limits) == 6
