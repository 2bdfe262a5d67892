"""Saving, loading and converting model folders and vector files without PyTorch.

`open_vectors` loads word vectors from a model or a file, `save` writes them to a file, and
`checkpoint` reads and writes model folders.
"""

from embedviz.checkpoints import checkpoint, loading
from embedviz.checkpoints.confined import (
    convert_confined,
)
from embedviz.checkpoints.extraction import (
    extract_vectors,
    load_vectors,
)
from embedviz.checkpoints.loading import (
    open_vectors,
    save,
)
from embedviz.checkpoints.pictures import label_pictures
from embedviz.checkpoints.shapes import require_shape
from embedviz.checkpoints.tables import (
    LABELS,
    WORDS,
    LabelSpace,
    center_on_frequent,
    complete_tensors,
    embedding_table,
    open_label_space,
)

__all__ = [
    "LABELS",
    "WORDS",
    "LabelSpace",
    "center_on_frequent",
    "checkpoint",
    "complete_tensors",
    "convert_confined",
    "embedding_table",
    "extract_vectors",
    "label_pictures",
    "load_vectors",
    "loading",
    "open_label_space",
    "open_vectors",
    "require_shape",
    "save",
]
