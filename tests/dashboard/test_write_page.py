"""The page Write: trees, forced begins, attention and scores of decoders."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytest.importorskip("torch", reason="a recurrent net writes")

from app_pages import HOSTILE, ROOT, WRITE, components, texts
from streamlit.testing.v1 import AppTest

from embedviz.dashboard.sequences import decoder_tree
from embedviz.dashboard.sequences.attention_picture import build_matrix, render_links
from embedviz.dashboard.sequences.tree_layout import BEST, CHOICE, GREEDY, PATH, lay_out
from embedviz.dashboard.sequences.tree_picture import render_tree
from embedviz.dashboard.state import sequence_models
from embedviz.sequences import (
    Search,
    decode_texts,
    log_probabilities,
    open_sequence_model,
    points_of,
    write_tree,
)
from embedviz.support import palette

SENTENCE = "i am very tired today"
SEARCH = Search(beam=5, n_best=5, alpha=0.7)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def phrases():
    return open_sequence_model("phrases")


@pytest.fixture(scope="module")
def describe():
    return open_sequence_model("describe")


@pytest.fixture
def page(open_page):
    """Return a function that opens the page."""
    return partial(open_page, WRITE)


def pictures(at: AppTest) -> list[ET.Element]:
    sent = [json.loads(one) for one in components(at) if '"svg"' in one]
    return [ET.fromstring(one["svg"]) for one in sent]


def picks(svg: ET.Element) -> set[str]:
    return {one.get("data-pick") for one in svg.iter() if one.get("data-pick")}


def likelihood(model, source, text):
    return float(log_probabilities(model, [model.source_ids(source)], [model.target_ids(text)])[0])


def test_the_tree_has_the_greedy_text_the_beam_and_other_words(page, phrases):
    at = page()
    assert not at.exception and not at.error
    ((greedy,),) = decode_texts(phrases, [SENTENCE])
    (beam,) = decode_texts(phrases, [SENTENCE], SEARCH)
    assert f"“**{greedy.text}**”" in texts(at).replace("\\", "")
    table = at.dataframe[0].value
    assert table["text"][:6].tolist() == [greedy.text, *(one.text for one in beam)]
    wanted = [likelihood(phrases, SENTENCE, text) for text in table["text"][:6]]
    assert np.allclose(table["log_p"][:6], wanted, atol=0.01)
    assert table["which"][6] == "before training" and table["per_token"][6] < -5
    (svg,) = pictures(at)
    assert {"je", "je suis", "je suis très", "j'"} <= picks(svg)


def test_a_begin_of_ones_own_is_gone_on_from_and_its_cost_told(page, phrases):
    at = page(write_text_begin="je me")
    tree = write_tree(phrases, SENTENCE, SEARCH, prefix="je me")
    said = texts(at).replace("\\", "")
    assert f"Yours: “**{tree.path.text}**”" in said
    assert f"costs **{tree.cost_of_prefix:.2f} nats**" in said
    yours = at.dataframe[0].value.set_index("which").loc["yours"]
    assert yours["text"] == tree.path.text
    assert yours["log_p"] == pytest.approx(likelihood(phrases, SENTENCE, tree.path.text), abs=0.01)
    at.button(key="write-back").click().run()
    assert "Yours" not in texts(at) and at.text_input(key="write-text-begin").value == ""


def test_another_source_forgets_the_begin(page):
    at = page(write_text_begin="je me")
    at.text_input(key="write-text").set_value("in japan").run()
    assert not at.error and at.text_input(key="write-text-begin").value == ""
    assert "“**au japon**”" in texts(at)


def test_a_point_is_described(page, describe):
    at = page(writer="describe")
    point = points_of(describe, ["king - man + woman"])[0].vector
    tree = write_tree(describe, point, SEARCH)
    said = texts(at).replace("\\", "")
    assert f"“**{tree.greedy.text}**”" in said and f"“**{tree.beam[0].text}**”" in said
    at.button_group(key="write-part").set_value("Attention").run()
    assert not at.error and "has no attention" in at.info[0].value


def test_attention_of_a_program_is_shown_as_links_and_as_a_matrix(page):
    at = page(writer="execute", write_part="Attention")
    assert not at.exception and not at.error
    model = open_sequence_model("execute")
    tree = write_tree(model, "print((12+34))", SEARCH)
    assert len(at.get("vega_lite_chart")) == 1
    (svg,) = pictures(at)
    weights = tree.path.attention[0]
    drawn = [one for one in svg.iter(f"{SVG}path")]
    assert len(drawn) == int((weights >= 0.03).sum())
    at.button_group(key="write-looks").set_value("what was written before").run()
    assert not at.error and "The rest is on the source." in texts(at)


def test_candidates_are_scored_beside_their_controls(page, phrases):
    other = "in japan"
    at = page(
        write_part="Scores",
        write_text_own="il y a deux jours\n ... \nJE suis TRÈS fatigué aujourd'hui\nzxq jours",
        write_text_other=other,
    )
    assert not at.exception and not at.error
    assert "left out: “...”" in at.warning[0].value.replace("\\", "")
    table = at.dataframe[0].value.set_index("text")
    assert list(table.index).count("je suis très fatigué aujourd'hui") == 1
    assert table.loc["zxq jours", "unknown"] == 1
    for text in ("il y a deux jours", "je suis très fatigué aujourd'hui"):
        row = table.loc[text]
        assert row["log_p"] == pytest.approx(likelihood(phrases, SENTENCE, text), abs=0.01)
        assert row["other"] == pytest.approx(likelihood(phrases, other, text), abs=0.01)
        untrained = open_sequence_model("phrases", trained=False)
        assert row["untrained"] == pytest.approx(likelihood(untrained, SENTENCE, text), abs=0.01)
        assert row["adds"] == pytest.approx(row["log_p"] - row["prior"], abs=0.01)
    assert table["adds"]["je suis très fatigué aujourd'hui"] > 20 > table["adds"]["zxq jours"]
    assert table["adds"].is_monotonic_decreasing


def test_points_are_scored_against_a_vector_of_zeros(page, describe):
    at = page(writer="describe", write_part="Scores", write_point="river")
    table = at.dataframe[0].value
    ids = [describe.target_ids(text) for text in table["text"]]
    zero = log_probabilities(describe, [[0]] * len(ids), ids, zero=True)
    assert np.allclose(table["prior"], zero, atol=0.01) and "p(y | 0)" in texts(at)


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ({"write_text_begin": "zebrafish"}, "phrases does not write “zebrafish”"),
        ({"write_text": "zxq"}, "phrases knows no word of 'zxq'"),
        ({"writer": "describe", "write_point": "king -"}, ""),
        ({"writer": "describe", "write_point": "zxqv"}, "zxqv"),
        ({"writer": "execute", "write_program": "while True: pass"}, ""),
        ({"writer": "execute", "write_program_begin": "A\t"}, "does not write “⇥”"),
        ({"write_part": "Scores", "write_text_own": "\n".join(map(str, range(30)))}, "30 cand"),
    ],
)
def test_what_cannot_be_written_is_told_in_a_sentence(page, query, part):
    at = page(**query)
    assert not at.exception
    assert part in at.error[0].value.replace("\\", "")
    assert str(ROOT) not in at.error[0].value.replace("\\", "")


@pytest.mark.parametrize("part", ["Tree", "Attention", "Scores"])
@pytest.mark.parametrize("text", [HOSTILE[0], HOSTILE[2], "the " * 250])
def test_hostile_texts_are_shown_verbatim_or_refused(page, part, text):
    at = page(write_text=text, write_part=part, write_text_own=text, write_text_other=text)
    assert not at.exception and "Traceback" not in texts(at)


def test_without_torch_the_page_says_what_to_install(page, monkeypatch):
    monkeypatch.setattr(sequence_models, "has_torch", lambda: False)
    assert "PyTorch is missing" in texts(page())


@pytest.mark.parametrize("prefix", ["", "noun : the", "verb"])
def test_no_two_words_of_a_tree_share_a_place_and_no_branch_crosses_another(describe, prefix):
    point = points_of(describe, ["king - man + woman"])[0].vector
    tree = write_tree(describe, point, Search(beam=8, n_best=8), prefix=prefix, n_choices=6)
    nodes = lay_out(tree)
    places = {(node.column, node.row): node for node in nodes}
    assert len(places) == len(nodes)
    path = [node for node in nodes if node.row == 0]
    assert [node.word for node in path] == [*tree.path.words, ""]
    assert {node.kind for node in path} == {PATH}
    assert sum(node.is_forced for node in path) == tree.n_forced
    written = {(*text.words, "") for text in (tree.path, tree.greedy, *tree.beam)}
    assert {node.words for node in nodes if node.ends} == written
    for node in nodes:
        if node.parent is None or node.parent.row == node.row:
            continue
        # the bend stands before its own column: no other line may lie in between there
        between = range(min(node.row, node.parent.row) + 1, max(node.row, node.parent.row))
        for row in between:
            other = places.get((node.column, row))
            assert other is None or other.parent is node.parent
    below = {node.words for node in nodes if node.kind == CHOICE}
    assert below.isdisjoint({node.words for node in nodes if node.row <= 0})
    everything = {node.words for node in nodes}
    for step, choices in enumerate(tree.choices):
        assert {(*tree.path.words[:step], one.word) for one in choices} <= everything
    kinds = {node.kind for node in nodes}
    assert (GREEDY in kinds) == (tree.greedy.words != tree.path.words and bool(prefix))
    assert BEST in kinds or tree.beam[0].words == tree.path.words


def test_the_picture_is_valid_markup_whatever_the_words_are(phrases):
    tree = write_tree(phrases, SENTENCE, SEARCH)
    nodes = lay_out(tree)
    for node in nodes:
        if node.kind == CHOICE and node.word:
            node.words = (*node.words[:-1], '<b>"&\x01' + "x" * 60)
    named = dict.fromkeys(["greedy", *(f"beam {n}" for n in range(1, 6))], -1.0)
    svg = ET.fromstring(render_tree(nodes, named, " ".join, palette.LIGHT))
    shown = [one.text for one in svg.iter(f"{SVG}text")]
    assert any(text.startswith('<b>"&') and text.endswith("…") for text in shown)
    assert all(re.fullmatch(r"[\d.]+", svg.get(name)) for name in ("width", "height"))
    wide = float(svg.get("width"))
    for box in svg.iter(f"{SVG}rect"):
        assert float(box.get("x")) >= 0 and float(box.get("x")) + float(box.get("width")) < wide


def test_links_and_matrix_have_the_weights():
    weights = np.array([[0.9, 0.1, 0.0], [0.02, 0.5, 0.48]])
    svg = ET.fromstring(render_links(["a", "<", "c"], ["x", "y"], weights, palette.DARK))
    rows = [one.get("data-row") for one in svg.iter(f"{SVG}path")]
    assert rows == ["0", "0", "1", "1"]
    chart = build_matrix(["a", "<", "c"], ["x", "y"], weights, palette.DARK)
    found = {(one["written"], one["looked at"]): one["weight"] for one in chart["data"]["values"]}
    assert found == {
        ("x", "a"): 0.9,
        ("x", "<"): 0.1,
        ("y", "a"): 0.02,
        ("y", "<"): 0.5,
        ("y", "c"): 0.48,
    }


def test_long_sources_and_candidates_are_said_to_be_cut(page):
    at = page(**{"write-text": "tea " * 70})
    assert re.search(r"Only the first \d+ of 70 words are read", texts(at))
    at = page(**{"write-part": "Scores", "write-text-own": "eau " * 60})
    assert re.search(r"Only the first \d+ of 60 words of “eau .*” are read", texts(at))
    assert "Only the first" not in texts(page())


def test_a_begin_beyond_its_field_is_told_and_left_out(page, monkeypatch):
    callbacks = []
    show = decoder_tree.show_svg

    def show_svg(*args, on_pick, **options):
        callbacks.append(on_pick)
        return show(*args, on_pick=on_pick, **options)

    monkeypatch.setattr(decoder_tree, "show_svg", show_svg)
    assert not page().exception
    for picked, is_taken in (("a" * 401, False), ("a" * 400, True), (3, False)):
        state = {"write-tree": {"picked": picked}}
        monkeypatch.setattr(decoder_tree, "st", SimpleNamespace(session_state=state))
        callbacks[-1]()
        assert ("write-text-begin" in state) == is_taken
        assert ("401 characters" in str(state.get("notices"))) == (picked == "a" * 401)


def test_a_writer_that_is_gone_is_told(page):
    at = page(writer="gone")
    assert any("names the model “gone”" in one.value for one in at.warning)


def test_a_text_that_was_cut_ends_with_an_ellipsis(page):
    (before,) = [t for t in page().dataframe[0].value["text"].tolist()[-1:]]
    untrained = open_sequence_model("phrases", trained=False)
    ((written,),) = decode_texts(untrained, [SENTENCE])
    assert written.is_cut and before.endswith("…")
