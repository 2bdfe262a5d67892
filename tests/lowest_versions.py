"""Prints a constraint for each dependency of pyproject.toml: its lowest version.

``make test-lowest`` installs these and runs the quick tests, so that the bounds stay true.
"""

import re
import sys
import tomllib
from pathlib import Path

EXTRAS = ("train", "corpora", "app", "figures", "sequences")


def main() -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project["optional-dependencies"]
    named = [*project["dependencies"], *(one for extra in EXTRAS for one in optional[extra])]
    lowest = {}
    for requirement in named:
        found = re.fullmatch(r"([\w.-]+)>=([\d.]+)", requirement)
        if not found:
            sys.exit(f"{requirement}: a dependency needs a lower bound, as in name>=1.2.")
        lowest[found[1]] = found[2]
    sys.stdout.writelines(f"{name}=={version}\n" for name, version in lowest.items())


if __name__ == "__main__":
    main()
