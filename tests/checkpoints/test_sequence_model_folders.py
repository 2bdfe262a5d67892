"""Folders of sequence models, version 2: what they hold, and what is told of damaged ones."""

import json
from dataclasses import replace

import numpy as np
import pytest

import embedviz
from embedviz.checkpoints import checkpoint, complete_tensors, embedding_table, open_vectors, tables
from embedviz.checkpoints.tables import LabelSpace
from embedviz.errors import EmbedvizError, InputError, ModelError
from embedviz.support import paths
from embedviz.text import SENTENCE_END, UNKNOWN, Tokenizer, Vocabulary

torch = pytest.importorskip("torch")

from number_words import (  # noqa: E402 - they need torch
    PAIRS,
    number_vectors,
    pair_file,
    settings,
    word_vectors,
    write_numbers,
)

from embedviz.sequences import encode_texts, open_sequence_model  # noqa: E402
from embedviz.text import PairFile, Reading, encode_pairs  # noqa: E402
from embedviz.training import GivenVectors, train_sequence_model  # noqa: E402
from embedviz.training.sequences.state import Tables, start_run  # noqa: E402

SHAPES = ("seq-seq", "seq-vec", "vec-seq")
FILES = {"config.json", "model.safetensors", "target.jsonl", "vocabulary.jsonl"}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Return a function that trains a folder of a shape, once."""
    folder, made = tmp_path_factory.mktemp("numbers"), {}
    pairs = write_numbers(folder)
    embedviz.save(number_vectors(), folder / "labels.npy")
    embedviz.save(word_vectors(), folder / "words.npy")

    def train(shape, *, embedding=False, labels=True, **changed):
        key = f"{shape}{embedding}{labels}{changed}"
        if key not in made:
            made[key] = folder / f"m{len(made)}"
            given = GivenVectors(
                str(folder / "words.npy") if embedding else None,
                str(folder / "labels.npy") if labels and shape != "seq-seq" else None,
            )
            train_sequence_model(
                pair_file(pairs, shape),
                made[key],
                pair_config=PAIRS,
                config=settings(shape, epochs=1.0, **changed),
                given=given,
            )
        return made[key]

    return train


@pytest.fixture(params=SHAPES)
def copied(request, trained, tmp_path):
    """A model of each shape that a test may change."""
    checkpoint.save(tmp_path / "m", checkpoint.load(trained(request.param)))
    return tmp_path / "m"


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_saved_is_loaded(trained, tmp_path, shape):
    saved = checkpoint.load(trained(shape))
    assert {file.name for file in trained(shape).iterdir()} == FILES
    checkpoint.save(tmp_path / "m", saved)
    found = checkpoint.load(tmp_path / "m")
    assert json.loads((tmp_path / "m" / "config.json").read_text())["version"] == 2
    assert found.shape == shape
    assert found.vocabulary.words == saved.vocabulary.words
    assert found.target.words == saved.target.words
    assert found.target.counts.tolist() == saved.target.counts.tolist()
    assert (found.training, found.results) == (saved.training, saved.results)
    assert found.tensors.keys() == saved.tensors.keys()
    for name, tensor in saved.tensors.items():
        assert np.array_equal(found.tensors[name], tensor)
    name, _, _ = found.word_table
    assert set(checkpoint.load(tmp_path / "m", only_words=True).tensors) == {name}


@pytest.mark.parametrize("shape", SHAPES)
def test_special_words_are_where_a_side_is_a_text(trained, shape):
    saved = checkpoint.load(trained(shape))
    if shape == "vec-seq":
        assert saved.vocabulary.words[0].isdigit()
    else:
        assert saved.vocabulary.words[0] == UNKNOWN
    if shape == "seq-vec":
        assert saved.target.words[0].isdigit()
    else:
        assert saved.target.words[:2] == (UNKNOWN, SENTENCE_END)


@pytest.mark.parametrize("shape", SHAPES)
def test_word_vectors_are_those_of_the_source_or_of_the_only_text(trained, shape):
    saved, vectors = checkpoint.load(trained(shape)), embedviz.load(trained(shape))
    if shape == "vec-seq":
        words, table = saved.target.words[2:], saved.tensors["decoder.embedding"][2:]
    else:
        words, table = saved.vocabulary.words[1:], saved.tensors["encoder.embedding"][1:]
    assert vectors.words == words
    assert not {UNKNOWN, SENTENCE_END} & set(vectors.words)
    np.testing.assert_allclose(vectors.matrix, table - table.mean(axis=0), atol=1e-6)
    assert vectors.tokenizer == saved.tokenizer
    assert vectors.provenance["training"]["shape"] == shape
    assert vectors.vocabulary.counts[0] > 0


def test_words_in_the_order_of_given_vectors_have_no_counts(trained):
    """The vocabulary of vectors is in descending frequency, as every command takes it."""
    folder = trained("seq-seq", embedding=True, frozen=True)
    assert (np.diff(checkpoint.load(folder).vocabulary.counts[1:]) > 0).any()
    vectors = embedviz.load(folder)
    assert vectors.words == word_vectors().words and vectors.vocabulary.counts is None


def test_older_programs_are_told_that_the_model_is_newer(copied, monkeypatch):
    monkeypatch.setattr(checkpoint, "VERSION", 1)
    with pytest.raises(ModelError, match=r"newer embedviz \(model version 2, this one reads up"):
        checkpoint.load(copied)


def test_language_models_keep_version_one(tmp_path):
    words = Vocabulary((UNKNOWN, "a", "b"), np.array([1, 2, 1]))
    tensors = {"embedding": np.eye(3, dtype=np.float32)}
    checkpoint.save(tmp_path / "m", checkpoint.Checkpoint(Tokenizer(), words, {}, {}, tensors))
    config = json.loads((tmp_path / "m" / "config.json").read_text())
    assert config.keys() == {"format", "version", "tokenizer", "training", "results"}
    assert config["version"] == 1
    assert checkpoint.load(tmp_path / "m").shape == checkpoint.LANGUAGE_MODEL


def test_a_sequence_model_replaces_a_language_model_and_back(copied, tmp_path):
    words = Vocabulary((UNKNOWN, "a", "b"), np.array([1, 2, 1]))
    tensors = {"embedding": np.eye(3, dtype=np.float32)}
    before = checkpoint.load(copied)
    checkpoint.save(copied, checkpoint.Checkpoint(Tokenizer(), words, {}, {}, tensors))
    assert {file.name for file in copied.iterdir()} == FILES - {"target.jsonl"}
    checkpoint.save(copied, before)
    assert {file.name for file in copied.iterdir()} == FILES


def edit_config(model, **changes):
    path = model / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"shape": "seq-tree"},
        {"shape": None},
        {"shape": ["seq-seq"]},
        {"references": ["english"]},
        {"references": {"encoder.embedding": 3}},
        {"references": {"encoder.embedding": "somewhere/else"}},
        {"references": {"decoder.bias": "english"}},
    ],
    ids=str,
)
def test_a_changed_configuration_is_damage(copied, changes):
    edit_config(copied, **changes)
    with pytest.raises(ModelError, match=r"is damaged in config\.json"):
        checkpoint.load(copied)


def test_a_wrong_shape_is_damage(copied):
    own = checkpoint.load(copied).shape
    for other in {*SHAPES, "language-model"} - {own}:
        edit_config(copied, shape=other)
        with pytest.raises((ModelError, InputError), match=r"damaged|language model"):
            open_sequence_model(copied)


def test_a_model_that_refers_to_itself_is_told(copied):
    edit_config(copied, references={"encoder.embedding": str(copied)})
    with pytest.raises(ModelError, match="which is no bundled model"):
        embedviz.load(copied)


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_cut_and_every_lost_file_is_told(copied, name):
    data = (copied / name).read_bytes()
    for length in range(0, len(data) - 1, max(1, len(data) // 10)):
        (copied / name).write_bytes(data[:length])
        with pytest.raises(ModelError, match="is damaged"):
            open_sequence_model(copied)
    (copied / name).unlink()
    with pytest.raises(ModelError, match=r"is damaged|is not a model"):
        checkpoint.load(copied)


@pytest.mark.parametrize(
    "lines",
    [
        '["a", 1]\n["b", 1]\n',  # without the special words, or two labels of many
        '["<unk>", 1]\n["</s>", 2]\n["a", -3]\n',
        '["<unk>", 1]\n["</s>", 2]\n["a", 1]\n["a", 1]\n',
        '["<unk>", 1]\n["</s>", 2]\n["\\ud800", 1]\n',
        '["<unk>"]\n',
        "{}\n",
        "",
    ],
)
def test_a_changed_target_is_damage(copied, lines):
    (copied / "target.jsonl").write_text(lines)
    with pytest.raises(ModelError, match="is damaged"):
        open_sequence_model(copied)


def test_every_missing_tensor_and_every_other_shape_is_told(copied):
    saved = checkpoint.load(copied)
    optional = {"mean", "composed", "hubness"}
    for name in saved.tensors:
        rest = {one: tensor for one, tensor in saved.tensors.items() if one != name}
        checkpoint.save(copied, replace(saved, tensors=rest))
        if name in optional:
            open_sequence_model(copied)
        else:
            with pytest.raises(ModelError, match=rf"(?s)model\.safetensors.*{name}|'{name}'"):
                open_sequence_model(copied)
        other = np.ones((2, *saved.tensors[name].shape), dtype=np.float32)
        checkpoint.save(copied, replace(saved, tensors=rest | {name: other}))
        with pytest.raises(ModelError, match=rf"model\.safetensors.*{name}"):
            open_sequence_model(copied)


def test_unknown_tensors_and_numbers_that_are_not_finite_are_told(copied):
    saved = checkpoint.load(copied)
    more = {**saved.tensors, "extra": np.ones(2, dtype=np.float32)}
    checkpoint.save(copied, replace(saved, tensors=more))
    with pytest.raises(ModelError, match=r"model\.safetensors: extra is unknown"):
        open_sequence_model(copied)
    for name, tensor in saved.tensors.items():
        if name == "composed":
            continue
        changed = np.array(tensor)
        changed.flat[-1] = np.nan
        checkpoint.save(copied, replace(saved, tensors={**saved.tensors, name: changed}))
        with pytest.raises(ModelError, match=rf"model\.safetensors: {name} .* not finite"):
            open_sequence_model(copied)


@pytest.mark.parametrize(
    "changes",
    [
        {"longest": None},
        {"longest": 0},
        {"longest": "5"},
        {"embedding": 3},
        {"labels": ["a"]},
        {"n_states": 8192},
        {"n_states": 10**9},
        {"n_states": 25},
        {"cell": "cnn"},
        {"cell": "lstm"},
        {"seed": -1},
        {"shape": "seq-tree"},
        None,
    ],
    ids=str,
)
def test_settings_that_the_tensors_do_not_have_are_damage(copied, changes):
    saved = checkpoint.load(copied)
    training = {} if changes is None else {**saved.training, **changes}
    checkpoint.save(copied, replace(saved, training=training))
    with pytest.raises(ModelError, match=r"is damaged .*: train or copy it again"):
        open_sequence_model(copied)


@pytest.mark.parametrize("changes", [{"n_summary": 7}, {"n_dims": 4096}, {"n_out": 3}], ids=str)
def test_sizes_of_both_sides_that_the_tensors_do_not_have_are_damage(trained, tmp_path, changes):
    saved = checkpoint.load(trained("seq-seq"))
    checkpoint.save(tmp_path / "m", replace(saved, training={**saved.training, **changes}))
    with pytest.raises(ModelError, match=r"is damaged .*: train or copy it again"):
        open_sequence_model(tmp_path / "m")


def test_random_bytes_anywhere_never_make_a_traceback(copied):
    rng = np.random.default_rng(0)
    for name in sorted(FILES):
        whole = (copied / name).read_bytes()
        for _ in range(20):
            data = bytearray(whole)
            data[rng.integers(min(len(data), 3_000))] = rng.integers(256)
            (copied / name).write_bytes(data)
            try:
                open_sequence_model(copied)
            except EmbedvizError:
                continue
        (copied / name).write_bytes(whole)


CASES = [
    ("seq-seq", {}),
    ("seq-seq", {"embedding": True}),
    ("seq-seq", {"embedding": True, "frozen": True}),
    ("seq-vec", {}),
    ("seq-vec", {"labels": False}),
    ("vec-seq", {"tied": True}),
]


@pytest.mark.parametrize(("shape", "changed"), CASES)
def test_the_untrained_control_is_the_model_before_training(trained, tmp_path, shape, changed):
    folder = trained(shape, **changed)
    saved = checkpoint.load(folder)
    net = open_sequence_model(folder, trained=False).net
    # a run that begins, with the tables that training made
    given = saved.training
    fixed = word_vectors().words if changed.get("frozen") else None
    labels = number_vectors() if given["labels"] else None
    reading = Reading(
        (shape == "vec-seq", shape == "seq-vec"),
        labels and LabelSpace(labels, shape),
        fixed,
        "here",
    )
    pairs = folder.parent / "numbers.tsv"
    corpus = encode_pairs(pair_file(pairs, shape), PAIRS, tmp_path / "cache", reading=reading)
    side = corpus.source if shape == "vec-seq" else corpus.target
    label_names = side.vocabulary.words
    tables = Tables(
        embedding_table(word_vectors(), corpus.source.vocabulary) if given["embedding"] else None,
        LabelSpace(labels, shape).table(label_names) if labels else None,
    )
    more = {name: value for name, value in changed.items() if name not in ("embedding", "labels")}
    config = settings(shape, n_dims=given["n_dims"], **more)
    expected = start_run(corpus, config, tables).model.state_dict()
    found = net.state_dict()
    assert found.keys() == expected.keys()
    for name in found:
        torch.testing.assert_close(found[name], expected[name], rtol=0, atol=1e-6)
    fixed_ones = {n for n, one in net.named_parameters() if not one.requires_grad}
    changed_ones = [n for n in found if not np.allclose(found[n], saved.tensors[n], atol=1e-6)]
    assert len(changed_ones) > len(found) / 2 and not fixed_ones & set(changed_ones)


@pytest.fixture
def bundled(trained, monkeypatch, tmp_path):
    """Let a small language model stand for the bundled one, here and as a name."""
    vectors = word_vectors()
    words = Vocabulary((UNKNOWN, *vectors.words), np.arange(len(vectors.words) + 1)[::-1] + 1)
    matrix = np.concatenate([np.ones((1, 6), np.float32), vectors.matrix])
    small = tmp_path / "english"
    checkpoint.save(small, checkpoint.Checkpoint(Tokenizer(), words, {}, {}, {"embedding": matrix}))
    original = paths.bundled_folder
    for module in (paths, checkpoint, tables):
        monkeypatch.setattr(
            module, "bundled_folder", lambda name: small if name == "english" else original(name)
        )
    return "english"


def test_references_complete_to_the_same_tensors(bundled, trained, tmp_path):
    assert open_vectors(bundled).words == word_vectors().words
    folder = write_numbers(tmp_path).parent
    # descriptions of words that have vectors
    lines = [f"{a} {b}\t{c}" for a in word_vectors().words for b, c in [("of", a), ("not", "six")]]
    lines += ["six seven\tsix seven", "twenty one\ttwenty_one"]
    (folder / "a.tsv").write_text("\n".join(lines))
    train_sequence_model(
        PairFile(folder / "a.tsv"),
        folder / "whole",
        pair_config=PAIRS,
        config=settings("seq-vec", frozen=True, epochs=1.0),
        given=GivenVectors(bundled, bundled),
    )
    saved = checkpoint.load(folder / "whole")
    left_out = ("encoder.embedding", "vectors")
    rest = {name: tensor for name, tensor in saved.tensors.items() if name not in left_out}
    references = dict.fromkeys((*left_out, checkpoint.VOCABULARY), bundled)
    checkpoint.save(folder / "part", replace(saved, tensors=rest, references=references))
    part = checkpoint.load(folder / "part")
    assert part.references == references and not set(left_out) & set(part.tensors)
    assert not (folder / "part" / "vocabulary.jsonl").exists()
    assert part.vocabulary.words == saved.vocabulary.words
    assert checkpoint.read_shape(folder / "part") == "seq-vec"
    completed = complete_tensors(part)
    assert completed.keys() == saved.tensors.keys()
    for name, tensor in saved.tensors.items():
        assert np.array_equal(completed[name], tensor), name
    texts = ["zebra of six", "a new word of zebra"]
    whole, opened = (open_sequence_model(folder / name) for name in ("whole", "part"))
    assert np.array_equal(encode_texts(whole, texts), encode_texts(opened, texts))
    assert np.array_equal(
        embedviz.load(folder / "part").matrix, embedviz.load(bundled).matrix
    )  # word vectors are those of the other model
