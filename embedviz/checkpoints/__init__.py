"""Model folders and files of vectors, without PyTorch: saved, loaded, converted."""

from embedviz.checkpoints import checkpoint, loading
from embedviz.checkpoints.extraction import (
    extract_vectors,
    load_vectors,
)
from embedviz.checkpoints.loading import (
    open_vectors,
    save,
)

__all__ = [
    "checkpoint",
    "extract_vectors",
    "load_vectors",
    "loading",
    "open_vectors",
    "save",
]
