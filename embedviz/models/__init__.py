"""Recurrent models: Pred, Dec and C, their perplexity, and text generation."""

from embedviz.models.generation import (
    load_model,
    measure_text,
    sample_text,
)
from embedviz.models.language_model import (
    LanguageModel,
)
from embedviz.models.losses import (
    full_softmax,
    sampled_softmax,
)
from embedviz.models.perplexity import (
    MeasurementStoppedError,
    calibrate,
    perplexity,
)
from embedviz.models.recurrence import (
    State,
    detach,
)
from embedviz.models.row_gradient import RowGradient
from embedviz.models.subwords import (
    Subwords,
)

__all__ = [
    "LanguageModel",
    "MeasurementStoppedError",
    "RowGradient",
    "State",
    "Subwords",
    "calibrate",
    "detach",
    "full_softmax",
    "load_model",
    "measure_text",
    "perplexity",
    "sample_text",
    "sampled_softmax",
]
