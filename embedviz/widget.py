"""The word map in a notebook: Jupyter, VS Code, Colab, marimo; everything runs offline.

`WordVectors.map` makes the widget. It is the dashboard's map, from the same source.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from embedviz.errors import InputError
from embedviz.export import (
    COMPONENT,
    Scene,
    bundle,
    focus_marks,
    map_data,
    map_scene,
    packed,
    word_facts,
)
from embedviz.relations import Relation
from embedviz.vectors import WordVectors

try:
    import anywidget
    import traitlets
except ImportError:
    raise InputError(
        "The map in a notebook needs the package anywidget: pip install 'embedviz[notebook]'."
    ) from None

_N_PICTURED = 150  # frequent words of the static picture, whose labels do not overlap
_FEWEST_PIXELS, _MOST_PIXELS = 200, 4_000

_STYLE = ".embedviz-notebook .word-map { max-height: none; min-height: 0; }"


class WordMap(anywidget.AnyWidget):
    """The word map as a widget.

    Attributes
    ----------
    selection : list of str
        Words chosen with box, lasso or Space, most frequent first; also settable.
    focus : str
        The word that is marked, with its nearest words; setting it moves the map there. Empty for
        none. A click on a word sets it, one beside the words empties it.
    height : int
        Pixels.
    scene : Scene
        What is shown; ``embedviz.export.write`` writes it in any format.

    Notes
    -----
    A notebook that is viewed without a kernel shows a static picture of a map of two dimensions, if
    matplotlib is installed.
    """

    _esm = bundle("widget")
    _css = (COMPONENT / "word_map.css").read_text(encoding="utf-8") + _STYLE

    selection = traitlets.List(traitlets.Unicode())
    focus = traitlets.Unicode("")
    height = traitlets.Int(480, min=_FEWEST_PIXELS, max=_MOST_PIXELS).tag(sync=True)
    _data = traitlets.Dict().tag(sync=True)
    _overlay = traitlets.Dict().tag(sync=True)

    def __init__(self, scene: Scene, *, height: int = 480) -> None:
        data: dict[str, Any] = map_data(scene)
        self.scene = scene
        ranks = np.frombuffer(base64.b64decode(data["rank"]), "<i4")
        self._words = [scene.vectors.words[rank - 1] for rank in ranks.tolist()]
        self._rows = {word: row for row, word in enumerate(self._words)}
        super().__init__(_data=data, _overlay=data["overlay"], height=height)
        self.on_msg(self._receive)

    @traitlets.validate("focus")
    def _known(self, proposal: Any) -> str:  # noqa: ANN401
        word = str(proposal["value"])
        vectors = self.scene.vectors
        return vectors.words[vectors.id(word)] if word else ""

    @traitlets.validate("selection")
    def _on_the_map(self, proposal: Any) -> list[str]:  # noqa: ANN401
        words = list(proposal["value"])
        if unknown := [word for word in words if word not in self._rows]:
            raise InputError(
                f"'{unknown[0]}' is not on this map: select words that it shows, or make a map "
                "with words=[…]."
            )
        return words

    @traitlets.observe("focus", "selection")
    def _redraw(self, _: Any) -> None:  # noqa: ANN401
        selected = [self._rows[word] for word in self.selection]
        marks = focus_marks(self.scene, self.focus) if self.focus else {}
        self._overlay = {**self._data["overlay"], "selected": selected, **marks}

    def _receive(self, _: Any, content: dict[str, Any], __: Any) -> None:  # noqa: ANN401
        """Take a message of the map: a click, a selection, a word whose facts are missing."""
        words = self.scene.vectors.words
        if isinstance(rank := content.get("picked"), int):
            self.focus = words[rank - 1] if 1 <= rank <= len(words) else ""
        elif isinstance(rows := content.get("selected"), list):
            known = (row for row in rows if isinstance(row, int) and 0 <= row < len(self._words))
            self.selection = [self._words[row] for row in sorted(known)]
        elif facts := word_facts(self.scene.vectors, content.get("requested")):
            self.send({"facts": facts})

    def _repr_mimebundle_(self, **options: Any) -> Any:  # noqa: ANN401
        """Return the widget, and a static picture for a reader without a kernel."""
        found = super()._repr_mimebundle_(**options)
        if found is None:
            return None
        data, metadata = found if isinstance(found, tuple) else (found, {})
        picture = self._picture()
        return ({**data, "image/png": picture} if picture else data), metadata

    def _picture(self) -> str | None:
        view = self.scene.view
        few = replace(view, n_words=min(view.n_words, _N_PICTURED))
        try:
            picture = packed("map.png", replace(self.scene, view=few))
        except InputError:  # no matplotlib, or a scene that has no picture
            return None
        return base64.b64encode(picture).decode()


def word_map(
    vectors: WordVectors,
    *,
    relations: Sequence[str | Path | Relation] = (),
    words: int | Sequence[str] = 5_000,
    plane: str = "arrows",
    dims: int = 2,
    height: int = 480,
) -> WordMap:
    """Make the word map of vectors; `WordVectors.map` calls it.

    Parameters
    ----------
    vectors : WordVectors
    relations : sequence of str, path or Relation
        Built-in names such as ``male-female``, files of pairs, or relations: drawn as arrows.
    words : int or sequence of str
        This many of the most frequent words besides the arrows, or these words only.
    plane : str
        ``arrows``, ``pairs``, ``relation``, ``all``, ``tsne`` or ``umap``; without relations
        ``arrows`` is ``all``.
    dims : int
        2, or 3 for a map that can be rotated.
    height : int
        Pixels, from 200 to 4,000.

    Raises
    ------
    InputError, UnknownWordError
        If a relation, word or plane is unknown, or a number is out of range.
    """
    if not _FEWEST_PIXELS <= height <= _MOST_PIXELS:
        raise InputError(
            f"height={height} must be between {_FEWEST_PIXELS} and {_MOST_PIXELS} pixels."
        )
    scene = map_scene(vectors, relations, words, plane=plane, n_components=dims)
    return WordMap(scene, height=height)
