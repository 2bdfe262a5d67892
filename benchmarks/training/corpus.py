"""The encoded corpus that every training method reads: saved in a folder, whole or in part."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from embedviz.text import Corpus, Vocabulary

LIST_LENGTH = 10_000  # the longest that gensim reads in one piece
N_PIECES = 1024


def write(corpus: Corpus, folder: Path) -> None:
    """Save a corpus in a folder, for `read`."""
    folder.mkdir(parents=True, exist_ok=True)
    words = {"words": corpus.vocabulary.words, "counts": corpus.counts.tolist()}
    (folder / "words.json").write_text(json.dumps(words), encoding="utf-8")
    corpus.train.tofile(folder / "train.i32")
    np.save(folder / "held_out.npy", corpus.held_out)


def read(folder: Path, *, held_out: bool = True) -> Corpus:
    """Open a saved corpus, with or without its held-out blocks."""
    kept = json.loads((folder / "words.json").read_text(encoding="utf-8"))
    counts = np.array(kept["counts"], dtype=np.int64)
    blocks = np.load(folder / "held_out.npy")
    return Corpus(
        vocabulary=Vocabulary(tuple(kept["words"]), counts),
        counts=counts,
        train=np.memmap(folder / "train.i32", dtype=np.int32, mode="r"),
        held_out=blocks if held_out else blocks[:0],
        fingerprint="",
    )


def part(corpus: Corpus, share: float, *, min_count: int) -> Corpus:
    """Return a share of the training text, with the vocabulary of that share.

    The text is cut into 1,024 pieces, of which one (or two, four, eight) in sixteen are kept, so
    that a text sorted by topic keeps all its topics. Larger shares contain the smaller ones.
    """
    bounds = np.linspace(0, len(corpus.train), N_PIECES + 1).astype(np.int64)
    kept_pieces = np.arange(N_PIECES) % 16 < round(16 * share)
    pieces = zip(bounds[:-1][kept_pieces], bounds[1:][kept_pieces], strict=True)
    train = np.concatenate([corpus.train[begin:end] for begin, end in pieces])
    counts = np.bincount(train, minlength=len(corpus.counts))
    order = np.argsort(-counts, kind="stable")
    order = order[(counts[order] >= min_count) & (order > 0)]
    final = np.zeros(len(counts), dtype=np.int32)
    final[order] = np.arange(1, len(order) + 1, dtype=np.int32)
    new_counts = np.array([counts.sum() - counts[order].sum(), *counts[order]], dtype=np.int64)
    words = corpus.vocabulary.words
    return Corpus(
        vocabulary=Vocabulary((words[0], *(words[i] for i in order)), new_counts),
        counts=new_counts,
        train=final[train],
        held_out=final[corpus.held_out],
        fingerprint="",
    )


class WordLists:
    """The training text as lists of words, for gensim, over a number of passes.

    The unknown word is included; gensim skips it, as it is not in its vocabulary.

    Parameters
    ----------
    corpus : Corpus
    epochs : float
        Passes; a fraction reads the first part of the text once more.
    """

    def __init__(self, corpus: Corpus, epochs: float) -> None:
        self.train = corpus.train
        self.words = np.array(corpus.vocabulary.words, dtype=object)
        self.n_tokens = round(epochs * len(corpus.train))

    def __iter__(self) -> Iterator[list[str]]:
        """Iterate over the lists."""
        left = self.n_tokens
        while left > 0:
            for begin in range(0, min(left, len(self.train)), LIST_LENGTH):
                end = min(begin + LIST_LENGTH, left, len(self.train))
                yield self.words[self.train[begin:end]].tolist()
            left -= len(self.train)
