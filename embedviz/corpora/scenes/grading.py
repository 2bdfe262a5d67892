"""The four grades of a caption: how much of a scene it gets right."""

from __future__ import annotations

from dataclasses import asdict

from embedviz.corpora.scenes.captions import read_caption, spot_facts
from embedviz.corpora.scenes.facts import Scene

GRADES = ("without errors", "minor errors", "somewhat related", "unrelated")
"""Of a caption, as in Vinyals et al. (2015), "Show and tell: a neural image caption generator",
figure 5."""

_RELATED = 3  # facts that are right, of six


def grade_caption(scene: Scene, text: str) -> int:
    """Grade a caption, 0 to 3: the place in `GRADES`.

    Without errors: a sentence of the grammar with all facts right. Minor errors: one fact wrong or
    missing, or all right in no sentence of the grammar. Somewhat related: who it is right, or half
    of the facts.

    Examples
    --------
    >>> scene = Scene(1, "red", "dog", "running", "on the beach", "at night")
    >>> grade_caption(scene, "one red dog is running on the beach at night")
    0
    >>> grade_caption(scene, "one red dog is running on the grass at night")
    1
    """
    true = {name: str(value) for name, value in asdict(scene).items()}
    found = spot_facts(text)
    n_right = sum(found.get(name) == value for name, value in true.items())
    n_wrong = len(true) - n_right
    if not n_wrong:
        return 0 if read_caption(text) is not None else 1
    if n_wrong == 1:
        return 1
    return 2 if found.get("being") == scene.being or n_right >= _RELATED else 3
