"""Pairs that a sequence model can read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import EmbedvizError, InputError, UnknownWordError
from embedviz.sequences.labels import add_labels, has_labels
from embedviz.sequences.model import SequenceModel
from embedviz.text import PairFile, TextPair, read_text_pairs

EMPTY, UNREADABLE, WITHOUT_LABEL, CUT = "n_empty", "n_unreadable", "n_without_label", "n_cut"

LEFT_OUT = {
    EMPTY: ("pair", "Left out: {} with an empty side."),
    UNREADABLE: ("pair", "Left out: {}, since the model knows no word of the source."),
    WITHOUT_LABEL: ("pair", "Left out: {}, since the model does not have the label."),
    CUT: ("text", "Cut, since longer than the model reads: {}."),
}
"""What became of pairs, by the name of its count: what is counted, and a sentence."""


@dataclass(frozen=True, eq=False)
class PairSet:
    """Pairs with the ids that a model reads.

    Attributes
    ----------
    pairs : tuple of TextPair
    rows : ndarray of int64, shape (n_pairs,)
        Position of each pair in its file, from 0.
    sources, targets : tuple of tuple of int
        Ids; a single one of a label. Those of target texts have no ends.
    counts : mapping of str to int
        What was left out or cut; see `LEFT_OUT`.
    """

    pairs: tuple[TextPair, ...]
    rows: NDArray[np.int64]
    sources: tuple[tuple[int, ...], ...]
    targets: tuple[tuple[int, ...], ...]
    counts: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of pairs."""
        return len(self.pairs)

    def take(self, places: Iterable[int] | NDArray[np.int64]) -> PairSet:
        """Return some of the pairs, in this order."""
        places = [int(place) for place in places]
        return PairSet(
            tuple(self.pairs[place] for place in places),
            self.rows[places],
            tuple(self.sources[place] for place in places),
            tuple(self.targets[place] for place in places),
            self.counts,
        )

    def sample(self, n: int, seed: int) -> PairSet:
        """Return at most n pairs, drawn without replacement; in their order."""
        if len(self) <= n:
            return self
        return self.take(np.sort(np.random.default_rng(seed).choice(len(self), n, replace=False)))

    @property
    def unknown_share(self) -> float:
        """Share of unknown words among those of the targets, which are texts."""
        ids = [id_ for target in self.targets for id_ in target]
        return sum(id_ == 0 for id_ in ids) / max(1, len(ids))

    def distinct_sources(self) -> PairSet:
        """Return the first pair of each source."""
        first: dict[tuple[int, ...], int] = {}
        for place, source in enumerate(self.sources):
            first.setdefault(source, place)
        return self.take(first.values())


def read_pair_set(model: SequenceModel, file: PairFile) -> tuple[SequenceModel, PairSet]:
    """Read the pairs of a file that a model can read, and count the others.

    Labels that the model does not have are added to it, if the vectors from which its labels'
    vectors were made have them; see `add_labels`.

    Returns
    -------
    model : SequenceModel
        With these labels.
    pairs : PairSet

    Raises
    ------
    InputError
        If the file cannot be read, or the model can read none of its pairs; then with the reason
        for the first one.
    """
    if has_labels(model):
        is_source = model.shape == "vec-seq"
        of_file = (pair.source if is_source else pair.target for pair in read_text_pairs(file))
        model = add_labels(model, of_file)
    return model, make_pair_set(model, read_text_pairs(file), str(file.path))


def make_pair_set(model: SequenceModel, pairs: Iterable[TextPair], where: str) -> PairSet:
    """Encode the pairs that a model can read; `where` names their origin in messages."""
    kept: list[tuple[TextPair, int, tuple[int, ...], tuple[int, ...]]] = []
    counts: dict[str, int] = {}
    first_error: EmbedvizError | None = None
    for row, pair in enumerate(pairs):
        try:
            source, target = _encode(model, pair)
        except EmbedvizError as error:
            is_label = isinstance(error, UnknownWordError)
            reason = WITHOUT_LABEL if is_label else UNREADABLE
            reason = EMPTY if _has_empty_side(model, pair) else reason
            counts[reason] = counts.get(reason, 0) + 1
            first_error = first_error or error
            continue
        kept.append((pair, row, source, target))
    if not kept:
        reason = f": {first_error}" if first_error else ", since it is empty: give at least one."
        raise InputError(f"{where} has no pair that {model.name} can read{reason}")
    if n_cut := sum(_is_cut(model, pair) for pair, *_ in kept):
        counts[CUT] = n_cut
    columns = list(zip(*kept, strict=True))
    return PairSet(
        tuple(columns[0]), np.array(columns[1]), tuple(columns[2]), tuple(columns[3]), counts
    )


def _encode(model: SequenceModel, pair: TextPair) -> tuple[tuple[int, ...], tuple[int, ...]]:
    source = (
        (model.label_id(pair.source),)
        if model.shape == "vec-seq"
        else tuple(model.source_ids(pair.source))
    )
    target = (
        (model.label_id(pair.target),)
        if model.shape == "seq-vec"
        else tuple(model.target_ids(pair.target))
    )
    return source, target


def _texts(model: SequenceModel, pair: TextPair) -> list[str]:
    """Return the sides of a pair that are no labels."""
    return [pair.source] * (model.shape != "vec-seq") + [pair.target] * (model.shape != "seq-vec")


def _has_empty_side(model: SequenceModel, pair: TextPair) -> bool:
    has_text = pair.source and pair.target
    return not has_text or not all(map(model.tokenizer.tokens, _texts(model, pair)))


def _is_cut(model: SequenceModel, pair: TextPair) -> bool:
    """Whether the model reads only the beginning of a text."""
    # a text has no more words than characters
    return any(
        len(text) > model.longest and len(model.tokenizer.tokens(text)) > model.longest
        for text in _texts(model, pair)
    )
