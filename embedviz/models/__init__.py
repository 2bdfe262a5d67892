"""Recurrent models: Pred, Dec and C, their perplexity, and text generation.

`LanguageModel` is embedding → Pred → Dec, `Encoder` embedding → Pred → summary, `Decoder` summary
and previous word → Pred → Dec, and `EncoderDecoder` both; `PictureToText` has convolutions in place
of the encoder.
"""

from embedviz.models.attention import Attention
from embedviz.models.building import HEAD_DIMS, build_net, picture_encoder
from embedviz.models.cell_gates import cell_gates
from embedviz.models.decoder import Decoded, Decoder
from embedviz.models.encoder import Encoded, Encoder
from embedviz.models.encoder_decoder import EncoderDecoder
from embedviz.models.frozen_features import N_FEATURES, FrozenEncoder, photo_features
from embedviz.models.generation import (
    TrainedModel,
    load_model,
    measure_text,
    sample_text,
    trained_model,
)
from embedviz.models.language_model import (
    LanguageModel,
)
from embedviz.models.losses import (
    full_softmax,
    output_cost,
    sampled_softmax,
)
from embedviz.models.pair_costs import (
    Drop,
    Pairs,
    SequenceNet,
    decode_pairs,
    keep_all,
    log_likelihood,
    summarise,
)
from embedviz.models.perplexity import (
    MeasurementStoppedError,
    calibrate,
    perplexity,
)
from embedviz.models.pictures import (
    PictureEncoder,
    PictureToText,
)
from embedviz.models.recurrence import (
    State,
    detach,
)
from embedviz.models.row_gradient import RowGradient
from embedviz.models.subwords import (
    Subwords,
)
from embedviz.models.vector_shapes import (
    TextToVector,
    VectorToText,
    as_summary,
    measure_hubness,
)

__all__ = [
    "HEAD_DIMS",
    "N_FEATURES",
    "Attention",
    "Decoded",
    "Decoder",
    "Drop",
    "Encoded",
    "Encoder",
    "EncoderDecoder",
    "FrozenEncoder",
    "LanguageModel",
    "MeasurementStoppedError",
    "Pairs",
    "PictureEncoder",
    "PictureToText",
    "RowGradient",
    "SequenceNet",
    "State",
    "Subwords",
    "TextToVector",
    "TrainedModel",
    "VectorToText",
    "as_summary",
    "build_net",
    "calibrate",
    "cell_gates",
    "decode_pairs",
    "detach",
    "full_softmax",
    "keep_all",
    "load_model",
    "log_likelihood",
    "measure_hubness",
    "measure_text",
    "output_cost",
    "perplexity",
    "photo_features",
    "picture_encoder",
    "sample_text",
    "sampled_softmax",
    "summarise",
    "trained_model",
]
