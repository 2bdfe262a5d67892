"""The settings of drawn scenes, and of a model that puts them into words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from embedviz.settings.declaration import Setting, check, documented
from embedviz.settings.sequences import SequenceConfig


@documented
@dataclass(frozen=True)
class SceneConfig:
    """How many scenes are drawn.

    Examples
    --------
    >>> SceneConfig(n_scenes=500).n_scenes
    500
    """

    n_scenes: Annotated[
        int,
        Setting("Scenes drawn.", group="Scenes", least=10, most=10_000_000, option="--scenes"),
    ] = 30_000

    def __post_init__(self) -> None:
        """Check that values are in range."""
        check(self)


SCENES = SequenceConfig(
    shape="vec-seq",
    picture_size=64,
    cell="gru",
    n_states=128,
    n_summary=128,
    n_target_dims=48,
    n_maxout=128,
    n_out=48,
    cost="full",
    n_pairs=64,
    epochs=8.0,
    optimiser="muon",
    rate=2e-3,
    dropout=0.0,
    word_dropout=0.3,
)
"""Settings with which a model learns to put scenes into words."""
