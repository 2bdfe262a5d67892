"""Small vectors with planted offsets."""

import numpy as np

from embedviz.relations import FAMILIES, built_in
from embedviz.text import Vocabulary
from embedviz.vectors import WordVectors


def planted_vectors(noise=0.15, n_pairs=40, n_dims=50, seed=0):
    """Vectors in which each family's targets are its sources plus one offset plus noise."""
    rng = np.random.default_rng(seed)
    rows = {}
    for name in FAMILIES:
        offset = rng.normal(size=n_dims) / n_dims**0.5
        for source, target in built_in(name).pairs[:n_pairs]:
            base = rng.normal(size=n_dims) / n_dims**0.5
            rows.setdefault(source, base)
            rows.setdefault(
                target, rows[source] + offset + noise * rng.normal(size=n_dims) / n_dims**0.5
            )
    for i in range(500):
        rows[f"filler{i}"] = rng.normal(size=n_dims) / n_dims**0.5
    matrix = np.array(list(rows.values()), dtype=np.float32)
    return WordVectors(Vocabulary(tuple(rows)), matrix)
