"""Train a recurrent language model on a text, and explore its word vectors.

Examples
--------
>>> import embedviz as ev
>>> vectors = ev.load("english")                        # doctest: +SKIP
>>> vectors.analogy("man", "king", "woman")[0].word     # doctest: +SKIP
'queen'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from embedviz.errors import EmbedvizError, InputError, ModelError, UnknownWordError

if TYPE_CHECKING:
    from os import PathLike

    from embedviz.vectors import WordVectors

    __version__: str

# imported at first use, so that `import embedviz` stays fast and never loads torch
_LAZY = {
    "Neighbour": "embedviz.vectors.word_vectors",
    "WordVectors": "embedviz.vectors.word_vectors",
    "Vocabulary": "embedviz.text.vocabulary",
    "Tokenizer": "embedviz.text.tokenization",
    "Direction": "embedviz.relations.direction",
    "Relation": "embedviz.relations.direction",
    "RelationReport": "embedviz.relations.relation_report",
    "direction": "embedviz.relations.direction",
    "measure": "embedviz.relations.direction",
    "TrainingConfig": "embedviz.settings.training",
}

__all__ = [
    "Direction",
    "EmbedvizError",
    "InputError",
    "ModelError",
    "Neighbour",
    "Relation",
    "RelationReport",
    "Tokenizer",
    "TrainingConfig",
    "UnknownWordError",
    "Vocabulary",
    "WordVectors",
    "direction",
    "load",
    "measure",
    "save",
]


def load(
    path: str | PathLike[str],
    *,
    words: str | PathLike[str] | None = None,
    tensor: str | None = None,
    replace_invalid: bool = False,
) -> WordVectors:
    """Load word vectors from a trained model, or a file of any format in ``docs/formats``.

    Parameters
    ----------
    path : str or path
        The folder that ``embedviz train`` wrote, the text ``"english"`` for the model that
        ships with the package, or a file of word vectors. A folder of your own with this
        name is ``"./english"`` or ``Path("english")``.
    words, tensor, replace_invalid
        For files that need them; see `embedviz.checkpoints.loading.open_vectors`.

    Raises
    ------
    ModelError, InputError
        If the path does not exist, is damaged, or is from a newer version.

    Examples
    --------
    >>> load("english").similarity("king", "queen") > 0.5   # doctest: +SKIP
    True
    """
    from embedviz.checkpoints import open_vectors

    return open_vectors(path, words=words, tensor=tensor, replace_invalid=replace_invalid)


def save(vectors: WordVectors, path: str | PathLike[str], *, float16: bool = False) -> None:
    """Save word vectors to a file; its name decides the format.

    Parameters
    ----------
    vectors : WordVectors
    path : str or path
        Ends in one of the names in ``docs/formats``, such as ``.npy``, ``.vec`` or ``.parquet``.
    float16 : bool
        Store float16; only ``.npy``, ``.npz`` and ``.safetensors`` support it.

    Raises
    ------
    InputError
        If the name matches no format, a word does not fit the format, or writing fails.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from embedviz import Vocabulary, WordVectors
    >>> vectors = WordVectors(Vocabulary(("king", "queen")), np.eye(2, dtype=np.float32))
    >>> path = Path(tempfile.mkdtemp()) / "royal.vec"
    >>> save(vectors, path)
    >>> print(path.read_text(), end="")
    2 2
    king 1.0 0.0
    queen 0.0 1.0
    """
    from embedviz.checkpoints import loading

    loading.save(vectors, path, float16=float16)


def __getattr__(name: str) -> object:
    if name == "__version__":  # the look-up would take most of the time of `import embedviz`
        from importlib.metadata import version

        return version("embedviz")
    if name not in _LAZY:
        raise AttributeError(f"module 'embedviz' has no attribute '{name}'")
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
