"""Mutates examples and reads them, in a process of its own: a crash ends nothing but this.

``python -m fuzzing.worker BEGIN END SEED STATUS`` writes the number of the case it is at to the
file STATUS, and a line of JSON for each fault.
"""

import json
import logging
import os
import random
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from fuzzing.mutation import mutate
from fuzzing.readers import READERS

from embedviz.errors import EmbedvizError

MOST_SECONDS = 5
MOST_BYTES = 1 << 30
_SHOWN = 300


def main():
    begin, end, seed = map(int, sys.argv[1:4])
    status = os.open(sys.argv[4], os.O_WRONLY | os.O_CREAT)
    os.environ["EMBEDVIZ_CACHE"] = tempfile.gettempdir()
    warnings.simplefilter("error")
    logging.disable()
    with tempfile.TemporaryDirectory() as scratch:
        examples = _make_examples(Path(scratch))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
        # well above the limit that is tested: a bound for the machine's sake
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + 4 * MOST_BYTES,) * 2)
        for number in range(begin, end):
            os.pwrite(status, b"%12d" % number, 0)
            fault = _run_case(Path(scratch), examples, number, seed)
            used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10) - before
            if used > MOST_BYTES:
                fault = {**(fault or {}), "fault": f"{used:,} bytes of memory"}
            if fault:
                print(json.dumps({"case": number, **fault}), flush=True)  # noqa: T201 - the answer
            if used > MOST_BYTES:
                return 3  # the peak of a process does not fall: go on in another one
    return 0


def _make_examples(scratch):
    examples = {}
    for name, reader in READERS.items():
        folder = scratch / "example"
        folder.mkdir()
        reader.make(folder)
        reader.read(folder)
        examples[name] = {
            str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        }
        shutil.rmtree(folder)
    return examples


def _run_case(scratch, examples, number, seed):
    rng = random.Random(f"{seed} {number}")
    name = list(READERS)[number % len(READERS)]
    files = {file: content for file, (content, _) in examples[name].items()}
    times = {file: time_ for file, (_, time_) in examples[name].items()}
    chosen = rng.choice([file for file in files if not Path(file).name.startswith(".")])
    with warnings.catch_warnings(action="ignore"):  # such as of a name twice in an archive
        files[chosen] = mutate(rng, files[chosen], chosen)
    folder = scratch / "example"
    for file, content in files.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, ns=(times[file], times[file]))
    begun = time.process_time()
    try:
        READERS[name].read(folder)
        fault = None
    except EmbedvizError as error:
        fault = None if len(str(error)) < 2_000 else f"a message of {len(str(error)):,} characters"
    except BaseException as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__}: {str(error)[:_SHOWN]} ({last.filename}:{last.lineno})"
    seconds = time.process_time() - begun
    if seconds > MOST_SECONDS:
        fault = f"{seconds:.1f} seconds ({fault})"
    shutil.rmtree(folder)
    return {"reader": name, "file": chosen, "fault": fault} if fault else None


def _address_space():
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    sys.exit(main())
