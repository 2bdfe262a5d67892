"""Training on pairs: what each shape learns, and what a run does besides."""

import json
import math

import numpy as np
import pytest
import torch
from number_words import (
    OTHER_UNITS,
    PAIRS,
    number_vectors,
    numbers,
    pair_file,
    settings,
    word_vectors,
    write_numbers,
)

import embedviz
from embedviz.checkpoints import checkpoint, embedding_table
from embedviz.errors import InputError
from embedviz.sequences import open_sequence_model
from embedviz.text import PairConfig, PairFile, encode_pairs, order_batches, take_batch
from embedviz.training import Callbacks, GivenVectors, train_sequence_model
from embedviz.training.sequences import step
from embedviz.training.sequences import task as sequence_task
from embedviz.training.sequences.measurement import measure_perplexity
from embedviz.training.sequences.state import Tables, start_run

WELL = {"epochs": 8.0, "n_pairs": 16}
BARELY = {"epochs": 1e-6, "rate": 1e-12}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with pairs, vectors of labels and vectors of words."""
    made = tmp_path_factory.mktemp("numbers")
    write_numbers(made)
    embedviz.save(number_vectors(), made / "labels.npy")
    embedviz.save(word_vectors(), made / "words.npy")
    return made


def train(folder, out, shape="seq-seq", *, embedding=None, labels=None, callbacks=None, **changed):
    has_labels = shape != "seq-seq" if labels is None else labels
    return train_sequence_model(
        pair_file(folder / "numbers.tsv", shape),
        out,
        pair_config=PAIRS,
        config=settings(shape, **changed),
        given=GivenVectors(
            str(folder / f"{embedding}.npy") if embedding else None,
            str(folder / "labels.npy") if has_labels else None,
        ),
        callbacks=callbacks,
    )


def tensors(folder):
    return checkpoint.load(folder).tensors


@pytest.mark.parametrize(
    ("shape", "changed"),
    [
        ("seq-seq", {}),
        ("seq-seq", {"cost": "full", "cell": "gru", "tied": True}),
        ("seq-seq", {"cell": "lstm", "n_heads": 2, "bidirectional": True}),
        ("seq-vec", {}),
        ("seq-vec", {"cost": "full"}),
        ("vec-seq", {}),
    ],
    ids=lambda one: one if isinstance(one, str) else "-".join(map(str, one.values())),
)
def test_every_shape_learns_what_it_has_not_seen(folder, tmp_path, shape, changed):
    untrained = train(folder, tmp_path / "m", shape, **changed | BARELY)["perplexity"]
    results = train(folder, tmp_path / "m", shape, **changed | WELL)
    assert results["perplexity"] < 4 < untrained / 4
    assert results["n_held_out_pairs"] == 21 and results["n_train_pairs"] == 195


def test_the_source_is_what_the_perplexity_comes_from(tmp_path):
    """With the targets in another order only their own patterns can be learned."""
    found = []
    for shuffled in (False, True):
        lines = write_numbers(tmp_path).read_text().splitlines()[1:]
        _, sources, targets = zip(*(line.split("\t") for line in lines), strict=True)
        if shuffled:
            targets = np.random.default_rng(0).permutation(targets)
        pairs = (f"{a}\t{b}\n" for a, b in zip(sources, targets, strict=True))
        (tmp_path / "a.tsv").write_text("".join(pairs))
        results = train_sequence_model(
            PairFile(tmp_path / "a.tsv"),
            tmp_path / "m",
            pair_config=PAIRS,
            config=settings(**WELL | {"epochs": 20.0, "cost": "full"}),
        )
        found.append(results["perplexity"])
    assert found[0] < found[1] / 2


def test_labels_without_vectors_are_learned_from_several_texts(tmp_path):
    rng, lines = np.random.default_rng(0), []
    for i in [*range(12)] * 15:
        words = rng.permutation(["w", f"a{i}", f"b{i}", f"c{rng.integers(9)}"])
        lines.append(f"{' '.join(words)}\tlabel {i}")
    (tmp_path / "a.tsv").write_text("\n".join(lines))
    results = train_sequence_model(
        PairFile(tmp_path / "a.tsv"),
        tmp_path / "m",
        pair_config=PAIRS,
        config=settings("seq-vec", **WELL),
    )
    assert results["n_target"] == 12
    assert results["perplexity"] < 2


@pytest.mark.parametrize(
    ("n_steps", "warm_up", "taken"),
    [(14, 200, 1.4), (2_100, 200, 200), (2_100, 300, 210), (14, 0, 0)],
)
def test_a_warm_up_is_at_most_a_tenth_of_the_run(folder, tmp_path, n_steps, warm_up, taken):
    pairs = encode_pairs(pair_file(folder / "numbers.tsv", "seq-seq"), PAIRS, tmp_path)
    run = start_run(pairs, settings(warm_up=warm_up, epochs=n_steps / 7))  # batches an epoch
    assert run.warm_up == pytest.approx(taken)
    batches = order_batches(pairs, pairs.train, n_pairs=32, seed=(0, 1))
    assert len(batches) == 7
    step.learn(run, take_batch(pairs, batches[0]), 1.0)
    expected = run.config.rate / max(1, taken)
    assert run.groups[0]["lr"] == pytest.approx(expected)


def test_the_same_seed_gives_the_same_weights_and_another_one_others(folder, tmp_path):
    changed = {"dropout": 0.2, "epochs": 1.0}
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        train(folder, tmp_path / name, seed=seed, **changed)
    one, same, other = (tensors(tmp_path / name) for name in "abc")
    assert all(np.array_equal(one[name], same[name]) for name in one)
    assert not np.array_equal(one["decoder.embedding"], other["decoder.embedding"])


def test_dropout_changes_what_is_learned_and_not_what_is_measured(folder, tmp_path):
    with_it = train(folder, tmp_path / "a", dropout=0.5, **BARELY)
    without = train(folder, tmp_path / "b", dropout=0.0, **BARELY)
    assert with_it["perplexity"] == pytest.approx(without["perplexity"], rel=1e-6)
    train(folder, tmp_path / "a", dropout=0.5, epochs=1.0)
    train(folder, tmp_path / "b", dropout=0.0, epochs=1.0)
    one, other = (tensors(tmp_path / name)["decoder.embedding"] for name in "ab")
    assert not np.allclose(one, other, atol=1e-3)


def test_first_vectors_of_words_are_used_and_trained(folder, tmp_path):
    train(folder, tmp_path / "m", embedding="words", **BARELY)
    saved = checkpoint.load(tmp_path / "m")
    table = embedding_table(word_vectors(), saved.vocabulary)
    known = ~np.isnan(table).any(axis=1)
    words = np.array(saved.vocabulary.words)
    assert {*words[~known]} == {"<unk>", "four"}
    assert "zebra" not in saved.vocabulary
    found = saved.tensors["encoder.embedding"]
    assert found.shape[1] == saved.training["n_dims"] == 6  # not the 12 of the settings
    np.testing.assert_allclose(found[known], table[known], atol=1e-6)
    assert found[~known].std() > 0.1  # others are random
    train(folder, tmp_path / "m", embedding="words", epochs=1.0)
    assert np.abs(tensors(tmp_path / "m")["encoder.embedding"] - table)[known].max() > 1e-4


def test_first_vectors_of_a_decoder_that_reads_labels_are_those_of_its_words(folder, tmp_path):
    others = word_vectors(words=OTHER_UNITS[1:])
    embedviz.save(others, folder / "others.npy")
    train(folder, tmp_path / "m", "vec-seq", embedding="others", **BARELY)
    saved = checkpoint.load(tmp_path / "m")
    table = embedding_table(others, saved.target)
    known = ~np.isnan(table).any(axis=1)
    assert known.sum() == len(OTHER_UNITS) - 1
    found = saved.tensors["decoder.embedding"]
    assert found.shape[1] == saved.training["n_target_dims"] == 6
    np.testing.assert_allclose(found[known], table[known], atol=1e-6)
    again = open_sequence_model(tmp_path / "m", trained=False).net.state_dict()
    np.testing.assert_allclose(again["decoder.embedding"].numpy(), found, atol=1e-6)


@pytest.mark.parametrize("shape", ["seq-seq", "seq-vec"])
def test_frozen_vectors_of_words_stay_as_they_are(folder, tmp_path, shape):
    train(folder, tmp_path / "m", shape, embedding="words", frozen=True, epochs=2.0)
    saved = checkpoint.load(tmp_path / "m")
    assert saved.vocabulary.words == ("<unk>", *word_vectors().words)  # those of the vectors
    table = np.nan_to_num(embedding_table(word_vectors(), saved.vocabulary))
    assert np.array_equal(saved.tensors["encoder.embedding"], table)  # 0 for the unknown word


@pytest.mark.parametrize("shape", ["seq-vec", "vec-seq"])
def test_given_vectors_of_labels_stay_as_they_are(folder, tmp_path, shape):
    train(folder, tmp_path / "m", shape, epochs=1.0)
    found = tensors(tmp_path / "m")["vectors"]
    matrix = number_vectors().matrix - number_vectors().matrix.mean(axis=0)
    if shape == "seq-vec":  # whitened: the singular values are made equal
        left, _, right = np.linalg.svd(matrix, full_matrices=False)
        matrix = left @ right
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    saved = checkpoint.load(tmp_path / "m")
    labels = saved.target if shape == "seq-vec" else saved.vocabulary
    rows = [number_vectors().words.index(label) for label in labels]
    np.testing.assert_allclose(found, unit[rows], atol=1e-5)


def test_labels_of_several_words_have_their_mean_and_others_are_left_out(folder, tmp_path):
    lines = [f"text {i} a\t{name}\n" for i, name in enumerate(("021", "022", "021 022", "023_024"))]
    lines += ["text b\tunknown\n", "text c\t021 unknown\n"]
    (tmp_path / "a.tsv").write_text("".join(lines))
    results = train_sequence_model(
        PairFile(tmp_path / "a.tsv"),
        tmp_path / "m",
        pair_config=PairConfig(min_count=1, held_out=0),
        config=settings("seq-vec", epochs=1.0),
        given=GivenVectors(None, str(folder / "labels.npy")),
    )
    assert (results["n_pairs"], results["n_without_vector"]) == (4, 2)
    assert results["perplexity"] is None  # nothing is held out
    saved = checkpoint.load(tmp_path / "m")
    rows = dict(zip(saved.target, saved.tensors["vectors"], strict=True))
    mean = rows["021"] + rows["022"]
    np.testing.assert_allclose(rows["021 022"], mean / np.linalg.norm(mean), atol=1e-6)
    composed = dict(zip(saved.target, saved.tensors["composed"].tolist(), strict=True))
    assert composed == {"021": False, "022": False, "021 022": True, "023_024": True}


def random_pairs(path):
    """Pairs without anything to learn but themselves."""
    rng, lines = np.random.default_rng(0), []
    for i in range(120):
        source, target = (
            " ".join(rng.choice(list(letters), 3)) for letters in ("abcdef", "uvwxyz")
        )
        lines.append(f"s{i} {source}\tt{i} {target}\n")
    path.write_text("".join(lines))
    return path


def test_a_run_that_gets_worse_ends_early_with_its_best_weights(tmp_path, monkeypatch):
    measured = []

    def measure(run, sample, stop):
        measured.append(measure_perplexity(run, sample, stop))
        return measured[-1]

    monkeypatch.setattr(sequence_task, "measure_perplexity", measure)
    file = PairFile(random_pairs(tmp_path / "a.tsv"))
    config = settings(epochs=200.0, patience=3, dropout=0.0)
    results = train_sequence_model(file, tmp_path / "m", pair_config=PAIRS, config=config)
    best = int(np.argmin(measured))
    assert results["finished"]
    assert len(measured) == best + 1 + 3 < 200
    assert results["perplexity"] == measured[best] < measured[-1]
    # the saved weights are those
    run = start_run(encode_pairs(file, PAIRS, tmp_path / "cache"), config)
    saved = {name: torch.from_numpy(array) for name, array in tensors(tmp_path / "m").items()}
    del saved["mean"]
    run.model.load_state_dict(saved)
    assert measure_perplexity(run, False, lambda: False) == pytest.approx(measured[best], rel=1e-6)


@pytest.mark.parametrize(
    ("shape", "cost"), [("seq-seq", "output_cost"), ("seq-vec", "_label_cost")]
)
def test_a_cost_that_is_not_finite_is_told(folder, tmp_path, monkeypatch, shape, cost):
    original, calls = getattr(step, cost), iter(range(100))

    def diverging(*given, **options):
        return original(*given, **options) * (math.nan if next(calls) == 9 else 1)

    monkeypatch.setattr(step, cost, diverging)
    says = r"became nan at step 10, batch \d+ of epoch \d .* with a rate below 0\.01"
    with pytest.raises(InputError, match=says):
        train(folder, tmp_path / "m", shape)
    assert not (tmp_path / "m").exists()


def test_progress_and_checkpoints_come_on_the_way(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("embedviz.training.progress._REPORT_EVERY", -1.0)
    moments, unfinished = [], []

    def report(progress):
        moments.append(progress)
        if checkpoint.is_model(tmp_path / "m"):
            unfinished.append(checkpoint.load(tmp_path / "m"))

    results = train(
        folder, tmp_path / "m", callbacks=Callbacks(report=report, save_every=0), epochs=1.0
    )
    shares = [moment.share for moment in moments]
    assert shares == sorted(shares) and shares[-1] == 1
    assert moments[-1].n_tokens == results["n_tokens_read"]
    assert all(math.isfinite(moment.cost) for moment in moments)
    assert unfinished[0].run and not unfinished[0].results["finished"]
    assert unfinished[0].results["perplexity"] > 0  # on a sample
    vectors = moments[-1].vectors({"twenty", "hundred", "nothing"})
    assert set(vectors.words) == {"twenty", "hundred"}


@pytest.mark.parametrize("shape", ["seq-vec", "vec-seq"])
def test_vectors_on_the_way_are_those_that_are_loaded(folder, tmp_path, monkeypatch, shape):
    moments = []
    train(folder, tmp_path / "m", shape, callbacks=Callbacks(report=moments.append), epochs=1.0)
    loaded = embedviz.load(tmp_path / "m")
    word = "sento" if shape == "vec-seq" else "hundred"
    found = moments[-1].vectors({word, "</s>", "<unk>"})
    assert found.words == (word,)
    np.testing.assert_allclose(found.matrix[0], loaded.matrix[loaded.words.index(word)], atol=1e-5)


def test_results_count_what_was_read(folder, tmp_path):
    results = train(folder, tmp_path / "m", epochs=2.0)
    held_out = results["n_held_out_pairs"]
    assert (results["n_pairs"], held_out) == (216, 21)
    lengths = [len(target.split()) + 1 for _, _, target in numbers()]
    assert results["n_tokens_read"] + 2 * results["n_held_out_tokens"] == 2 * sum(lengths)
    assert results["texts"] == ["numbers.tsv"]
    assert json.loads((tmp_path / "m" / "config.json").read_text())["results"] == results
    n = sum(array.size for name, array in tensors(tmp_path / "m").items() if name != "mean")
    assert results["n_weights"] == n


def test_a_mean_summary_is_of_the_training_sources(folder, tmp_path):
    train(folder, tmp_path / "m", epochs=1.0)
    from embedviz.sequences import encode_texts, open_sequence_model

    model = open_sequence_model(tmp_path / "m")
    corpus = encode_pairs(pair_file(folder / "numbers.tsv", "seq-seq"), PAIRS, tmp_path / "cache")
    texts = [source for _, source, _ in numbers()]
    summaries = encode_texts(model, [texts[i] for i in corpus.train])
    np.testing.assert_allclose(model.mean, summaries.mean(axis=0), atol=1e-5)


@pytest.mark.parametrize(
    ("shape", "options", "says"),
    [
        ("seq-seq", {"frozen": True}, "name a model or a file of vectors with --embedding"),
        ("vec-seq", {"labels": False}, "vec-seq reads vectors: name the model or the file"),
        ("seq-seq", {"labels": True}, "seq-seq has no labels: omit --vectors"),
    ],
)
def test_vectors_that_a_shape_lacks_or_cannot_use_are_told(folder, tmp_path, shape, options, says):
    with pytest.raises(InputError, match=says):
        train(folder, tmp_path / "m", shape, **options)
    assert not (tmp_path / "m").exists()


def test_a_run_starts_from_the_settings_seed_alone(folder, tmp_path):
    corpus = encode_pairs(pair_file(folder / "numbers.tsv", "seq-seq"), PAIRS, tmp_path / "cache")
    table = embedding_table(word_vectors(12), corpus.source.vocabulary)
    plain, given = start_run(corpus, settings()), start_run(corpus, settings(), Tables(table))
    known = ~np.isnan(table).any(axis=1)
    embedding = given.model.encoder.embedding.detach().numpy()
    assert np.array_equal(embedding[known], table[known])
    own = plain.model.encoder.embedding.detach().numpy()
    assert np.array_equal(embedding[~known], own[~known])
    assert np.exp(given.log_q.numpy()).sum() == pytest.approx(1)


@pytest.mark.parametrize("shape", ["seq-seq", "seq-vec", "vec-seq"])
def test_muon_trains_the_matrices_of_layers_and_adam_all_else(folder, tmp_path, shape):
    pairs = encode_pairs(pair_file(folder / "numbers.tsv", shape), PAIRS, tmp_path)
    run = start_run(pairs, settings(shape, optimiser="muon", rate=2e-3, matrix_rate=0.03))
    names = {id(weight): name for name, weight in run.model.named_parameters()}
    by_adam, by_muon = (
        {names[id(one)] for group in optimiser.param_groups for one in group["params"]}
        for optimiser in run.optimisers
    )
    tables = ("embedding", "untied_output", "vectors")
    assert by_muon
    assert all(run.model.get_parameter(name).ndim == 2 for name in by_muon)
    assert not any(name.endswith((*tables, "bias")) for name in by_muon)
    rest = {name for name in by_adam if run.model.get_parameter(name).ndim == 2}
    assert rest and all(name.endswith(tables) for name in rest)
    step.learn(run, take_batch(pairs, pairs.train[:32]), 0.5)
    rates = [group["lr"] * run.warm_up for group in run.groups]
    assert rates == pytest.approx([1e-3, 0.015])


def test_a_rate_of_matrices_needs_the_optimiser_that_uses_it():
    with pytest.raises(InputError, match="muon"):
        settings(matrix_rate=0.01)
