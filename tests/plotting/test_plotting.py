import builtins
import dataclasses
import itertools
import json
import re

import matplotlib
import numpy as np
import pytest
from PIL import Image

from embedviz.errors import InputError
from embedviz.plotting import FRAMES, Frame, classic, draw, panels, save
from embedviz.plotting.key import statistics
from embedviz.plotting.labels import Labels, place
from embedviz.plotting.style import DARK, LIGHT
from embedviz.projection import fit
from embedviz.relations import FAMILIES, Relation, RelationReport, built_in, offsets
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

ODD = ("$x$", "\\frac{1}{2}", "שלום", "مرحبا", "😀", "東京", "a\nb", "<b>", "%d", "x" * 99)


@pytest.fixture
def families():
    return [built_in(name) for name in FAMILIES]


@pytest.fixture
def odd():
    """Words that a picture could trip over, in pairs that share an offset."""
    rng = np.random.default_rng(0)
    sources = rng.normal(size=(len(ODD) // 2, 6))
    matrix = np.stack([sources, sources + rng.normal(size=6)], axis=1).reshape(-1, 6)
    vectors = WordVectors(Vocabulary(ODD), matrix.astype(np.float32))
    return vectors, Relation("$odd_name$-{", tuple(zip(ODD[::2], ODD[1::2], strict=True)))


def written(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def labels_of(figure):
    renderer = figure.canvas.get_renderer()
    return [[text.get_window_extent(renderer) for text in axes.texts] for axes in figure.axes]


def marks_of(axes):
    lines = [line for line in axes.lines if line.get_marker() not in ("None", "none", None)]
    return axes.transData.transform(np.concatenate([line.get_xydata() for line in lines]))


@pytest.mark.parametrize("n_pairs", [4, 12])
def test_no_label_lies_on_another_or_on_a_mark(vectors, families, n_pairs):
    alone = classic(vectors, panels(vectors, families, n_labelled=n_pairs))
    together = draw(vectors, families, fit(vectors, families, "arrows"), n_pairs=n_pairs)
    for figure in (alone, together):
        figure.canvas.draw()
        for axes, boxes in zip(figure.axes, labels_of(figure), strict=True):
            assert len(boxes) > n_pairs  # most found room
            for one, other in itertools.combinations(boxes, 2):
                assert not one.overlaps(other)
            frame = axes.get_window_extent()
            for box in boxes:
                assert frame.x0 <= box.x0 < box.x1 <= frame.x1
                assert frame.y0 <= box.y0 < box.y1 <= frame.y1
                assert not any(box.contains(*mark) for mark in marks_of(axes))


def test_nothing_written_leaves_the_picture(vectors, families):
    figure = classic(vectors, panels(vectors, families))
    figure.canvas.draw()
    whole = figure.bbox
    texts = [
        *figure.texts,
        *(a.xaxis.label for a in figure.axes),
        *(a.yaxis.label for a in figure.axes),
    ]
    for box in (text.get_window_extent() for text in texts):
        assert whole.x0 <= box.x0 < box.x1 <= whole.x1
        assert whole.y0 <= box.y0 < box.y1 <= whole.y1
    for one, other in itertools.combinations([text.get_window_extent() for text in texts], 2):
        assert not one.overlaps(other)


def test_a_picture_is_true(vectors, families):
    (shown,) = panels(vectors, families[:1], n_labelled=5)
    figure = classic(vectors, [shown])
    axes = figure.axes[0]
    first = Relation("first", shown.relations[0].pairs[:5])
    assert set(written(figure)) == set(first.words)
    expected = shown.view.place(vectors, [word for pair in first.pairs for word in pair])
    np.testing.assert_allclose(
        np.concatenate([line.get_xydata() for line in axes.lines[:2]]),
        np.concatenate([expected[::2], expected[1::2]]),
        atol=1e-6,
    )
    (faint,) = axes.collections
    assert len(faint.get_segments()) == len(shown.relations[0].pairs) - 5
    scale = np.diff([axes.get_xlim(), axes.get_ylim()]).ravel() / axes.get_window_extent().size
    assert scale[0] == pytest.approx(scale[1])  # equal aspect
    known = families[0].known_to(vectors)
    kept = shown.view.fidelity(offsets(vectors, known))
    texts = " ".join(text.get_text() for text in figure.texts)
    assert (
        f"retains {100 * kept:.0f}\N{NO-BREAK SPACE}% of the offsets of {len(known.pairs)}" in texts
    )
    assert f"consistency {shown.reports[0].consistency:.2f}" in texts
    assert f"{shown.view.explained_variance[0]:.1%} of variance" in axes.get_xlabel()


def test_labelled_are_the_most_frequent_whether_or_not_they_fit(vectors, families):
    (shown,) = panels(vectors, families[1:2])
    rarer = [max(vectors.ids(pair)) for pair in shown.relations[0].pairs]
    assert rarer == sorted(rarer)
    assert len(rarer) == len(families[1].known_to(vectors).pairs)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_families_differ_by_more_than_colour(theme):
    styles = [theme.family(i) for i in range(12)]
    assert len({(s.dashes, s.marker) for s in styles[:6]}) == 6
    assert len({s.colour for s in styles[:6]}) == 6
    assert len({(s.colour, s.dashes, s.marker) for s in styles}) == 12


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_the_same_picture_is_the_same_bytes(vectors, families, tmp_path, ending):
    for name in ("a", "b"):
        view = fit(vectors, families, "arrows")
        figure = draw(vectors, families, view, dark=True)
        provenance = {"file": "naïve.vec", "steps": ("read",)}
        save(figure, tmp_path / (name + ending), title="x", provenance=provenance)
    content = (tmp_path / f"a{ending}").read_bytes()
    assert content == (tmp_path / f"b{ending}").read_bytes()
    assert json.dumps("naïve.vec")[1:-1].encode() in content.replace(b"\\\\", b"\\")
    assert not re.search(rb"20\d\d-\d\d-\d\d|D:20\d\d", content)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_pdf_has_truetype_fonts_and_the_width_asked_for(vectors, families, tmp_path):
    with matplotlib.rc_context({"pdf.compression": 0}):
        figure = draw(vectors, families, fit(vectors, families, "arrows"), frame=Frame(100))
        save(figure, tmp_path / "a.pdf", title="x")
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(100)
    content = (tmp_path / "a.pdf").read_bytes()
    assert b"/CIDFontType2" in content
    assert b"/Type3" not in content


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_words_of_any_kind_are_drawn_as_they_are(odd, tmp_path, ending):
    vectors, relation = odd
    figure = draw(vectors, [relation], fit(vectors, [relation], "relation"))
    assert {"$x$", "\\frac{1}{2}", "😀", "a↵b"} <= set(written(figure))
    assert max(map(len, written(figure))) == 30
    save(figure, tmp_path / f"odd{ending}", title="$odd$ <&>")
    assert (tmp_path / f"odd{ending}").stat().st_size > 1000


def test_a_slide_has_the_size_of_a_screen_with_title_and_caption(vectors, families, tmp_path):
    frame = dataclasses.replace(FRAMES["slide"], title="A title", caption="caption " * 90)
    shown = panels(vectors, families)
    for name, figure in (
        ("classic", classic(vectors, shown, frame=frame)),
        ("map", draw(vectors, families, fit(vectors, families, "arrows"), frame=frame)),
    ):
        save(figure, tmp_path / f"{name}.png", title="x")
        with Image.open(tmp_path / f"{name}.png") as picture:
            assert picture.size == (1920, 1080)
        texts = [text.get_text() for text in figure.texts]
        assert "A title" in texts and any(text.startswith("caption caption") for text in texts)
        assert any(text.endswith(" …") for text in texts), "four lines at most"
    with pytest.raises(InputError, match="cannot be 20 mm wide"):
        Frame(20)


def test_the_words_behind_and_the_marked_ones_are_drawn(vectors, families):
    view = fit(vectors, families, "arrows")
    plain = draw(vectors, families, view, n_pairs=3)
    figure = draw(vectors, families, view, n_pairs=3, n_words=50, marked=("filler0",))
    assert len(figure.axes[0].collections) == len(plain.axes[0].collections) + 1
    cloud = next(one for one in figure.axes[0].collections if hasattr(one, "get_sizes"))
    assert np.array(cloud.get_offsets()) == pytest.approx(view.place(vectors, vectors.words[:50]))
    assert "filler0" in written(figure) and "filler0" not in written(plain)
    alone = draw(vectors, families, view, n_pairs=3, draws_others=False)
    assert len(alone.axes[0].collections) < len(plain.axes[0].collections)
    assert any("drawn: the 3 most frequent" in text.get_text() for text in alone.texts)


def test_a_matplotlibrc_changes_nothing(vectors, families, tmp_path):
    view = fit(vectors, families, "arrows")
    save(draw(vectors, families, view), tmp_path / "a.png", title="x")
    with matplotlib.rc_context({"font.size": 30, "lines.markersize": 20, "savefig.dpi": 50}):
        save(draw(vectors, families, view), tmp_path / "b.png", title="x")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize(
    ("n_pairs", "said"),
    [
        (1, "consistency needs 2 pairs, p 3, an interval 8"),
        (2, "p needs 3 pairs, an interval 8"),
        (3, "an interval needs 8 pairs"),
    ],
)
def test_few_pairs_have_few_figures(vectors, families, n_pairs, said):
    few = Relation("few", families[2].pairs[:n_pairs])
    (shown,) = panels(vectors, [few])
    texts = [text.get_text() for text in classic(vectors, [shown]).texts]
    assert any(said in text for text in texts)
    assert not any("nan" in text or "None" in text for text in texts)
    assert ("p = " in " ".join(texts)) == (n_pairs == 3)


def test_figures_that_do_not_exist_are_not_made_up():
    report = RelationReport("x", 4, (), None, None, None)
    assert statistics(report, None) == (
        "4 pairs",
        "the offsets have no direction, so there are no statistics",
    )


def test_what_cannot_be_drawn_is_refused(vectors, families, tmp_path, monkeypatch):
    view = fit(vectors, families, "arrows")
    with pytest.raises(InputError, match="has 2 dimensions, not 3"):
        draw(vectors, families, fit(vectors, families, "arrows", n_components=3))
    unknown = Relation("unknown", (("nobody", "knows"),))
    with pytest.raises(InputError, match="No pair of unknown has both words"):
        panels(vectors, [unknown])
    with pytest.raises(InputError, match="No pair has two words"):
        draw(vectors, [unknown], view)
    with pytest.raises(InputError, match="0 pairs cannot be labelled"):
        draw(vectors, families, view, n_pairs=0)
    with pytest.raises(InputError, match=r"must end in \.png, \.svg, \.pdf"):
        save(draw(vectors, families, view), tmp_path / "a.gif", title="x")
    real = builtins.__import__

    def without(name, *rest, **named):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"pip install 'embedviz\[figures\]'"):
        draw(vectors, families, view)
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_room_there_is_no_label():
    size = np.array([[3.0, 1.0]] * 3)
    anchors = np.zeros((3, 2))
    facing = np.array([[1.0, 0.0]] * 3)
    bounds = np.array([[-1.0, -1.0], [4.0, 1.0]])
    found = place(
        Labels(size, anchors, facing),
        marks=anchors,
        radius=0.1,
        beneath=np.empty((0, 2)),
        bounds=bounds,
    )
    assert 1 <= np.isfinite(found[:, 0]).sum() < 3
    assert np.isfinite(found[0]).all()  # the most important one first


def test_commands_draw(run, tmp_path, vectors):
    from embedviz import save as save_vectors

    model = tmp_path / "planted.npy"
    save_vectors(vectors, model)
    path = tmp_path / "classic.svg"
    code, printed, _ = run("figure", model, "--out", path, "--pairs", 3, "--dark")
    assert (code, path.read_bytes()[:5]) == (0, b"<?xml")
    assert "male-female: consistency" in printed
    code, printed, _ = run(
        "figure", model, "--relation", "verb-past", "--out", path, "--json", "--pairs", 3
    )
    (shown,) = json.loads(printed)["panels"]
    assert (code, len(shown["labelled"]), shown["relation"]) == (0, 3, "verb-past")
    assert 0 < shown["fidelity"] <= 1
    two = ["--relation", "verb-past", "--relation", "male-female", "--plane", "relation"]
    code, printed, _ = run("project", model, *two, "--out", tmp_path / "two.png", "--json")
    facts = json.loads(printed)
    assert (code, (tmp_path / "two.png").read_bytes()[1:4]) == (0, b"PNG")
    assert -1 < facts["cosine_of_directions"] < 1
    assert facts["offsets"]["verb-past"][0]["out_of_plane"] > 0
    code, printed, _ = run(
        "project", model, "--plane", "tsne", "--words", 20, "--out", tmp_path / "near.csv"
    )
    assert code == 0
    assert "offsets are not preserved" in printed
    for wrong, sentence in (
        (["figure", model, "--out", "a.gif"], "must end in .png, .svg, .pdf"),
        (["figure", model, "--relation", "nowhere.csv", "--out", "a.png"], "nowhere.csv"),
        (
            ["project", model, "--plane", "som", "--out", "a.png"],
            "relation, pairs, all, tsne, umap",
        ),
        (["project", model, "--dims", 3, "--out", "a.png"], "has 2 dimensions, not 3"),
    ):
        code, _, error = run(*wrong)
        assert code == 2
        assert sentence in error.replace("\n", " ")
