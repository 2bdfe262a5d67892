"""The page Phrases: vectors of phrases and of controls, their relations and translations."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")
pytest.importorskip("torch", reason="a recurrent net reads")

from app_pages import HOSTILE, PHRASES, ROOT, components, texts
from streamlit.testing.v1 import AppTest

from embedviz.checkpoints import open_vectors
from embedviz.corpora import read_phrases
from embedviz.dashboard.pages.phrases import EXAMPLE
from embedviz.dashboard.sequences import typed_phrases
from embedviz.dashboard.state import phrase_vectors, sequence_models
from embedviz.dashboard.state.phrase_vectors import EVERYDAY, MODEL, RELATIONS, SPACES, PhraseSpaces
from embedviz.errors import InputError
from embedviz.relations import Relation, built_in, measure, phrase_relations
from embedviz.sequences import (
    encode_texts,
    log_probabilities,
    open_sequence_model,
    phrase_spaces,
)
from embedviz.support import bundled_folder

OWN = "three weeks ago\nin  the north of sweden\nxyzzy"


@pytest.fixture(scope="module")
def model():
    models = sequence_models.require_sequence_models([sequence_models.TRANSLATES])
    return next(one for one in models if one.name == "phrases")


@pytest.fixture(scope="module")
def opened():
    return open_sequence_model("phrases")


@pytest.fixture
def page(open_page):
    """Return a function that opens the page."""
    return partial(open_page, PHRASES)


def overlay(at: AppTest) -> dict:
    return next(json.loads(one)["overlay"] for one in components(at) if '"overlay"' in one)


def literal_vectors(opened, phrases):
    """Summaries minus the mean of the everyday phrases, as unit vectors."""
    middle = encode_texts(opened, [phrase.text for phrase in read_phrases()]).mean(axis=0)
    rows = encode_texts(opened, phrases) - middle
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_nearest_phrases_stand_beside_those_of_the_controls(page, opened):
    at = page()
    assert not at.exception and not at.error
    everyday = [phrase.text for phrase in read_phrases()]
    assert len(at.dataframe) == 3
    for trained, frame in zip((True, False), at.dataframe, strict=False):
        net = opened if trained else open_sequence_model("phrases", trained=False)
        cosines = literal_vectors(net, everyday) @ literal_vectors(net, [EXAMPLE])[0]
        order = [i for i in np.argsort(-cosines) if everyday[i] != EXAMPLE][:8]
        assert frame.value["phrase"].tolist() == [everyday[i] for i in order]
        assert np.allclose(frame.value["cosine"], cosines[order], atol=2e-3)
    assert "by chance 7.6" in texts(at) and "the controls have" in texts(at)


def test_the_map_has_the_kinds_and_the_chosen_phrase(page):
    at = page(phrase="in japan", phrase_kinds="Countries and regions")
    shown = overlay(at)
    counts = {one["label"]: len(one["pairs"]) for one in shown["families"]}
    kinds = [phrase.kind for phrase in read_phrases()]
    assert counts == {"country": kinds.count("country"), "region": kinds.count("region")}
    assert shown["chosen"]["word"] == "in japan" and len(shown["near"]) == 5
    at.selectbox(key="phrase-kinds").set_value("All phrases").run()
    families = overlay(at)["families"]
    assert sum(len(one["pairs"]) for one in families) == len(kinds) and len(families) == 5


def test_own_phrases_are_encoded_and_marked(page, opened):
    at = page(phrases=OWN, phrase="in the north of sweden", phrase_kinds="Durations and times")
    assert not at.exception and not at.error
    shown = overlay(at)
    yours = next(one for one in shown["families"] if one["label"] == "your phrases")
    assert len(yours["pairs"]) == 2 and shown["chosen"]["word"] == "in the north of sweden"
    assert shown["near"][0]["word"] == "three weeks ago"
    assert "knows: “xyzzy”." in texts(at)
    everyday = [phrase.text for phrase in read_phrases()]
    cosines = (
        literal_vectors(opened, everyday) @ literal_vectors(opened, ["in the north of sweden"])[0]
    )
    nearest = everyday[int(cosines.argmax())]
    assert at.dataframe[0].value["phrase"][0] == nearest
    listed = at.dataframe[3].value.set_index("yours")
    assert list(listed.index) == ["three weeks ago", "in the north of sweden"]
    assert listed.loc["in the north of sweden", "Model"] == nearest


def test_a_click_on_the_map_chooses_a_phrase(page):
    at = page()
    at.session_state["phrase"] = "in japan"  # what the callback of a click sets
    at.run()
    assert "**Nearest to “in japan”**" in texts(at)


@pytest.mark.parametrize("space", SPACES)
def test_the_figures_of_a_relation_are_those_of_the_command_line(model, space):
    wanted = phrase_spaces(
        "phrases", tuple(dict.fromkeys(word for one in phrase_relations() for word in one.words))
    )
    name = dict(zip(SPACES, wanted, strict=True))[space]
    spaces = PhraseSpaces(model, RELATIONS)
    for relation in phrase_relations()[1:3]:
        found, theirs = spaces.measure(space, relation), measure(wanted[name], relation)
        assert found.consistency == pytest.approx(theirs.consistency, abs=1e-4)
        assert found.hit_rate == theirs.hit_rate
        assert found.consistency_interval == pytest.approx(theirs.consistency_interval, abs=1e-3)


def test_a_relation_is_drawn_beside_its_controls(page, model):
    at = page(phrase_part="Pairs", phrase_relation="singular → plural")
    assert not at.exception and not at.error
    table = at.dataframe[0].value
    assert table["vectors"].tolist() == list(SPACES)
    wanted = PhraseSpaces(model, RELATIONS).measure(MODEL, built_in("phrase-singular-plural"))
    assert table["consistency"][0] == pytest.approx(wanted.consistency)
    assert "**above all controls**" in texts(at)
    true = overlay(at)["families"][0]["pairs"]
    assert len(true) == 28
    at.toggle(key="phrase-shuffled").set_value(True).run()
    shuffled = overlay(at)["families"][0]
    assert shuffled["label"] == "singular → plural, shuffled"
    at.selectbox(key="phrase-relation").set_value("man → woman").run()
    assert "**not above** untrained" in texts(at)
    assert "Verdict: **" in texts(at)


def test_own_pairs_are_a_relation_too(page):
    typed = "he goes home | he went home\ni am tired -> i was tired\nnonsense\na | a\nxyzzy | home"
    at = page(phrase_part="Pairs", phrase_pairs=typed)
    assert not at.exception and not at.error
    assert at.selectbox(key="phrase-relation").value == "your pairs"
    assert len(overlay(at)["families"][0]["pairs"]) == 2
    said = at.warning[0].value.replace("\\", "")
    assert "Line 3: “nonsense”" in said and "Line 4" in said and "Line 1" not in said
    assert "too few for an interval" in texts(at) and "“xyzzy”" in texts(at)
    at.text_area(key="phrase-pairs").set_value("").run()
    assert not at.error and at.selectbox(key="phrase-relation").value == "present → past"


def test_all_relations_are_listed_in_all_spaces(page):
    at = page(phrase_part="Pairs", phrase_all_relations="true")
    table = at.dataframe[1].value
    assert len(table) == 6 * 3 and set(table["vectors"]) == set(SPACES)


def test_a_phrase_is_translated_and_scored(page, opened):
    at = page(
        phrase_part="Translate and score", phrase="two days ago", phrase_targets="il y a deux jours"
    )
    assert not at.exception and not at.error
    assert "“**y a deux jours**”" in texts(at)
    scores = at.dataframe[1].value.set_index("what")
    own = float(
        log_probabilities(
            opened,
            [opened.source_ids("two days ago")],
            [opened.target_ids("il y a deux jours")],
        )[0]
    )
    assert scores.loc["yours", "log_p"] == pytest.approx(own, abs=0.01)
    assert sorted(scores.loc["shuffled words", "text"].split()) == ["a", "deux", "il", "jours", "y"]
    assert scores.loc["shuffled words", "log_p"] < own - 10
    assert scores.loc["other source", "adds"] < 0 < scores.loc["yours", "adds"]
    assert scores.loc["other source", "other"] > -2


def test_a_model_that_finds_words_is_offered_too(page):
    at = page(encoder="reverse-dictionary")
    assert not at.exception and not at.error and len(at.dataframe) == 3
    at.button_group(key="phrase-part").set_value("Translate and score").run()
    assert "writes no texts" in at.info[0].value


@pytest.mark.parametrize("ending", [".npz", ".parquet", ".csv"])
def test_the_vectors_are_a_file_that_every_command_reads(model, tmp_path, ending):
    own = ("in the north of sweden",)
    vectors = PhraseSpaces(model, EVERYDAY, own).vectors()
    file = tmp_path / f"phrases{ending}"
    file.write_bytes(phrase_vectors.as_file(model.key, own, ending, vectors))
    read = open_vectors(file)
    assert read.words == vectors.words and read.words[-1] == own[0]
    assert np.allclose(read.matrix, vectors.matrix, atol=1e-5)


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ({"phrases": "\n".join(f"phrase {n}" for n in range(51))}, "51 phrases are more than 50"),
        ({"phrases": "x" * 300}, "300 characters"),
        ({"phrase_part": "Pairs", "phrase_pairs": "zxq | zxv"}, "can read no pair of these"),
        ({"phrase_part": "Translate and score", "phrase": "zxq"}, "phrases knows no word of 'zxq'"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(page, query, part):
    at = page(**query)
    assert not at.exception
    assert part in at.error[0].value.replace("\\", "")
    assert str(ROOT) not in at.error[0].value.replace("\\", "")


def test_an_unknown_phrase_is_told_and_the_map_stays(page):
    at = page(phrase="zxq")
    assert "knows no word of “zxq”" in at.warning[0].value and overlay(at)["families"]


@pytest.mark.parametrize("part", ["Map and neighbours", "Pairs", "Translate and score"])
def test_hostile_texts_are_shown_verbatim_or_refused(page, part):
    lines = "\n".join(text[:150] for text in HOSTILE)
    query = {"phrases": lines, "phrase_pairs": lines.replace("\n", " | a\n")}
    at = page(phrase_part=part, phrase=HOSTILE[0], phrase_targets=lines, **query)
    assert not at.exception and "Traceback" not in texts(at)


def test_without_torch_the_page_says_what_to_install(page, monkeypatch):
    monkeypatch.setattr(sequence_models, "has_torch", lambda: False)
    assert "PyTorch is missing" in texts(page())


def test_too_few_readable_phrases_are_refused(model, monkeypatch):
    monkeypatch.setattr(phrase_vectors, "read_phrases", lambda: ())
    st_key = f"{model.key}-none"
    other = sequence_models.ServerSequenceModel(model.name, model.path, st_key, model.task)
    with pytest.raises(InputError, match="can read 1 of these phrases: give at least 3"):
        PhraseSpaces(other, own=("in japan", "zxq")).vectors()
    assert len(PhraseSpaces(other, own=("in japan", "in spain", "two days ago")).vectors()) == 3


def test_typed_pairs_are_read_line_by_line():
    relation, bad = typed_phrases.read_phrase_pairs("a b|c d\n\nx → y\na b | c d\nq\na | b | c")
    assert relation == Relation("your pairs", (("a b", "c d"), ("x", "y"))) and bad == (5, 6)
    assert typed_phrases.read_phrase_pairs(" \n")[0] is None
    with pytest.raises(InputError, match="101 pairs"):
        typed_phrases.read_phrase_pairs("\n".join(f"a {n} | b" for n in range(101)))


def test_the_bundled_model_is_the_one_offered(model):
    assert model.path == bundled_folder("phrases").resolve()
