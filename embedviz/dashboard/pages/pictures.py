"""The page Pictures: captions by a net, and their grades."""

from __future__ import annotations

from embedviz.dashboard.sequences.contact_sheet import show_graded, show_own
from embedviz.dashboard.sequences.picture_choice import (
    ChosenScenes,
    OwnPictures,
    choose_pictures,
)
from embedviz.dashboard.sequences.picture_map import show_own_map, show_scene_map
from embedviz.dashboard.state.sequence_models import CAPTIONS, ServerSequenceModel
from embedviz.dashboard.widgets.error_boundary import run_safely
from embedviz.dashboard.widgets.part_choice import choose_part
from embedviz.dashboard.widgets.sequence_model_choice import (
    choose_sequence_model,
    is_torch_missing,
)

_SHEET, _MAP = "Captions", "Map"


def show_page() -> None:
    """Show the page."""
    if is_torch_missing():
        return
    model = choose_sequence_model("captioner", [CAPTIONS], "Model")
    chosen = choose_pictures(model)
    if chosen is None:
        return
    part = choose_part("pictures-part", [_SHEET, _MAP])
    run_safely(lambda: _show_part(part, model, chosen))


def _show_part(part: str, model: ServerSequenceModel, chosen: ChosenScenes | OwnPictures) -> None:
    if isinstance(chosen, ChosenScenes):
        (show_graded if part == _SHEET else show_scene_map)(model, chosen)
    else:
        (show_own if part == _SHEET else show_own_map)(model, chosen)
