"""The sequence models that ship: their size, their cards, and what a user sees first."""

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest

import embedviz
from benchmarks.sequences import (
    describe_card,
    execute_card,
    phrase_card,
    reverse_card,
    scene_card,
)
from embedviz.cli import main
from embedviz.corpora import (
    EXAMPLE_PROGRAMS,
    ScenePairs,
    draw_program,
    grade_caption,
    parse_program,
)
from embedviz.relations import built_in, measure
from embedviz.sequences import (
    Point,
    caption_pictures,
    decode_texts,
    describe_points,
    execute_programs,
    find_words,
    label_texts,
    make_pair_set,
    open_sequence_model,
    points_of,
    score_pairs,
)
from embedviz.settings import SceneConfig
from embedviz.support import (
    DESCRIBE,
    EXECUTE,
    PHRASES,
    REVERSE_DICTIONARY,
    SCENES,
    bundled_folder,
)
from embedviz.text import TextPair

FIGURES = Path(__file__).parents[1] / "benchmarks" / "figures"


@pytest.fixture(scope="module")
def phrases():
    return open_sequence_model(PHRASES)


@pytest.fixture(scope="module")
def dictionary():
    return open_sequence_model(REVERSE_DICTIONARY)


@pytest.mark.parametrize(
    ("name", "most", "figures", "card"),
    [
        (PHRASES, 6_000_000, "phrase_model", phrase_card.card),
        (REVERSE_DICTIONARY, 4_000_000, "reverse_dictionary", reverse_card.card),
        (EXECUTE, 1_000_000, "execute_model", execute_card.card),
        (DESCRIBE, 4_000_000, "describe_model", describe_card.card),
        (SCENES, 2_000_000, "scenes_model", scene_card.card),
    ],
)
def test_a_model_is_small_and_its_card_is_of_its_figures(name, most, figures, card):
    folder = bundled_folder(name)
    files = [file for file in folder.iterdir() if file.name != "README.md"]
    assert sum(file.stat().st_size for file in files) <= most
    found = json.loads((FIGURES / f"{figures}.json").read_text(encoding="utf-8"))
    assert (folder / "README.md").read_text(encoding="utf-8") == card(found)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert config["results"] == found["results"]


def test_a_sentence_is_translated(phrases):
    ((found,),) = decode_texts(phrases, ["where is my book ?"])
    assert found.text == "où est mon livre ?"


def test_the_right_translation_is_likelier_than_other_orders_and_other_sentences(phrases):
    right, wrong = "il est très fatigué", "fatigué il très est"
    pairs = [("he is very tired", text) for text in (right, wrong, "je veux du café")]
    _, scored = score(phrases, pairs)
    assert scored[0] == max(scored)


def score(model, pairs):
    made = make_pair_set(model, [TextPair(*pair) for pair in pairs], "here")
    return made, score_pairs(model, made).log_probability.tolist()


def test_present_and_past_differ_more_consistently_than_before_training(phrases):
    relation = built_in("phrase-present-past")
    untrained = open_sequence_model(PHRASES, trained=False)
    trained, before = (
        measure(label_texts(model, relation.words), relation) for model in (phrases, untrained)
    )
    assert trained.consistency > before.consistency
    assert trained.consistency > trained.shuffled_consistency + 0.3
    assert trained.p_value <= 0.001


def test_neighbours_of_a_phrase_are_phrases_of_its_kind(phrases):
    texts = [
        "two days ago",
        "three weeks ago",
        "a year ago",
        "in japan",
        "my father",
        "he can swim",
    ]
    near = label_texts(phrases, texts).most_similar("two days ago", 2)
    assert {one.word for one in near} == {"three weeks ago", "a year ago"}


@pytest.mark.parametrize(
    ("description", "word"),
    [
        ("a person who flies an aircraft", "pilot"),
        ("someone who writes novels", "novelist"),
        ("a feeling of great happiness", "joy"),
    ],
)
def test_a_description_finds_its_word(dictionary, description, word):
    assert word in [found.word for found in find_words(dictionary, description, 10).words]


def test_the_words_are_those_of_the_english_model(dictionary):
    english = embedviz.load("english")
    assert dictionary.source.words[1:] == english.words
    assert np.array_equal(embedviz.load(REVERSE_DICTIONARY).matrix, english.matrix)
    assert set(dictionary.target.words) < set(english.words)


def test_the_commands_take_the_names(capsys):
    run("find", "the wife of a king", "--top", "3", "--json")
    document = json.loads(capsys.readouterr().out)
    assert len(document["words"]) == 3 and document["by_mean"]
    run("neighbours", PHRASES, "dog", "--top", "5")
    assert "dogs" in capsys.readouterr().out


def run(*arguments):
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    assert left.value.code == 0


def test_programs_are_executed():
    model = open_sequence_model(EXECUTE)
    for one in execute_programs(model, [parse_program(text) for text in EXAMPLE_PROGRAMS.values()]):
        assert one.trace == one.true_trace and one.is_right
    rng = Random(2)
    programs = [draw_program(rng, 4, 3, held_out=True)[0] for _ in range(40)]
    assert sum(one.is_right for one in execute_programs(model, programs)) >= 38
    untrained = open_sequence_model(EXECUTE, trained=False)
    assert not any(one.is_right for one in execute_programs(untrained, programs[:3], longest=200))


def test_points_are_put_into_words(capsys):
    model = open_sequence_model(DESCRIBE)
    asked = ["king - man + woman", "violin", "quickly"]
    queen, violin, quickly = describe_points(model, points_of(model, asked))
    assert {"female", "woman", "wife", "queen", "sovereign"} & set(queen.texts[0].words)
    assert violin.texts[0].text.startswith("noun: ") and "violin" not in violin.texts[0].words
    assert quickly.texts[0].text.startswith("adverb: ")
    for one in (queen, violin, quickly):
        assert one.about.log_ratios[0] > 3 and not one.about.is_far
    rng = np.random.default_rng(0)
    far = [Point("", row.astype(np.float32)) for row in rng.normal(size=(12, 80))]
    assert sum(one.about.is_far for one in describe_points(model, far)) >= 9
    run("describe", "english", "violin", "--json")
    (point,) = json.loads(capsys.readouterr().out)["points"]
    assert point["texts"][0]["text"] == violin.texts[0].text


def test_scenes_are_put_into_words():
    n = 100
    pairs = ScenePairs(SceneConfig(n_scenes=n), 5, stream="test")
    scenes, pictures = list(pairs.scenes()), list(pairs.pictures([str(i) for i in range(n)], 64))

    def n_right(model):
        found = caption_pictures(model, pictures)
        return sum(
            grade_caption(scene, one.texts[0].text) == 0
            for scene, one in zip(scenes, found, strict=True)
        )

    assert n_right(open_sequence_model(SCENES, of_pictures=True)) >= 85
    assert n_right(open_sequence_model(SCENES, of_pictures=True, trained=False)) == 0
