"""Sheets of small pictures: what is written comes back, and only beside its own vectors."""

import numpy as np
import pytest
from PIL import Image

from embedviz.corpora import read_sheet, sheet_path, shrink, small_side, write_sheet
from embedviz.errors import InputError

LABELS = [f"{number}.png" for number in range(7)]


def coloured(n=7, side=8):
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, size=(n, side, side, 3), dtype=np.uint8)


@pytest.mark.parametrize("n", [1, 2, 4, 5, 7])
def test_a_sheet_comes_back(tmp_path, n):
    write_sheet(tmp_path / "a.png", LABELS[:n], coloured(n))
    assert np.array_equal(read_sheet(tmp_path / "a.png", LABELS[:n]), coloured(n))


def test_tensorboard_reads_rows_of_a_square(tmp_path):
    write_sheet(tmp_path / "a.png", LABELS[:5], coloured(5))
    sheet = np.asarray(Image.open(tmp_path / "a.png"))
    assert sheet.shape == (24, 24, 3)
    assert np.array_equal(sheet[:8, 16:], coloured(5)[2])
    assert np.array_equal(sheet[8:16, :8], coloured(5)[3])


@pytest.mark.parametrize(
    "others", [LABELS[:-1], LABELS[::-1], [*LABELS, "another.png"], [*LABELS, *"abc"]]
)
def test_pictures_of_other_vectors_are_refused(tmp_path, others):
    write_sheet(tmp_path / "a.png", LABELS, coloured())
    with pytest.raises(InputError, match=r"other vectors|no sheet of the pictures"):
        read_sheet(tmp_path / "a.png", others)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_a_damaged_sheet_is_refused(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.png is no sheet"):
        read_sheet(tmp_path / "a.png", LABELS)


def test_a_cut_sheet_is_refused(tmp_path):
    write_sheet(tmp_path / "a.png", LABELS, coloured())
    content = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"a\.png is no sheet"):
        read_sheet(tmp_path / "a.png", LABELS)


def test_a_sheet_stays_within_the_limit_of_tensorboard(tmp_path):
    assert small_side(3) == 64
    for n in (16_384, 16_385, 100_000):
        side = small_side(n)
        assert side * np.ceil(n**0.5) <= 8_192 < (side + 1) * np.ceil(n**0.5) or side == 64
    with pytest.raises(InputError, match="write fewer"):
        write_sheet(tmp_path / "a.png", ["a", "b"], np.zeros((2, 5_000, 5_000, 3), np.uint8))


def test_pictures_are_scaled():
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:, 32:] = 200
    small = shrink(picture, 16)
    assert small.shape == (16, 16, 3) and small[:, :6].max() < 5 and small[:, 10:].min() > 195
    assert shrink(picture, 64) is picture


def test_the_sheet_lies_beside_its_vectors(tmp_path):
    assert sheet_path(tmp_path / "drawings.npy") == tmp_path / "drawings.pictures.png"
