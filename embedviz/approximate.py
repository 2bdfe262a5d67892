"""An index that answers quickly and not always exactly, for more than a million words.

Needs the extra ``index`` (usearch). Below a million words the exact search is fast enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.vectors import Neighbour, WordVectors

_ROWS_AT_ONCE = 1 << 16


@dataclass(frozen=True, eq=False)
class Index:
    """A graph of near neighbours (HNSW); made by `build`.

    Source: Malkov and Yashunin (2018), *Efficient and robust approximate nearest neighbor search*.
    """

    vectors: WordVectors
    graph: Any

    def nearest(self, vector: NDArray[np.floating], n: int = 10) -> list[Neighbour]:
        """Words with about the highest cosine to a vector, best first; some may be missed."""
        if n < 1:
            raise InputError(f"{n} neighbours cannot be listed: ask for at least 1.")
        found = self.graph.search(np.asarray(vector, dtype=np.float32), n)
        return [
            Neighbour(self.vectors.words[id_], 1 - distance, id_ + 1)
            for id_, distance in zip(found.keys.tolist(), found.distances.tolist(), strict=True)
        ]

    def recall(self, *, n: int = 10, n_queries: int = 200, seed: int = 0) -> float:
        """Share of the n nearest words that the index finds, 0 to 1, over words drawn at random."""
        drawn = np.random.default_rng(seed).integers(len(self.vectors), size=n_queries)
        queries = self.vectors.unit_rows(drawn)
        exact = self.vectors.nearest_to_each(queries, n)
        hits = sum(
            len({one.word for one in right} & {one.word for one in self.nearest(query, n)})
            for query, right in zip(queries, exact, strict=True)
        )
        return hits / sum(len(right) for right in exact)


def build(vectors: WordVectors, *, threads: int = 1) -> Index:
    """Build an index of all words.

    Raises
    ------
    InputError
        If usearch is not installed.
    """
    try:
        from usearch.index import Index as Graph
    except ImportError:
        raise InputError(
            "An approximate index needs usearch: pip install 'embedviz[index]'."
        ) from None
    graph = Graph(ndim=vectors.n_dims, metric="cos", dtype="f32")
    for begin in range(0, len(vectors), _ROWS_AT_ONCE):
        ids = np.arange(begin, min(begin + _ROWS_AT_ONCE, len(vectors)))
        graph.add(ids, vectors.unit_rows(ids), threads=threads)
    return Index(vectors, graph)
