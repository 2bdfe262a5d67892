"""The command `analogy`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.method_table import build_panel_document, print_methods
from embedviz.cli.options import (
    Count,
    Exclude,
    Json,
    Matching,
    MaxRank,
    Model,
    Prefix,
    relation_names,
)
from embedviz.cli.output import make_answers_table, make_honest_table, out, print_json
from embedviz.errors import InputError

if TYPE_CHECKING:
    from embedviz.analogies import Answer, Method, MethodScore
    from embedviz.relations import Relation
    from embedviz.vectors import Filter, Neighbour, WordVectors


def analogy(
    model: Model,
    words: Annotated[
        list[str],
        typer.Argument(
            help="Three words (king man woman: king - man + woman), an expression, or one word "
            "with --relation; words that contain spaces in quotes.",
            show_default=False,
        ),
    ],
    method: Annotated[
        str,
        typer.Option(
            help="3cosadd, 3cosmul, pairdirection, 3cosavg, lrcos, only-b or ignore-a; an "
            "expression is always answered by 3cosadd.",
        ),
    ] = "3cosadd",
    relation: Annotated[
        str | None,
        typer.Option(
            help="Training pairs of 3cosavg or lrcos: a built-in relation or a CSV file.",
            show_default=False,
            autocompletion=relation_names,
        ),
    ] = None,
    honest: Annotated[
        bool,
        typer.Option("--honest", help="Also show the answers with the query words included."),
    ] = False,
    panel: Annotated[
        bool,
        typer.Option(
            "--panel",
            help="Show all methods side by side: answers with the query words excluded "
            "and included, and their confidence; with --relation also the accuracy on its pairs.",
        ),
    ] = False,
    top: Count = 10,
    max_rank: MaxRank = None,
    prefix: Prefix = "",
    matching: Matching = None,
    exclude: Exclude = None,
    json: Json = False,
) -> None:
    """Answer an analogy: the words nearest to king - man + woman, without these three.

    Examples:
    embedviz analogy english king man woman
    embedviz analogy english king man woman --method 3cosmul --honest
    embedviz analogy english japan --relation country-capital --method 3cosavg
    embedviz analogy english japan --relation country-capital --panel
    embedviz analogy out/model "2*paris - avg(france, spain) + italy" --top 3 --json
    """
    from embedviz.analogies import Method
    from embedviz.checkpoints import open_vectors
    from embedviz.vectors import Filter

    only = Filter(max_rank, prefix, matching, tuple(exclude or ()))
    methods = [Method(method), *([Method(method, honest=True)] if honest else [])]
    vectors = open_vectors(model)
    if panel:
        _print_all_methods(words, relation, vectors, top, only, json=json)
        return
    query = _parse_query(words, methods[0], relation, vectors)
    answers = [query.answers(vectors, top, only, one) for one in methods]
    if json:
        print_json(
            {
                "query": query.text,
                "method": method,
                "answers": [asdict(answer) for answer in answers[0]],
                **({"honest": [asdict(answer) for answer in answers[1]]} if honest else {}),
            }
        )
    elif honest:
        out.print(make_honest_table(query.text, *answers))
    else:
        out.print(make_answers_table(query.text, answers[0], query.score_name))


@dataclass(frozen=True)
class _Expression:
    """A weighted sum of words, answered by 3cosadd."""

    text: str
    weights: dict[str, float]
    score_name: str = "cosine"

    def answers(
        self, vectors: WordVectors, n: int, only: Filter, method: Method
    ) -> Sequence[Neighbour]:
        left_out = () if method.honest else tuple(self.weights)
        return vectors.nearest(vectors.combine(self.weights), n, exclude=left_out, only=only)


@dataclass(frozen=True)
class _Question:
    """A query word, and the pairs of the relation to apply to it."""

    text: str
    pairs: tuple[tuple[str, str], ...]
    word: str
    score_name: str = "score"

    def answers(
        self, vectors: WordVectors, n: int, only: Filter, method: Method
    ) -> Sequence[Answer]:
        from embedviz.analogies import answer_question

        return answer_question(vectors, self.pairs, self.word, n, method=method, only=only)


def _parse_query(
    words: list[str], method: Method, relation: str | None, vectors: WordVectors
) -> _Expression | _Question:
    """Parse the arguments into an expression or a question."""
    from embedviz.vectors import SIGNS, analogy_weights, format_expression, parse_expression

    if relation is not None:
        known = _find_pairs(relation, words, vectors)
        return _Question(f"{relation}: {words[0]}", known.pairs, words[0])
    if len(words) == 3 and not set(SIGNS).intersection(words):
        target, source, word = words
        if method.name != "3cosadd":
            return _Question(f"{source} : {target} :: {word} : ?", ((source, target),), word)
        weights = analogy_weights(source, target, word)
        return _Expression(format_expression(weights), weights)
    if method.name != "3cosadd":
        raise InputError(
            f"{method.name} does not answer expressions: give three words, or one and --relation."
        )
    text = _join(words, vectors)
    return _Expression(text, parse_expression(text, known=vectors))


def _join(words: list[str], vectors: WordVectors) -> str:
    """Join arguments to an expression; the shell took the quotes off a word with spaces."""
    from embedviz.vectors import quote_word

    return " ".join(
        quote_word(word) if len(word.split()) > 1 and word in vectors else word for word in words
    )


def _find_pairs(relation: str, words: list[str], vectors: WordVectors) -> Relation:
    """Find the pairs of a relation in the vocabulary, for a query of one word."""
    from embedviz.relations import find_relation

    if len(words) != 1:
        raise InputError(f"{len(words)} words were given with --relation: give one word.")
    known = find_relation(relation).known_to(vectors)
    if known is None:
        raise InputError(
            f"No pair of {relation} has both words in the vocabulary of {len(vectors)} words: "
            "choose another relation, or a model trained on more text."
        )
    return known


def _print_all_methods(
    words: list[str],
    relation: str | None,
    vectors: WordVectors,
    n: int,
    only: Filter,
    *,
    json: bool,
) -> None:
    """Print the answers of all methods."""
    from embedviz.analogies import compare_methods, score_methods
    from embedviz.vectors import SIGNS, match_analogy, parse_expression

    scores: tuple[MethodScore, ...] = ()
    if relation is not None:
        known = _find_pairs(relation, words, vectors)
        found = compare_methods(vectors, known.pairs, words[0], n, only=only)
        scores = score_methods(vectors, known)
    else:
        if len(words) == 3 and not set(SIGNS).intersection(words):
            question = (words[1], words[0], words[2])
        else:
            text = _join(words, vectors)
            parsed = match_analogy(parse_expression(text, known=vectors))
            if parsed is None:
                raise InputError(
                    f"'{text[:60]}' is answered by 3cosadd alone: for --panel give three words, "
                    "a formula such as king - man + woman, or one word and --relation."
                )
            question = parsed
        source, target, word = question
        found = compare_methods(vectors, [(source, target)], word, n, only=only)
    if json:
        print_json(build_panel_document(found, scores))
    else:
        print_methods(found, scores)
