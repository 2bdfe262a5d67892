"""Recurrent models: Pred, Dec and C, their perplexity, and text generation.

`LanguageModel` is embedding → Pred → Dec, `Encoder` embedding → Pred → summary, `Decoder` summary
and previous word → Pred → Dec, and `EncoderDecoder` both.
"""

from embedviz.models.attention import Attention
from embedviz.models.decoder import Decoded, Decoder
from embedviz.models.encoder import Encoded, Encoder
from embedviz.models.encoder_decoder import EncoderDecoder
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
    "Attention",
    "Decoded",
    "Decoder",
    "Encoded",
    "Encoder",
    "EncoderDecoder",
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
