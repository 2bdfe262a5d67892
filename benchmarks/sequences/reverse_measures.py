"""What is measured of a reverse dictionary, beside the mean of a description's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.checkpoints import LabelSpace, open_vectors
from embedviz.sequences import SequenceModel, encode_texts, mean_of_words, rank_labels

Floats = NDArray[np.float32]


def ranks(
    models: Mapping[str, SequenceModel], test: Sequence[tuple[str, str]]
) -> dict[str, dict[str, Any]]:
    """Rank of the word among all candidates, of test pairs (description, word).

    The trained model ranks by cosine less half of the hubness, the controls by cosine alone.
    Nothing is left out, as in the trials: the description's own words compete.
    """
    model = next(iter(models.values()))
    known = [pair for pair in test if any(w in model.source for w in pair[0].split())]
    descriptions = [description for description, _ in known]
    labels = np.array([model.label_id(word) for _, word in known])
    found = {
        name: _ranks_of(one, encode_texts(one, descriptions), labels)
        for name, one in models.items()
    }
    english = open_vectors("english")
    words = mean_of_words(descriptions, english, model.tokenizer, content=True)
    means = LabelSpace(english, model.shape).place(words)
    plain = replace(model, hubness=None)
    found["mean of content words"] = _ranks_of(plain, means, labels)
    found["trained, by cosine alone"] = _ranks_of(plain, encode_texts(model, descriptions), labels)
    return found


def _ranks_of(model: SequenceModel, rows: Floats, labels: NDArray[np.int64]) -> dict[str, Any]:
    at = rank_labels(model, rows, labels)
    return {
        "n": len(at),
        "n_candidates": len(model.target),
        "median": float(np.median(at)),
        **{f"first_{n}": float((at <= n).mean()) for n in (1, 10, 100)},
    }
