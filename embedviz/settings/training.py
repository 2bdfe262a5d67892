"""The settings of a training run."""

from __future__ import annotations

from dataclasses import dataclass

from embedviz.errors import InputError

CELLS = ("mingru", "elman", "gru", "lstm")
COSTS = ("sampled", "full", "adaptive")


@dataclass(frozen=True)
class TrainingConfig:
    """Every setting of a training run.

    Parameters
    ----------
    cell : str
        Pred: ``mingru``, ``elman``, ``gru`` or ``lstm``.
    n_dims : int
        Dimensions of the word vectors, 2 to 4096.
    n_states : int or None
        Size of the state, 1 to 8192; None for n_dims.
    tied : bool
        One table is both input and output embedding.
    linear_path : bool
        Dec also sees the current word's embedding; needs n_states equal to n_dims.
    bidirectional : bool
        A second Pred and Dec on the same embedding read every second chunk of the text backwards.
    cost : str
        ``sampled`` (softmax among shared noise words), ``full`` (softmax over all words) or
        ``adaptive`` (over all words, rare ones by few dimensions; needs `tied` off).
    n_noise : int
        Noise words a block, 1 to 65,536 (``sampled`` only).
    noise_power : float
        Noise is drawn by count to this power, 0 to 1.
    subwords : bool
        A word's vector is one of its own plus the mean of those of its character n-grams; needs
        `tied` and the sampled cost.
    n_buckets : int
        Vectors that all n-grams share by a hash of theirs, 1 to 2**31 (`subwords` only).
    n_ahead : int
        Words ahead that each state predicts, 1 to n_steps; 1 is the next word only.
    ahead_weight : float
        Weight of the cost of each word ahead, as a factor of that of the word before it, 0 to 1.
    n_streams : int
        Stretches of the text that a thread reads in parallel, 1 to 65,536; fewer on a short text.
    n_steps : int
        Length of truncated back-propagation through time, 1 to 4096.
    epochs : float
        Passes over the text, above 0; may be a fraction.
    skip : float or None
        Skip tokens of words more frequent than this share, 0 to 1; None reads every token.
    rate : float
        AdaGrad rate of the word vectors, above 0; falls linearly to zero.
    dense_rate : float
        Adam rate of the other weights, above 0; falls linearly to a twentieth.
    clip : float
        Largest norm of the other weights' gradient, above 0.
    seed : int
        Makes a run repeatable on the same machine and number of threads; at least 0.
    n_threads : int
        Processor threads, each with streams of its own; their blocks are derived at once from
        the same weights and learnt one after the other. More than one pays only while no other
        program wants the processors.

    Raises
    ------
    InputError
        If a value is out of range.

    Examples
    --------
    >>> TrainingConfig(n_dims=50).n_steps
    20
    """

    cell: str = "mingru"
    n_dims: int = 100
    n_states: int | None = None
    tied: bool = True
    linear_path: bool = True
    bidirectional: bool = True
    cost: str = "sampled"
    n_noise: int = 256
    noise_power: float = 0.75
    subwords: bool = False
    n_buckets: int = 200_000
    n_ahead: int = 1
    ahead_weight: float = 0.5
    n_streams: int = 128
    n_steps: int = 20
    epochs: float = 5.0
    skip: float | None = 1e-4
    rate: float = 0.3
    dense_rate: float = 2e-3
    clip: float = 5.0
    seed: int = 0
    n_threads: int = 1

    def __post_init__(self) -> None:
        """Refuse values out of range or at odds."""
        if self.cell not in CELLS:
            raise InputError(f"cell='{self.cell}' is not known: use one of {', '.join(CELLS)}.")
        if self.cost not in COSTS:
            raise InputError(f"cost='{self.cost}' is not known: use one of {', '.join(COSTS)}.")
        for name, least, most in (
            ("n_dims", 2, 4096),
            ("n_states", 1, 8192),
            ("n_noise", 1, 65_536),
            ("noise_power", 0, 1),
            ("n_buckets", 1, 2**31),
            ("n_streams", 1, 65_536),
            ("n_steps", 1, 4096),
            ("n_ahead", 1, self.n_steps),
            ("ahead_weight", 0, 1),
            ("epochs", 1e-6, 1e6),
            ("skip", 1e-12, 1),
            ("rate", 1e-12, 1e3),
            ("dense_rate", 1e-12, 1e3),
            ("clip", 1e-12, 1e12),
            ("seed", 0, 2**63 - 1),
            ("n_threads", 1, 4096),
        ):
            value = getattr(self, name)
            if value is None and name in ("n_states", "skip"):
                continue
            whole = isinstance(value, int) or not (name.startswith("n_") or name == "seed")
            if not isinstance(value, int | float) or not whole or not least <= value <= most:
                kind = "a whole number" if name.startswith("n_") or name == "seed" else "a number"
                raise InputError(f"{name}={value} must be {kind} between {least} and {most}.")
        if self.linear_path and self.n_states not in (None, self.n_dims):
            raise InputError(
                f"linear_path adds {self.n_dims} dimensions to {self.n_states} states: "
                "make n_states equal to n_dims or switch linear_path off."
            )
        if self.cost == "adaptive" and self.tied:
            raise InputError(
                "cost='adaptive' has output weights of its own: switch tied off or take another "
                "cost."
            )
        if self.subwords and not (self.tied and self.cost == "sampled"):
            raise InputError(
                f"subwords cannot be had with tied={self.tied} and cost='{self.cost}': they need "
                "tied on and the sampled cost."
            )


DEMO_CONFIG = TrainingConfig(epochs=12, skip=1e-3, n_streams=64)
"""Chosen on the bundled corpus, which is 40 times smaller than what the defaults are made for."""
