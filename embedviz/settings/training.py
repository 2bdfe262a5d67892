"""The settings of a training run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from embedviz.settings.declaration import Setting, check, documented, setting, setting_error

_MODEL = "Model"
LEARNING = "Learning"
"""Heading of the settings of learning."""
ABOVE_ZERO = 1e-12
"""Lower limit of a number that must not be 0."""

NoisePower = Annotated[
    float,
    Setting(
        "Noise words are drawn in proportion to their count raised to this power.",
        group=LEARNING,
        least=0,
        most=1,
    ),
]
"""Setting of every sampled cost."""


@documented
@dataclass(frozen=True)
class TrainingConfig:
    """Every setting of a training run.

    Raises
    ------
    SettingError
        If a value is out of range, or two settings contradict each other.

    Examples
    --------
    >>> TrainingConfig(n_dims=50).n_steps
    20
    """

    cell: Annotated[
        str,
        Setting(
            "Recurrence (Pred), which computes a state from the previous state and a word.",
            group=_MODEL,
            choices={
                "mingru": "minGRU: fastest, and the best vectors",
                "elman": "Elman: simple recurrence",
                "gru": "GRU: gates depend on the state",
                "lstm": "LSTM: gates and a memory cell",
            },
        ),
    ] = "mingru"
    n_dims: Annotated[
        int,
        Setting(
            "Dimensions of the word vectors. More dimensions need more text and time.",
            group=_MODEL,
            least=2,
            most=4096,
            option="--dims",
            label="Dimensions",
        ),
    ] = 80
    n_states: Annotated[
        int | None,
        Setting(
            "Size of the state; by default that of the word vectors.",
            group=_MODEL,
            least=1,
            most=8192,
            option="--states",
        ),
    ] = None
    tied: Annotated[
        bool, Setting("Use one table as both input and output embedding.", group=_MODEL)
    ] = True
    linear_path: Annotated[
        bool,
        Setting(
            "Also feed the current word's embedding to the decoder; the state must have its size.",
            group=_MODEL,
        ),
    ] = True
    bidirectional: Annotated[
        bool,
        Setting(
            "Train a second recurrence and decoder that read every second chunk backwards.",
            group=_MODEL,
        ),
    ] = True
    cost: Annotated[
        str,
        Setting(
            "Softmax of the training cost.",
            group=LEARNING,
            choices={
                "sampled": "among shared noise words",
                "full": "over all words",
                "adaptive": "over all words, rare ones with fewer dimensions; needs tied off",
            },
        ),
    ] = "sampled"
    n_noise: Annotated[
        int,
        Setting(
            "Noise words per block, for the sampled cost.",
            group=LEARNING,
            least=1,
            most=65_536,
            option="--noise",
        ),
    ] = 256
    noise_power: NoisePower = 0.75
    frequency_bias: Annotated[
        bool,
        Setting(
            "Correct the sampled cost by a fixed bias per word, its log frequency in the text "
            "minus that in the noise, so that the vectors need not encode frequency.",
            group=LEARNING,
        ),
    ] = True
    subwords: Annotated[
        bool,
        Setting(
            "Add the mean vector of a word's character n-grams to its vector; needs tied on "
            "and the sampled cost.",
            group=_MODEL,
        ),
    ] = False
    n_buckets: Annotated[
        int,
        Setting(
            "Number of n-gram vectors, shared by hashing, for subwords.",
            group=_MODEL,
            least=1,
            most=2**31,
            option="--buckets",
        ),
    ] = 200_000
    n_ahead: Annotated[
        int,
        Setting(
            "Following words that each state predicts, at most the steps; 1 is the next word only.",
            group=LEARNING,
            least=1,
            most=4096,
            option="--ahead",
        ),
    ] = 1
    ahead_weight: Annotated[
        float,
        Setting(
            "Weight of the cost of each word ahead, relative to the weight of the word before it.",
            group=LEARNING,
            least=0,
            most=1,
        ),
    ] = 0.5
    n_streams: Annotated[
        int,
        Setting(
            "Text streams that a thread reads in parallel; fewer for a short text.",
            group=LEARNING,
            least=1,
            most=65_536,
            option="--streams",
        ),
    ] = 128
    n_steps: Annotated[
        int,
        Setting(
            "Steps of truncated back-propagation through time.",
            group=LEARNING,
            least=1,
            most=4096,
            option="--steps",
        ),
    ] = 20
    epochs: Annotated[
        float,
        Setting(
            "Passes over the text. A small text needs more.",
            group=LEARNING,
            least=1e-6,
            most=1e6,
        ),
    ] = 5.0
    skip: Annotated[
        float | None,
        Setting(
            "Subsample words more frequent than this share of the text.",
            group=LEARNING,
            least=ABOVE_ZERO,
            most=1,
            off=0,
        ),
    ] = 1e-4
    rate: Annotated[
        float,
        Setting(
            "AdaGrad learning rate of the word vectors; decays linearly to zero.",
            group=LEARNING,
            least=ABOVE_ZERO,
            most=1e3,
        ),
    ] = 0.45
    dense_rate: Annotated[
        float,
        Setting(
            "Adam learning rate of the other weights; decays linearly to a twentieth.",
            group=LEARNING,
            least=ABOVE_ZERO,
            most=1e3,
        ),
    ] = 2e-3
    clip: Annotated[
        float,
        Setting(
            "Maximum gradient norm of the other weights.",
            group=LEARNING,
            least=ABOVE_ZERO,
            most=1e12,
        ),
    ] = 5.0
    seed: Annotated[
        int,
        Setting(
            "Random seed; reproducible on the same machine with the same number of threads.",
            group=LEARNING,
            least=0,
            most=2**63 - 1,
        ),
    ] = 0
    n_threads: Annotated[
        int,
        Setting(
            "Processor threads, each with its own streams. More than one helps only if no other "
            "program uses the processors.",
            group=LEARNING,
            least=1,
            most=4096,
            option="--threads",
        ),
    ] = 1

    def __post_init__(self) -> None:
        """Check that values are in range and consistent."""
        check(self)
        if self.n_ahead > self.n_steps:
            raise setting_error(
                "{n_ahead}={n} must be a whole number between 1 and {n_steps}={most}: lower it, or "
                "raise {n_steps}.",
                TrainingConfig,
                n=self.n_ahead,
                most=self.n_steps,
            )
        if self.linear_path and self.n_states not in (None, self.n_dims):
            raise setting_error(
                "{linear_path} adds {dims} dimensions to {states} states: make {n_states} equal to "
                "{n_dims} or disable {linear_path}.",
                TrainingConfig,
                dims=self.n_dims,
                states=self.n_states,
            )
        if self.cost == "adaptive" and self.tied:
            raise setting_error(
                "{cost}='adaptive' has separate output weights: disable {tied} or choose "
                "another cost.",
                TrainingConfig,
            )
        if self.subwords and not (self.tied and self.cost == "sampled"):
            raise setting_error(
                "{subwords} is incompatible with {tied}={is_tied} and {cost}='{given}': it needs "
                "{tied} on and the sampled cost; change these or disable {subwords}.",
                TrainingConfig,
                is_tied=self.tied,
                given=self.cost,
            )


CELLS = tuple(setting(TrainingConfig, "cell").choices)

DEMO_CONFIG = TrainingConfig(epochs=12, skip=1e-3, n_streams=64)
"""Tuned on the bundled corpus, 40 times smaller than the texts for which the defaults are tuned."""
