"""The dashboard's parts: what the pages are made of, how it starts, and the browser's half."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

from test_dashboard import DASHBOARD, HOSTILE, ROOT, planted

from embedviz.dashboard import launch, plain, store, trust, word_map
from embedviz.errors import InputError
from embedviz.projection import fit_plane
from embedviz.relations import RelationReport


@pytest.mark.parametrize("text", ["$x$", ":smile:", "<b>", "[a](b)", "# h", "`c`", "a_b_", "1. x"])
def test_plain_escapes_every_sign(text):
    assert plain.plain(text).replace("\\", "") == text
    assert not re.search(r"(?<!\\)[!-/:-@\[\]^_`{|}~]", plain.plain(text))


def test_plain_breaks_addresses_and_arrows():
    for text in ("http://a.b", "www.a.b", "a@b.c", "->", "--", "<-"):
        assert "\u2060" in plain.plain(text)


@pytest.mark.parametrize(
    ("consistency", "says"),
    [(0.7, "** point the same"), (0.3, "much the same"), (0.22, "** lean"), (0.03, "barely lean")],
)
def test_the_claim_is_as_strong_as_the_consistency(consistency, says):
    item = trust.Evidence(RelationReport("a-b", 9, (), consistency, 0.001, 0.5), 0.62)
    assert says in trust.sentence([item])


def test_a_family_by_chance_is_not_praised():
    sound = trust.Evidence(RelationReport("a-b", 9, (), 0.4, 0.001, 0.5), 0.62)
    chance = trust.Evidence(RelationReport("c-d", 9, (), 0.1, 0.4, 0.0), 0.3)
    few = trust.Evidence(RelationReport("e-f", 1, (), None, None, None), 0.3)
    claim = trust.sentence([sound, chance, few])
    assert "**a → b** point much the same way (consistency 0.40, p = 0.001)" in claim
    assert "keeps 62\N{NO-BREAK SPACE}% of them" in claim
    assert "by chance: **c → d**, **e → f**" in claim
    assert "chosen to show them" in trust.sentence([sound], fitted_to_arrows=True)
    assert "point the same way" not in trust.sentence([chance])


def test_the_map_holds_frequent_words_and_those_of_the_relations():
    vectors = planted(HOSTILE)
    plane = fit_plane(vectors)
    shown = word_map.points(vectors, plane, 5, ["other7", vectors.words[0]])
    assert shown.table.num_rows == 6
    assert shown.table["rank"].to_pylist() == [1, 2, 3, 4, 5, vectors.id("other7") + 1]
    everything = word_map.points(vectors, plane, 10**6, [])
    assert max(map(len, everything.table["word"].to_pylist())) <= 65
    assert word_map.points(vectors, plane, 5, []).version != shown.version


def test_two_models_of_one_name_stay_apart(tmp_path, monkeypatch):
    folders = [tmp_path / name / "model" for name in ("a", "b")]
    for folder in folders:
        folder.mkdir(parents=True)
    monkeypatch.setattr(sys, "argv", ["app.py", *map(str, folders), str(folders[0])])
    assert [model.name for model in store.offered()] == ["model", "b/model", "english"]


def test_a_changed_folder_is_another_model(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", str(tmp_path)])
    before = store.offered()[0].key
    (tmp_path / "config.json").write_text("{}")
    assert store.offered()[0].key != before


# -- starting --


def test_the_package_is_light_to_import():
    code = "import sys, embedviz.dashboard; sys.exit('streamlit' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_both_ways_in_have_the_same_settings():
    ours, root = (f / ".streamlit" / "config.toml" for f in (DASHBOARD, ROOT))
    assert ours.read_bytes() == root.read_bytes()
    assert len((ROOT / "app.py").read_text().splitlines()) == 3


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_does_not_exist(port):
    with pytest.raises(InputError, match=str(port)):
        launch.launch(port=port)


# -- the browser's part --


@pytest.mark.parametrize("entry", ["base", "overlay"])
def test_the_modules_join_into_one(entry):
    text = word_map.bundle(entry)
    assert text.count("\nexport default function mount") + text.startswith("export default") == 1
    assert not re.search(r"^import ", text, re.MULTILINE)
    assert len(re.findall(r"^export ", text, re.MULTILINE)) == 1


def test_the_overlay_is_light():
    assert len(word_map.bundle("overlay")) < 1_200


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
    done = subprocess.run(
        [node(), "--test", str(ROOT / "tests" / "test_word_map.mjs")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_joined_modules_parse(tmp_path):
    for entry in ("base", "overlay"):
        file = tmp_path / f"{entry}.mjs"
        file.write_text(word_map.bundle(entry), encoding="utf-8")
        subprocess.run([node(), "--check", str(file)], check=True)
