"""Settings of training runs, each declared once."""

from embedviz.settings.training import (
    CELLS,
    DEMO_CONFIG,
    TrainingConfig,
)

__all__ = [
    "CELLS",
    "DEMO_CONFIG",
    "TrainingConfig",
]
