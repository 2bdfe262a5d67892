"""The dashboard's parts: what the pages are made of, how it starts, and the browser's half."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from app_pages import DASHBOARD, HOSTILE, ROOT, planted
from PIL import Image

import embedviz
from embedviz.corpora import sheet_path, write_sheet
from embedviz.dashboard.component import word_map
from embedviz.dashboard.server import launcher
from embedviz.dashboard.state import models
from embedviz.dashboard.widgets import relation_statistics
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import InputError
from embedviz.export import bundle
from embedviz.projection import fit_plane
from embedviz.relations import RelationReport
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

ENTRIES = ("base", "overlay", "word_facts")
ALL_ENTRIES = (*ENTRIES, "standalone", "site", "widget")


@pytest.mark.parametrize("text", ["$x$", ":smile:", "<b>", "[a](b)", "# h", "`c`", "a_b_", "1. x"])
def test_plain_escapes_every_sign(text):
    assert escape(text).replace("\\", "") == text
    assert not re.search(r"(?<!\\)[!-/:-@\[\]^_`{|}~]", escape(text))


def test_plain_breaks_addresses_and_arrows():
    for text in ("http://a.b", "www.a.b", "a@b.c", "->", "--", "<-"):
        assert "\u2060" in escape(text)


def real(consistency):
    """Report a relation whose offset answers."""
    interval = (consistency / 2, 0.9)
    return RelationReport(
        "a-b",
        9,
        (),
        consistency,
        0.001,
        0.5,
        consistency_interval=interval,
        excess=0.2,
        excess_interval=(0.1, 0.3),
        gain=0.5,
        gain_interval=(0.3, 0.6),
        closeness_gain=0.15,
    )


@pytest.mark.parametrize(
    ("consistency", "says"),
    [
        (0.7, "** have nearly the same"),
        (0.5, "** have similar"),
        (0.37, "have weakly"),
        (0.03, "have hardly"),
    ],
)
def test_the_claim_is_as_strong_as_the_consistency(consistency, says):
    item = relation_statistics.Evidence(real(consistency), 0.62)
    assert says in relation_statistics.summarise([item])


def test_a_family_by_chance_is_not_praised():
    sound = relation_statistics.Evidence(real(0.4), 0.62)
    by_chance = replace(real(0.1), name="c-d", p_value=0.4)
    chance = relation_statistics.Evidence(by_chance, 0.3)
    few = relation_statistics.Evidence(RelationReport("e-f", 1, (), None, None, None), 0.3)
    claim = relation_statistics.summarise([sound, chance, few])
    assert "**a → b** have weakly similar directions (consistency 0.40, p = 0.001)" in claim
    assert "retains 62\N{NO-BREAK SPACE}% of their squared length" in claim
    assert "**c → d**: no offset beyond chance or the difference of the classes;" in claim
    assert "Too few pairs for a test: **e → f**" in claim
    assert "chosen to show them" in relation_statistics.summarise([sound], fitted_to_arrows=True)
    assert "nearly the same direction" not in relation_statistics.summarise([chance])


@pytest.mark.parametrize(
    ("texts", "is_warned"),
    [(["bundled.txt"], True), (["bundled.txt", "a.txt"], False), (None, False)],
)
def test_a_model_of_the_grammar_is_told(texts, is_warned):
    vectors = replace(planted(), provenance={"results": {"texts": texts}})
    assert (
        "does not represent English" in relation_statistics.warn_if_synthetic(vectors)
    ) is is_warned
    assert relation_statistics.warn_if_synthetic(planted()) == ""


def test_the_map_holds_frequent_words_and_those_of_the_relations():
    vectors = planted(HOSTILE)
    plane = fit_plane(vectors)
    shown = word_map.place_words(vectors, plane, 5, ["other7", vectors.words[0]])
    assert shown.table.num_rows == 6
    assert shown.table["rank"].to_pylist() == [1, 2, 3, 4, 5, vectors.id("other7") + 1]
    everything = word_map.place_words(vectors, plane, 10**6, [])
    assert max(map(len, everything.table["word"].to_pylist())) <= 65
    assert word_map.place_words(vectors, plane, 5, []).version != shown.version


def test_a_third_axis_is_sent_where_there_is_one():
    vectors = planted()
    flat = word_map.place_words(vectors, fit_plane(vectors), 5, [])
    assert flat.table.column_names == ["x", "y", "rank", "word"]
    plane = fit_plane(vectors, n_components=3)
    deep = word_map.place_words(vectors, plane, 5, [])
    assert deep.table.column_names == ["x", "y", "z", "rank", "word"]
    first = word_map.place_mark(vectors, plane, vectors.words[0])
    assert deep.table["z"][0].as_py() == pytest.approx(first.z, abs=1e-5)


def test_the_sum_is_the_fourth_corner_and_no_word():
    vectors = planted()
    plane = fit_plane(vectors, ["france", "paris", "germany", "berlin"])
    a, b, c = (word_map.place_mark(vectors, plane, word) for word in ("france", "paris", "germany"))
    corner = word_map.place_sum(vectors, plane, "france", "paris", "germany")
    assert (corner.rank, corner.word) == (0, "paris − france + germany")
    assert corner.x - c.x == pytest.approx(b.x - a.x, abs=1e-4)
    assert corner.y - c.y == pytest.approx(b.y - a.y, abs=1e-4)


def test_the_card_gets_the_nearest_words_of_the_full_space():
    vectors = planted(HOSTILE)
    rank = vectors.id("france") + 1
    facts = word_map.look_up_facts(vectors, rank)
    assert facts.rank == rank and facts.count is None
    assert facts.near == [item.word for item in vectors.most_similar("france", 3)]
    counted = WordVectors(Vocabulary(("a", "b"), np.array([5, 2])), np.eye(2, dtype=np.float32))
    assert word_map.look_up_facts(counted, 1) == word_map.WordFacts(1, 5, ["b"])


def test_labels_of_pictures_have_them_on_the_card(tmp_path):
    labels = [f"{number}.png" for number in range(5)]
    tiles = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 8, 8, 3), np.uint8)
    path = tmp_path / "v.npy"
    embedviz.save(WordVectors(Vocabulary(tuple(labels)), np.eye(5, dtype=np.float32)), path)
    model = models.Model("v", path, "pictures")
    assert model.picture_of is None
    write_sheet(sheet_path(path), labels, 50 * tiles)
    model = models.Model("v", path, "pictures, now there")
    address = word_map.look_up_facts(model.vectors, 3, model.picture_of).picture
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))))
    assert np.array_equal(shown, 50 * tiles[2])
    assert model.picture_of("no label") is None
    write_sheet(sheet_path(path), labels[::-1], tiles)  # of other vectors: left out
    assert models.Model("v", path, "pictures of others").picture_of is None


@pytest.mark.parametrize("asked", [None, 0, -1, 10**9, "1", 1.5, [1], {}])
def test_whatever_a_browser_asks_there_are_no_facts_of_no_word(asked):
    assert word_map.look_up_facts(planted(), asked) is None


def test_two_models_of_one_name_stay_apart(tmp_path, monkeypatch):
    folders = [tmp_path / name / "model" for name in ("a", "b")]
    for folder in folders:
        folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "argv", ["app.py", *map(str, folders), str(folders[0])])
    assert [model.name for model in models.list_server_models()] == ["model", "b/model", "english"]


def test_a_changed_folder_is_another_model(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", str(tmp_path)])
    before = models.list_server_models()[0].key
    (tmp_path / "config.json").write_text("{}")
    assert models.list_server_models()[0].key != before


# -- starting --


def test_the_package_is_light_to_import():
    code = "import sys, embedviz.dashboard; sys.exit('streamlit' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_both_ways_in_have_the_same_settings():
    ours, root = (f / ".streamlit" / "config.toml" for f in (DASHBOARD / "server", ROOT))
    assert ours.read_bytes() == root.read_bytes()
    assert len((ROOT / "app.py").read_text().splitlines()) == 3


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_does_not_exist(port):
    with pytest.raises(InputError, match=str(port)):
        launcher.launch(port=port)


# -- the browser's part --


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_modules_join_into_one(entry):
    text = bundle(entry)
    assert text.count("\nexport default function mount") + text.startswith("export default") == 1
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert len(re.findall(r"^export ", text, re.MULTILINE)) == 1


def test_what_is_sent_with_every_change_is_light():
    assert len(bundle("overlay")) + len(bundle("word_facts")) < 1_200


def test_comments_stay_here():
    for entry in ENTRIES:
        assert not re.search(r"^\s*(//|/\*\*$|/\*\*.*\*/$|\*)", bundle(entry), re.MULTILINE)


def test_both_sides_agree_how_many_words_are_selected():
    source = (DASHBOARD / "component" / "selection.mjs").read_text(encoding="utf-8")
    assert f"MOST_SELECTED = {word_map.MOST_SELECTED};" in source


@pytest.mark.parametrize(
    "file", sorted((DASHBOARD / "component").glob("*.mjs")), ids=lambda f: f.name
)
def test_modules_stay_readable(file):
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 200
    assert "innerHTML" not in text and "http" not in text.replace("http://www.w3.org/2000/svg", "")


def node() -> str:
    found = shutil.which("node")
    if not found:
        pytest.skip("node is not installed; it tests the JavaScript, users do without it")
    return found


def test_the_javascript():
    files = sorted(map(str, (ROOT / "tests").rglob("*.mjs")))
    done = subprocess.run(
        [node(), "--test", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_joined_modules_parse(tmp_path):
    for entry in ALL_ENTRIES:
        file = tmp_path / f"{entry}.mjs"
        file.write_text(bundle(entry), encoding="utf-8")
        subprocess.run([node(), "--check", str(file)], check=True)
