"""What objects look like in notebooks: figures and doubts, harmless whatever the words."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hostile_words import hostile_relation, hostile_vectors

from embedviz import Relation, Vocabulary, WordVectors, measure
from embedviz.analogies import answer_question
from embedviz.relations import built_in


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data + " "


def seen(shown):
    return " ".join(Tags(shown._repr_html_()).text.split())


def test_vectors_show_size_words_and_steps(vectors):
    text = seen(vectors.centred())
    assert f"{len(vectors):,} words × {vectors.n_dims} dimensions" in text
    assert f"most frequent {vectors.words[0]} , {vectors.words[1]}" in text
    assert "mean" in text
    stable = WordVectors(
        Vocabulary(("a", "b")), np.eye(2, dtype=np.float32), stability=np.array([40, 60], np.uint8)
    )
    assert "stability 50 % of 10 nearest" in seen(stable)


def test_a_relation_shows_its_first_pairs():
    relation = built_in("male-female")
    text = seen(relation)
    assert text.startswith(f"male-female: {len(relation.pairs)} pairs he → she")
    assert f"and {len(relation.pairs) - 12} more pairs" in text
    assert seen(Relation("two", (("a", "b"),))) == "two: 1 pair a → b"


def test_a_report_shows_verdict_findings_and_controls(vectors):
    report = measure(vectors, built_in("male-female"))
    text = seen(report)
    assert f"male-female: {report.verdict.value}" in text
    for said in ("of the same words shuffled", "nearest to the source alone", "pairing", "answers"):
        assert said in text
    few = seen(measure(vectors, Relation("one", (("king", "queen"),))))
    assert "one: Too few pairs" in few and "–" in few


def test_answers_are_bars_in_order(vectors):
    for found in (
        vectors.analogy("man", "woman", "king"),
        answer_question(vectors, [("man", "woman")], "king"),
        vectors.most_similar("king"),
    ):
        html = found._repr_html_()
        widths = [float(width) for width in re.findall(r";width:([\d.]+)em", html)]
        assert widths == sorted(widths, reverse=True) and widths[0] == 10
        assert seen(found).startswith(f"word score rank {found[0].word} {found[0].score:.3f}")
    assert vectors.most_similar("king") == list(vectors.most_similar("king"))
    assert "no words" in type(found)()._repr_html_()


def test_strangers_words_stay_words():
    vectors, relation = hostile_vectors(), hostile_relation()
    word = relation.pairs[0][0]
    shown = (vectors, relation, measure(vectors, relation), vectors.most_similar(word))
    for one in shown:
        found = Tags(one._repr_html_())
        assert found.tags <= {"div", "table", "tbody", "tr", "td", "th", "span", "bdi"}
        assert found.attributes <= {"style", "class"}
        assert "http" not in one._repr_html_()


@pytest.mark.parametrize("background", ["#ffffff", "#111111"])
def test_the_text_takes_the_colour_of_the_notebook(vectors, background):
    html = vectors.most_similar("king")._repr_html_()
    colours = set(re.findall(r"(?<![\w-])(?:color|background):([^;\"]+)", html))
    assert colours <= {"transparent", "#5b7be0"}  # the bars; text has none of its own
    light = [int("5b7be0"[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    luminance = lambda c: sum(w * v**2.2 for w, v in zip((0.2126, 0.7152, 0.0722), c, strict=True))  # noqa: E731
    behind = [int(background[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    pair = sorted((luminance(light), luminance(behind)))
    assert (pair[1] + 0.05) / (pair[0] + 0.05) > 3  # WCAG, of graphical objects
