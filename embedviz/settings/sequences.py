"""The settings of training on pairs: encoder, decoder, and learning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from embedviz.settings.declaration import Setting, check, documented, setting, setting_error
from embedviz.settings.training import ABOVE_ZERO, LEARNING, NoisePower

_ENCODER, _DECODER = "Encoder", "Decoder"
_MATRIX_RATE = 0.05

_UNUSED = {
    "seq-vec": ("n_target_dims", "n_maxout", "n_out", "tied", "noise_power", "word_dropout"),
    "vec-seq": ("n_dims", "bidirectional", "frozen"),
}
"""Settings that a shape does not use."""


@documented
@dataclass(frozen=True)
class SequenceConfig:
    """Every setting of a training run on pairs of texts, or of texts and vectors.

    Raises
    ------
    SettingError
        If a value is out of range, or two settings contradict each other.

    Examples
    --------
    >>> SequenceConfig(n_states=64).shape
    'seq-seq'
    """

    shape: Annotated[
        str,
        Setting(
            "What the model maps to what.",
            group="Shape",
            choices={
                "seq-seq": "a text to a text, through a vector: encoder and decoder",
                "seq-vec": "a text to the vector of a label: encoder",
                "vec-seq": "the vector of a label to a text: decoder",
            },
        ),
    ] = "seq-seq"
    cell: Annotated[
        str,
        Setting(
            "Recurrence (Pred) of the encoder and of the decoder.",
            group=_ENCODER,
            choices={
                "cho": "gated unit as published by Cho et al. (2014)",
                "mingru": "minGRU: fastest",
                "elman": "Elman: simple recurrence",
                "gru": "GRU: resets after the product",
                "lstm": "LSTM: gates and a memory cell",
            },
        ),
    ] = "cho"
    n_dims: Annotated[
        int,
        Setting(
            "Dimensions of the source's word vectors; with --embedding those of its vectors.",
            group=_ENCODER,
            least=2,
            most=4096,
            option="--dims",
            label="Dimensions",
        ),
    ] = 100
    n_states: Annotated[
        int,
        Setting(
            "Size of the states of encoder and decoder.",
            group=_ENCODER,
            least=1,
            most=8192,
            option="--states",
        ),
    ] = 256
    n_summary: Annotated[
        int,
        Setting(
            "Size of the summary c, the vector of a text; for the other shapes that of the labels' "
            "vectors.",
            group=_ENCODER,
            least=2,
            most=8192,
            option="--summary",
        ),
    ] = 256
    bidirectional: Annotated[
        bool,
        Setting("The encoder also reads backwards, with a second recurrence.", group=_ENCODER),
    ] = False
    frozen: Annotated[
        bool,
        Setting("Do not train the source's word vectors; needs --embedding.", group=_ENCODER),
    ] = False
    picture_size: Annotated[
        int,
        Setting(
            "Side of the pictures that vec-seq reads in place of vectors, in pixels: 32, 64, 128 "
            "or 256, for efficientnet-lite0 224; 0 for none.",
            group=_ENCODER,
            least=0,
            most=256,
        ),
    ] = 0
    picture_encoder: Annotated[
        str,
        Setting(
            "What turns pictures into vectors.",
            group=_ENCODER,
            choices={
                "learned": "convolutions that are trained with the decoder",
                "efficientnet-lite0": "a network that was trained on a million photographs by "
                "others, and is not trained here; needs the extra photos and 224 pixels",
            },
        ),
    ] = "learned"
    n_target_dims: Annotated[
        int,
        Setting(
            "Dimensions of the target's word vectors; for vec-seq with --embedding those of its "
            "vectors.",
            group=_DECODER,
            least=2,
            most=4096,
            option="--target-dims",
        ),
    ] = 100
    n_maxout: Annotated[
        int,
        Setting(
            "Units of the maxout layer.",
            group=_DECODER,
            least=1,
            most=8192,
            option="--maxout",
        ),
    ] = 256
    n_out: Annotated[
        int,
        Setting(
            "Rank of the output; if tied, the target's dimensions.",
            group=_DECODER,
            least=1,
            most=8192,
            option="--rank",
        ),
    ] = 128
    tied: Annotated[
        bool,
        Setting(
            "Use one table for the previous words and for the output.",
            group=_DECODER,
        ),
    ] = False
    n_heads: Annotated[
        int,
        Setting(
            "Heads of the attention over the encoder's states; 0 for none.",
            group=_DECODER,
            least=0,
            most=64,
            option="--heads",
        ),
    ] = 0
    self_attention: Annotated[
        bool,
        Setting(
            "The heads also look at the decoder's own earlier states: for long targets that refer "
            "to what they said before.",
            group=_DECODER,
        ),
    ] = False
    cost: Annotated[
        str,
        Setting(
            "Softmax of the training cost.",
            group=LEARNING,
            choices={
                "sampled": "among words drawn for the batch, corrected for their probability; for "
                "labels: among those of the batch and others drawn uniformly, uncorrected",
                "full": "over all words or labels",
            },
        ),
    ] = "sampled"
    n_noise: Annotated[
        int,
        Setting(
            "Words or labels drawn for a batch, for the sampled cost.",
            group=LEARNING,
            least=1,
            most=65_536,
            option="--noise",
        ),
    ] = 512
    noise_power: NoisePower = 0.75
    n_pairs: Annotated[
        int,
        Setting(
            "Pairs in a batch.",
            group=LEARNING,
            least=1,
            most=65_536,
            option="--batch",
            label="Batch size",
        ),
    ] = 128
    epochs: Annotated[
        float,
        Setting("Passes over the pairs.", group=LEARNING, least=1e-6, most=1e6),
    ] = 3.0
    optimiser: Annotated[
        str,
        Setting(
            "Optimiser.",
            group=LEARNING,
            choices={
                "adam": "Adam for all weights",
                "muon": "Muon for the matrices of layers, Adam for embeddings and biases: learns "
                "to look up and to compute in far fewer steps",
            },
        ),
    ] = "adam"
    rate: Annotated[
        float,
        Setting(
            "Adam learning rate, which rises over the warm-up and then decays linearly.",
            group=LEARNING,
            least=ABOVE_ZERO,
            most=1e3,
        ),
    ] = 2e-3
    matrix_rate: Annotated[
        float,
        Setting(
            "Muon learning rate, with the same warm-up and decay.",
            group=LEARNING,
            least=ABOVE_ZERO,
            most=1e3,
        ),
    ] = _MATRIX_RATE
    embedding_rate: Annotated[
        float,
        Setting(
            "Learning rate of word vectors that --embedding gives, relative to the others': they "
            "keep more of their directions if it is low.",
            group=LEARNING,
            least=ABOVE_ZERO,
            most=1e3,
        ),
    ] = 0.1
    warm_up: Annotated[
        int,
        Setting(
            "Steps over which the learning rate rises; at most a tenth of the run's.",
            group=LEARNING,
            least=0,
            most=1_000_000,
        ),
    ] = 200
    clip: Annotated[
        float,
        Setting("Maximum gradient norm.", group=LEARNING, least=ABOVE_ZERO, most=1e12),
    ] = 1.0
    dropout: Annotated[
        float,
        Setting(
            "Share of embeddings and units that are set to 0 in a step.",
            group=LEARNING,
            least=0,
            most=0.95,
        ),
    ] = 0.1
    word_dropout: Annotated[
        float,
        Setting(
            "Share of the words before that a decoder does not see in a step: it then relies more "
            "on the source.",
            group=LEARNING,
            least=0,
            most=0.95,
        ),
    ] = 0.0
    patience: Annotated[
        int,
        Setting(
            "Stop after this many epochs in a row without a better held-out perplexity, and keep "
            "the best weights.",
            group=LEARNING,
            least=1,
            most=1_000_000,
        ),
    ] = 2
    seed: Annotated[
        int,
        Setting(
            "Random seed; reproducible on the same machine.",
            group=LEARNING,
            least=0,
            most=2**31 - 1,
        ),
    ] = 0

    def __post_init__(self) -> None:
        """Check that values are in range and consistent."""
        check(self)
        if self.n_heads and self.shape != "seq-seq":
            raise setting_error(
                "{n_heads}={n} needs the states of a source, which {shape}={given} lacks: "
                "give 0, or the shape seq-seq.",
                SequenceConfig,
                n=self.n_heads,
                given=self.shape,
            )
        if self.self_attention and not self.n_heads:
            raise setting_error(
                "{self_attention} needs {n_heads}, which is 0: give at least 1, or omit it.",
                SequenceConfig,
            )
        if self.optimiser == "adam" and self.matrix_rate != _MATRIX_RATE:
            raise setting_error(
                "{matrix_rate} is Muon's: choose {optimiser}=muon, or omit it.", SequenceConfig
            )
        self._check_pictures()
        self._check_use()

    def _check_pictures(self) -> None:
        """Check the settings of pictures."""
        allowed = (0, 32, 64, 128, 256) if self.picture_encoder == "learned" else (224,)
        if self.picture_size not in allowed:
            raise setting_error(
                "{picture_encoder}={encoder} reads no pictures of {picture_size}={n} pixels: give "
                "{allowed}.",
                SequenceConfig,
                encoder=self.picture_encoder,
                n=self.picture_size,
                allowed=" or ".join(map(str, allowed[-4:])),
            )
        if self.picture_size and self.shape != "vec-seq":
            raise setting_error(
                "Pictures are read by the shape vec-seq alone: choose it, or omit {picture_size}.",
                SequenceConfig,
            )

    def _check_use(self) -> None:
        """Refuse changed settings that the shape would ignore."""
        changed = [
            f"{{{name}}}"
            for name in _UNUSED.get(self.shape, ())
            if getattr(self, name) != setting(SequenceConfig, name).default
        ]
        if changed:
            side = "writes" if self.reads_text else "reads"
            raise setting_error(
                f"{{shape}}={self.shape} {side} no text and does not use {', '.join(changed)}: "
                f"omit {'them' if len(changed) > 1 else 'it'}, or choose another shape.",
                SequenceConfig,
            )

    @property
    def reads_text(self) -> bool:
        """Whether the source is a text."""
        return self.shape != "vec-seq"

    @property
    def writes_text(self) -> bool:
        """Whether the target is a text."""
        return self.shape != "seq-vec"


SHAPES = tuple(setting(SequenceConfig, "shape").choices)
