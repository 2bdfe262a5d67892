import copy
import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from embedviz.errors import InputError
from embedviz.models import LanguageModel, RowGradient, calibrate, full_softmax, perplexity
from embedviz.settings import CELLS, TrainingConfig, setting
from embedviz.support import Threads
from embedviz.text import Block, CorpusConfig, encode
from embedviz.training import Callbacks, train
from embedviz.training.language.gradient import block_gradient
from embedviz.training.language.optimiser import RowAdaGrad
from embedviz.training.language.state import frequency_bias, noise_table, start_run
from embedviz.training.language.step import learn

SMALL = {"n_dims": 16, "n_streams": 8, "n_steps": 10, "skip": None, "n_noise": 32}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """A text with a pattern to learn: after word i mostly comes word 3i + 1."""
    folder = tmp_path_factory.mktemp("pattern")
    rng = np.random.default_rng(0)
    word, words = 0, []
    for _ in range(20_000):
        word = (3 * word + 1) % 40 if rng.random() < 0.9 else int(rng.integers(40))
        words.append(f"w{word}")
    (folder / "a.txt").write_text(" ".join(words))
    return encode([folder / "a.txt"], CorpusConfig(held_out=0.1), folder / "ids")


# the source's own perplexity: 0.9 + 0.1 / 40 on the expected word, 0.1 / 40 on each other
LEAST = math.exp(-(0.9025 * math.log(0.9025) + 39 * 0.0025 * math.log(0.0025)))


COSTS = tuple(setting(TrainingConfig, "cost").choices)
# the cost sees what Dec returns, never the cell: each cell with one cost, each cost with one cell
TRAINED = [(cell, COSTS[0]) for cell in CELLS] + [(CELLS[0], cost) for cost in COSTS[1:]]


@pytest.mark.parametrize(("cell", "cost"), TRAINED)
def test_every_cell_and_every_cost_learn_the_pattern(corpus, cell, cost):
    tied = cost != "adaptive"
    pace = {"epochs": 1.5, "dense_rate": 2e-2} if tied else {"epochs": 3, "dense_rate": 1e-2}
    config = TrainingConfig(cell=cell, cost=cost, tied=tied, **pace, **SMALL)
    found = train(corpus, config).perplexity
    assert LEAST * 0.9 < found < 3.5  # forty words by chance


def literal_costs(model, words, noise, reader, ahead=1, bias=None):
    """Cost of the word so far ahead of every position of a block, each by its definition."""
    decoded, _ = model.readers[reader](model.embedding[words[:-1]], None)
    costs = []
    states, targets = decoded[: len(words) - ahead], words[ahead:]
    for state, target in zip(states.flatten(0, 1), targets.flatten(), strict=True):
        if noise is None:
            scores = model.output @ state + model.output_bias
            costs.append(-torch.log_softmax(scores, 0)[target])
        else:
            others = noise if bias is None else noise[noise != target]
            among = torch.cat([target[None], others])
            scores = model.output[among] @ state
            if bias is not None:
                scores = scores + bias[among]
            costs.append(-torch.log_softmax(scores, 0)[0])
    return torch.stack(costs)


@pytest.mark.parametrize("n_ahead", [1, 3])
@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize(
    ("cost", "biased"), [("sampled", True), ("sampled", False), ("full", True)]
)
def test_one_step_is_autograd_and_a_literal_adagrad(corpus, tied, cost, biased, n_threads, n_ahead):
    """One block of 6 streams by the loop's own step, against the definition."""
    options = {**SMALL, "n_noise": 5, "n_steps": 3, "n_streams": 6 // n_threads, "clip": 0.01}
    options |= {"n_ahead": n_ahead, "ahead_weight": 0.3, "frequency_bias": biased}
    config = TrainingConfig(tied=tied, cost=cost, n_threads=n_threads, **options)
    run = start_run(corpus, config)
    if not tied:
        run.model.output.normal_(generator=torch.Generator().manual_seed(5))
    twin = copy.deepcopy(run)
    run.readers, run.states = list(range(n_threads)), [None] * n_threads
    ids = np.arange(24).reshape(4, 6) % 17 + 1
    table = run.noise_table = torch.arange(len(corpus.vocabulary))
    assert (run.offset is not None) is (cost == "sampled" and biased)
    bias = run.offset = None if run.offset is None else torch.linspace(-1, 2, len(table))
    with run.threads:
        cost_found = learn(run, Block(ids, 0.5, 24, 0), remaining=0.5)

    # each thread's streams from the same weights, with a reader of its own ...
    model, found, costs = twin.model, [], []
    draws = torch.randint(len(table), (n_threads, 5), generator=twin.noise)
    tables = {"embedding": model.embedding, "output": model.output, "bias": model.output_bias}
    if tied:
        del tables["output"]
    for tensor in tables.values():
        tensor.requires_grad_()
    for part, words in enumerate(torch.from_numpy(ids).tensor_split(n_threads, dim=1)):
        noise = table[draws[part]] if cost == "sampled" else None
        here = literal_costs(model, words, noise, part, bias=bias)
        total = here.sum()
        for ahead in range(2, n_ahead + 1):
            further = literal_costs(model, words, noise, part, ahead, bias)
            total = total + 0.3 ** (ahead - 1) * further.sum()
        (total / words.shape[1]).backward()
        found.append({name: tensor.grad for name, tensor in tables.items()})
        for tensor in tables.values():
            tensor.grad = None
        costs += here.tolist()
    assert cost_found == pytest.approx(np.mean(costs), rel=1e-5)

    # ... and learnt one after the other
    for part in range(n_threads):
        assert torch.nn.utils.clip_grad_norm_(model.readers[part].parameters(), 0.01) > 0.01
        twin.dense[part].param_groups[0]["lr"] = config.dense_rate * (0.05 + 0.95 * 0.5)
        twin.dense[part].step()
    for one, other in zip(run.model.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)
    after = {"embedding": run.model.embedding, "output": run.model.output}
    for name, tensor in tables.items():
        gradients = [of_part[name] for of_part in found if of_part[name] is not None]
        expected = literal_adagrad(tensor.detach(), gradients, config.rate * 0.5)
        result = after.get(name, run.model.output_bias)
        torch.testing.assert_close(result, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("n_ahead", [1, 3])
def test_the_adaptive_cost_is_derived_as_autograd_does(corpus, n_ahead):
    """By the log-probabilities of all words, of a block that knows few of them."""
    config = TrainingConfig(cost="adaptive", tied=False, **SMALL)
    model = start_run(corpus, config).model
    ids = torch.arange(24).reshape(4, 6) % 17 + 1
    weights = [0.3**ahead for ahead in range(n_ahead)]
    found = block_gradient(model, ids, None, None, scale=0.5, weights=weights)

    table = model.embedding.clone().requires_grad_()
    decoded, _ = model.readers[0](table[ids[:-1]], None)
    costs = []
    for ahead in range(1, n_ahead + 1):
        shares = model.scores(decoded[: len(ids) - ahead])  # (n_steps, n_streams, n_words)
        costs.append(-shares.gather(2, ids[ahead:, :, None]).sum())
    parameters = [*model.readers[0].parameters(), *model.adaptive.parameters()]
    total = sum(weight * cost for weight, cost in zip(weights, costs, strict=True))
    by_table, *by_parameters = torch.autograd.grad(total * 0.5, [table, *parameters])
    torch.testing.assert_close(found.cost, costs[0].detach())
    rows = torch.zeros_like(table).index_add_(0, found.embedding.ids, found.embedding.rows)
    torch.testing.assert_close(rows, by_table)
    for mine, literal in zip([*found.dense, *found.adaptive], by_parameters, strict=True):
        torch.testing.assert_close(mine, literal, rtol=1e-4, atol=1e-5)


def test_adaptive_log_probabilities_sum_to_one_whatever_the_sizes():
    for n_words, n_dims in ((3, 2), (40, 16), (2_500, 4), (12_000, 70)):
        model = model_with(n_words, n_dims, adaptive=True)
        shares = model.scores(torch.randn(2, 3, n_dims)).exp()
        assert shares.shape == (2, 3, n_words)
        torch.testing.assert_close(shares.sum(-1), torch.ones(2, 3))


def literal_adagrad(table, gradients, rate):
    rows, squares = table.reshape(len(table), -1).clone(), 0
    for gradient in gradients:
        gradient = gradient.reshape(rows.shape)
        squares = squares + gradient.square().mean(1, keepdim=True)
        rows -= rate * gradient / (squares.sqrt() + 1e-8)
    return rows.reshape(table.shape)


def test_the_state_is_carried_from_block_to_block(tmp_path):
    """A word is said twice, with three between; blocks of two steps never hold both."""
    rng = np.random.default_rng(0)
    said = [f"said{i}" for i in rng.integers(8, size=2500)]
    (tmp_path / "a.txt").write_text(" ".join(f"{w} a b c {w}" for w in said))
    text = encode([tmp_path / "a.txt"], CorpusConfig(held_out=0.1), tmp_path / "ids")
    options = {
        **SMALL,
        "n_steps": 2,
        "cell": "lstm",
        "epochs": 4,
        "bidirectional": False,
        "dense_rate": 2e-2,
        "rate": 0.3,
    }
    found = train(text, TrainingConfig(cost="full", **options)).perplexity
    # a free choice of eight every fifth word, and certainty between: 8 ** (1 / 5) = 1.5 at best;
    # for a model that forgets 8 ** (2 / 5) = 2.3
    assert found < 2.15


def test_calibration_sees_training_text_only(corpus, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "embedviz.training.language.measurement.calibrate",
        lambda _, blocks, *__, **___: seen.append(blocks),
    )
    train(corpus, TrainingConfig(epochs=0.1, **SMALL))
    text = corpus.train.tobytes()
    assert all(block.astype(np.int32).tobytes() in text for block in seen[0])


def test_noise_is_drawn_by_count_to_the_power():
    counts = np.array([0, 1, 16, 81])
    for power, shares in ((0.75, [0, 1, 8, 27]), (0.0, None)):
        table = noise_table(counts, power)
        found = np.bincount(table.numpy(), minlength=4) / len(table)
        expected = np.array(shares or [1, 1, 1, 1])
        np.testing.assert_allclose(found, expected / expected.sum(), atol=1e-4)


def test_the_frequency_bias_is_what_the_ideal_scores_would_hold():
    """The share among the words read, over that among the noise, in logarithms."""
    counts = np.array([0, 1, 9, 9_990])
    noise = np.array([1, 1, 3, 9_990**0.5])  # a word that does not occur counts as one that does
    for skip, kept in ((None, 9_990), (1e-2, 9_990 * (1e-2 / 0.999) ** 0.5)):
        read = np.array([1, 1, 9, kept])
        found = frequency_bias(counts, TrainingConfig(noise_power=0.5, skip=skip))
        expected = np.log(read / read.sum()) - np.log(noise / noise.sum())
        np.testing.assert_allclose(found.numpy(), expected, atol=1e-3)


def test_the_rates_fall_to_nothing(corpus, monkeypatch):
    rates = []
    step = RowAdaGrad.step
    monkeypatch.setattr(
        RowAdaGrad,
        "step",
        lambda self, gradients, rate, threads: (
            rates.append(rate),
            step(self, gradients, rate, threads),
        ),
    )
    train(corpus, TrainingConfig(epochs=0.5, **SMALL))
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > 0.29
    assert rates[-1] < 0.02


def test_a_run_that_learnt_nothing_is_no_success(corpus):
    with pytest.raises(InputError, match=r"epochs=0\.0001 .* is less than one block"):
        train(corpus, TrainingConfig(epochs=1e-4, **SMALL))


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("cost", ["sampled", "full"])
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(corpus, tied, cost):
    def weights(seed):
        config = TrainingConfig(seed=seed, tied=tied, cost=cost, epochs=0.2, **SMALL)
        return train(corpus, config).model.state_dict()

    one, same, other = weights(1), weights(1), weights(2)
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["embedding"], other["embedding"])
    assert ("untied_output" in one) != tied


def test_a_state_of_another_size_learns_without_the_linear_path(corpus):
    config = TrainingConfig(n_states=24, linear_path=False, epochs=3, dense_rate=1e-2, **SMALL)
    assert train(corpus, config).perplexity < 4
    with pytest.raises(InputError, match="linear_path adds 16 dimensions to 24 states"):
        TrainingConfig(n_states=24, **SMALL)


def test_progress_is_reported_and_ends_at_one(corpus):
    seen = []
    train(corpus, TrainingConfig(epochs=1.5, **SMALL), Callbacks(report=seen.append))
    assert seen[-1].share == 1.0
    assert seen[-1].n_tokens == pytest.approx(1.5 * len(corpus.train), rel=0.05)
    assert 0 < seen[-1].cost < 10


def test_a_cost_that_is_no_number_stops_the_run(corpus, monkeypatch):
    def broken(decoded, *_):
        return replace(full_softmax(decoded, *_), cost=torch.tensor(math.nan))

    monkeypatch.setattr("embedviz.training.language.gradient.full_softmax", broken)
    with pytest.raises(
        InputError, match=r"nan at step 1, block 1 of chunk 1 in epoch 1.*rate below"
    ):
        train(corpus, TrainingConfig(cost="full", epochs=0.5, **SMALL))


def test_a_text_too_short_for_a_block_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("one two " * 10)
    tiny = encode([tmp_path / "a.txt"], CorpusConfig(held_out=0), tmp_path / "ids")
    with pytest.raises(InputError, match="too short: about 20 words"):
        train(tiny, TrainingConfig(skip=None))


def test_a_short_text_uses_fewer_streams(tmp_path):
    (tmp_path / "a.txt").write_text("one two three " * 100)
    short = encode([tmp_path / "a.txt"], CorpusConfig(held_out=0), tmp_path / "ids")
    found = train(short, TrainingConfig(skip=None, epochs=5))
    assert found.n_tokens > 1000
    assert found.perplexity is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_dims": 1},
        {"n_dims": 10.5},
        {"n_dims": None},
        {"rate": None},
        {"cell": "transformer"},
        {"cost": "hinge"},
        {"epochs": 0},
        {"skip": 0.0},
        {"rate": float("nan")},
        {"seed": -1},
        {"noise_power": 2},
        {"n_ahead": 21},
        {"ahead_weight": 1.1},
        {"n_buckets": 0},
    ],
)
def test_settings_out_of_range_are_named(wrong):
    (name,) = wrong
    with pytest.raises(InputError, match=name):
        TrainingConfig(**wrong)


def test_what_the_adaptive_softmax_needs_is_said():
    with pytest.raises(InputError, match="disable tied"):
        TrainingConfig(cost="adaptive")


def model_with(n_words=30, n_dims=6, seed=0, *, adaptive=False):
    return LanguageModel(
        n_words,
        n_dims,
        n_dims,
        cell="gru",
        tied=not adaptive,
        adaptive=adaptive,
        linear_path=True,
        bidirectional=False,
        generator=torch.Generator().manual_seed(seed),
    )


def test_perplexity_is_the_literal_one():
    model = model_with()
    model.output_bias.normal_(generator=torch.Generator().manual_seed(1))
    model.embedding.mul_(20)
    text = np.random.default_rng(0).integers(0, 30, (3, 120)).astype(np.int32)
    costs = []
    with torch.no_grad():
        for line in torch.from_numpy(text.astype(np.int64)):
            state = None
            for word, following in itertools.pairwise(line):
                decoded, state = model.decode(model.embedding[word][None, None], state)
                scores = torch.log_softmax(model.scores(decoded[0, 0]), dim=0)
                costs.append(-scores[following].item())
    assert perplexity(model, text) == pytest.approx(math.exp(np.mean(costs)), rel=1e-4)


def test_a_model_that_knows_nothing_is_calibrated_to_the_frequencies():
    model = model_with()
    model.embedding.zero_()
    share = np.arange(30, 0, -1) ** 1.5
    share /= share.sum()
    text = np.random.default_rng(0).choice(30, p=share, size=(20, 400)).astype(np.int32)
    counts = np.bincount(text.ravel(), minlength=30)
    calibrate(model, text, counts)
    entropy = -(counts / counts.sum() * np.log(counts / counts.sum())).sum()
    assert perplexity(model, text) == pytest.approx(math.exp(entropy), rel=0.01)


def test_calibration_finds_the_least_cost():
    model = model_with()
    model.embedding.normal_(generator=torch.Generator().manual_seed(2))
    text = np.random.default_rng(1).integers(0, 30, (4, 200)).astype(np.int32)
    counts = np.random.default_rng(2).integers(1, 500, 30)
    calibrate(model, text, counts)
    scale, bias = model.output_scale.clone(), model.output_bias.clone()
    least = perplexity(model, text)
    for by_scale, by_bias in ((1.1, 1), (0.9, 1), (1, 1.1), (1, 0.9)):
        model.output_scale.copy_(scale * by_scale)
        model.output_bias.copy_(bias * by_bias)
        assert perplexity(model, text) > least


def test_row_adagrad_agrees_with_a_literal_one():
    generator = torch.Generator().manual_seed(0)
    table = torch.randn(5, 3, generator=generator)
    expected, squares = table.clone(), torch.zeros(5)
    optimiser = RowAdaGrad(table)
    for ids in ([1, 3, 1], [0, 1, 4]):
        rows = torch.randn(3, 3, generator=generator)
        optimiser.step([RowGradient.summed(torch.tensor(ids), rows)], 0.1, Threads())
        for row in set(ids):
            total = sum(g for i, g in zip(ids, rows, strict=True) if i == row)
            squares[row] += (total**2).mean()
            expected[row] -= 0.1 * total / squares[row].sqrt()
    torch.testing.assert_close(table, expected)


def test_row_adagrad_takes_all_rows_as_it_takes_each():
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(4, 3, generator=generator)
    one, other = torch.ones(4, 3), torch.ones(4, 3)
    RowAdaGrad(one).step([RowGradient(None, rows)], 0.1, Threads())
    RowAdaGrad(other).step([RowGradient(torch.arange(4), rows)], 0.1, Threads())
    torch.testing.assert_close(one, other)


def test_the_model_scores_what_full_softmax_costs():
    model = model_with()
    words = torch.randint(30, (4, 2), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        decoded, _ = model.decode(model.embedding[words], None)
        flat = decoded.flatten(0, 1)
        targets = words.flatten()
        cost = full_softmax(flat, targets, model.output, model.output_bias).cost
        literal = -torch.log_softmax(model.scores(flat), 1).gather(1, targets[:, None]).sum()
    torch.testing.assert_close(cost, literal)
