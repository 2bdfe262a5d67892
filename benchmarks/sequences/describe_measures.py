"""What is measured of a model that describes words, beside its controls."""

from __future__ import annotations

import math
import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from embedviz.models import Pairs, decode_pairs
from embedviz.sequences import (
    BEAM,
    SequenceModel,
    add_labels,
    describe_points,
    label_vectors,
    log_probabilities,
    points_of,
)

N_CANDIDATES, N_RANKED, _AT_ONCE = 1_000, 200, 128
PARTS = {"n": "noun", "p": "name", "v": "verb", "a": "adjective", "r": "adverb"}
"""Parts of speech of the table, as they are written; proper nouns are names."""

_N_PREFIX = 2  # words: the part of speech and a colon
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an the of or and in to that is are be by for with on as at from its it one who which "
        "was were has have used being not no some any into having something someone especially "
        "usually",
    )
)
_PERSON = "a person who"

Row = Mapping[str, str]


def text_of(row: Row) -> str:
    """Return what is to be written of a row: the part of speech, and the gloss."""
    return f"{PARTS[row['pos']]}: {row['gloss']}"


def perplexities(model: SequenceModel, rows: Sequence[Row]) -> dict[str, float]:
    """Perplexity of the glosses and their ends, without the part of speech.

    Words that the model does not know count as one word, and are left out in a second figure. The
    control is the same model after a vector of zeros.
    """
    ids = [model.target_ids(text_of(row)) for row in rows]
    sources = [[model.label_id(row["lemma"])] for row in rows]
    return {
        **_perplexity(model, sources, ids, "", zero=False),
        **_perplexity(model, sources, ids, "_after_zero", zero=True),
    }


@torch.no_grad()
def _perplexity(
    model: SequenceModel,
    sources: Sequence[Sequence[int]],
    targets: Sequence[Sequence[int]],
    ending: str,
    *,
    zero: bool,
) -> dict[str, float]:
    costs, known = [], []
    for begin in range(0, len(sources), _AT_ONCE):
        here = slice(begin, begin + _AT_ONCE)
        pairs = Pairs.of(model.batch(sources[here], targets[here]), torch.device("cpu"))
        encoded = model.net.encode(pairs.source[0])
        if zero:
            encoded = encoded.select(torch.arange(len(encoded.lengths)))
            encoded.summary.zero_()
        at = decode_pairs(model.net, pairs, encoded=encoded)
        log_p = torch.log_softmax(model.net.decoder.scores(at.vectors), dim=1)
        own = log_p.gather(1, at.targets[:, None])[:, 0]
        steps = torch.arange(len(pairs.target) - 1)[:, None]
        places = (steps < pairs.target_lengths).nonzero()[:, 0]
        counted = places >= _N_PREFIX
        costs.append(-own[counted].double().numpy())
        known.append((at.targets[counted] != 0).numpy())
    all_costs, is_known = np.concatenate(costs), np.concatenate(known)
    return {
        f"perplexity{ending}": math.exp(all_costs.mean()),
        f"perplexity_of_known{ending}": math.exp(all_costs[is_known].mean()),
    }


def ranks(model: SequenceModel, rows: Sequence[Row], seed: int = 1) -> dict[str, float]:
    """Rank of the true gloss among a thousand of other words, by likelihood ratio."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["lemma"], row)
    chosen = list(first.values())
    random.Random(seed).shuffle(chosen)
    chosen = chosen[:N_CANDIDATES]
    glosses = [model.target_ids(text_of(row)) for row in chosen]
    after_zero = log_probabilities(model, [[0]] * len(glosses), glosses, zero=True)
    found: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(chosen[:N_RANKED]):
        source = [[model.label_id(row["lemma"])]] * len(glosses)
        ratio = log_probabilities(model, source, glosses) - after_zero
        found["ratio"].append(1 + int((ratio > ratio[place]).sum()))
        found["log_p"].append(1 + int((after_zero > after_zero[place]).sum()))
    at = np.array(found["ratio"])
    return {
        "n": len(at),
        "n_candidates": len(chosen),
        "median_rank": float(np.median(at)),
        "first": float((at == 1).mean()),
        "first_ten": float((at <= 10).mean()),
        "median_rank_without_vector": float(np.median(found["log_p"])),
    }


def written(model: SequenceModel, rows: Sequence[Row], training: Sequence[Row]) -> dict[str, Any]:
    """Compare what is written for held-out words with what controls would say.

    Overlap: F1 of the content words with the nearest true gloss of the word. Controls: the first
    gloss of the nearest word of the training set, a random gloss, and one sentence for all.
    """
    true: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        true[row["lemma"]].append(row)
    words = sorted(true)
    found = describe_points(model, points_of(model, words), BEAM)
    ours = [one.texts[0].text for one in found]
    parts = [text.split(":")[0] for text in ours]
    known: dict[str, str] = {}
    for row in training:
        known.setdefault(row["lemma"], row["gloss"])
    labels = label_vectors(model)
    candidates = labels.subset([word for word in known if word in labels])
    vectors = np.stack([labels[word] for word in words])
    nearest = [best.word for (best,) in candidates.nearest_to_each(vectors, 1)]
    rng = random.Random(0)
    glosses = list(known.values())
    texts = {
        "model": [text.split(":", 1)[-1] for text in ours],
        "copy of the nearest word's": [known[word] for word in nearest],
        "a random gloss": [rng.choice(glosses) for _ in words],
        f"“{_PERSON}”": [_PERSON] * len(words),
    }
    return {
        "n": len(words),
        "part_of_speech": float(
            np.mean(
                [
                    part in {PARTS[r["pos"]] for r in true[w]}
                    for w, part in zip(words, parts, strict=True)
                ]
            )
        ),
        "most_frequent_part": float(
            np.mean(["noun" in {PARTS[r["pos"]] for r in true[w]} for w in words])
        ),
        "n_distinct": len(set(ours)),
        "overlap": {
            name: float(
                np.mean(
                    [_overlap(text, true[word]) for text, word in zip(some, words, strict=True)]
                )
            )
            for name, some in texts.items()
        },
        "examples": {
            word: text
            for word, text in list(zip(words, ours, strict=True))[:: max(1, len(words) // 12)]
        },
    }


def with_labels(model: SequenceModel, rows: Sequence[Row]) -> SequenceModel:
    """Add the held-out words, whose vectors the model has not seen in training."""
    return add_labels(model, [row["lemma"] for row in rows])


def _overlap(text: str, true: Sequence[Row]) -> float:
    own, best = _content(text), 0.0
    for row in true:
        other = _content(row["gloss"])
        if shared := len(own & other):
            best = max(best, 2 * shared / (len(own) + len(other)))
    return best


def _content(text: str) -> set[str]:
    return set(text.split()) - _FUNCTION_WORDS
