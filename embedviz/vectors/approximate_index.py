"""An approximate nearest-neighbour index, for more than a million words.

Needs the extra ``index`` (usearch). Below a million words the exact search is fast enough.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.support import atomic_path, cache_folder, parse_json, read_limited
from embedviz.vectors.neighbour import Neighbour, RankedWords
from embedviz.vectors.word_vectors import WordVectors

_ROWS_AT_ONCE = 1 << 16
_CHECKED_ROWS = 100
_LONGEST_FACTS = 1 << 20
_FACTS = ".json"
_KEY, _KEY_BYTES = "index.key", 32


@dataclass(frozen=True, eq=False)
class Index:
    """A hierarchical navigable small-world graph (HNSW) of words; built by `build_index`.

    Source: Malkov and Yashunin (2018), *Efficient and robust approximate nearest neighbor search*.
    """

    vectors: WordVectors
    graph: Any

    def nearest(
        self, vector: NDArray[np.floating], n: int = 10, *, exclude: Collection[str] = ()
    ) -> RankedWords[Neighbour]:
        """Find words with the highest cosine to a vector, best first; some may be missed.

        Parameters
        ----------
        vector : ndarray, shape (n_dims,)
        n : int
            Maximum number of words; at least 1.
        exclude : collection of str
            Words that are not returned.

        Raises
        ------
        InputError, UnknownWordError
            If `n` is below 1, or an excluded word has no vector.
        """
        if n < 1:
            raise InputError(f"{n} neighbours cannot be listed: request at least 1.")
        left_out = set(self.vectors.ids(list(exclude)))
        query = np.asarray(vector, dtype=np.float32)
        found = self.graph.search(query, min(n + len(left_out), len(self.vectors)))
        near = zip(found.keys.tolist(), found.distances.tolist(), strict=True)
        best = [(id_, 1 - distance) for id_, distance in near if id_ not in left_out]
        return RankedWords(self.vectors.neighbour(id_, cosine) for id_, cosine in best[:n])

    def save(self, path: Path) -> None:
        """Write the index, and next to it NAME.json with the signature that `open_index` checks."""
        data = bytes(self.graph.save())
        facts = {
            "format": "embedviz index",
            "n_words": len(self.vectors),
            "n_dims": self.vectors.n_dims,
            "hmac": _sign(data),
        }
        with atomic_path(_facts(path)) as facts_aside, atomic_path(path) as aside:
            facts_aside.write_text(json.dumps(facts) + "\n", encoding="utf-8")
            aside.write_bytes(data)

    def recall(self, *, n: int = 10, n_queries: int = 200, seed: int = 0) -> float:
        """Share of the n nearest words that the index finds, 0 to 1, over random words."""
        drawn = np.random.default_rng(seed).integers(len(self.vectors), size=n_queries)
        queries = self.vectors.unit_rows(drawn)
        exact = self.vectors.nearest_to_each(queries, n)
        hits = sum(
            len({one.word for one in right} & {one.word for one in self.nearest(query, n)})
            for query, right in zip(queries, exact, strict=True)
        )
        return hits / sum(len(right) for right in exact)


def build_index(vectors: WordVectors, *, threads: int = 1) -> Index:
    """Build an index of all words on `threads` threads.

    Raises
    ------
    InputError
        If usearch is not installed.
    """
    graph = _graphs()(ndim=vectors.n_dims, metric="cos", dtype="f32")
    for begin in range(0, len(vectors), _ROWS_AT_ONCE):
        ids = np.arange(begin, min(begin + _ROWS_AT_ONCE, len(vectors)))
        graph.add(ids, vectors.unit_rows(ids), threads=threads)
    return Index(vectors, graph)


def open_index(path: Path, vectors: WordVectors) -> Index:
    """Load an index that `Index.save` wrote on this machine for the same vectors.

    usearch neither detects damage nor survives it: a forged file can crash the process. Therefore
    an index is signed with a key that stays on this machine, and one from elsewhere is refused.

    Raises
    ------
    InputError
        If it is not an index, is damaged, was built elsewhere or of other vectors, or usearch is
        not installed.
    """
    graphs = _graphs()
    try:
        facts = parse_json(read_limited(_facts(path), _LONGEST_FACTS))
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be opened as an index with {_facts(path).name} next to it "
            f"({getattr(error, 'strerror', None) or 'not JSON'}): build it with 'embedviz index'."
        ) from None
    signature = facts.get("hmac") if isinstance(facts, dict) else None
    if not isinstance(signature, str) or not hmac.compare_digest(
        signature.encode(errors="replace"), _sign(data).encode()
    ):
        raise InputError(
            f"{path} was changed, or built on another machine or by an older embedviz: rebuild it "
            "with 'embedviz index'."
        )
    graph = graphs.restore(data)
    shape = (len(graph), graph.ndim)
    if shape != vectors.matrix.shape:
        raise InputError(
            f"{path} indexes {shape[0]} words of {shape[1]} dimensions, the vectors are "
            f"{len(vectors)} of {vectors.n_dims}: index them with 'embedviz index'."
        )
    ids = np.linspace(0, len(vectors) - 1, min(_CHECKED_ROWS, len(vectors))).astype(np.intp)
    if not np.allclose(graph[ids], vectors.unit_rows(ids), atol=1e-5):
        raise InputError(f"{path} indexes other vectors: index these with 'embedviz index'.")
    return Index(vectors, graph)


def _sign(data: bytes) -> str:
    """Sign an index with this machine's key, which is made at the first use."""
    path = cache_folder() / _KEY
    try:
        if not path.is_file() or path.stat().st_size != _KEY_BYTES:
            with atomic_path(path, durable=True) as aside:
                aside.touch(0o600)
                aside.write_bytes(secrets.token_bytes(_KEY_BYTES))
        key = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{path}, the key that signs indexes, cannot be read ({error.strerror or error}): set "
            "EMBEDVIZ_CACHE to another folder."
        ) from None
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def _facts(path: Path) -> Path:
    return path.with_name(path.name + _FACTS)


def _graphs() -> type[Any]:
    try:
        from usearch.index import Index as Graph
    except ImportError:
        raise InputError(
            "An approximate index needs usearch: pip install 'embedviz[index]'."
        ) from None
    return Graph
