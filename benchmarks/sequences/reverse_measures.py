"""What is measured of a reverse dictionary, beside the mean of a description's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from embedviz.checkpoints import open_vectors
from embedviz.models import TextToVector
from embedviz.sequences import SequenceModel, encode_texts, mean_of_words
from embedviz.vectors import unit_rows

Floats = NDArray[np.float32]


def ranks(
    models: Mapping[str, SequenceModel], test: Sequence[tuple[str, str]]
) -> dict[str, dict[str, Any]]:
    """Rank of the word among all candidates by cosine, of test pairs (description, word).

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
    means = mean_of_words(descriptions, open_vectors("english"), model.tokenizer, content=True)
    found["mean of content words"] = _ranks_of(model, means, labels)
    return found


def _ranks_of(model: SequenceModel, rows: Floats, labels: NDArray[np.int64]) -> dict[str, Any]:
    unit = unit_rows(cast(TextToVector, model.net).vectors.detach().numpy())
    found = []
    for row, label in zip(unit_rows(rows), labels, strict=True):
        scores = unit @ row
        found.append(1 + int((scores > scores[label]).sum()))
    at = np.array(found)
    return {
        "n": len(at),
        "n_candidates": len(unit),
        "median": float(np.median(at)),
        **{f"first_{n}": float((at <= n).mean()) for n in (1, 10, 100)},
    }
