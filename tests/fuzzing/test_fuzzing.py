"""Whatever a file holds, a reader gives a result that makes sense or an `EmbedvizError`.

``make fuzz`` runs ten times as many mutations as CI; ``--mutations`` and ``--fuzz-seed`` choose.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("usearch")
pytest.importorskip("torch")

_HANGS_AFTER = 120  # seconds; a case may take 5, and a signal cannot end a regular expression
_TESTS = Path(__file__).resolve().parents[1]


def test_every_mutation_is_answered(pytestconfig, tmp_path):
    n, seed = pytestconfig.getoption("--mutations"), pytestconfig.getoption("--fuzz-seed")
    faults = list(_faults(n, seed, tmp_path / "status"))
    listed = "\n".join(json.dumps(fault) for fault in faults[:40])
    assert not faults, f"{len(faults)} of {n} mutations (seed {seed}):\n{listed}"


def _faults(n, seed, status):
    """Run all cases; after a crash, begin again behind the case that crashed."""
    begin = 0
    while begin < n:
        status.write_bytes(b"%12d" % begin)
        process = subprocess.Popen(
            [sys.executable, "-m", "fuzzing.worker", str(begin), str(n), str(seed), str(status)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{_TESTS}:{_TESTS.parent}"},
        )
        timed_out = not _finished(process, status)
        output, errors = process.communicate()
        yield from map(json.loads, output.splitlines())
        if process.returncode == 0:
            return
        case = int(status.read_bytes())
        if timed_out:
            yield {"case": case, "fault": f"more than {_HANGS_AFTER} seconds"}
        elif process.returncode != 3:
            yield {"case": case, "fault": f"exit {process.returncode}: {errors[-500:]}"}
        begin = case + 1


def _finished(process, status):
    """Wait for a worker; kill it if it stays at a case for too long."""
    while True:
        before = status.read_bytes()
        try:
            process.wait(_HANGS_AFTER)
            return True
        except subprocess.TimeoutExpired:
            if status.read_bytes() == before:
                process.kill()
                return False
