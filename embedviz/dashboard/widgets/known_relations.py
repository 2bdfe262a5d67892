"""The relations that a page can show of a model: the built-in ones and the visitor's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from embedviz.dashboard.state.models import Model
from embedviz.dashboard.widgets.markdown import escape
from embedviz.relations import (
    Relation,
    RelationReport,
    built_in,
    built_in_names,
    by_frequency,
    style_numbers,
)
from embedviz.support import arrow_name

_LONGEST_NAME = 60
_NAMED = 5


@dataclass(frozen=True)
class KnownRelations:
    """The relations of a session, for one model.

    Attributes
    ----------
    model : Model
    own : tuple of Relation
        The visitor's lists, in their order; no built-in relation has their name.
    """

    model: Model
    own: tuple[Relation, ...] = ()

    @property
    def own_names(self) -> tuple[str, ...]:
        """Names of the visitor's lists."""
        return tuple(one.name for one in self.own)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in the order in which relations are shown: own ones come first."""
        return (*self.own_names, *built_in_names())

    @cached_property
    def styles(self) -> dict[str, int]:
        """Style number of each relation, the same on every page and in every export."""
        return style_numbers(self.names)

    def listed(self, name: str) -> Relation:
        """Return a relation with all its pairs, in their order."""
        return self._own.get(name) or built_in(name)

    def find(self, name: str) -> Relation | None:
        """Return the pairs of a relation in the vocabulary, most frequent first."""
        if name not in self._own:
            return self.model.find_relation(name) if name in built_in_names() else None
        if name not in self._known:
            known = self._own[name].known_to(self.model.vectors)
            self._known[name] = by_frequency(self.model.vectors, known) if known else None
        return self._known[name]

    def measure(self, name: str) -> RelationReport:
        """Measure a relation with its pairs in their order, on which the bootstrap depends."""
        return self.model.measure(self.listed(name))

    def label(self, name: str) -> str:
        """Return the label of a relation, in Markdown: own names are untrusted."""
        return escape(arrow_name(name), _LONGEST_NAME) if name in self._own else arrow_name(name)

    @cached_property
    def _own(self) -> dict[str, Relation]:
        return {one.name: one for one in self.own}

    @cached_property
    def _known(self) -> dict[str, Relation | None]:
        return {}


def describe_unknown(
    key: str, offered: Sequence[str], label: Callable[[str], str] = arrow_name
) -> str:
    """Say in Markdown which relations a link names that are not offered; empty if there are none.

    To be called before the control is shown, which removes them from the link.
    """
    labels = set(map(label, offered))
    given = st.query_params.get_all(key)
    unknown = [one for one in dict.fromkeys(given) if one and one not in labels]
    if not unknown:
        return ""
    named = ", ".join(f"“{escape(one, _LONGEST_NAME)}”" for one in unknown[:_NAMED])
    return (
        f"The link names {named}, but no relation has this name here: its pairs may have been "
        "renamed or uploaded as a file, which is not part of a link."
    )
