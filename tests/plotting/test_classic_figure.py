"""The figure in the README is what its command writes."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="pictures are an extra")
from PIL import Image

SHOWN = Path(__file__).parents[2] / "docs" / "images" / "classic.png"


@pytest.mark.slow
def test_the_picture_in_the_readme_is_what_the_command_writes(run, tmp_path):
    code, _, err = run("figure", "english", "--out", tmp_path / "classic.png")
    assert code == 0, err
    with Image.open(SHOWN) as shown, Image.open(tmp_path / "classic.png") as written:
        if shown.info["Software"] != written.info["Software"]:
            pytest.skip(f"drawn by {shown.info['Software']}: run `make figures`")
        assert shown.info == written.info  # every figure of the caption, among others
        shades = np.abs(np.asarray(shown, dtype=int) - np.asarray(written, dtype=int))
    # the same bytes on one processor; products of matrices round differently on another
    assert shades.max() <= 1
