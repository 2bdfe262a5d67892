"""The program as a shell starts it: pipes, a terminal, completion."""

import os
import pty
import select
import subprocess
import sys

import pytest

PROGRAM = [sys.executable, "-m", "embedviz"]


def command(*arguments, **options):
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_standard_input_is_a_text_like_any_other(tmp_path):
    text = " ".join(f"w{i * i % 17}" for i in range(3000))
    found = command("train", "-", "--out", tmp_path / "m", "--dims", 4, "--skip", 0, input=text)
    assert found.returncode == 0, found.stderr
    assert (tmp_path / "m" / "config.json").exists()


def test_a_named_pipe_is_a_text_like_any_other(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    child = subprocess.Popen(
        [
            *(sys.executable, "-m", "embedviz", "train"),
            tmp_path / "pipe",
            "--out",
            tmp_path / "m",
            "--dims=4",
            "--skip=0",
        ],
        stderr=subprocess.PIPE,
    )
    (tmp_path / "pipe").write_text(" ".join(f"w{i * i % 17}" for i in range(3000)))
    _, err = child.communicate(timeout=100)
    assert child.returncode == 0, err


def test_progress_in_a_terminal(tmp_path):
    """A terminal shows bars, not lines."""
    (tmp_path / "a.txt").write_text(" ".join(f"w{i * i % 17}" for i in range(30_000)))
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [
            *(sys.executable, "-m", "embedviz", "train"),
            tmp_path / "a.txt",
            "--out",
            tmp_path / "m",
            "--dims=4",
            "--skip=0",
        ],
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    shown = b""
    while child.poll() is None or select.select([master], [], [], 0)[0]:
        try:
            shown += os.read(master, 4096)
        except OSError:  # the child has closed its end
            break
    os.close(master)
    assert child.wait() == 0, shown
    assert "━".encode() in shown
    assert b"Traceback" not in shown


def test_reading_only_the_first_lines_is_no_error():
    found = subprocess.run(
        f"set -o pipefail; {sys.executable} -m embedviz relations verb-past | head -1",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0
    assert found.stdout == "source,target\n"
    assert found.stderr == ""


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("embedviz nei", ["neighbours"]),
        ("embedviz relations country-c", ["country-capital", "country-currency"]),
        ("embedviz corpus fetch te", ["text8"]),
        ("embedviz analogy eng", ["english"]),
    ],
)
def test_the_shell_completes_commands_and_names(typed, completed):
    variables = {
        "_EMBEDVIZ_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split()) - 1),
    }
    program = "import sys; sys.argv = ['embedviz']; from embedviz.cli import main; main()"
    found = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.split() == completed, found.stderr
