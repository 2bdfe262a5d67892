"""BLEU and chrF of decoded texts, with controls that do not decode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.sequences.decoding import decode_texts
from embedviz.sequences.likelihoods import summaries
from embedviz.sequences.measures import MODEL, Measure, Measured
from embedviz.sequences.model import SequenceModel
from embedviz.sequences.pair_set import PairSet
from embedviz.sequences.search_settings import Search
from embedviz.vectors import unit_rows

CONSTANT, NEAREST = "most frequent target", "target of the nearest source"

_ROWS_AT_ONCE = 512


def measure_texts(model: SequenceModel, pairs: PairSet, how: Search, *, most: int) -> Measured:
    """Compare decoded texts with all targets of the same source.

    Controls are the most frequent target of the file, and for each source the first target of the
    other source of the file whose vector is nearest.

    Parameters
    ----------
    model : SequenceModel
        Of shape seq-seq or vec-seq.
    pairs : PairSet
    how : Search
    most : int
        At most so many sources are decoded: the first ones.
    """
    targets = [_text(model, pair.target) for pair in pairs.pairs]
    references: dict[tuple[int, ...], list[str]] = {}
    for source, target in zip(pairs.sources, targets, strict=True):
        references.setdefault(source, []).append(target)
    distinct = pairs.distinct_sources()
    decoded = distinct.take(range(min(most, len(distinct))))
    wanted = [references[source] for source in decoded.sources]
    texts = [found[0].text for found in decode_texts(model, [p.source for p in decoded.pairs], how)]
    constant = Counter(targets).most_common(1)[0][0]
    rows = {MODEL: text_scores(texts, wanted)}
    rows[CONSTANT] = text_scores([constant] * len(texts), wanted)
    if len(distinct) > 1:
        nearest = _nearest(summaries(model, distinct.sources), len(texts))
        copies = [references[distinct.sources[place]][0] for place in nearest]
        rows[NEAREST] = text_scores(copies, wanted)
    search = (
        f"a beam of {how.beam}, alpha {how.alpha:g}"
        if how.beam > 1
        else "the likeliest word at each step"
    )
    return Measured(
        "texts",
        "Decoded texts",
        (Measure("chrf", "chrF", ".1f"), Measure("bleu", "BLEU", ".1f")),
        dict(rows),
        len(texts),
        "sources",
        (
            f"By {search}. chrF2 and BLEU (sacrebleu), 0 to 100, compare the model's words with "
            "all targets of the same source; figures on other tokens are not comparable. Controls: "
            "one text for all, and a copy from the source with the nearest vector in the file.",
        ),
    )


def text_scores(texts: Sequence[str], references: Sequence[Sequence[str]]) -> tuple[float, float]:
    """Return chrF and BLEU, 0 to 100, of texts split into words by spaces.

    Source: Popović (2015), *chrF: character n-gram F-score for automatic MT evaluation*; Papineni
    et al. (2002), *BLEU*; Post (2018), *A call for clarity in reporting BLEU scores*.

    Parameters
    ----------
    texts : sequence of str
    references : sequence of sequence of str
        One or more of each text.

    Raises
    ------
    InputError
        If sacrebleu is not installed.
    """
    bleu, chrf = metrics()
    n = max(map(len, references))
    # sacrebleu takes the k-th reference of all texts together; None where there is none
    streams: Any = [[one[k] if k < len(one) else None for one in references] for k in range(n)]
    scores = [one.corpus_score(list(texts), streams).score for one in (chrf, bleu)]
    return float(scores[0]), float(scores[1])


def metrics() -> tuple[Any, Any]:
    """Return sacrebleu's BLEU and chrF; `InputError` if it is not installed."""
    try:
        from sacrebleu.metrics.bleu import BLEU
        from sacrebleu.metrics.chrf import CHRF
    except ModuleNotFoundError as missing:
        raise InputError(
            f"BLEU and chrF need the package {missing.name}: pip install 'embedviz[sequences]'."
        ) from None
    return BLEU(tokenize="none", force=True), CHRF()


def _text(model: SequenceModel, target: str) -> str:
    return model.tokenizer.join(model.tokenizer.tokens(target))


def _nearest(vectors: NDArray[np.float32], n: int) -> NDArray[np.int64]:
    """Return for each of the first n rows the nearest other one, by the cosine once centred."""
    unit = unit_rows(vectors - vectors.mean(0))
    nearest = []
    for begin in range(0, n, _ROWS_AT_ONCE):
        rows = np.arange(begin, min(n, begin + _ROWS_AT_ONCE))
        cosines = unit[rows] @ unit.T
        cosines[np.arange(len(rows)), rows] = -np.inf
        nearest.append(cosines.argmax(1))
    return np.concatenate(nearest)
