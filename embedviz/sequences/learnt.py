"""What a model of programs learnt: its digits, the states along a program, where it looks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from embedviz.corpora import Program
from embedviz.errors import InputError
from embedviz.models import Encoded, EncoderDecoder
from embedviz.relations import Relation, RelationReport, measure
from embedviz.sequences.controls import open_untrained
from embedviz.sequences.decoding import encode_sources
from embedviz.sequences.execution import Execution, execute_programs, program_config
from embedviz.sequences.measures import MODEL, UNTRAINED
from embedviz.sequences.model import SequenceModel
from embedviz.text import END, Vocabulary
from embedviz.vectors import WordVectors

DIGITS = "0123456789"
NEXT_DIGIT = Relation("next digit", tuple(pairwise(DIGITS)))
READ, WRITTEN = "digits as read", "digits as written"

_N_SHUFFLES = 999


@dataclass(frozen=True, eq=False)
class DigitOrder:
    """Whether the vectors of digits lie in their order, and whether steps agree.

    Attributes
    ----------
    vectors : WordVectors
        Of the ten digits, centred on their mean.
    rank_correlation : float
        Spearman's, between ``|i - j|`` and the distance of the vectors of digits i and j, over 45
        pairs; 1 if farther digits are always farther apart.
    p_value : float
        Share of random orders of the digits with at least that correlation, never 0.
    report : RelationReport
        Of the offsets from each digit to the next.
    """

    vectors: WordVectors
    rank_correlation: float
    p_value: float
    report: RelationReport


@dataclass(frozen=True, eq=False)
class Looked:
    """Where the heads of a model look while it reads a trace.

    Attributes
    ----------
    source : str
        The program as the model reads it.
    program : ndarray of float32, shape (n_heads, n_written + 1, n_source)
        Weights of its characters when each character is written, and at the end.
    own : ndarray of float32, shape (n_heads, n_written + 1, n_written + 1)
        Of the characters written before; zeros of a model that does not look at them.
    """

    source: str
    program: NDArray[np.float32]
    own: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Learnt:
    """What a model of programs learnt, beside the same model before training.

    Attributes
    ----------
    execution : Execution
        Of a program.
    digits : mapping of (str, str) to DigitOrder
        By the model or `UNTRAINED`, and by `READ` or `WRITTEN`.
    states : mapping of str to ndarray of float32, shape (n_read, n_encoded)
        h[t] of the encoder along the program.
    focus : mapping of str to float
        Largest weight of a head, mean over heads and the characters that the model wrote, 0 to 1;
        empty without attention.
    """

    execution: Execution
    digits: dict[tuple[str, str], DigitOrder]
    states: dict[str, NDArray[np.float32]]
    focus: dict[str, float]

    @property
    def digit_figures(self) -> list[dict[str, object]]:
        """Figures of the digits, for JSON: a row for each model and side."""
        return [
            {
                "model": name,
                "side": side,
                "rank_correlation": order.rank_correlation,
                "p_value": order.p_value,
                "offset_consistency": order.report.consistency,
                "shuffled_consistency": order.report.shuffled_consistency,
                "hit_rate": order.report.hit_rate,
            }
            for (name, side), order in self.digits.items()
        ]


def learnt_from(model: SequenceModel, program: Program) -> Learnt:
    """Measure digits and collect states and attention along a program.

    Raises
    ------
    InputError
        If the model was not trained on programs with all digits.
    """
    (execution,) = execute_programs(model, [program])
    source = program_config(model).source(program.text)
    models = {MODEL: model}
    if (untrained := open_untrained(model)) is not None:
        models[UNTRAINED] = untrained
    digits = {
        (name, side): measure_digits(digit_vectors(one, side))
        for name, one in models.items()
        for side in (READ, WRITTEN)
    }
    encoded = {name: encode_sources(one, [source]) for name, one in models.items()}
    states = {name: one.states[:, 0].numpy() for name, one in encoded.items()}
    focus = {}
    if execution.attention is not None:
        for name, one in models.items():
            focus[name] = _focus(one, encoded[name], execution.trace)
    return Learnt(execution, digits, states, focus)


@torch.no_grad()
def _focus(model: SequenceModel, encoded: Encoded, trace: str) -> float:
    """Read a trace by teacher forcing; return how much the heads look at a single place."""
    return float(_attend(model, encoded, trace).amax(dim=2).mean())


def look_along(model: SequenceModel, program: str, trace: str) -> Looked | None:
    """Read a trace that may be another model's, and return where the heads look in the program.

    Parameters
    ----------
    model : SequenceModel
        Trained on programs, or its control before training.
    program, trace : str

    Returns
    -------
    Looked or None
        None of a model without attention.
    """
    assert isinstance(model.net, EncoderDecoder)
    if model.net.decoder.attention is None:
        return None
    source = program_config(model).source(program)
    weights = _attend(model, encode_sources(model, [source]), trace).numpy()
    # the first own state, which read the begin, is left out, as by `execute_programs`
    own = np.pad(weights[:, :, len(source) + 1 :], ((0, 0), (0, 0), (0, 1)))
    return Looked(source, weights[:, :, : len(source)], own)


@torch.no_grad()
def _attend(model: SequenceModel, encoded: Encoded, trace: str) -> Tensor:
    """Return the weights of the heads, (n_heads, n_written + 1, n_places)."""
    assert isinstance(model.net, EncoderDecoder)
    previous = torch.tensor([END, *model.target_ids(trace)])[:, None]
    weights = model.net.decoder(previous, encoded).attention
    assert weights is not None
    first: Tensor = weights[0]
    return first


def digit_vectors(model: SequenceModel, side: str) -> WordVectors:
    """Return the vectors of the digits, as the encoder reads them or the decoder its own."""
    assert isinstance(model.net, EncoderDecoder)
    is_read = side == READ
    vocabulary = model.source if is_read else model.target
    if missing := [digit for digit in DIGITS if digit not in vocabulary]:
        raise InputError(
            f"{model.name} was trained without the digit {missing[0]}: train it on longer programs."
        )
    part = model.net.encoder if is_read else model.net.decoder
    matrix = part.embedding.detach().numpy()[[vocabulary.id(digit) for digit in DIGITS]]
    return WordVectors(Vocabulary(tuple(DIGITS)), matrix - matrix.mean(axis=0))


def measure_digits(vectors: WordVectors, *, seed: int = 0) -> DigitOrder:
    """Measure whether vectors of digits lie in order.

    Parameters
    ----------
    vectors : WordVectors
        Of the ten digits.
    seed : int
        Of the random orders.
    """
    from scipy.stats import rankdata

    first, second = np.triu_indices(len(DIGITS), 1)
    rows = vectors.matrix.astype(np.float64)
    distances = np.linalg.norm(rows[:, None] - rows[None], axis=2)
    steps = rankdata(second - first)

    def correlation(order: NDArray[np.int64]) -> float:
        ranks = rankdata(distances[order[first], order[second]])
        return float(np.corrcoef(steps, ranks)[0, 1])

    rng = np.random.default_rng(seed)
    found = correlation(np.arange(len(DIGITS)))
    drawn = [correlation(rng.permutation(len(DIGITS))) for _ in range(_N_SHUFFLES)]
    p_value = (1 + sum(one >= found for one in drawn)) / (1 + _N_SHUFFLES)
    return DigitOrder(vectors, found, p_value, measure(vectors, NEXT_DIGIT, seed=seed))
