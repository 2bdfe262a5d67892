"""Tools for assistants: the models named at the start, and nothing else on the disk.

Each answer about words is a mapping with the figures, their controls, and ``doubts``: what they do
not show, in words. `make_server` offers the tools over the Model Context Protocol (standard input
and output).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np

from embedviz.analogies import compare_methods
from embedviz.checkpoints import open_vectors
from embedviz.errors import EmbedvizError, InputError
from embedviz.export import PictureSettings, packed, take_view
from embedviz.projection import relation_axis, word_axis
from embedviz.relations import (
    Relation,
    built_in,
    built_in_names,
    describe_verdict,
    explain,
    measure,
)
from embedviz.support import clip
from embedviz.vectors import WordVectors

Result = dict[str, Any]

_MOST = 50  # words of an answer
_MOST_GIVEN = 500  # words, or pairs, of a question
_LONGEST = 200  # characters of a word
_RARE = 100  # occurrences
_N_REFERENCE = 2_000  # frequent words that an axis is compared with

INSTRUCTIONS = (
    "Word vectors to explore. Report the doubts of an answer with it. An analogy counts only as "
    "far as its row with the query words included agrees; a relation as far as its verdict says."
)


class Tools:
    """The tools, as methods that return mappings ready for JSON.

    Parameters
    ----------
    models : mapping of str to WordVectors
        By the names under which the tools know them.

    Examples
    --------
    >>> from embedviz import Vocabulary
    >>> vectors = WordVectors(Vocabulary(("a", "b")), np.eye(2, dtype=np.float32))
    >>> Tools({"tiny": vectors}).look_up("tiny", ["b", "c"])["unknown"]
    ['c']
    """

    def __init__(self, models: Mapping[str, WordVectors]) -> None:
        self._models = dict(models)

    def list_models(self) -> Result:
        """List the models: size, origin, and the built-in relations that can be measured."""
        models = {
            name: {
                "n_words": len(one),
                "n_dims": one.n_dims,
                "counts_known": one.vocabulary.counts is not None,
                "steps": one.provenance.get("steps", ()),
            }
            for name, one in self._models.items()
        }
        return {"models": models, "relations": built_in_names()}

    def look_up(self, model: str, words: list[str]) -> Result:
        """Look up words: frequency rank, occurrences, stability over seeds; which are unknown."""
        vectors = self._vectors(model)
        found, unknown = [], []
        for word in _given(words):
            if word not in vectors:
                unknown.append(word)
                continue
            found.append(
                {
                    "word": vectors.words[vectors.id(word)],
                    "rank": vectors.id(word) + 1,
                    "count": vectors.count(word),
                    "stability": vectors.stability_of(word),
                }
            )
        near = {word: vectors.vocabulary.near_spellings(word) for word in unknown[:10]}
        return {
            "words": found,
            "unknown": unknown,
            "near_spellings": near,
            "doubts": _doubts_of_words(vectors, [str(one["word"]) for one in found]),
        }

    def neighbours(self, model: str, word: str, n: int = 10) -> Result:
        """Find the words nearest to a word, with the cosine of each."""
        vectors = self._vectors(model)
        found = vectors.most_similar(_text(word), _number(n))
        doubts = [
            "Nearest words are used alike, and so are opposites; a cosine has no absolute scale."
        ]
        return {
            "word": vectors.words[vectors.id(word)],
            "neighbours": [asdict(one) for one in found],
            "doubts": doubts + _doubts_of_words(vectors, [word]),
        }

    def analogy(self, model: str, a: str, b: str, c: str, n: int = 5) -> Result:
        """Answer "a is to b as c is to ?" by all methods, query words excluded and included."""
        vectors = self._vectors(model)
        panel = compare_methods(vectors, [(_text(a), _text(b))], _text(c), _number(n))
        methods = [
            {
                "method": one.method,
                "answers": [asdict(answer) for answer in one.excluded],
                "answers_with_query_words": [asdict(answer) for answer in one.honest],
                "margin": one.margin,
                "why_not": one.unanswered,
            }
            for one in panel.methods
        ]
        doubts = list(panel.remarks)
        asked = {vectors.words[id_] for id_ in vectors.ids([a, b, c])}
        first = panel["3cosadd"]
        if first.honest and first.honest[0].word in asked:
            doubts.append(
                f"With the query words included 3cosadd answers '{first.honest[0].word}', a word "
                "of the question: the answer exists only because those are left out."
            )
        nearest = panel["only-b"].excluded
        if first.excluded and nearest and first.excluded[0].word == nearest[0].word:
            doubts.append(
                f"'{nearest[0].word}' is also the word nearest to '{c}' alone: the pair adds "
                "nothing."
            )
        doubts += _doubts_of_words(vectors, [a, b, c])
        return {"question": f"{a} : {b} :: {c} : ?", "methods": methods, "doubts": doubts}

    def relation(self, model: str, name: str = "", pairs: list[list[str]] | None = None) -> Result:
        """Measure a built-in relation, or pairs of words: verdict, findings, controls."""
        vectors = self._vectors(model)
        report = measure(vectors, _relation(name, pairs))
        kept = asdict(report)
        for left_out in ("fits", "closeness_gain"):
            kept.pop(left_out)
        kept["gain_of_closeness_alone"] = report.closeness_gain
        pairs_out = [f"{a} → {b}" for a, b in report.skipped[:_MOST]]
        doubts = [f"{report.verdict.value}. {explain(report)}"]
        if pairs_out:
            doubts.append(f"{len(report.skipped)} pairs have a word without a vector.")
        return {**describe_verdict(report), "figures": {**kept, "skipped": pairs_out}} | {
            "doubts": doubts
        }

    def axis(self, model: str, words: list[str], toward: str, away: str = "") -> Result:
        """Place words on the axis from `away` to `toward`, or on that of one word alone.

        A word's position is its cosine to the axis; the percentile among frequent words is its
        control.
        """
        vectors = self._vectors(model)
        if away:
            direction = relation_axis(
                vectors, Relation("axis", ((_text(away), _text(toward)),))
            ).direction
        else:
            direction = word_axis(vectors, _text(toward)).direction
        known = vectors.known(_given(words))
        places = vectors.unit(known) @ direction if known else np.zeros(0)
        usual = np.sort(vectors.cosines(direction[np.newaxis], n_words=_N_REFERENCE)[0])
        shares = np.searchsorted(usual, places) / len(usual)
        placed = [
            {"word": word, "position": float(place), "percentile": round(100 * float(share))}
            for word, place, share in zip(known, places.tolist(), shares.tolist(), strict=True)
        ]
        doubts = [
            "Any axis puts any words in an order; the percentile says how unusual a position is "
            f"among the {len(usual):,} most frequent words."
        ]
        if away:
            doubts.append(
                f"One pair makes an axis that holds all that differs between '{away}' and "
                f"'{toward}'. Measure a relation of many pairs before you name it."
            )
        unknown = [word for word in words if word not in vectors]
        placed.sort(key=lambda one: -float(str(one["position"])))
        return {"placed": placed, "unknown": unknown, "doubts": doubts}

    def figure(
        self, model: str, name: str = "", pairs: list[list[str]] | None = None
    ) -> tuple[bytes, Result]:
        """Draw a relation as arrows: a PNG picture, and what it does not show."""
        vectors = self._vectors(model)
        relation = _relation(name, pairs)
        scene = take_view(vectors, model, [relation])
        picture = packed("figure.png", scene, PictureSettings(is_classic=True))
        (report,) = scene.reports
        doubts = [
            "The plane is fitted to the arrows, so that they look more parallel than they are.",
            f"{report.verdict.value}. {explain(report)}",
        ]
        return picture, {**describe_verdict(report), "doubts": doubts}

    def _vectors(self, model: str) -> WordVectors:
        if model not in self._models:
            names = ", ".join(self._models)
            raise InputError(
                f"'{clip(model, 60)}' is no model of this server: choose one of {names}."
            )
        return self._models[model]


def _text(word: str) -> str:
    if not word or len(word) > _LONGEST:
        raise InputError(f"A word must have 1 to {_LONGEST} characters, not {len(word)}.")
    return word


def _number(n: int) -> int:
    if not 1 <= n <= _MOST:
        raise InputError(f"n={n} must be between 1 and {_MOST}.")
    return n


def _given(words: Sequence[str]) -> Sequence[str]:
    if not 1 <= len(words) <= _MOST_GIVEN:
        raise InputError(f"{len(words)} words were given: give 1 to {_MOST_GIVEN}.")
    return [_text(word) for word in words]


def _relation(name: str, pairs: list[list[str]] | None) -> Relation:
    """Return a built-in relation or the given pairs; a name is never read as a file."""
    if pairs is None:
        if name not in built_in_names():
            raise InputError(
                f"'{clip(name, 60)}' is not a built-in relation: use one of "
                f"{', '.join(built_in_names())}, or give pairs of words."
            )
        return built_in(name)
    if not 1 <= len(pairs) <= _MOST_GIVEN:
        raise InputError(f"{len(pairs)} pairs were given: give 1 to {_MOST_GIVEN}.")
    for word in (word for pair in pairs for word in pair):
        _text(word)
    if any(len(pair) != 2 for pair in pairs):
        raise InputError("Each pair must have two words, such as ['king', 'queen'].")
    return Relation(clip(name, 60) or "pairs", tuple((a, b) for a, b in pairs))


def _doubts_of_words(vectors: WordVectors, words: Sequence[str]) -> list[str]:
    """Return what makes the vectors of words doubtful: rarity, and unstable neighbours."""
    doubts = []
    for word in words:
        count, stability = vectors.count(word), vectors.stability_of(word)
        if count is not None and count < _RARE:
            doubts.append(f"'{word}' occurs {count} times: its vector is uncertain.")
        if stability is not None and stability < 0.5:
            doubts.append(
                f"Of the 10 nearest of '{word}', other seeds have {stability:.0%} in common."
            )
    if vectors.vocabulary.counts is None:
        doubts.append("Counts are unknown: rare words, with uncertain vectors, cannot be told.")
    return doubts


def open_models(names: Sequence[str]) -> dict[str, WordVectors]:
    """Open the models and files that the tools may use, under the last parts of their names.

    Raises
    ------
    InputError, ModelError
        If two have the same name, or one cannot be opened.
    """
    models: dict[str, WordVectors] = {}
    for name in names:
        short = Path(name).name
        if short in models:
            raise InputError(f"Two models are called {short}: rename one.")
        models[short] = open_vectors(name)
    return models


def make_server(models: Mapping[str, WordVectors]) -> Any:  # noqa: ANN401
    """Return an MCP server of the tools.

    Raises
    ------
    InputError
        If the package mcp is missing.
    """
    try:
        from mcp.server.mcpserver import Image, MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
    except ImportError:
        raise InputError(
            "Assistants need the package mcp, version 2: pip install 'embedviz[mcp]'."
        ) from None
    from embedviz import __version__

    tools = Tools(models)
    server = MCPServer("embedviz", instructions=INSTRUCTIONS, version=__version__)

    def offered(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def answered(*args: Any, **options: Any) -> Any:  # noqa: ANN401
            try:
                found = method(*args, **options)
            except EmbedvizError as error:
                raise ToolError(str(error)) from None
            if isinstance(found, tuple):
                return [Image(data=found[0], format="png"), found[1]]
            return found

        return answered

    for method in (
        tools.list_models,
        tools.look_up,
        tools.neighbours,
        tools.analogy,
        tools.relation,
        tools.axis,
    ):
        server.tool()(offered(method))
    server.tool(structured_output=False)(offered(tools.figure))
    return server
