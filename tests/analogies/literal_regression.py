"""The regression of LRCos by its definition, on a word's row each."""

import numpy as np
import pytest


def regression(unit, pairs, seed=0):
    linear_model = pytest.importorskip("sklearn.linear_model")
    words, targets = list(unit), {target for _, target in pairs}
    drawn = np.random.default_rng(seed).choice(len(words), len(pairs), replace=False)
    rest = ({source for source, _ in pairs} | {words[i] for i in drawn}) - targets
    rows = np.array([unit[word] for word in sorted(targets) + sorted(rest)])
    return linear_model.LogisticRegression().fit(rows, np.arange(len(rows)) < len(targets))
