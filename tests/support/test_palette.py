"""The one table of colours: legible on either ground, and told apart without full colour sight."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest

from embedviz.support.palette import DARK, DASHES, LIGHT, dash_number

PACKAGE = Path(__file__).parents[2] / "embedviz"

# Machado, Oliveira and Fernandes (2009), full severity, on linear RGB
SIGHT = {
    "full": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def linear(colour):
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return linear(colour) @ [0.2126, 0.7152, 0.0722]


def oklab(rgb):
    """Coordinates in which distances are about as they are seen (Ottosson 2020)."""
    cone = np.cbrt(
        np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
        @ np.clip(rgb, 0, 1)
    )
    return (
        np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])
        @ cone
    )


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_each_colour_stands_out_from_its_ground(palette):
    for colour in (*palette.families, palette.text):
        dark, light = sorted(map(luminance, (colour, palette.ground)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_colours_differ_for_every_sight(palette, sight):
    seen = [oklab(np.array(SIGHT[sight]) @ linear(colour)) for colour in palette.families]
    distance = {
        pair: np.linalg.norm(seen[pair[0]] - seen[pair[1]])
        for pair in itertools.combinations(range(len(seen)), 2)
    }
    assert min(distance.values()) > 0.05
    assert min(distance[pair] for pair in ((0, 1), (0, 2), (1, 2))) > 0.09  # the three families


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_ramp_moves_away_from_its_ground_for_every_sight(name, sight):
    table = json.loads((PACKAGE / "support" / "palette.json").read_text(encoding="utf-8"))[name]
    ground, *ramp = (
        oklab(np.array(SIGHT[sight]) @ linear(colour))[0]
        for colour in (table["ground"], *table["ramp"])
    )
    distances = [abs(lightness - ground) for lightness in ramp]
    assert min(np.diff(distances)) > 0.02
    dark, light = sorted(map(luminance, (table["ramp"][0], table["ground"])))
    assert (light + 0.05) / (dark + 0.05) >= 3  # of graphical objects, WCAG 1.4.11


def test_colours_and_dashes_come_again_late():
    n = len(LIGHT.families)
    assert len(DARK.families) == len(DASHES) == n
    assert len({(style % n, dash_number(style)) for style in range(n * n)}) == n * n


def test_no_colour_of_the_table_is_written_elsewhere():
    table = json.loads((PACKAGE / "support" / "palette.json").read_text(encoding="utf-8"))
    colours = {
        one
        for name in ("light", "dark")
        for one in (*table[name]["families"], *table[name]["ramp"])
    }
    for path in PACKAGE.rglob("*"):
        if path.suffix in (".py", ".mjs", ".css", ".toml"):
            written = re.findall(r"#[0-9a-f]{6}\b", path.read_text(encoding="utf-8").lower())
            assert not colours & set(written), path
