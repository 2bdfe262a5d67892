"""Training on pictures: what is learnt, a run that goes on bitwise, and the commands."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from embedviz.checkpoints import checkpoint, label_pictures, open_vectors
from embedviz.cli import scene_figures
from embedviz.corpora import (
    GRADES,
    PictureFolder,
    ScenePairs,
    read_picture,
    read_sheet,
    write_scenes,
)
from embedviz.errors import InputError, SettingError
from embedviz.models import PictureEncoder, PictureToText
from embedviz.sequences import (
    Search,
    caption_pictures,
    encode_pictures,
    open_sequence_model,
    picture_size,
)
from embedviz.settings import SCENES, SceneConfig, SequenceConfig
from embedviz.text import CAPTIONS, PairFile
from embedviz.training import Callbacks, GivenVectors, train_sequence_model
from embedviz.training.sequences.pictures import keep_pictures

SMALL = replace(
    SCENES,
    picture_size=32,
    n_states=24,
    n_summary=16,
    n_target_dims=12,
    n_maxout=16,
    n_out=12,
    n_pairs=16,
    epochs=2.0,
)
COLOURS = {"red": (220, 30, 30), "green": (30, 200, 30), "blue": (30, 30, 220)}


def train(source, out, *, stop_after=None, resume=False, given=None, **changed):
    asked = 0

    def stop():
        nonlocal asked
        asked += 1
        return asked == stop_after

    return train_sequence_model(
        source,
        out,
        pair_config=replace(CAPTIONS, held_out=0.0),
        config=replace(SMALL, **changed),
        given=given,
        callbacks=Callbacks(stop=stop),
        resume=resume,
    )


def squares(folder, n=60):
    """Pictures of one colour with a darker border of any width."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    images, annotations = [], []
    for i in range(n):
        name = list(COLOURS)[i % 3]
        noise = rng.normal(0, 12, (40, 40, 3)) + rng.normal(0, 12)
        picture = np.clip(np.array(COLOURS[name]) + noise, 0, 255).astype(np.uint8)
        Image.fromarray(picture).save(folder / f"{i}.png")
        images.append({"id": i, "file_name": f"{i}.png"})
        annotations.append({"image_id": i, "caption": f"a square that is {name}"})
    path = folder / "captions.json"
    path.write_text(json.dumps({"images": images, "annotations": annotations}))
    return PictureFolder(folder, path)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with pictures, and a model that was trained on them."""
    folder = tmp_path_factory.mktemp("pictures")
    train(squares(folder / "squares"), folder / "model", epochs=40.0, rate=1e-2, optimiser="adam")
    return folder


def test_a_model_says_what_it_sees(made):
    model = open_sequence_model(made / "model", of_pictures=True)
    assert isinstance(model.net, PictureToText) and picture_size(model) == 32
    new = {name: np.full((32, 32, 3), colour, np.uint8) for name, colour in COLOURS.items()}
    found = caption_pictures(model, list(new.values()), Search(3, 2))
    for name, one in zip(new, found, strict=True):
        assert one.texts[0].text == f"a square that is {name}"
        assert len(one.texts) == 2 and one.log_ratios[0] > one.log_ratios[1]
    # without a picture each of three sentences has at most a third on average
    assert sum(one.log_ratios[0] for one in found) > 3
    vectors = encode_pictures(model, list(new.values()), list(new))
    assert vectors.words == tuple(new) and vectors.matrix.shape == (3, SMALL.n_summary)
    own = read_picture(made / "squares" / "3.png", 32)  # red
    cosines = encode_pictures(model, [own], ["own"]).matrix @ vectors.matrix.T
    assert int(cosines[0].argmax()) == 0


def test_pictures_are_not_saved_with_a_model_and_none_is_needed_later(made):
    saved = checkpoint.load(made / "model")
    assert saved.training["picture_size"] == 32
    assert all(tensor.size < 32 * 32 * 3 * 60 for tensor in saved.tensors.values())
    assert not any("pictures" in name for name in saved.tensors)


def test_a_stopped_run_goes_on_bitwise(tmp_path):
    scenes = ScenePairs(SceneConfig(n_scenes=120))
    train(scenes, tmp_path / "whole")
    part = train(scenes, tmp_path / "m", stop_after=5)
    assert not part["finished"]
    assert train(scenes, tmp_path / "m", resume=True)["finished"]
    whole, resumed = (checkpoint.load(tmp_path / one).tensors for one in ("whole", "m"))
    assert all(np.array_equal(whole[name], resumed[name]) for name in whole)


@pytest.mark.parametrize("damage", [lambda data: data[:1_000], lambda data: b""])
def test_kept_pictures_are_used_again_and_made_anew_if_damaged(tmp_path, damage, caplog):
    drawn = []

    class Source(ScenePairs):
        def pictures(self, names, size):
            drawn.append(len(names))
            return super().pictures(names, size)

    source = Source(SceneConfig(n_scenes=100))
    names = [name for name, _ in source.read()]
    first = keep_pictures(source, names, 32, tmp_path)
    assert first.shape == (100, 3, 32, 32) and first.dtype == np.uint8
    (expected,) = source.pictures(["7"], 32)
    assert (first[7] == expected.transpose(2, 0, 1)).all()
    n = len(drawn)
    assert (keep_pictures(source, names, 32, tmp_path) == first).all()
    assert len(drawn) == n  # not drawn again
    (file,) = tmp_path.glob("*.npy")
    kept = np.array(first)
    file.write_bytes(damage(file.read_bytes()))
    assert (keep_pictures(source, names, 32, tmp_path) == kept).all()
    assert "made again" in caplog.text


def test_an_encoder_sees_every_place_of_a_picture():
    encoder = PictureEncoder(64, 6, torch.Generator().manual_seed(1))
    same = PictureEncoder(64, 6, torch.Generator().manual_seed(1))
    grey = torch.full((1, 3, 64, 64), 128, dtype=torch.uint8)
    assert torch.equal(encoder(grey), same(grey))
    for row, column in ((2, 2), (60, 5), (33, 47)):
        changed = grey.clone()
        changed[0, 0, row - 2 : row + 2, column - 2 : column + 2] = 255
        assert (encoder(changed) - encoder(grey)).abs().max() > 1e-4


def test_what_pictures_cannot_be_trained_with(made, tmp_path):
    squares_ = PictureFolder(made / "squares", made / "squares" / "captions.json")
    with pytest.raises(InputError, match="omit --vectors, or --pictures"):
        train(squares_, tmp_path / "m", given=GivenVectors(labels="english"))
    (tmp_path / "a.tsv").write_text("a\tb c\nd\te f\n" * 9)
    with pytest.raises(InputError, match=r"a.tsv has no pictures"):
        train(PairFile(tmp_path / "a.tsv"), tmp_path / "m")
    with pytest.raises(SettingError, match="picture_size=48 pixels: give 32 or 64 or 128 or 256"):
        replace(SMALL, picture_size=48)
    with pytest.raises(SettingError, match="vec-seq alone"):
        SequenceConfig(shape="seq-seq", picture_size=64)


def test_the_commands_from_drawings_to_captions(made, run, tmp_path):
    write_scenes(tmp_path / "drawn", 4, size=64, seed=3)
    options = ["--picture-size", "32", "--states", "16", "--epochs", "1", "--batch", "8"]
    for asked in (("--shape", "vec-seq", "--pictures", "--help"), ("scenes", "--help")):
        code, printed, _ = run("train", *asked)
        assert code == 0 and "--picture-size" in printed
    code, printed, _ = run("train", "scenes", "--scenes", "100", "--out", tmp_path / "m", *options)
    assert code == 0 and "held-out perplexity" in printed
    code, printed, _ = run(
        *("train", "--shape", "vec-seq", "--pictures", tmp_path / "drawn"),
        *("--captions", tmp_path / "drawn" / "captions.json", "--out", tmp_path / "m2"),
        *("--min-count", "1", *options),
    )
    assert code == 0
    pictures = sorted((made / "squares").glob("1?.png"))[:2]
    code, printed, _ = run("caption", made / "model", *pictures, "--n-best", "2")
    assert code == 0 and printed.count("a square that is") == 4
    (tmp_path / "broken.png").write_text("x")
    code, printed, err = run(
        "caption", made / "model", tmp_path / "broken.png", *pictures, "--json"
    )
    assert code == 0 and "broken.png cannot be read as a picture" in err
    rows = json.loads(printed)["pictures"]
    assert [len(one["captions"]) for one in rows] == [0, 1, 1]
    assert "cannot be read" in rows[0]["error"]
    assert rows[1]["captions"][0]["log_ratio"] > 0


def test_the_figure_is_a_sheet_of_scenes_under_their_grades(made, run, tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(scene_figures, "_N", 200)
    train(ScenePairs(SceneConfig(n_scenes=100)), tmp_path / "m")
    for ending in ("png", "svg"):
        sheet = tmp_path / f"sheet.{ending}"
        code, printed, err = run("figure", tmp_path / "m", "--out", sheet, "--json", "--dark")
        assert code == 0, err
        shares = json.loads(printed)["grades"]
        assert list(shares) == list(GRADES) and sum(shares.values()) == pytest.approx(1)
        assert sheet.stat().st_size > 5_000
    code, _, err = run("figure", made / "model", "--out", sheet)
    assert code != 0 and "was not trained on scenes" in " ".join(err.split())
    code, _, err = run("figure", tmp_path / "m", "--out", sheet, "--plane", "pca")
    assert code != 0 and "omit --relation, --pairs and --plane" in " ".join(err.split())


def test_pictures_become_labelled_vectors_and_texts_to_grade(made, run, tmp_path):
    code, _, err = run("encode", made / "model", made / "squares", "--out", tmp_path / "v.npy")
    assert code == 0, err
    code, printed, _ = run("neighbours", tmp_path / "v.npy", "3.png", "--top", "5", "--json")
    assert [int(one["word"][:-4]) % 3 for one in json.loads(printed)["answers"]] == [0] * 5  # red
    vectors = open_vectors(tmp_path / "v.npy")
    shown = label_pictures(tmp_path / "v.npy", vectors)
    assert shown.shape == (len(vectors), 32, 32, 3)
    own = read_picture(made / "squares" / "3.png", 32)
    assert np.array_equal(shown[vectors.id("3.png")], own)
    # no word of the families is among the labels: all labels, and no arrows
    code, _, err = run("project", tmp_path / "v.npy", "--out", tmp_path / "tensorboard")
    assert code == 0, err
    sprite = read_sheet(tmp_path / "tensorboard" / "sprite.png", vectors.words)
    assert np.array_equal(sprite, shown)
    code, _, _ = run("encode", made / "model", made / "squares" / "3.png", "--untrained", "--json")
    assert code == 0
    pictures = made / "squares" / "3.png", made / "squares" / "4.png"
    captions = made / "squares" / "captions.json"
    options = ("--table", tmp_path / "t.tsv", "--captions", captions)
    assert run("caption", made / "model", *pictures, *options)[0] == 0
    rows = [line.split("\t") for line in (tmp_path / "t.tsv").read_text().splitlines()[1:]]
    assert len(rows) == 6
    said = {by: text for item, text, by in rows if item.endswith("3.png")}
    assert set(said.values()) == {"a square that is red"}
    # a file of the same name elsewhere is another picture: it has no true caption
    other = tmp_path / "3.png"
    other.write_bytes(pictures[1].read_bytes())
    assert run("caption", made / "model", other, *options)[0] == 0
    rows = [line.split("\t") for line in (tmp_path / "t.tsv").read_text().splitlines()[1:]]
    assert [by for _, _, by in rows] == [
        str(made / "model"),
        "caption of the nearest other picture",
    ]
    alone = {"images": [{"id": 1, "file_name": "3.png"}]}
    alone["annotations"] = [{"image_id": 1, "caption": "x"}]
    (tmp_path / "c.json").write_text(json.dumps(alone))
    code, _, err = run("caption", made / "model", other, *options[:3], tmp_path / "c.json")
    assert code != 0 and "2 pictures at least" in " ".join(err.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("encode", "MODEL", "MADE"), "has no pictures (.png, .jpg"),
        (("encode", "MODEL", "PICTURE", "--lines"), "--lines is for texts"),
        (("encode", "MODEL", "PICTURE", "PICTURE"), "The file name 1.png occurs twice"),
        (("caption", "phrases", "PICTURE"), "a model of shape vec-seq is needed here"),
        (("decode", "MODEL", "x"), "reads pictures: use embedviz caption"),
        (("caption", "MODEL", "nothing.png"), "nothing.png is not a file"),
        (("caption", "MODEL", "x.png", "y.png"), "None of 2 files is a picture"),
        (("caption", "MODEL", "PICTURE", "--captions", "x.json"), "add --table"),
        (("train", "scenes", "--out", "x", "--shape", "seq-seq"), "shape vec-seq, not seq-seq"),
        (("train", "scenes", "--out", "x", "--picture-size", "0"), "leaves nothing to see"),
        (("corpus", "scenes", "MADE"), "exists already"),
    ],
)
def test_what_the_commands_cannot_use(made, run, arguments, says):
    places = {"MODEL": made / "model", "PICTURE": made / "squares" / "1.png", "MADE": made}
    code, _, err = run(*(places.get(one, one) for one in arguments))
    assert code != 0 and says in " ".join(err.split())


def test_photographs_are_read_by_features_that_are_not_trained(made, run, tmp_path):
    pytest.importorskip("efficientnet_lite_pytorch")
    source = PictureFolder(made / "squares", made / "squares" / "captions.json")
    options = {"picture_size": 224, "picture_encoder": "efficientnet-lite0"}
    train(source, tmp_path / "m", epochs=40.0, rate=1e-2, **options)
    saved = checkpoint.load(tmp_path / "m")
    assert sum(tensor.size for tensor in saved.tensors.values()) < 100_000  # no weights of others
    model = open_sequence_model(tmp_path / "m", of_pictures=True)
    pictures = [read_picture(made / "squares" / f"{i}.png", 224) for i in range(3)]
    found = [one.texts[0].text for one in caption_pictures(model, pictures, Search(3))]
    assert found == [f"a square that is {name}" for name in COLOURS]
    code, printed, err = run("caption", tmp_path / "m", made / "squares" / "1.png")
    assert code == 0 and "a square that is green" in printed, err
    with pytest.raises(SettingError, match="reads no pictures of picture_size=64 pixels: give 224"):
        replace(SMALL, picture_size=64, picture_encoder="efficientnet-lite0")
