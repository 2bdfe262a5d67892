import itertools
import json

import numpy as np
import pytest

from embedviz.corpora import Phrase, read_phrases
from embedviz.errors import InputError
from embedviz.plotting import draw_phrases, phrase_map, save
from embedviz.plotting.phrase_key import kind_styles
from embedviz.plotting.style import DARK, LIGHT
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors

EVERY = read_phrases()
ZOOMS = ["Durations and times", "Countries and regions", "Syntax"]


def means_of_random_words(phrases, seed=0, n_dims=20):
    rng = np.random.default_rng(seed)
    words = {word: rng.normal(size=n_dims) for p in phrases for word in p.text.split()}
    rows = [np.mean([words[word] for word in p.text.split()], axis=0) for p in phrases]
    return labelled(phrases, np.array(rows) + 3)  # far from the origin, to be centred


def recurrent_net(phrases, seed=0, n_dims=20):
    """An untrained encoder: h = tanh(x + U h), whose last state stands for the phrase."""
    rng = np.random.default_rng(seed)
    words = {word: rng.normal(size=n_dims) for p in phrases for word in p.text.split()}
    recurrent = rng.normal(size=(n_dims, n_dims)) / np.sqrt(n_dims)
    rows = []
    for phrase in phrases:
        state = np.zeros(n_dims)
        for word in phrase.text.split():
            state = np.tanh(words[word] + recurrent @ state)
        rows.append(state)
    return labelled(phrases, np.array(rows))


def labelled(phrases, rows):
    return WordVectors(Vocabulary(tuple(p.text for p in phrases)), rows.astype(np.float32))


@pytest.fixture(scope="module")
def shown():
    controls = {"untrained": recurrent_net(EVERY)}
    return phrase_map(means_of_random_words(EVERY), EVERY, controls, plane="pca")


def boxes_of(axes):
    return [text.get_window_extent() for text in axes.texts]


def marks_of(axes):
    lines = [line for line in axes.lines if line.get_marker() not in ("None", "none", None)]
    return axes.transData.transform(np.concatenate([line.get_xydata() for line in lines]))


@pytest.mark.parametrize(("width", "dark"), [(180, False), (85, True)])
def test_nothing_written_overlaps_or_leaves_the_picture(shown, width, dark):
    figure = draw_phrases(shown, width_mm=width, dark=dark)
    figure.canvas.draw()
    assert figure.get_size_inches()[0] * 25.4 == pytest.approx(width)
    plots, rest = figure.axes[:4], figure.axes[4:]
    for axes in plots:
        assert len(axes.texts) > (3 if axes is plots[0] else 12)  # most found room
        frame = axes.get_window_extent()
        for box in boxes_of(axes):
            assert frame.x0 <= box.x0 < box.x1 <= frame.x1
            assert frame.y0 <= box.y0 < box.y1 <= frame.y1
            assert not any(box.contains(*mark) for mark in marks_of(axes))
    written = [text.get_window_extent() for text in figure.texts]
    written += [box for axes in figure.axes for box in boxes_of(axes)]
    for box in written:
        assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1
    for one, other in itertools.combinations(written, 2):
        assert not one.overlaps(other)
    # the keys stand below the plots, outside their frames
    bottom = min(axes.get_window_extent().y0 for axes in plots)
    assert all(box.y1 < bottom for axes in rest for box in boxes_of(axes))


def test_no_line_to_a_label_of_a_zoom_crosses_another(shown):
    for axes in draw_phrases(shown).axes[1:4]:
        leaders = [line for line in axes.lines if line.get_marker() in ("None", "none", None)]
        for line in leaders:
            begin, end = axes.transData.transform(line.get_xydata())
            points = begin + np.linspace(0, 1, 99)[:, np.newaxis] * (end - begin)
            touched = [box for box in boxes_of(axes) if any(box.contains(*p) for p in points)]
            assert len(touched) <= 1  # its own


def test_a_picture_is_true(shown):
    figure = draw_phrases(shown)
    assert [plot.title for plot in shown.zooms] == ZOOMS
    for axes, plot in zip(figure.axes, (shown.whole, *shown.zooms), strict=False):
        drawn = axes.transData.inverted().transform(marks_of(axes))
        np.testing.assert_allclose(
            np.sort(drawn, axis=0), np.sort(plot.coordinates, axis=0), atol=1e-6
        )
        scale = np.diff([axes.get_xlim(), axes.get_ylim()]).ravel() / axes.get_window_extent().size
        assert scale[0] == pytest.approx(scale[1])  # equal aspect
    for axes, plot in zip(figure.axes[1:], shown.zooms, strict=False):
        assert {text.get_text() for text in axes.texts} <= {p.text for p in plot.phrases}
    assert {text.get_text() for text in figure.axes[0].texts} <= {p.kind for p in EVERY}
    titles = " ".join(text.get_text() for text in figure.texts)
    for plot in (shown.whole, *shown.zooms):
        note = f"{len(plot.phrases)} phrases; principal plane"
        assert note in titles
        assert f"trustworthiness {plot.trustworthiness:.2f}" in titles
    keys = [text.get_text() for axes in figure.axes[4:] for text in axes.texts]
    for one in shown.same_kind:
        assert {one.name, f"{one.space:.2f}", f"{one.plot:.2f}"} <= set(keys)
    assert f"{shown.chance:.2f}" in keys
    assert "by chance" in keys


def test_shares_are_those_of_a_literal_count(shown):
    """A mean of word vectors, a control, and the mean of the phrases subtracted from both."""
    for one, model in zip(
        shown.same_kind, (means_of_random_words(EVERY), recurrent_net(EVERY)), strict=True
    ):
        rows = model.matrix - model.matrix.mean(axis=0)
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        hits = []
        for i, row in enumerate(rows):
            nearest = sorted((-(row @ other), j) for j, other in enumerate(rows) if j != i)[:5]
            hits += [EVERY[j].kind == EVERY[i].kind for _, j in nearest]
        assert one.space == pytest.approx(np.mean(hits), abs=2e-3)
    assert 0.05 < shown.chance < 0.1 < shown.same_kind[1].space
    assert json.loads(json.dumps(shown.facts))["same_kind_by_chance"] == round(shown.chance, 4)


def test_vectors_without_kinds_are_at_the_level_of_chance():
    noise = labelled(EVERY, np.random.default_rng(0).normal(size=(len(EVERY), 20)))
    found = phrase_map(noise, EVERY, {}, plane="pca")
    (one,) = found.same_kind
    assert one.space == pytest.approx(found.chance, abs=0.03)
    assert one.plot == pytest.approx(found.chance, abs=0.03)


def test_a_neighbour_map_keeps_more_neighbours(shown):
    some = [phrase for phrase in EVERY if phrase.kind in ("duration", "country", "question")]
    model = means_of_random_words(EVERY)
    flat, near = (phrase_map(model, some, {}, plane=plane) for plane in ("pca", "tsne"))
    assert near.whole.trustworthiness > flat.whole.trustworthiness
    assert near.same_kind[0].plot > flat.same_kind[0].plot
    assert "t-SNE keeps neighbours, not larger distances." in near.notes
    # along the plot, and centred
    spread = near.whole.coordinates.std(axis=0)
    assert spread[0] >= spread[1]
    np.testing.assert_allclose(near.whole.coordinates.mean(axis=0), 0, atol=1e-3)
    again = phrase_map(model, some, {}, plane="tsne")
    np.testing.assert_array_equal(again.whole.coordinates, near.whole.coordinates)


def test_phrases_that_a_model_lacks_are_left_out_and_said():
    lacking = EVERY[:5]
    control = recurrent_net(EVERY[5:])
    twice = [*EVERY, *EVERY[:9]]
    found = phrase_map(means_of_random_words(EVERY), twice, {"untrained": control}, plane="pca")
    assert found.left_out == lacking
    assert [phrase.text for phrase in found.whole.phrases] == [p.text for p in EVERY[5:]]
    assert "Left out: 5 phrases without vectors in a model." in found.notes


def test_own_phrases_have_no_zooms_but_a_style_each():
    own = [Phrase(f"{kind} number {i}", kind) for kind in map(str, range(20)) for i in range(4)]
    model = labelled(own, np.random.default_rng(0).normal(size=(80, 5)))
    found = phrase_map(model, own, {}, plane="pca")
    assert found.zooms == ()
    figure = draw_phrases(found, width_mm=90)
    assert {str(i) for i in range(20)} <= {text.get_text() for text in figure.axes[1].texts}
    kinds = [*dict.fromkeys(p.kind for p in EVERY), *map(str, range(18))]
    for theme in (LIGHT, DARK):
        assert len(set(kind_styles(kinds, theme).values())) == len(kinds)


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_the_same_phrases_are_the_same_bytes(shown, tmp_path, ending):
    for name in ("a", "b"):
        save(draw_phrases(shown), tmp_path / (name + ending), title="Phrases")
    assert (tmp_path / f"a{ending}").read_bytes() == (tmp_path / f"b{ending}").read_bytes()


def test_what_cannot_be_drawn_is_refused():
    model = means_of_random_words(EVERY)
    with pytest.raises(InputError, match=r"plane 'som' is not known: use one of pca, tsne, umap"):
        phrase_map(model, EVERY, {}, plane="som")
    with pytest.raises(InputError, match=r"29 of 718 phrases .* in all of this model, none: give"):
        phrase_map(model, EVERY, {"none": recurrent_net(EVERY[:29])})
