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
from importlib.metadata import version
from typing import TYPE_CHECKING

from embedviz.errors import EmbedvizError, InputError, ModelError, UnknownWordError

if TYPE_CHECKING:
    from os import PathLike

    from embedviz.vectors import WordVectors

__version__ = version("embedviz")

# opened at first use, so that `import embedviz` stays quick and never loads torch
_LAZY = {
    "Neighbour": "embedviz.vectors",
    "WordVectors": "embedviz.vectors",
    "Vocabulary": "embedviz.vocabulary",
    "Tokenizer": "embedviz.tokenization",
    "Direction": "embedviz.relations",
    "Relation": "embedviz.relations",
    "RelationReport": "embedviz.relations",
    "direction": "embedviz.relations",
    "measure": "embedviz.relations",
    "TrainingConfig": "embedviz.configuration",
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
]


def load(path: str | PathLike[str]) -> WordVectors:
    """Open the word vectors of a trained model.

    Parameters
    ----------
    path : str or path
        The folder that ``embedviz train`` wrote, or the text ``"english"``: the model that ships
        with the package. A folder of your own called so is ``"./english"`` or ``Path("english")``.

    Raises
    ------
    ModelError
        If the folder is no model, is damaged, or is from a newer version.

    Examples
    --------
    >>> load("english").similarity("king", "queen") > 0.5   # doctest: +SKIP
    True
    """
    from embedviz.extraction import load_vectors

    return load_vectors(path)


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module 'embedviz' has no attribute '{name}'")
    return getattr(import_module(_LAZY[name]), name)
