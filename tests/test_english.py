"""The English model that ships: found by its name, complete, and what its card rests on."""

import json
import re
import sys
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from statistics import mean, stdev

import numpy as np
import pytest

import embedviz as ev
from benchmarks import english_model
from benchmarks.english import card, gender
from benchmarks.english.gender_words import OCCUPATIONS, TESTS, Lists
from embedviz.checkpoints import checkpoint
from embedviz.checkpoints.checkpoint import Checkpoint
from embedviz.corpora import write_bundled
from embedviz.errors import InputError, ModelError
from embedviz.relations import built_in
from embedviz.support import paths
from embedviz.text import UNKNOWN, Tokenizer, Vocabulary
from embedviz.vectors import WordVectors

PACKED = paths.english_folder()
FILES = {"config.json", "vocabulary.jsonl", "model.safetensors", "README.md"}
shipped = pytest.mark.skipif(
    not (PACKED / "model.safetensors").exists(), reason="the model is not packed yet"
)


def word_only(folder, seed=0, stability=None):
    """Write a model of word vectors alone, in 16 bits, with a planted male-female offset.

    `stability` is the same for every word, in per cent.
    """
    rng = np.random.default_rng(seed)
    pairs = built_in("male-female").pairs[:20]
    females = dict(pairs)
    words = list(dict.fromkeys(word for pair in pairs for word in pair))
    rows = {word: rng.normal(size=16) for word in words}
    offset = rng.normal(size=16)
    for male, female in females.items():
        rows[female] = rows[male] + offset
    matrix = np.array([np.ones(16), *rows.values()], dtype=np.float16)
    model = Checkpoint(
        Tokenizer(),
        Vocabulary((UNKNOWN, *rows), np.arange(len(matrix), 0, -1)),
        {"skip": 1e-4},
        {"finished": True},
        {"embedding": matrix},
    )
    if stability is not None:
        shares = np.full(len(matrix), stability, dtype=np.uint8)
        model = replace(model, tensors={**model.tensors, "stability": shares})
    checkpoint.save(folder, model)
    return folder


@pytest.fixture
def english(tmp_path, monkeypatch):
    """Put a small model in the place of the one that ships; work in an empty folder."""
    packed = word_only(tmp_path / "package" / "english")
    for module in (paths, checkpoint):
        monkeypatch.setattr(module, "bundled_folder", lambda name: packed.parent / name)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return packed


@pytest.fixture
def run(run):
    """Run a command; what it complains of is one line."""

    def run_(*arguments):
        code, printed, errors = run(*arguments)
        return code, printed, re.sub(r"\s+", " ", errors)

    return run_


# -- the name --


def test_16_bits_become_32_with_the_mean_taken_off(english):
    vectors = ev.load("english")
    kept = checkpoint.load(english).tensors["embedding"]
    assert kept.dtype == np.float16
    assert vectors.matrix.dtype == np.float32
    rows = kept[1:].astype(np.float32)
    np.testing.assert_allclose(vectors.matrix, rows - rows.mean(axis=0), atol=1e-6)  # of 41 words
    assert vectors.provenance["model"] == "english"
    assert vectors.analogy("man", "woman", "uncle", n=1)[0].word == "aunt"


def test_the_stability_of_a_word_stands_beside_it(tmp_path, run):
    folder = word_only(tmp_path / "m", stability=84)
    vectors = ev.load(folder)
    assert vectors.stability_of("uncle") == 0.84
    for other in (vectors.whitened(0.25, 30), vectors.top(20)):  # which have other neighbours
        assert other.most_similar(vectors.words[0], 1)[0].stability is None
    code, printed, _ = run("neighbours", folder, "uncle")
    assert code == 0
    assert printed.count("84%") == 11  # ten words and the one that was asked
    document = json.loads(run("neighbours", folder, "uncle", "--json")[1])
    assert document["stability"] == document["answers"][0]["stability"] == 0.84
    plain = word_only(tmp_path / "plain")
    assert ev.load(plain).stability_of("uncle") is None
    assert "stable" not in run("neighbours", plain, "uncle")[1]


def test_a_stability_that_does_not_fit_is_damage(tmp_path):
    folder = word_only(tmp_path / "m")
    saved = checkpoint.load(folder)
    for wrong in (np.zeros(3, dtype=np.uint8), np.zeros(len(saved.vocabulary))):
        checkpoint.save(folder, replace(saved, tensors={**saved.tensors, "stability": wrong}))
        with pytest.raises(ModelError, match="stability"):
            ev.load(folder)


def test_a_folder_of_that_name_is_reached_as_a_path(english, run, caplog):
    own = word_only(Path("english"), seed=1)
    ours = ev.load("english").matrix
    for path in ("./english", "english/", Path("english"), own.resolve()):
        assert not np.array_equal(ev.load(path).matrix, ours)
    assert "the folder here is ./english" in caplog.text
    said = [run("neighbours", named, "uncle", "--json")[1] for named in ("english", "./english")]
    assert said[0] != said[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["analogy", "english", "uncle", "man", "woman", "-n", "1"], "aunt"),
        (["neighbours", "english", "Uncle"], "Uncle"),
        (["relations", "male-female", "--model", "english"], "male-female"),
        (
            ["project", "english", "--relation", "male-female", "--out", "a.csv"],
            "20 arrows in a.csv",
        ),
    ],
)
def test_every_query_takes_the_name(english, run, arguments, says):
    code, printed, err = run(*arguments)
    assert (code, err) == (0, "")
    assert says in printed


@pytest.mark.parametrize("arguments", [["perplexity", "english", "a.txt"], ["sample", "english"]])
def test_word_vectors_alone_neither_measure_nor_write_text(english, run, arguments):
    Path("a.txt").write_text("the king and the queen")
    code, printed, err = run(*arguments)
    assert (code, printed) == (2, "")
    assert "english contains only word vectors" in err
    assert "embedviz train" in err


def test_the_dashboard_opens_it_when_no_model_is_named(english, run, monkeypatch):
    opened = []
    monkeypatch.setattr("embedviz.dashboard.launch", lambda models, **_: opened.extend(models))
    monkeypatch.setattr("embedviz.dashboard.check_address", lambda *_: None)
    assert run("app")[0] == 0
    assert run("app", "./english")[0] == 2  # there is none
    word_only(Path("english"), seed=1)
    assert run("app", "./english", "english")[0] == 0
    assert opened == [english, Path("english"), english]


def test_pages_without_a_model_on_their_command_line_show_it(english, monkeypatch):
    models = pytest.importorskip(
        "embedviz.dashboard.state.models", reason="the dashboard is an extra"
    )
    monkeypatch.setattr(models, "english_folder", lambda: english)
    monkeypatch.setattr(sys, "argv", ["app.py"])
    assert [(model.name, model.path) for model in models.list_server_models()] == [
        ("english", english)
    ]
    word_only(models.DEMO_MODEL)  # what `make run` has trained comes first
    assert [model.name for model in models.list_server_models()] == ["model", "english"]
    monkeypatch.setattr(sys, "argv", ["app.py", "--", "english", "out/model"])
    assert [model.name for model in models.list_server_models()] == ["english", "model"]


@pytest.mark.parametrize("left", [[], ["README.md"], ["config.json", "vocabulary.jsonl"]])
def test_an_installation_without_the_data_says_so(english, run, left):
    for file in english.iterdir():
        if file.name not in left:
            file.unlink()
    with pytest.raises(ModelError, match="english is missing from this installation"):
        ev.load("english")
    code, _, err = run("app")
    assert code == 2
    assert "install embedviz again" in err
    assert err.count("Error") == 1


# -- what ships --


@shipped
def test_what_ships_is_whole_and_small():
    assert {file.name for file in PACKED.iterdir()} == FILES
    assert sum(file.stat().st_size for file in PACKED.iterdir()) <= 20_000_000
    saved = checkpoint.load(PACKED)
    assert {name: tensor.dtype for name, tensor in saved.tensors.items()} == {
        "embedding": np.float16,
        "stability": np.uint8,
    }
    vectors = ev.load("english")
    assert len(vectors) == 50_000
    assert np.isfinite(vectors.matrix).all()
    counts = vectors.vocabulary.counts
    assert (np.diff(counts) <= 0).all() and counts[-1] >= 5
    assert np.linalg.norm(vectors.matrix, axis=1).min() > 0


@shipped
@pytest.mark.parametrize(
    ("a", "b", "c", "answer"),
    [
        ("man", "king", "woman", "queen"),
        ("france", "paris", "japan", "tokyo"),
        ("germany", "berlin", "france", "paris"),
        ("brother", "sister", "son", "daughter"),
        ("walk", "walked", "play", "played"),
    ],
)
def test_what_ships_answers_sure_analogies(a, b, c, answer):
    found = [near.word for near in ev.load("english").analogy(a, b, c, n=3)]
    assert answer in found


@shipped
def test_the_card_is_what_the_figures_say():
    figures = json.loads(english_model.FIGURES.read_text())
    assert (PACKED / "README.md").read_text() == card.card(figures)
    assert figures["n_words"] == 50_000
    assert len(figures["seeds"]) == 3
    assert figures["packed"]["seed"] == 0
    assert checkpoint.load(PACKED).training["seed"] == 0


# -- the card and its figures --


def leaning_vectors(strength):
    """Vectors with a planted gender direction, along which half the occupations lean."""
    rng = np.random.default_rng(0)
    along = np.eye(30)[0]
    rows = {f"w{chr(97 + i // 26 % 26)}{chr(97 + i % 26)}{i // 676 * 'z'}": 0 for i in range(1500)}
    rows = {word: rng.normal(size=30) for word in rows}
    for male, female in built_in("male-female").pairs:
        base = rng.normal(size=30)
        rows[male], rows[female] = base - 2 * along, base + 2 * along
    for i, word in enumerate(OCCUPATIONS):
        rows[word] = rng.normal(size=30) + strength * along * (1 if i % 2 else -1)
    words = list(rows)
    words[200:] = rng.permutation(words[200:]).tolist()  # no occupation is among the most frequent
    return WordVectors(
        Vocabulary(tuple(words)), np.array([rows[word] for word in words], dtype=np.float32)
    )


def test_occupations_that_lean_are_told_from_those_that_do_not():
    found = gender.leaning(leaning_vectors(4.0), n_shuffles=199)
    assert set(list(found.cosines)[:10]) <= set(OCCUPATIONS[1::2])
    assert set(list(found.cosines)[-10:]) <= set(OCCUPATIONS[::2])
    assert all(a >= b for a, b in pairwise(found.cosines.values()))
    assert found.p_value == 1 / 200
    assert found.n_female > 20 and found.n_male > 20
    assert found.mean_absolute > 2 * found.compared_mean_absolute
    assert found.n_compared == 1000
    none = gender.leaning(leaning_vectors(0.0), n_shuffles=199)
    assert none.p_value > 0.05
    assert none.n_female + none.n_male < 12
    assert (none.low, none.high) == pytest.approx((-0.36, 0.36), abs=0.06)  # 1.96 / sqrt(30)


def test_the_occupations_have_no_part_in_the_direction():
    assert len(set(OCCUPATIONS)) == len(OCCUPATIONS) == 60
    assert not set(OCCUPATIONS) & set(built_in("male-female").words)
    vectors = leaning_vectors(1.0)
    drawn = gender.similar_words(vectors, OCCUPATIONS, 1000, np.random.default_rng(0))
    others = {vectors.words[id_] for id_ in drawn}
    assert len(others) == len(drawn) == 1000
    assert not others & {*OCCUPATIONS, *built_in("male-female").words}


def test_words_are_drawn_near_the_frequency_of_those_given():
    vectors = leaning_vectors(1.0)
    word = vectors.words[1000]
    drawn = gender.similar_words(vectors, [word], 100, np.random.default_rng(0))
    assert all(800 <= id_ <= 1270 for id_ in drawn)
    assert len(drawn) == 100


def slow_weat(vectors, lists):
    """Caliskan, Bryson and Narayanan (2017), word by word."""
    s = {
        word: mean(vectors.similarity(word, a) for a in lists.third)
        - mean(vectors.similarity(word, b) for b in lists.fourth)
        for word in lists.first + lists.second
    }
    first, second = ([s[word] for word in words] for words in (lists.first, lists.second))
    effect = (mean(first) - mean(second)) / stdev(s.values())
    given = sum(first) - sum(second)
    whole = sum(s.values())
    others = [2 * sum(part) - whole for part in combinations(s.values(), len(first))]
    return effect, sum(other >= given - 1e-6 for other in others) / len(others)


def test_the_association_test_is_the_papers():
    lists = Lists("a", ("p", "q", "r"), ("s", "t", "u"), ("v", "w"), ("x", "y"))
    words = "pqrstuvwxy"
    for seed in range(5):
        matrix = np.random.default_rng(seed).normal(size=(10, 4)).astype(np.float32)
        vectors = WordVectors(Vocabulary(tuple(words)), matrix)
        found = gender.associate(vectors, lists)
        assert (found.effect_size, found.p_value) == pytest.approx(slow_weat(vectors, lists))
        assert (found.n_known, found.n_words) == (10, 10)


def test_a_planted_association_is_found_and_unknown_words_are_left_out():
    lists = TESTS[1]
    rng = np.random.default_rng(0)
    sides = {1.0: lists.first[:-1] + lists.third, -1.0: lists.second + lists.fourth}
    rows = {
        word: [sign, *rng.normal(size=9) / 6] for sign, words in sides.items() for word in words
    }
    vectors = WordVectors(Vocabulary(tuple(rows)), np.array(list(rows.values()), dtype=np.float32))
    found = gender.associate(vectors, lists)
    assert found.effect_size > 1.8
    assert found.p_value == pytest.approx(1 / 6435)  # of 15 words, 7 on one side
    assert (found.n_known, found.n_words) == (31, 32)
    unknown = gender.associate(vectors, TESTS[0])
    assert unknown.effect_size is None and unknown.p_value is None


def test_vectors_without_the_words_are_refused_in_a_sentence():
    vectors = WordVectors(Vocabulary(("a", "b")), np.eye(2, dtype=np.float32))
    with pytest.raises(InputError, match="knows no male–female pair"):
        gender.leaning(vectors)


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Make a small model by the script, from a part of the bundled corpus."""
    whole = write_bundled(tmp_path / "bundled.txt").read_text()
    works = " ".join(OCCUPATIONS[:20])
    (tmp_path / "factbook.txt").write_text(whole[: len(whole) // 4] + f"\n{works}" * 50)
    (tmp_path / "questions.txt").write_text(
        ": family\nman king woman queen\n: gram\ngo went see saw"
    )
    (tmp_path / "ratings.txt").write_text("king queen 8\nman woman 7\nking paris 1\n")

    def make(*options):
        places = [f"--{name}={tmp_path / name}" for name in ("out", "work", "figures")]
        monkeypatch.setattr(sys, "argv", ["english_model.py", *places, *map(str, options)])
        english_model.main()
        return tmp_path / "out"

    text = tmp_path / "factbook.txt"
    given = [f"--questions={tmp_path / 'questions.txt'}", "--similarity", tmp_path / "ratings.txt"]
    return make, [text, *given, "--seeds=4,5", "--epochs=0.5", "--dims=10", "--max-words=500"]


def test_the_script_trains_measures_packs_and_writes_the_card(made, tmp_path, capsys):
    make, given = made
    out = make(*given)
    assert {file.name for file in out.iterdir()} == FILES
    assert len(ev.load(out)) == 500
    kept = checkpoint.load(out).tensors
    trained = checkpoint.load(tmp_path / "work" / "seed-4").tensors["embedding"]
    assert set(kept) == {"embedding", "stability"}
    assert np.array_equal(kept["embedding"], trained.astype(np.float16))
    seeds = [ev.load(tmp_path / "work" / f"seed-{seed}") for seed in (4, 5)]
    for word in (ev.load(out).words[0], ev.load(out).words[-1]):
        near = [{one.word for one in vectors.most_similar(word, 10)} for vectors in seeds]
        assert ev.load(out).stability_of(word) == pytest.approx(len(near[0] & near[1]) / 10)

    figures = json.loads((tmp_path / "figures").read_text())
    assert [seed["seed"] for seed in figures["seeds"]] == [4, 5]
    written = (out / "README.md").read_text()
    perplexities = [seed["results"]["perplexity"] for seed in figures["seeds"]]
    low, high = sorted(f"{one:,.1f}" for one in perplexities)
    assert f"({low} to {high})" in written
    for said in (
        "CC-BY-SA-4.0",
        "World Factbook",
        "male–female",
        "astronaut",
        "Seeds: 4, 5",
        "| 16 bits",
        "**Stability**",
    ):
        assert said in written
    assert str(tmp_path) not in written + (out / "config.json").read_text()

    (out / "README.md").write_text("older")
    before = (tmp_path / "work" / "seed-5" / "model.safetensors").stat().st_mtime_ns
    make(*given)  # nothing is trained again
    assert (tmp_path / "work" / "seed-5" / "model.safetensors").stat().st_mtime_ns == before
    assert (out / "README.md").read_text() == written
    (out / "README.md").write_text("older")
    make("--only-card")
    assert (out / "README.md").read_text() == written

    with pytest.raises(SystemExit):
        make(*given[:-1], "--max-words=400")
    assert "started with max_words=500, not 400" in capsys.readouterr().err


def test_the_script_refuses_unknown_licences_and_foreign_folders(made, tmp_path, capsys):
    make, given = made
    (tmp_path / "secret.txt").write_text("words")
    with pytest.raises(SystemExit):
        make(tmp_path / "secret.txt", *given[1:])
    assert "The licence of secret.txt is unknown" in capsys.readouterr().err
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(SystemExit):
        make(*given)
    assert "is no model with a card" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()
