"""The page Pictures: captions of scenes and of a visitor's pictures, and their grades."""

from __future__ import annotations

import io
import sys
import zipfile
from collections import Counter
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytest.importorskip("torch", reason="a net captions")

from app_pages import PICTURES, arrows, texts
from PIL import Image
from streamlit.testing.v1 import AppTest

from embedviz.corpora import GRADES, ScenePairs, grade_caption
from embedviz.dashboard.sequences import contact_sheet, picture_map
from embedviz.dashboard.sequences.grade_chart import build_grade_chart
from embedviz.dashboard.sequences.picture_choice import ChosenScenes
from embedviz.dashboard.state import captions, sequence_models
from embedviz.dashboard.state.sequence_models import CAPTIONS
from embedviz.evaluation import parse_texts_to_grade
from embedviz.relations import share_interval
from embedviz.sequences import caption_pictures, open_sequence_model
from embedviz.settings import SceneConfig

pytestmark = pytest.mark.usefixtures("cached_for_the_file")


@pytest.fixture
def page(open_page):
    """Return a function that opens the page."""
    return partial(open_page, PICTURES)


@pytest.fixture
def model():
    (found,) = sequence_models.require_sequence_models([CAPTIONS])
    return found


def plain(at: AppTest) -> str:
    return texts(at).replace("\\", "")


def png(size=(40, 60), colour=90) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((*size, 3), colour, np.uint8)).save(file, format="PNG")
    return file.getvalue()


def own_pictures(page, *files) -> AppTest:
    at = page(pictures="Your pictures")
    uploads = [(name, content, "image/png") for name, content in files]
    return at.file_uploader(key="pictures-files").set_value(uploads).run()


def test_new_scenes_have_captions_and_grades(page):
    at = page()
    assert not at.exception and not at.error
    pairs = ScenePairs(SceneConfig(n_scenes=60), 1, stream="dashboard")
    scenes = list(pairs.scenes())
    pictures = list(pairs.pictures([str(i) for i in range(60)], 64))
    found = caption_pictures(open_sequence_model("scenes", of_pictures=True), pictures)
    said = [one.texts[0].text for one in found]
    for text in said[:12]:
        assert text in plain(at)
    counts = Counter(map(grade_caption, scenes, said))
    table = at.dataframe[0].value
    for grade, name in enumerate(GRADES):
        n = counts[grade]
        low, high = share_interval(n, 60)
        assert table[name][0].endswith(f"({100 * low:.0f}–{100 * high:.0f})")
        assert round(float(table[name][0].split()[0])) == round(100 * n / 60)
    assert len(at.get("image")) == 12


def test_the_worst_come_first(page):
    at = page(pictures="Combinations never seen", **{"pictures-order": "worst first"})
    assert not at.exception and not at.error
    grades = [one.value for one in at.markdown if one.value[:1] in contact_sheet.SIGNS]
    places = [contact_sheet.SIGNS.index(one[0]) for one in grades]
    assert places == sorted(places, reverse=True) and places[0] > 0
    assert "True: " in texts(at)


def test_other_scenes_are_drawn(page):
    at = page()
    before = texts(at)
    at.button(key="pictures-other").click().run()
    assert not at.exception and at.number_input(key="pictures-seed").value == 2
    assert texts(at) != before


def test_what_is_packed_can_be_graded(model):
    chosen = ChosenScenes(1, held_out=False)
    shown = captions.list_graded(model, 1, held_out=False)[3:5]
    with zipfile.ZipFile(io.BytesIO(contact_sheet.pack_to_grade("m", shown, chosen))) as archive:
        rows = parse_texts_to_grade(archive.read("texts.tsv").decode(), "texts.tsv")
        assert [one.item for one in rows] == ["scene-04.png"] * 3 + ["scene-05.png"] * 3
        assert {one.by for one in rows} == {
            "m",
            "caption of the nearest other picture",
            "true caption",
        }
        assert [one.text for one in rows[::3]] == [one.text for one in shown]
        with Image.open(io.BytesIO(archive.read("scene-04.png"))) as picture:
            assert picture.size == (128, 128)


def test_the_map_has_the_pictures_and_the_nearest(page, model):
    at = page(**{"pictures-part": "Map", "pictures-fact": "being"})
    assert not at.exception and not at.error
    sheet = captions.caption_scenes(model, 1, held_out=False)
    overlay = arrows(at)
    names = [f"{one.scene.being} {i + 1}" for i, one in enumerate(sheet.scenes)]
    assert overlay["chosen"]["word"] == names[0]
    unit = sheet.vectors.matrix / np.linalg.norm(sheet.vectors.matrix, axis=1, keepdims=True)
    order = np.argsort(-(unit @ unit[0]))
    assert [one["word"] for one in overlay["near"]] == [names[i] for i in order[1:4]]
    groups = {one["label"]: [row for row, _ in one["pairs"]] for one in overlay["families"]}
    assert groups == picture_map.group_rows([one.scene.being for one in sheet.scenes])
    centred = unit - unit.mean(axis=0)
    singular = np.linalg.svd(centred, compute_uv=False) ** 2
    share = 100 * singular[:2].sum() / singular.sum()
    assert f"keeps {share:.0f}\N{NO-BREAK SPACE}%" in texts(at)
    at.selectbox(key="pictures-chosen").set_value(names[7]).run()
    assert not at.exception and arrows(at)["chosen"]["word"] == names[7]


def test_a_card_has_the_number_of_the_map(page):
    at = page(**{"pictures-part": "Map"})
    name = at.selectbox(key="pictures-chosen").value
    assert f"Scene {name.split()[-1]}. Ratio" in plain(at)


def test_a_click_chooses_a_picture(page, monkeypatch):
    callbacks = []

    def show_map(key, shown, *, on_pick):
        callbacks.append(on_pick)

    monkeypatch.setattr(picture_map.word_map, "show_map", show_map)
    assert not page(**{"pictures-part": "Map"}).exception
    for rank, expected in ((3, True), (0, False), ("3", False), (101, False)):
        state = {"pictures-map": {"picked": rank}}
        monkeypatch.setattr(picture_map, "st", SimpleNamespace(session_state=state))
        callbacks[-1]()
        assert ("pictures-chosen" in state) == expected
    assert picture_map.group_rows(["b", "a", "b"]) == {"a": [1], "b": [0, 2]}


def test_facts_are_compared_with_chance(page, model):
    (place,) = [one for one in captions.compare_facts(model, 1, held_out=False) if one.fact == "n"]
    sheet = captions.caption_scenes(model, 1, held_out=False)
    kinds = np.array([one.scene.n for one in sheet.scenes])
    centred = sheet.vectors.matrix - sheet.vectors.matrix.mean(axis=0)
    unit = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    nearest = np.argsort(-(unit @ unit.T), axis=1)[:, 1:6]
    assert abs(place.share - (kinds[nearest] == kinds[:, None]).mean()) < 1e-6
    same = kinds[:, None] == kinds
    assert abs(place.chance - (same.sum() - 60) / (60 * 59)) < 1e-9
    assert place.share > place.untrained


def test_own_pictures_are_captioned(page):
    name = "$x$ <b>.png"
    at = own_pictures(page, (name, png()), (name, png(colour=200)), ("broken.png", b"no picture"))
    assert not at.exception and len(at.error) == 1 and "broken" in at.error[0].value
    assert len(at.get("image")) == 2 and "nonsense, in good English" in texts(at)
    assert name in plain(at) and f"{name} (2)" in plain(at)
    at.button_group(key="pictures-part").set_value("Map").run()
    assert not at.exception and "3 pictures at least\\, and there are 2" in at.error[-1].value


def test_own_pictures_have_a_map(page):
    files = [(f"{i}.png", png(colour=40 * i)) for i in range(1, 5)]
    at = own_pictures(page, *files)
    at.button_group(key="pictures-part").set_value("Map").run()
    assert not at.exception and not at.error
    assert arrows(at)["chosen"]["word"] == "1.png" and len(arrows(at)["near"]) == 3


def test_without_pictures_the_page_asks_for_some(page):
    at = page(pictures="Your pictures")
    assert not at.exception and "Add pictures above" in texts(at)


def test_a_read_only_server_takes_no_pictures(page, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", "--read-only"])
    at = page(pictures="Your pictures")
    assert not at.exception and not at.error and not at.get("file_uploader")
    assert len(at.get("image")) == 12


def test_a_model_of_photographs_needs_uploads(page, monkeypatch):
    monkeypatch.setattr(captions, "is_of_scenes", lambda model: False)
    assert "Add pictures above" in texts(page())
    monkeypatch.setattr(sys, "argv", ["app.py", "--read-only"])
    assert "takes no uploads" in page().error[0].value


def test_without_torch_the_page_says_what_to_install(page, monkeypatch):
    monkeypatch.setattr(sequence_models, "has_torch", lambda: False)
    assert "PyTorch is missing" in texts(page())


def test_bars_are_of_the_counts():
    rows = build_grade_chart({"a": [3, 1, 0, 0], "b": [0, 0, 0, 2]}, dark=True)["data"]["values"]
    assert [(one["by"], one["captions"], one["begin"], one["end"]) for one in rows] == [
        ("a", 3, 0.0, 0.75),
        ("a", 1, 0.75, 1.0),
        ("b", 2, 0.0, 1.0),
    ]
