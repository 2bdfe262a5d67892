"""Exports: each is read back, and equals the projection."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hostile_words import FAMILY_RELATIONS, hostile_relation, hostile_vectors

from embedviz.checkpoints import open_vectors
from embedviz.corpora import read_sheet
from embedviz.errors import InputError, UnknownWordError
from embedviz.export import open_view, take_view, write
from embedviz.export.page import page
from embedviz.export.tables import point_columns, points, rows_of, statistics
from embedviz.projection import View
from embedviz.relations import GroupedWords, Relation, measure, offsets, read_relations
from embedviz.support import spreadsheet_plain
from embedviz.support.palette import LIGHT
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors
from embedviz.vectors.formats import METADATA_KEY


@pytest.fixture(scope="module")
def scene(vectors):
    own = Relation("own", (("king", "queen"), ("nowhere-a", "nowhere-b")))
    return take_view(
        vectors, "planted", (*FAMILY_RELATIONS, own), n_words=7, marked=("king", "paris")
    )


@pytest.fixture(scope="module")
def hostile():
    return take_view(hostile_vectors(), "odd", (hostile_relation(),), n_words=5)


@pytest.fixture(params=["scene", "hostile", "turned"])
def any_scene(request, scene, hostile):
    turned = replace(scene.view, n_components=3, plane="pairs")
    return {"scene": scene, "hostile": hostile, "turned": open_view(turned, scene.vectors)}[
        request.param
    ]


def test_points_stand_where_the_plane_puts_them(scene):
    found = points(scene)
    by_pair = {(point.relation, point.pair, point.role): point for point in found}
    relation = scene.known[1]
    for number in (1, len(relation.pairs)):
        for role, word in zip(("source", "target"), relation.pairs[number - 1], strict=True):
            point = by_pair[relation.name, number, role]
            place = scene.plane.coordinates(scene.vectors.unit([word]))[0]
            assert (point.word, point.rank) == (word, scene.vectors.id(word) + 1)
            assert np.allclose([point.x, point.y], place, atol=1e-6)
    roles = [point.role for point in found]
    assert roles.count("source") == roles.count("target")
    assert [point.word for point in found if point.role == "marked"] == ["king", "paris"]
    assert tuple(p.word for p in found if p.role == "word") == scene.vectors.words[:7]


def test_statistics_are_those_of_the_whole_space(scene):
    for one, relation in zip(statistics(scene), scene.view.relations, strict=True):
        report = measure(scene.vectors, relation, seed=0)
        assert (one.relation, one.n_pairs) == (relation.name, report.n_pairs)
        assert one.n_skipped == len(report.skipped)
        assert one.consistency == pytest.approx(report.consistency, abs=1e-6)
        assert one.p_value == report.p_value
    last = statistics(scene)[-1]
    assert (last.n_pairs, last.n_skipped, last.consistency) == (1, 1, None)
    known = scene.known[0]
    assert statistics(scene)[0].plane_fidelity == pytest.approx(
        scene.plane.fidelity(offsets(scene.vectors, known)), abs=1e-6
    )


def as_cell(value):
    return "" if value is None else str(value)


def test_csv_comes_back(tmp_path, any_scene):
    written = write(tmp_path / "a.csv", any_scene)
    assert [path.name for path in written] == ["a.csv", "a.statistics.csv", "a.provenance.json"]
    for path, rows in zip(
        written, (rows_of(points(any_scene)), rows_of(statistics(any_scene))), strict=False
    ):
        with path.open(encoding="utf-8", newline="") as file:
            cells = [
                {
                    name: spreadsheet_plain(cell) if name in ("word", "relation") else cell
                    for name, cell in row.items()
                }
                for row in csv.DictReader(file, strict=True)
            ]
        names = list(cells[0])
        assert cells == [{name: as_cell(row[name]) for name in names} for row in rows]
        assert ("z" in names) == (path == written[0] and any_scene.view.n_components == 3)
    provenance = json.loads(written[2].read_text(encoding="utf-8"))
    assert provenance == any_scene.provenance


def test_no_cell_becomes_a_formula(tmp_path, hostile):
    write(tmp_path / "a.csv", hostile)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in (row[0], row[3])]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_json_comes_back(tmp_path, any_scene):
    write(tmp_path / "a.json", any_scene)
    document = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    names = document["points"][0].keys()
    expected = [{name: row[name] for name in names} for row in rows_of(points(any_scene))]
    assert document["points"] == expected
    assert document["statistics"] == rows_of(statistics(any_scene))
    assert View.from_json(json.dumps(document["provenance"]["view"])) == any_scene.view


def test_parquet_comes_back(tmp_path, any_scene):
    parquet = pytest.importorskip("pyarrow.parquet")
    written = write(tmp_path / "a.parquet", any_scene)
    assert [path.name for path in written] == ["a.parquet", "a.statistics.parquet"]
    for path, rows in zip(
        written, (rows_of(points(any_scene)), rows_of(statistics(any_scene))), strict=True
    ):
        table = parquet.read_table(path)
        assert table.to_pylist() == [
            {name: row[name] for name in table.column_names} for row in rows
        ]
        kept = json.loads(table.schema.metadata[METADATA_KEY.encode()])
        assert kept == any_scene.provenance
    types = dict(zip(table.schema.names, map(str, table.schema.types), strict=True))
    assert (types["relation"], types["n_pairs"], types["p_value"]) == ("string", "int64", "double")


def test_a_folder_for_tensorboard_comes_back(tmp_path, scene):
    write(tmp_path / "run", scene)
    opened = open_vectors(tmp_path / "run")
    chosen = {point.word for point in points(scene)}
    assert set(opened.words) == chosen
    for word in ("king", "paris"):
        assert (opened[word] == scene.vectors[word]).all()
    lines = (tmp_path / "run" / "metadata.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0].split("\t") == ["word", "relations", "x", "y"]
    cells = {line.split("\t")[0]: line.split("\t")[1:] for line in lines[1:]}
    assert cells["king"][0] == "male-female; own"
    king = next(point for point in points(scene) if point.word == "king")
    assert cells["king"][1:] == [str(king.x), str(king.y)]
    kept = json.loads((tmp_path / "run" / "provenance.json").read_text(encoding="utf-8"))
    assert kept == {"provenance": scene.provenance, "statistics": rows_of(statistics(scene))}


def test_pictures_of_labels_go_to_tensorboard_as_a_sprite(tmp_path, scene):
    shown = np.random.default_rng(0).integers(
        0, 256, size=(len(scene.vectors), 4, 4, 3), dtype=np.uint8
    )
    write(tmp_path / "run", replace(scene, pictures=shown))
    opened = open_vectors(tmp_path / "run")  # the reader understands the configuration
    sprite = read_sheet(tmp_path / "run" / "sprite.png", opened.words)
    assert len(opened) < len(scene.vectors)
    assert np.array_equal(sprite, shown[scene.vectors.ids(list(opened.words))])
    config = (tmp_path / "run" / "projector_config.pbtxt").read_text()
    side = r"\s+single_image_dim: 4"
    assert re.search(rf'sprite {{\s+image_path: "sprite\.png"{side}{side}\s+}}', config)


def test_tensorboard_reads_the_folder(tmp_path):
    plugin = pytest.importorskip("tensorboard.plugins.projector.projector_plugin")
    vectors = WordVectors(
        Vocabulary(("king", "queen", "man", "woman"), np.array([9, 8, 7, 6])),
        np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32),
    )
    relation = Relation("a\tb\nc", (("king", "queen"), ("man", "woman")))
    few = take_view(vectors, "few", (relation,), n_components=3)
    write(tmp_path / "run", replace(few, pictures=np.zeros((4, 8, 8, 3), np.uint8)))
    projector = plugin.ProjectorPlugin.__new__(plugin.ProjectorPlugin)
    configs, places = projector._read_latest_config_files([("run", str(tmp_path / "run"))])
    (embedding,) = configs["run"].embeddings
    assert embedding.sprite.image_path == "sprite.png"
    assert list(embedding.sprite.single_image_dim) == [8, 8]
    numbers = plugin._read_tensor_tsv_file(
        plugin._rel_to_abs_asset_path(embedding.tensor_path, places["run"])
    )
    assert numbers.tobytes() == vectors.matrix.tobytes()
    metadata = plugin._rel_to_abs_asset_path(embedding.metadata_path, places["run"])
    with plugin.tf.io.gfile.GFile(metadata, "r") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    assert lines[0] == ["word", "count", "relations", "x", "y", "z"]
    assert [line[:2] for line in lines[1:]] == [
        ["king", "9"],
        ["queen", "8"],
        ["man", "7"],
        ["woman", "6"],
    ]
    assert {len(line) for line in lines} == {6}


def test_words_that_tensorboard_cannot_hold_are_refused(tmp_path, hostile):
    with pytest.raises(InputError, match="a tab or a newline"):
        write(tmp_path / "run", hostile)
    assert not list(tmp_path.rglob("*.tsv"))


PICTURES = ("a.png", "a.svg", "a.pdf")
KINDS = ("a.csv", "a.json", "a.parquet", "a.html", "run")


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")}


@pytest.mark.parametrize("name", KINDS)
def test_a_session_gives_the_same_bytes(tmp_path, scene, name):
    write(tmp_path / "first" / name, scene)
    again = open_view(View.from_json(scene.view.to_json()), scene.vectors)
    assert again.is_same_model
    write(tmp_path / "second" / name, again)
    first, second = contents(tmp_path / "first"), contents(tmp_path / "second")
    assert first
    assert first == second


@pytest.mark.parametrize("name", PICTURES)
def test_a_session_gives_the_same_picture(tmp_path, vectors, name):
    scene = take_view(vectors, "planted", FAMILY_RELATIONS[:1])
    write(tmp_path / name, scene)
    write(tmp_path / f"again-{name}", open_view(View.from_json(scene.view.to_json()), vectors))
    assert (tmp_path / name).read_bytes() == (tmp_path / f"again-{name}").read_bytes()


@pytest.mark.parametrize("name", KINDS)
def test_what_cannot_be_written_is_one_sentence_and_leaves_nothing(tmp_path, scene, name):
    (tmp_path / "file").write_text("here before")
    with pytest.raises(InputError, match=r"cannot be written \(.+\): choose another folder"):
        write(tmp_path / "file" / name, scene)
    assert (tmp_path / "file").read_text() == "here before"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.html"])
def test_a_full_disk_leaves_what_was_there(tmp_path, scene, monkeypatch, name):
    path = tmp_path / name
    path.write_text("older")

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(InputError, match="No space left on device"):
        write(path, scene)
    monkeypatch.undo()
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert path.read_text() == "older"


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_carry_the_provenance(tmp_path, vectors, name):
    scene = take_view(vectors, "planted", FAMILY_RELATIONS[:1])
    write(tmp_path / name, scene)
    assert scene.view.sha256.encode() in (tmp_path / name).read_bytes().replace(b"\n", b"")


@pytest.mark.parametrize("name", PICTURES)
def test_what_cannot_be_drawn(tmp_path, scene, name):
    turned = open_view(replace(scene.view, n_components=3), scene.vectors)
    with pytest.raises(InputError, match="has 2 dimensions, not 3"):
        write(tmp_path / name, turned)
    with pytest.raises(InputError, match="would show 0 words"):
        write(tmp_path / name, take_view(scene.vectors, "planted", ()))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.docx", "a.tsv", "a.csv.gz"])
def test_names_that_say_nothing(tmp_path, scene, name):
    with pytest.raises(InputError, match=r"must end in \.csv, "):
        write(tmp_path / name, scene)


def test_without_relations_there_are_words(vectors):
    scene = take_view(vectors, "planted", (), n_words=3)
    assert [point.role for point in points(scene)] == ["word"] * 3
    assert statistics(scene) == []


def test_views_that_do_not_fit_the_vectors(vectors):
    with pytest.raises(UnknownWordError, match="'kingg' is not in the vocabulary"):
        take_view(vectors, "planted", FAMILY_RELATIONS, marked=("kingg",))
    with pytest.raises(InputError, match="No pair of odd has both words"):
        take_view(vectors, "planted", (Relation("odd", (("a", "b"),)),))


def test_other_vectors_are_told(scene):
    other = WordVectors(scene.vectors.vocabulary, scene.vectors.matrix * np.float32(2))
    assert not open_view(scene.view, other).is_same_model


def test_the_most_frequent_pairs_are_drawn(scene):
    few = open_view(replace(scene.view, n_pairs=3), scene.vectors)
    relation = few.known[1]
    drawn = few.drawn(relation)
    rarest = [max(few.vectors.ids(pair)) for pair in relation.pairs]
    assert [max(few.vectors.ids(pair)) for pair in drawn] == sorted(rarest)[:3]
    assert sum(point.relation == relation.name for point in points(few)) == 2 * len(relation.pairs)


def test_provenance_of_others_becomes_json(vectors):
    """A file of others may hold NaN, which is not JSON, and the day it was read changes daily."""
    odd = {"read": "2026-01-01", "loss": float("nan"), "half": "\ud800"}
    told = WordVectors(vectors.vocabulary, vectors.matrix, None, odd)
    scene = take_view(told, "odd", FAMILY_RELATIONS)
    assert scene.provenance["vectors"] == {"loss": "NaN", "half": "\ud800"}


@pytest.mark.parametrize("name", KINDS)
def test_half_a_character_in_the_provenance_is_no_traceback(tmp_path, vectors, name):
    told = WordVectors(vectors.vocabulary, vectors.matrix, None, {"half": "\ud800"})
    assert write(tmp_path / name, take_view(told, "odd", FAMILY_RELATIONS))


# -- maps without relations, letters without a font --


def foreign(words):
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(len(words), 6)).astype(np.float32)
    return WordVectors(Vocabulary(tuple(words)), matrix)


def test_a_neighbour_map_needs_no_relation():
    vectors = foreign([f"w{i}" for i in range(12)])
    scene = take_view(vectors, "mine", (), plane="tsne", n_words=12)
    assert scene.plane.axis_titles == ("t-SNE 1", "t-SNE 2")
    with pytest.raises(InputError, match="plane relation needs pairs"):
        take_view(vectors, "mine", (), plane="relation", n_words=12)


@pytest.mark.parametrize(
    ("words", "named"), [(("中国", "北京"), "CJK"), (("צרפת", "פריז"), "Hebrew"), (("a", "é"), "")]
)
def test_letters_that_cannot_be_drawn_are_named_and_kept_as_text(tmp_path, caplog, words, named):
    vectors = foreign([*words, "x", "y", "z"])
    scene = take_view(vectors, "mine", (), plane="all", n_words=5, marked=words[:1])
    write(tmp_path / "a.svg", scene)
    assert (f">{words[0]}</text>" in (tmp_path / "a.svg").read_text(encoding="utf-8")) == bool(
        named
    )
    caplog.clear()
    write(tmp_path / "a.png", scene)
    assert ("write .svg" in caplog.text) == bool(named)
    assert named in caplog.text


# -- groups of words --

GROUPS = (
    GroupedWords("capitals", ("paris", "london", "nowhere-a")),
    GroupedWords("royals", ("king", "QUEEN")),
)


def grouped_scene(vectors, relations=(), **view):
    return take_view(vectors, "planted", relations, groups=GROUPS, **view)


@pytest.mark.parametrize("relations", [(), FAMILY_RELATIONS[:1]])
def test_words_of_groups_are_points_with_their_group(vectors, relations):
    scene = grouped_scene(vectors, relations, n_words=len(vectors))
    assert scene.grouped.missing == ("nowhere-a",)
    assert dict(scene.grouped.folded).keys() <= {"QUEEN"}
    own = [point for point in points(scene) if point.role == "grouped"]
    assert [(point.word, point.group) for point in own] == [
        ("paris", "capitals"),
        ("london", "capitals"),
        ("king", "royals"),
        ("queen", "royals"),
    ]
    for point in own:
        place = scene.plane.coordinates(scene.vectors.unit([point.word]))[0]
        assert np.allclose([point.x, point.y], place, atol=1e-6)
    groups = {point.word: point.group for point in own}
    assert all(point.group == groups.get(point.word) for point in points(scene))


def test_groups_are_a_column_of_every_table(tmp_path, vectors):
    scene = grouped_scene(vectors)
    for name in ("a.csv", "a.json", "a.parquet", "folder"):
        write(tmp_path / name, scene)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        by_csv = {row["word"]: row["group"] for row in csv.DictReader(file)}
    document = json.loads((tmp_path / "a.json").read_text())
    by_json = {row["word"]: row["group"] for row in document["points"]}
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(tmp_path / "a.parquet")
    by_parquet = dict(zip(*(table[name].to_pylist() for name in ("word", "group")), strict=True))
    expected = {"paris": "capitals", "london": "capitals", "king": "royals", "queen": "royals"}
    assert by_csv == by_json == by_parquet == expected
    (metadata,) = (tmp_path / "folder").glob("*metadata*")
    rows = list(csv.DictReader(metadata.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    assert {row["word"]: row["group"] for row in rows} == expected
    without = take_view(vectors, "planted", (), n_words=3)
    assert "group" not in point_columns(without)


@pytest.mark.parametrize("plane", ["all", "tsne"])
def test_groups_are_families_of_points_on_the_page(vectors, plane):
    scene = grouped_scene(vectors, FAMILY_RELATIONS[:1], plane=plane, n_words=40)
    content = page(scene)
    data = json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', content)[1])
    families = data["overlay"]["families"]
    assert [one["label"].split(" (")[0] for one in families] == [
        "male → female",
        "capitals",
        "royals",
    ]
    named = [[data["words"][a] for a, b in one["pairs"] if a == b] for one in families[1:]]
    assert named == [["paris", "london"], ["king", "queen"]]
    assert all(one["is_points"] for one in families[1:])
    assert len({one["style"] for one in families}) == 3
    assert "groups: capitals, royals" in data["overlay"]["summary"]


@pytest.mark.parametrize("relations", [(), FAMILY_RELATIONS[:1]])
def test_pictures_name_groups_in_their_colours(tmp_path, vectors, relations):
    scene = grouped_scene(vectors, relations)
    write(tmp_path / "a.svg", scene)
    content = (tmp_path / "a.svg").read_text(encoding="utf-8")
    for text in ("capitals", "royals"):
        assert f"<!-- {text} -->" in content, text
    for style, _ in scene.drawn_groups:
        assert LIGHT.colour(style) in content


def test_groups_without_a_known_word_are_refused(vectors):
    with pytest.raises(InputError, match=r"No word of the groups \(nowhere"):
        take_view(vectors, "planted", (), groups=(GroupedWords("a", ("nowhere-a",)),))


def test_small_groups_share_a_style_if_there_are_many():
    vectors = foreign([f"w{i}" for i in range(30)])
    groups = [GroupedWords(f"g{i}", (f"w{i}", f"w{i + 14}")[: 1 + i % 2]) for i in range(14)]
    drawn = take_view(vectors, "mine", (), groups=groups).drawn_groups
    assert [style for style, _ in drawn] == list(range(13))
    assert drawn[-1][1] == GroupedWords("2 smaller groups", ("w10", "w12"))


def test_a_table_of_several_relations_gives_axes_and_colours(tmp_path):
    vectors = foreign([f"w{i}" for i in range(12)])
    path = tmp_path / "pairs.csv"
    rows = [f"w{i},w{i + 1},{'even' if i < 6 else 'odd'}" for i in range(0, 12, 2)]
    path.write_text("source,target,relation\n" + "\n".join(rows))
    relations = read_relations(path)
    scene = take_view(vectors, "mine", relations, plane="relation")
    named = [
        name in title for name, title in zip(("even", "odd"), scene.plane.axis_titles, strict=True)
    ]
    assert all(named)
    first = offsets(vectors, relations[0]).mean(axis=0)
    cosine = scene.plane.axes[0] @ first / np.linalg.norm(first)
    assert abs(cosine - 1) < 1e-5
    write(tmp_path / "a.svg", scene)
    content = (tmp_path / "a.svg").read_text(encoding="utf-8")
    styles = scene.view.style_numbers
    assert len({LIGHT.colour(styles[name]) for name in ("even", "odd")}) == 2
    assert all(LIGHT.colour(styles[name]) in content for name in ("even", "odd"))
