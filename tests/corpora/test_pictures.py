"""Pictures in files: every kind is read as a square, and what cannot be read is told."""

import json
import struct

import numpy as np
import pytest
from PIL import Image, ImageOps

from embedviz.corpora import PictureFolder, pictures, read_picture
from embedviz.errors import InputError


def gradient(width=60, height=40):
    rows, columns = np.mgrid[:height, :width]
    return np.stack([columns * 4, rows * 6, 128 + 0 * rows], axis=2).astype(np.uint8)


def save(path, image, **options):
    image.save(path, **options)
    return path


def test_a_picture_is_cut_around_its_middle(tmp_path):
    path = save(tmp_path / "a.png", Image.fromarray(gradient()))
    found = read_picture(path, 32)
    assert found.shape == (32, 32, 3) and found.dtype == np.uint8
    middle = np.asarray(Image.fromarray(gradient()[:, 10:50]).resize((32, 32)), dtype=int)
    assert np.abs(found - middle).max() < 8


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "CMYK", "I;16"])
def test_every_mode_is_read(tmp_path, mode):
    if mode == "I;16":
        image = Image.fromarray((gradient()[:, :, 0].astype(np.uint16)) * 256)
    else:
        image = Image.fromarray(gradient()).convert(mode)
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    found = read_picture(save(path, image), 32).astype(int)
    left, right = found[:, :8].mean(), found[:, -8:].mean()
    assert right > left + 20


def test_transparent_parts_are_white(tmp_path):
    image = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    assert (read_picture(save(tmp_path / "a.png", image), 32) == 255).all()


def test_a_picture_is_turned_as_its_exif_data_say(tmp_path):
    image = Image.fromarray(gradient(48, 48))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    upright = read_picture(save(tmp_path / "a.png", image), 32).astype(int)
    turned = read_picture(save(tmp_path / "b.png", image, exif=exif), 32)
    assert np.abs(np.rot90(turned) - upright).max() < 8


def test_the_first_frame_of_an_animation_and_single_pixels_are_read(tmp_path):
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    path = save(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    assert (read_picture(path, 32)[:, :, 0] > 250).all()
    path = save(tmp_path / "b.png", Image.new("RGB", (1, 1), "blue"))
    assert (read_picture(path, 32)[:, :, 2] > 250).all()


def damaged(path):
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 90, 3), np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:2_000])


BAD = {
    "missing": (lambda path: None, "is not a file"),
    "a folder": (lambda path: path.mkdir(), "is not a file"),
    "empty": (lambda path: path.write_bytes(b""), "cannot be read as a picture"),
    "a text": (lambda path: path.write_text("no picture"), "cannot be read as a picture"),
    "cut": (damaged, "cannot be read as a picture"),
    "a program for a printer": (
        lambda path: path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        "cannot be read as a picture",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_files_that_are_no_pictures_are_told(tmp_path, kind):
    make, says = BAD[kind]
    make(tmp_path / "a.png")
    with pytest.raises(InputError, match=says):
        read_picture(tmp_path / "a.png", 32)


def test_broken_exif_data_are_told(tmp_path, monkeypatch):
    def fail(_):
        raise struct.error("required argument is not an integer")  # as Pillow does

    path = save(tmp_path / "a.png", Image.fromarray(gradient()))
    monkeypatch.setattr(ImageOps, "exif_transpose", fail)
    with pytest.raises(InputError, match="cannot be read as a picture"):
        read_picture(path, 32)


@pytest.mark.parametrize("most", [2_399, 900])
def test_too_many_pixels_are_refused_before_they_are_read(tmp_path, monkeypatch, most):
    path = save(tmp_path / "a.png", Image.fromarray(gradient()))
    monkeypatch.setattr(pictures, "_MOST_PIXELS", most)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1_000)  # Pillow refuses twice as many itself
    with pytest.raises(InputError, match=r"pixels.*make it smaller first"):
        read_picture(path, 32)


def folder(tmp_path, document=None, files=("a.png", "b.png")):
    made = tmp_path / "pictures"
    made.mkdir()
    for file in files:
        Image.new("RGB", (40, 40), "red").save(made / file)
    (tmp_path / "outside.png").write_bytes((made / "a.png").read_bytes())
    document = document or {
        "images": [{"id": 7, "file_name": "a.png"}, {"id": 8, "file_name": "b.png"}],
        "annotations": [
            {"image_id": 7, "caption": "a  red\nsquare"},
            {"image_id": 7, "caption": "red"},
            {"image_id": 8, "caption": "another one"},
        ],
    }
    path = tmp_path / "captions.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return PictureFolder(made, path)


def test_a_folder_of_pictures_with_captions(tmp_path):
    found = folder(tmp_path)
    assert list(found.read()) == [
        ("a.png", "a red square"),
        ("a.png", "red"),
        ("b.png", "another one"),
    ]
    assert [one.shape for one in found.pictures(["b.png", "a.png"], 32)] == [(32, 32, 3)] * 2
    before = found.identity()
    Image.new("RGB", (41, 40), "blue").save(found.folder / "a.png")
    assert PictureFolder(found.folder, found.captions).identity() != before


IMAGES = [{"id": 1, "file_name": "a.png"}]
WRONG = {
    "no JSON": ("{", "is not JSON"),
    "a list": ([1], "no JSON object"),
    "no images": ({"annotations": []}, "has no list images with id and file_name"),
    "a caption without its text": (
        {"images": IMAGES, "annotations": [{"image_id": 1}]},
        "has no list annotations with image_id and caption",
    ),
    "a caption of no image": (
        {"images": IMAGES, "annotations": [{"image_id": 2, "caption": "x"}]},
        "a caption for the picture 2, which is none of its images",
    ),
    "a missing file": (
        {
            "images": [{"id": 1, "file_name": "c.png"}],
            "annotations": [{"image_id": 1, "caption": "x"}],
        },
        r"names 1 picture missing from .*such as c.png",
    ),
    **{
        f"a file elsewhere: {name[:12]!r}": (
            {
                "images": [{"id": 1, "file_name": name}],
                "annotations": [{"image_id": 1, "caption": "x"}],
            },
            "names the picture .* which is no file of",
        )
        for name in ("../outside.png", "a\0.png", "x" * 5_000)
    },
    **{
        f"a caption that is no text: {caption!r}": (
            {"images": IMAGES, "annotations": [{"image_id": 1, "caption": caption}]},
            "has no list annotations with image_id and caption",
        )
        for caption in (None, 3, ["x"], "\ud800")
    },
}


@pytest.mark.parametrize("kind", WRONG)
def test_captions_of_another_form_are_told(tmp_path, kind):
    document, says = WRONG[kind]
    with pytest.raises(InputError, match=says):
        list(folder(tmp_path, document).read())


def test_a_missing_folder_or_file_of_captions_is_told(tmp_path):
    found = folder(tmp_path)
    with pytest.raises(InputError, match="is not a folder"):
        list(PictureFolder(tmp_path / "x", found.captions).read())
    with pytest.raises(InputError, match="cannot be read"):
        list(PictureFolder(found.folder, tmp_path / "x.json").read())
