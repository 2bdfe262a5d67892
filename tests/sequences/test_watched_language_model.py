"""What a language model does while it reads, and how far its costs reach back."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from embedviz.errors import InputError
from embedviz.models import TrainedModel
from embedviz.sequences import (
    cell_weights,
    gradient_reach,
    read_text,
    weight_sum,
)
from embedviz.text import UNKNOWN, Tokenizer, Vocabulary

CELLS = ("elman", "gru", "lstm", "mingru")
TEXT = "the cat sat on the mat with a zebra"


def made(cell="gru", *, linear_path=True, seed=0) -> TrainedModel:
    words = (UNKNOWN, *["the", "cat", "sat", "on", "mat", "with", "a", "dog"])
    settings = {
        "n_dims": 5,
        "n_states": None,
        "cell": cell,
        "tied": True,
        "cost": "sampled",
        "linear_path": linear_path,
        "bidirectional": True,
        "seed": seed,
        "n_steps": 20,
    }
    trained = TrainedModel(None, Vocabulary(words), Tokenizer(), False, settings).untrained()
    generator = torch.Generator().manual_seed(7)
    model = trained.model.double()
    model.embedding.normal_(generator=generator)  # as if trained: words differ
    model.output_bias.normal_(generator=generator)
    return trained


def costs(trained: TrainedModel, text: str, h: int = -1, push=None) -> list[float]:
    """Run step by step, literally; after step h add `push` to the state."""
    model, ids, state, found = trained.model, trained.ids(text), None, []
    for t in range(len(ids) - 1):
        embedded = model.embedding[[ids[t]]]
        _, state = model.readers[0].pred(embedded[None], state)
        if t == h:
            parts = state if isinstance(state, tuple) else (state,)
            sizes = [part.numel() for part in parts]
            added = torch.as_tensor(push).split(sizes)
            parts = tuple(p + a for p, a in zip(parts, added, strict=True))
            state = parts if isinstance(state, tuple) else parts[0]
        hidden = state[0] if isinstance(state, tuple) else state
        scores = model.scores(model.readers[0].dec(hidden, embedded))
        found.append(float(-torch.log_softmax(scores, 1).detach()[0, ids[t + 1]]))
    return found


@pytest.mark.parametrize("cell", CELLS)
def test_norms_are_those_of_finite_differences(cell):
    trained = made(cell)
    found = gradient_reach(trained, TEXT)
    n, size, step = len(found.norms), 10 if cell == "lstm" else 5, 1e-5
    assert found.words == tuple(TEXT.split()) and n == len(found.words) - 1
    assert np.isnan(found.norms[np.triu_indices(n, 1)]).all()
    for s in (0, 3, n - 1):
        sides = [
            [costs(trained, TEXT, s, sign * step * np.eye(size)[i]) for i in range(size)]
            for sign in (1, -1)
        ]
        slopes = (np.array(sides[0]) - np.array(sides[1])) / (2 * step)  # (size, n)
        assert np.allclose(np.linalg.norm(slopes, axis=0)[s:], found.norms[s:, s], rtol=1e-4)


@pytest.mark.parametrize("cell", CELLS)
def test_the_terms_of_a_weight_add_up_to_its_derivative(cell):
    trained = made(cell)
    for name, (rows, columns) in cell_weights(trained).items():
        place = (rows - 1, columns // 2)
        found = weight_sum(trained, TEXT, name, place)
        weight = trained.model.readers[0].pred.get_parameter(name)
        ends = []
        for sign in (1, -1):
            with torch.no_grad():
                weight[place] += sign * 1e-5
            ends.append(sum(costs(trained, TEXT)))
            with torch.no_grad():
                weight[place] -= sign * 1e-5
        assert found.total == pytest.approx((ends[0] - ends[1]) / 2e-5, rel=1e-4, abs=1e-8)
        assert (found.terms[np.triu_indices(len(found.terms), 1)] == 0).all()


def test_the_curve_is_relative_to_the_own_step():
    reach = gradient_reach(made(), TEXT)
    curve = reach.by_distance
    assert np.allclose(curve[0], 1)
    wanted = np.median([reach.norms[t, t - 2] / reach.norms[t, t] for t in range(2, 8)])
    assert curve[2, 1] == pytest.approx(wanted)
    assert reach.truncation == 20
    assert reach.reach is None or curve[reach.reach, 1] < 0.01


@pytest.mark.parametrize("cell", CELLS)
def test_a_reading_is_that_of_one_step_at_a_time(cell):
    trained = made(cell)
    reading = read_text(trained, TEXT, n_guesses=3)
    assert reading.words == tuple(TEXT.split())
    assert reading.is_known == (True,) * 8 + (False,)
    assert np.allclose(reading.bits[1:], np.array(costs(trained, TEXT)) / math.log(2))
    assert reading.states.shape == (9, 5)
    for guesses in reading.guesses:
        assert len(guesses) == 3 and UNKNOWN not in [one.word for one in guesses]
        assert sorted((one.probability for one in guesses), reverse=True) == [
            one.probability for one in guesses
        ]
    best = reading.guesses[3][0]  # before "on"
    for word in trained.vocabulary.words[1:]:
        text = f"the cat sat {word}"
        p = 2 ** -read_text(trained, text).bits[-1]
        assert p <= best.probability + 1e-9 and (
            word != best.word or p == pytest.approx(best.probability)
        )


def test_the_control_is_the_model_before_training():
    trained = made()
    first, again = trained.untrained(), trained.untrained()
    assert torch.equal(first.model.embedding, again.model.embedding)
    assert not torch.equal(first.model.embedding, trained.model.embedding.float())


def test_texts_that_cannot_be_read():
    trained = made()
    with pytest.raises(InputError, match="no words"):
        read_text(trained, " ... ")
    with pytest.raises(InputError, match="401 words are more than 400"):
        read_text(trained, "cat " * 401)
    for text in ("cat", "cat " * 81):
        with pytest.raises(InputError, match="between 2 and 80"):
            gradient_reach(trained, text)
    with pytest.raises(InputError, match="has no weights 'x'"):
        weight_sum(trained, TEXT, "x", (0, 0))
    name = next(iter(cell_weights(trained)))
    with pytest.raises(InputError, match="rows go up to 14"):
        weight_sum(trained, TEXT, name, (99, 0))
