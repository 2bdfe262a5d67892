"""What the package says of itself: one version, one licence, all extras known to the benchmark."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import embedviz
from benchmarks.installation import BASE, SDIST, SMOKE

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_version_is_that_of_pyproject():
    assert embedviz.__version__ == version("embedviz") == PROJECT["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {PROJECT['version']}\n" in citation
    assert f"\nlicense: {PROJECT['license']}\n" in citation


def test_the_cards_of_all_models_are_licence_files():
    files = {path for pattern in PROJECT["license-files"] for path in ROOT.glob(pattern)}
    cards = {path.parent / "README.md" for path in (ROOT / "embedviz").glob("*/model.safetensors")}
    assert cards and cards <= files


def test_every_extra_of_users_is_installed_and_tried_by_the_benchmark():
    developers = {"all", "test", "lint", "docs", "dev", "peers"}
    assert set(SMOKE) - {BASE, SDIST} == set(PROJECT["optional-dependencies"]) - developers


def test_the_table_of_the_documentation_is_that_of_the_figures():
    import json

    figures = json.loads((ROOT / "benchmarks/figures/installation.json").read_text())
    page = (ROOT / "docs" / "integrations.md").read_text(encoding="utf-8")
    for row in figures["extras"]:
        if row["extra"] != SDIST:
            name = "none" if row["extra"] == BASE else f"`{row['extra']}`"
            assert f"| {name} | {row['megabytes']:,.0f} | {row['install_seconds']:.0f} |" in page
