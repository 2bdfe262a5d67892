"""Decoding: texts, labels or vectors → texts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from embedviz.errors import EmbedvizError, InputError
from embedviz.models import (
    Decoder,
    Encoded,
    EncoderDecoder,
    PictureToText,
    VectorToText,
    as_summary,
)
from embedviz.sequences.beams import (
    Found,
    sample_ids,
    search_ids,
)
from embedviz.sequences.labels import label_vectors
from embedviz.sequences.model import SequenceModel, pad
from embedviz.sequences.search_settings import Sampling, Search
from embedviz.text import END
from embedviz.vectors import WordVectors, parse_expression

_MOST_WORDS = 10_000
_NUMBERS_AT_ONCE = 1 << 21  # scores of a step: 8 MB, about what a cache holds
_READ_AT_ONCE = 256  # sources

Source = str | NDArray[np.floating] | NDArray[np.uint8]
"""A text; for vec-seq a label, a formula over the labels' vectors, or a vector; or a picture of
shape (size, size, 3)."""


@dataclass(frozen=True, eq=False)
class DecodedText:
    """A text that a model wrote.

    Attributes
    ----------
    text : str
        The words, joined as the model's tokens are.
    words : tuple of str
    ids : tuple of int
        Of the words, without the end.
    log_probability : float
        log p(y | x) in nats, of the words and the end, over the full softmax.
    log_probabilities : tuple of float
        Of each word, and last of the end; their sum is `log_probability`.
    is_cut : bool
        The text ended because it had reached the maximum length.
    attention : ndarray of float32, shape (n_heads, n_words + 1, n_source), or None
        Weights of the source's words at each word and at the end.
    own_attention : ndarray of float32, shape (n_heads, n_words + 1, n_words + 1), or None
        Weights of the words written before.
    """

    text: str
    words: tuple[str, ...]
    ids: tuple[int, ...]
    log_probability: float
    log_probabilities: tuple[float, ...]
    is_cut: bool = False
    attention: NDArray[np.float32] | None = None
    own_attention: NDArray[np.float32] | None = None


def decode_texts(
    model: SequenceModel,
    sources: Sequence[Source],
    how: Search | Sampling | None = None,
    *,
    longest: int | None = None,
    banned: Sequence[Collection[str]] = (),
) -> list[tuple[DecodedText, ...]]:
    """Write texts for sources.

    The unknown word is never written, nor an empty text. A text that reaches the maximum length is
    ended there, so that the probability of every text includes its end.

    Parameters
    ----------
    model : SequenceModel
        Of shape seq-seq or vec-seq.
    sources : sequence of str or ndarray
        See `encode_sources`.
    how : Search or Sampling, optional
        By default the search takes the likeliest word at each step.
    longest : int, optional
        Maximum number of words; by default that of the model.
    banned : sequence of collection of str, optional
        For each source words that its texts must not have.

    Returns
    -------
    list of tuple of DecodedText
        For each source, best first; samples in the order drawn.

    Raises
    ------
    InputError
        If the model writes no texts, a source is unusable, or a setting is out of range.
    """
    how = how or Search()
    longest = model.longest if longest is None else longest
    if not 1 <= longest <= _MOST_WORDS:
        raise InputError(
            f"A maximum length of {longest} words is out of range: give 1 to {_MOST_WORDS:,}."
        )
    decoder = decoder_of(model)
    read = _read(model, sources)
    ids = [
        [id_ for word in words if word in model.target and (id_ := model.target.id(word)) != END]
        for words in banned
    ]
    generator = torch.Generator().manual_seed(how.seed) if isinstance(how, Sampling) else None
    written: list[tuple[DecodedText, ...]] = []
    n_at_once = _NUMBERS_AT_ONCE // (len(model.target) * how.n_streams)
    n_at_once = min(max(1, n_at_once), _READ_AT_ONCE)
    for begin in range(0, len(read), n_at_once):
        here = slice(begin, begin + n_at_once)
        encoded = _encode(model, read[here])
        if isinstance(how, Sampling):
            assert generator is not None
            found = sample_ids(decoder, encoded, how, longest, generator, ids[here])
        else:
            found = search_ids(decoder, encoded, how, longest, ids[here])
        written += [tuple(as_text(model, one, longest) for one in texts) for texts in found]
    return written


def encode_sources(model: SequenceModel, sources: Sequence[Source]) -> Encoded:
    """Read the sources of a decoder.

    Parameters
    ----------
    model : SequenceModel
        Of shape seq-seq or vec-seq.
    sources : sequence of str or ndarray
        For seq-seq texts; for vec-seq labels, formulas over their vectors, or vectors of shape
        (n_dims,).

    Raises
    ------
    InputError, UnknownWordError
        If a source is unusable; of several, the message gives its number.
    """
    decoder_of(model)
    return _encode(model, _read(model, sources))


def unreadable_sources(model: SequenceModel, sources: Sequence[Source]) -> dict[int, str]:
    """Say why a decoder cannot read some sources, by their place from 0."""
    errors = {}
    read_one = _reader(model, sources)
    for place, source in enumerate(sources):
        try:
            read_one(source)
        except EmbedvizError as error:
            errors[place] = str(error)
    return errors


def decoder_of(model: SequenceModel) -> Decoder:
    """Return the decoder of a model; `InputError` if it has none."""
    if not isinstance(model.net, EncoderDecoder | VectorToText | PictureToText):
        raise InputError(
            f"{model.name} has no decoder, since its shape is {model.shape}: give a model of shape "
            "seq-seq or vec-seq."
        )
    return model.net.decoder


_Read = list[int] | NDArray[np.floating] | NDArray[np.uint8]
"""The ids of a text, a vector, or a picture."""


def _reader(model: SequenceModel, sources: Sequence[Source]) -> Callable[[Source], _Read]:
    """Return a function that reads one of the sources."""
    has_labels = isinstance(model.net, VectorToText) and any(
        isinstance(one, str) for one in sources
    )
    labels = label_vectors(model) if has_labels else None

    def read_one(source: Source) -> _Read:
        if isinstance(model.net, PictureToText):
            return _checked_picture(model, source)
        if model.shape == "seq-seq":
            return model.source_ids(_as_str(source))
        if labels is not None and isinstance(source, str):
            return _look_up(labels, source.strip())
        return _checked(model, np.asarray(source, dtype=np.float32))

    return read_one


def _read(model: SequenceModel, sources: Sequence[Source]) -> list[_Read]:
    read_one = _reader(model, sources)
    read: list[_Read] = []
    for number, source in enumerate(sources, 1):
        try:
            read.append(read_one(source))
        except EmbedvizError as error:
            if len(sources) == 1:
                raise
            raise InputError(f"Source {number} of {len(sources)}: {error}") from None
    return read


@torch.no_grad()
def _encode(model: SequenceModel, read: list[_Read]) -> Encoded:
    if isinstance(model.net, EncoderDecoder):
        columns, lengths = pad([list(map(int, ids)) for ids in read])
        encoded: Encoded = model.net.encoder(torch.from_numpy(columns), torch.from_numpy(lengths))
        return encoded
    if isinstance(model.net, PictureToText):
        pictures = np.stack(read).transpose(0, 3, 1, 2)
        return model.net.encode_pictures(torch.from_numpy(np.ascontiguousarray(pictures)))
    return as_summary(torch.from_numpy(np.stack(read).astype(np.float32)))


def _look_up(labels: WordVectors, text: str) -> NDArray[np.floating]:
    if not text:
        raise InputError("A source is empty: give a label, or a formula such as king - man.")
    if text in labels:
        return labels[text]
    return labels.combine(parse_expression(text, known=labels))


def _checked(model: SequenceModel, vector: NDArray[np.float32]) -> NDArray[np.float32]:
    n_dims = model.net.state_dict()["vectors"].shape[1]
    if vector.shape != (n_dims,) or not np.isfinite(vector).all():
        raise InputError(
            f"A vector of shape {vector.shape} does not fit the model: give {n_dims} finite "
            "numbers."
        )
    return vector


def _checked_picture(model: SequenceModel, picture: Source) -> NDArray[np.uint8]:
    size = model.training["picture_size"]
    shape = getattr(picture, "shape", None)
    if isinstance(picture, str) or shape != (size, size, 3) or picture.dtype != np.uint8:
        raise InputError(
            f"A source of shape {shape} does not fit the model: give pictures of {size} × {size} "
            "pixels and 3 bytes."
        )
    return np.asarray(picture, dtype=np.uint8)


def _as_str(source: Source) -> str:
    if not isinstance(source, str):
        raise InputError("A model of shape seq-seq reads texts: give a text instead of a vector.")
    return source


def as_text(model: SequenceModel, found: Found, longest: int) -> DecodedText:
    """Turn ids into the words of a model."""
    words = [id_ for id_ in found.ids if id_ != END]
    names = model.words(words)
    return DecodedText(
        model.tokenizer.join(names),
        tuple(names),
        tuple(words),
        float(np.sum(found.log_probabilities)),
        tuple(found.log_probabilities),
        len(words) == longest,
        found.attention,
        found.own_attention,
    )
