"""Settings: range, meaning, group and option name, each declared once."""

from embedviz.settings.arguments import as_arguments, from_options
from embedviz.settings.declaration import (
    Setting,
    build,
    check,
    documented,
    own_settings,
    setting,
    setting_error,
    settings_of,
)
from embedviz.settings.programs import EXECUTION, ProgramConfig
from embedviz.settings.scenes import SCENES, SceneConfig
from embedviz.settings.sequences import (
    SHAPES,
    SequenceConfig,
)
from embedviz.settings.training import (
    CELLS,
    DEMO_CONFIG,
    TrainingConfig,
)

__all__ = [
    "CELLS",
    "DEMO_CONFIG",
    "EXECUTION",
    "SCENES",
    "SHAPES",
    "ProgramConfig",
    "SceneConfig",
    "SequenceConfig",
    "Setting",
    "TrainingConfig",
    "as_arguments",
    "build",
    "check",
    "documented",
    "from_options",
    "own_settings",
    "setting",
    "setting_error",
    "settings_of",
]
