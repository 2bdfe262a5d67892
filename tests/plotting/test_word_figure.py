"""The picture of words in groups."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="pictures are an extra")

from embedviz.errors import InputError
from embedviz.plotting import FRAMES, WordGroup, draw_words, save

RNG = np.random.default_rng(0)
GROUPS = [
    WordGroup("animals", 0, ("cat", "dog", "$x$"), RNG.normal(size=(3, 2))),
    WordGroup("colours", 1, ("red", "blue", "\u05e9\u05dc\u05d5\u05dd"), RNG.normal(size=(3, 2))),
    WordGroup("empty", 2, (), np.empty((0, 2))),
]


def labels(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_visible()]


def test_every_word_is_named_and_every_group_is_in_the_key():
    figure = draw_words(GROUPS, frame=FRAMES["page"])
    assert len(labels(figure)) == 6
    key = [text.get_text() for text in figure.texts]
    assert "animals" in key and "colours" in key and "empty" not in key
    marks = [line for line in figure.axes[0].lines if line.get_marker() != "None"]
    assert (
        len({line.get_marker() for line in marks}) == len({line.get_color() for line in marks}) == 2
    )


def test_no_name_lies_on_another():
    places = np.repeat(RNG.normal(size=(1, 2)), 40, axis=0) + 0.01 * RNG.normal(size=(40, 2))
    words = tuple(f"word{i}" for i in range(40))
    figure = draw_words([WordGroup("many", 0, words, places)])
    figure.canvas.draw()
    boxes = [t.get_window_extent() for t in figure.axes[0].texts if t.get_visible()]
    assert boxes
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[i + 1 :])


def test_axes_have_names_and_go_through_zero():
    figure = draw_words(GROUPS, axis_titles=("man \u2192 woman", "young \u2192 old"))
    axes = figure.axes[0]
    assert axes.get_xlabel() == "man \u2192 woman" and axes.get_ylabel() == "young \u2192 old"
    through = [line for line in axes.lines if line.get_marker() == "None"]
    assert len(through) == 2
    assert not draw_words(GROUPS).axes[0].get_xlabel()


@pytest.mark.parametrize("size", list(FRAMES))
@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_files_are_the_same_again(tmp_path, size, ending):
    content = []
    for number in range(2):
        path = tmp_path / f"{number}.{ending}"
        save(draw_words(GROUPS, frame=FRAMES[size], dark=True), path, title="Words")
        content.append(path.read_bytes())
    assert content[0] == content[1] and len(content[0]) > 3_000


def test_without_a_word_there_is_no_picture():
    with pytest.raises(InputError, match="no word to draw"):
        draw_words([GROUPS[2]])
