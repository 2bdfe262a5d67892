"""The page Export: what its downloads hold, and session files."""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile

import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

import pyarrow.parquet as pq
import streamlit as st
from app_pages import EXPORT, ROOT, arrows, planted, switch_page, texts
from streamlit.testing.v1 import AppTest

from embedviz.checkpoints import loading
from embedviz.dashboard.pages import export
from embedviz.dashboard.widgets import map_view
from embedviz.export import PictureSettings, open_view, take_view
from embedviz.export.packing import packed
from embedviz.projection import View, fingerprint
from embedviz.relations import FAMILIES, GroupedWords, Relation, built_in

PNG = b"\x89PNG"


@pytest.fixture
def dashboard(tmp_path, monkeypatch):
    """Return a function that opens the page Export, and what its buttons would give by their key.

    A model is a file in a folder of the test, ``planted.safetensors``.
    """
    st.cache_resource.clear()
    monkeypatch.chdir(tmp_path)
    given = tmp_path / "planted.safetensors"
    loading.save(planted(), given)
    offered: dict[str, dict] = {}
    button = st.download_button

    def record(label, **given):
        offered[given["key"]] = given
        return button(label, **given)

    monkeypatch.setattr(st, "download_button", record)

    def start(*arguments: str, page: str = EXPORT) -> tuple[AppTest, dict[str, dict]]:
        monkeypatch.setattr(sys, "argv", ["app.py", *arguments, str(given)])
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
        offered.clear()
        return switch_page(at, page).run(), offered

    yield start
    st.cache_resource.clear()


def content(given: dict) -> bytes:
    made = given["data"]() if callable(given["data"]) else given["data"]
    return made if isinstance(made, bytes) else made.encode()


def upload(at: AppTest, data: bytes) -> AppTest:
    return at.file_uploader(key="session-file").set_value([("a.json", data, "")]).run()


def a_session() -> str:
    return View("planted.safetensors", 64 * "0", (built_in("male-female"),)).to_json()


# -- downloads --


def test_tables_hold_the_view_and_where_it_comes_from(dashboard):
    at, offered = dashboard()
    at.text_input(key="find").set_value("king").run()
    assert not at.exception and not at.error
    vectors = planted()
    n_ends = 2 * sum(len(built_in(name).known_to(vectors).pairs) for name in FAMILIES)
    n_rows = n_ends + 1 + len(vectors)

    document = json.loads(content(offered["export-JSON"]))
    assert document["provenance"]["view"]["marked"] == ["king"]
    assert len(document["points"]) == n_rows
    assert [one["relation"] for one in document["statistics"]] == list(FAMILIES)

    with zipfile.ZipFile(io.BytesIO(content(offered["export-CSV"]))) as archive:
        assert archive.namelist() == [
            "embedviz-map.csv",
            "embedviz-map.provenance.json",
            "embedviz-map.statistics.csv",
        ]
        rows = list(csv.DictReader(io.StringIO(archive.read("embedviz-map.csv").decode())))
        provenance = json.loads(archive.read("embedviz-map.provenance.json"))
    assert len(rows) == n_rows
    assert provenance == document["provenance"]

    with zipfile.ZipFile(io.BytesIO(content(offered["export-Parquet"]))) as archive:
        tables = [pq.read_table(io.BytesIO(archive.read(name))) for name in archive.namelist()]
    assert [table.num_rows for table in tables] == [n_rows, len(FAMILIES)]
    assert all(b"embedviz" in table.schema.metadata for table in tables)

    with zipfile.ZipFile(io.BytesIO(content(offered["export-TensorBoard"]))) as archive:
        names = archive.namelist()
        assert "embedviz-map/projector_config.pbtxt" in names
        assert "embedviz-map/provenance.json" in names


def test_pages_and_pictures_are_what_they_say(dashboard):
    at, offered = dashboard()
    at.session_state["relations"] = ["male-female"]
    at.run()
    assert content(offered["export-Web page"]).startswith(b"<!doctype html>")
    pytest.importorskip("matplotlib", reason="pictures are an extra")
    assert content(offered["export-PNG"]).startswith(b"\x89PNG\r\n\x1a\n")
    assert content(offered["export-PDF"]).startswith(b"%PDF-")
    light = content(offered["export-SVG"])
    assert b"<svg" in light and b"sha256" in light
    at.toggle(key="dark-ground").set_value(True).run()
    assert content(offered["export-SVG"]) != light


def test_a_report_is_made_by_a_click_and_goes_when_the_view_changes(dashboard):
    pytest.importorskip("matplotlib", reason="its pictures are an extra")
    at, offered = dashboard()
    at.session_state["relations"] = ["male-female"]
    at.run()
    assert "export-report" not in offered
    at.button(key="make-report").click().run()
    assert not at.exception and not at.error
    assert b"Relations in planted.safetensors" in content(offered["export-report"])
    offered.clear()
    at.session_state["relations"] = ["verb-past"]
    at.run()
    assert "export-report" not in offered


def test_what_cannot_be_made_is_not_offered(dashboard, monkeypatch):
    at, offered = dashboard()
    at.session_state["show"] = "all"
    at.session_state["dims"] = 3
    at.run()
    assert "choose 2-D" in texts(at)
    assert offered["export-PNG"]["disabled"] and not offered["export-CSV"]["disabled"]
    at.session_state["dims"] = 2
    at.session_state["relations"] = []
    at.session_state["words"] = 0
    at.text_input(key="find").set_value("").run()
    assert "choose a relation" in texts(at)
    assert offered["export-CSV"]["disabled"] and at.button(key="make-report").disabled
    monkeypatch.setattr(export, "find_spec", lambda name: None)
    at.session_state["relations"] = ["male-female"]
    at.run()
    assert "pip install 'embedviz[figures]'" in texts(at)
    assert offered["export-PNG"]["disabled"] and not offered["export-CSV"]["disabled"]


def test_pictures_show_what_is_on_the_screen(dashboard, monkeypatch):
    drawn = []
    monkeypatch.setattr(export, "packed", lambda name, scene, picture: drawn.append(picture) or PNG)
    at, offered = dashboard()
    assert "each relation on a plane of its own" in texts(at)
    at.text_input(key="picture-title").set_value("Offsets")
    at.button_group(key="picture-size").set_value("slide").run()
    content(offered["export-PNG"])
    at.session_state["show"] = "all"
    at.toggle(key="dark-ground").set_value(True).run()
    assert "arrows, words behind them" in texts(at)
    content(offered["export-PNG"])
    assert drawn == [
        PictureSettings(size="slide", is_classic=True, title="Offsets"),
        PictureSettings(size="slide", dark=True, title="Offsets"),
    ]


def test_the_same_view_gives_the_same_bytes():
    vectors = planted()
    scene = take_view(vectors, "planted", [built_in("male-female")], n_words=10)
    for name in ("a.csv", "a.parquet", "a"):
        assert packed(name, scene) == packed(name, scene)
    assert packed("a.json", scene)[:1] == b"{"


# -- sessions --


def test_a_session_opens_the_map_it_was_saved_from(dashboard):
    wanted = View(
        "planted.safetensors",
        fingerprint(planted()),
        (built_in("male-female"), built_in("verb-past")),
        plane="pairs",
        n_components=3,
        n_words=1_000,
        n_pairs=6,
        marked=("paris", "king", "queen"),
    )
    at, offered = dashboard()
    at = upload(at, wanted.to_json().encode())
    assert not at.exception and not at.error and not at.warning
    shown = arrows(at)  # only the map has them
    assert shown["dims"] == 3
    assert [len(family["pairs"]) for family in shown["families"]] == [6, 6]
    assert shown["chosen"]["word"] == "paris"
    assert len(shown["selected"]) == 2
    switch_page(at, EXPORT).run()
    assert View.from_json(content(offered["export-session"]).decode()) == wanted


def test_groups_of_a_session_become_marks_of_the_map(dashboard):
    at, offered = dashboard()
    groups = (GroupedWords("capitals", ("paris", "london")), GroupedWords("royals", ("king",)))
    wanted = View("planted.safetensors", fingerprint(planted()), (), plane="all", groups=groups)
    at = upload(at, wanted.to_json().encode())
    assert not at.exception and not at.error
    points = {one["label"]: one for one in arrows(at)["families"] if one["is_points"]}
    assert {name: len(one["pairs"]) for name, one in points.items()} == {"capitals": 2, "royals": 1}
    switch_page(at, EXPORT).run()
    assert View.from_json(content(offered["export-session"]).decode()).groups == groups


def test_a_session_that_is_none_is_refused_in_a_sentence(dashboard):
    at, _ = dashboard()
    for data, said in (
        (b"{", "not JSON"),
        (b"\xff\xfe", "UTF"),
        (b"[]", "does not have the format"),
        (a_session().replace('"seed": 0', '"seed": -1').encode(), "seed=-1"),
        (b" " * ((map_view.MEGABYTES << 20) + 1), "4,194,304"),
    ):
        at = upload(at, data)
        assert said in at.error[0].value.replace("\\", ""), data[:20]
        assert "\u2060" not in at.error[0].value  # which escaped options would contain
        assert not at.exception
        assert at.button(key="make-report")  # still on the page


def test_a_session_of_a_model_that_is_not_here_says_so(dashboard):
    at, _ = dashboard()
    foreign = View("../../etc/passwd", 64 * "0", (built_in("male-female"),))
    at = upload(at, foreign.to_json().encode())
    assert "which this server does not have" in at.error[0].value
    assert at.session_state["relations"] == list(FAMILIES)


def test_a_session_of_other_vectors_or_choices_says_what_differs(dashboard):
    at, _ = dashboard()
    other = View(
        "planted.safetensors",
        64 * "0",
        (built_in("male-female"), Relation("mine", (("king", "queen"),))),
        plane="relation",
        n_words=900,
        n_pairs=10,
    )
    at = upload(at, other.to_json().encode())
    said = " ".join(one.value for one in at.warning).replace("\\", "")
    for part in ("SHA-256", "“relation”", "1,000 words", "12 arrows"):
        assert part in said
    labels = [one["label"].split(" (")[0] for one in arrows(at)["families"]]
    assert labels == ["mine", "male → female"]


def test_a_renamed_model_is_known_by_its_vectors(dashboard):
    at, _ = dashboard()
    renamed = View("old name", fingerprint(planted()), (built_in("verb-past"),))
    at = upload(at, renamed.to_json().encode())
    assert not at.error and not at.warning
    assert len(arrows(at)["families"]) == 1


def test_who_may_only_look_uploads_no_session(dashboard):
    at, offered = dashboard("--read-only")
    assert not at.get("file_uploader")
    assert View.from_json(content(offered["export-session"]).decode()).model


def test_the_page_and_the_command_project_the_same(dashboard):
    _, offered = dashboard()
    saved = View.from_json(content(offered["export-session"]).decode())
    again = packed("a.json", open_view(saved, planted()))
    mine, theirs = (json.loads(text) for text in (content(offered["export-JSON"]), again))
    for here, there in zip(mine["points"], theirs["points"], strict=True):
        assert here["word"] == there["word"]
        assert (here["x"], here["y"]) == pytest.approx((there["x"], there["y"]), abs=1e-4)
