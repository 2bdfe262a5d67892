"""What is measured of a phrase encoder-decoder, each figure with its controls."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.sequences.splitting import TOKENIZER, normal
from embedviz.checkpoints import open_vectors
from embedviz.models import Pairs, log_likelihood
from embedviz.relations import measure, phrase_relations
from embedviz.sequences import (
    SequenceModel,
    encode_texts,
    evaluate_pairs,
    label_texts,
    mean_of_words,
    read_pair_set,
)
from embedviz.text import END, PairFile, Vocabulary, read_text_pairs
from embedviz.vectors import WordVectors

_AT_ONCE = 128
_CPU = torch.device("cpu")
Floats = NDArray[np.float32]


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """Read pairs in the form that the model reads."""
    found = ((normal(p.source), normal(p.target)) for p in read_text_pairs(PairFile(path)))
    return [pair for pair in found if all(pair)]


def log_likelihoods(model: SequenceModel, pairs: Sequence[tuple[str, str]]) -> Floats:
    """Log p(y | x) of pairs in nats."""
    ids = [(model.source_ids(x), model.target_ids(y)) for x, y in pairs]
    order = np.argsort([len(y) for _, y in ids], kind="stable")
    found = np.empty(len(ids), dtype=np.float32)
    for begin in range(0, len(ids), _AT_ONCE):
        some = order[begin : begin + _AT_ONCE]
        batch = model.batch([ids[i][0] for i in some], [ids[i][1] for i in some])
        found[some] = log_likelihood(model.net, Pairs.of(batch, _CPU)).numpy()
    return found


def share_unknown(model: SequenceModel, pairs: Sequence[tuple[str, str]]) -> float:
    """Share of unknown words among the targets' words and ends."""
    ids = [id_ for _, y in pairs for id_ in (*model.target_ids(y), END)]
    return sum(id_ == 0 for id_ in ids) / len(ids)


def unigram_perplexity(model: SequenceModel, pairs: Sequence[tuple[str, str]]) -> float:
    """Control: the perplexity of the targets if every word were as likely as in training."""
    counts = model.target.counts
    assert counts is not None
    shares = np.maximum(counts, 1) / np.maximum(counts, 1).sum()
    ids = [id_ for _, y in pairs for id_ in (*model.target_ids(y), END)]
    return float(np.exp(-np.log(shares[ids]).mean()))


def evaluation(model: SequenceModel, path: Path) -> dict[str, Any]:
    """Return what ``embedviz evaluate`` says of a file of pairs: rows of figures by part."""
    known, pairs = read_pair_set(model, PairFile(path))
    return {
        one.key: {
            "n": one.n,
            "rows": {
                name: {m.key: value for m, value in zip(one.measures, row, strict=True)}
                for name, row in one.rows.items()
            },
        }
        for one in evaluate_pairs(known, pairs)
    }


def paraphrases(
    models: Mapping[str, SequenceModel],
    test: Sequence[tuple[str, str]],
    every: Sequence[tuple[str, str]],
    *,
    n_others: int = 15_000,
) -> dict[str, Any]:
    """Share of test sentences whose nearest one has the same translation.

    Sources of test pairs whose target also stands with another source; that one has to be nearest,
    among 15,000 others, drawn from all pairs. Training has no pair with such a target.
    Rearrangements of the same words do not count.
    """
    with_target = defaultdict(set)
    for x, y in every:
        with_target[y].add(x)
    right: dict[str, set[str]] = defaultdict(set)
    for x, y in test:
        right[x] |= {one for one in with_target[y] if sorted(one.split()) != sorted(x.split())}
    queries = sorted(x for x in right if right[x])
    pool = sorted({x for some in with_target.values() for x in some})
    random.Random(0).shuffle(pool)
    pool = sorted(set(pool[:n_others]) | {one for x in queries for one in right[x]})
    few = np.array([max(_shared(x, y) for y in right[x]) < 0.5 for x in queries])
    english = open_vectors("english")
    found: dict[str, Any] = {"n": len(queries), "n_few_shared": int(few.sum()), "n_pool": len(pool)}

    def first(of_pool: Floats, of_queries: Floats) -> dict[str, float]:
        mean = of_pool.mean(axis=0)
        pool_unit, query_unit = (_unit(rows - mean) for rows in (of_pool, of_queries))
        place = {text: i for i, text in enumerate(pool)}
        hits = []
        for query, row in zip(queries, query_unit, strict=True):
            scores = pool_unit @ row
            if query in place:
                scores[place[query]] = -np.inf
            hits.append(pool[int(scores.argmax())] in right[query])
        is_hit = np.array(hits)
        return {"first": float(is_hit.mean()), "first_few_shared": float(is_hit[few].mean())}

    for name, model in models.items():
        found[name] = first(encode_texts(model, pool), encode_texts(model, queries))
    found["mean of word vectors"] = first(
        mean_of_words(pool, english, TOKENIZER), mean_of_words(queries, english, TOKENIZER)
    )
    return found


def _shared(one: str, other: str) -> float:
    a, b = set(one.split()), set(other.split())
    return len(a & b) / len(a | b)


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def permuted(
    models: Mapping[str, SequenceModel], test: Sequence[tuple[str, str]], *, n: int = 150
) -> dict[str, Any]:
    """Share of sentences that are likelier than nine random orders of the same words.

    Chance is one in ten.
    """
    rng = random.Random(3)
    by_source = {x: y for x, y in reversed(test) if 4 <= len(x.split()) <= 10}
    sources = sorted(by_source)
    rng.shuffle(sources)
    cases = []
    for x in sources[:n]:
        orders: set[str] = set()
        words = by_source[x].split()
        for _ in range(100):
            order = " ".join(rng.sample(words, len(words)))
            if order != by_source[x] and len(orders) < 9:
                orders.add(order)
        if len(orders) == 9:
            cases.append((x, [by_source[x], *sorted(orders)]))
    found: dict[str, Any] = {"n": len(cases)}
    for name, model in models.items():
        scores = log_likelihoods(model, [(x, y) for x, ys in cases for y in ys]).reshape(-1, 10)
        found[name] = float((scores.argmax(axis=1) == 0).mean())
    return found


def offsets(models: Mapping[str, SequenceModel]) -> list[dict[str, Any]]:
    """Consistency and hits of the relations between phrases, with controls."""
    english, found = open_vectors("english"), []
    for relation in phrase_relations():
        row: dict[str, Any] = {"name": relation.name, "n_pairs": len(relation.pairs)}
        spaces = {
            name: label_texts(model, relation.words, at_own_mean=model.mean is None)
            for name, model in models.items()
        }
        rows = mean_of_words(relation.words, english, TOKENIZER)
        spaces["mean of word vectors"] = WordVectors(Vocabulary(relation.words), rows)
        for name, vectors in spaces.items():
            report = measure(vectors, relation)
            row[name] = {
                "consistency": report.consistency,
                "interval": report.consistency_interval,
                "shuffled": report.shuffled_consistency,
                "hit_rate": report.hit_rate,
            }
        found.append(row)
    return found
