"""The pictures to caption: new scenes, scenes of combinations never seen, or a visitor's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from embedviz.corpora import PICTURE_ENDINGS, read_square
from embedviz.dashboard.state import captions, server_options
from embedviz.dashboard.state.sequence_models import ServerSequenceModel
from embedviz.dashboard.widgets.error_boundary import guarded
from embedviz.dashboard.widgets.markdown import escape
from embedviz.errors import InputError
from embedviz.support import clip

NEW, UNSEEN, OWN = "New scenes", "Combinations never seen", "Your pictures"
_KIND, _SEED, _FILES = "pictures", "pictures-seed", "pictures-files"
_MOST_SEED, _MOST_FILES = 9_999, 24
_SHOWN_SIDE = 256  # pixels; larger than most models read


@dataclass(frozen=True)
class ChosenScenes:
    """Scenes by their seed; `held_out` of combinations that are never seen in training."""

    seed: int
    held_out: bool


@dataclass(frozen=True, eq=False)
class OwnPictures:
    """A visitor's pictures.

    Attributes
    ----------
    names : tuple of str
        All different.
    read : tuple of ndarray of uint8
        As the model reads them.
    shown : tuple of ndarray of uint8
        Larger.
    """

    names: tuple[str, ...]
    read: tuple[NDArray[np.uint8], ...]
    shown: tuple[NDArray[np.uint8], ...]


def choose_pictures(model: ServerSequenceModel) -> ChosenScenes | OwnPictures | None:
    """Show the choice; None if there are no pictures yet.

    Raises
    ------
    InputError
        If the model can read no picture here.
    """
    kinds = [NEW, UNSEEN] if captions.is_of_scenes(model) else []
    if not server_options.is_read_only():
        kinds.append(OWN)
    if not kinds:
        raise InputError(
            f"{model.name} was not trained on drawn scenes, and this server takes no uploads: use "
            "embedviz caption, or start embedviz app without --read-only."
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        if st.session_state.get(_KIND, kinds[0]) not in kinds:
            st.session_state.pop(_KIND, None)
        kind = st.segmented_control(
            "Pictures",
            kinds,
            default=kinds[0],
            required=True,
            key=_KIND,
            help="Scenes are drawn by code from facts, so that captions can be graded by a "
            "program. Of 128 combinations of who and what is done, 24 are kept from training.",
            bind="query-params",
            persist_state="session",
        )
        if kind != OWN:
            return _choose_scenes(held_out=kind == UNSEEN)
    return _take_uploads(captions.read_size(model))


def _choose_scenes(*, held_out: bool) -> ChosenScenes:
    seed = st.number_input(
        "Number of the set",
        0,
        _MOST_SEED,
        value=1,
        key=_SEED,
        width=150,
        help=f"Each number gives {captions.N_SCENES} other scenes.",
        bind="query-params",
        persist_state="session",
    )
    st.button("Other scenes", key="pictures-other", on_click=guarded(_draw_others))
    return ChosenScenes(int(seed), held_out)


def _draw_others() -> None:
    st.session_state[_SEED] = (int(st.session_state.get(_SEED, 1)) + 1) % (_MOST_SEED + 1)


def _take_uploads(size: int) -> OwnPictures | None:
    """Show the upload and read the pictures."""
    files = st.file_uploader(
        "Pictures",
        type=list(PICTURE_ENDINGS),
        accept_multiple_files=True,
        key=_FILES,
        help=f"At most {_MOST_FILES}; cut to a square around the middle and scaled to {size} "
        "pixels. They are not kept.",
    )
    if len(files) > _MOST_FILES:
        st.warning(f"Only the first {_MOST_FILES} of {len(files)} pictures are captioned.")
    found: dict[str, tuple[NDArray[np.uint8], NDArray[np.uint8]]] = {}
    for file in files[:_MOST_FILES]:
        try:
            both = tuple(
                read_square(file, clip(file.name, 60), side) for side in (size, _SHOWN_SIDE)
            )
        except InputError as error:
            st.error(escape(str(error)))
            continue
        name, number = file.name, 1
        while name in found:
            number += 1
            name = f"{file.name} ({number})"
        found[name] = (both[0], both[1])
    if not found:
        st.caption("Add pictures above: drawings of scenes, photographs, anything.")
        return None
    return OwnPictures(
        tuple(found),
        tuple(read for read, _ in found.values()),
        tuple(shown for _, shown in found.values()),
    )
