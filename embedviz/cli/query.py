"""Commands that explore vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from embedviz.cli.output import answers_table, honest_table, out, print_json
from embedviz.cli.relation_tables import print_details, print_relations, relation_document
from embedviz.errors import InputError
from embedviz.folders import ENGLISH

if TYPE_CHECKING:
    from embedviz.analogy import Answer, Method
    from embedviz.search import Filter
    from embedviz.vectors import Neighbour, WordVectors


def model_names(incomplete: str) -> list[str]:
    """Complete the one model that has a name; folders are left to the shell."""
    return [ENGLISH] if incomplete and ENGLISH.startswith(incomplete) else []


SPELLINGS = 20
"""Missing words of a relation for which near spellings are looked up: each takes a moment."""

Model = Annotated[
    str,  # not a path, which would lose the "./" of a folder called english
    typer.Argument(
        help="A model folder, a file of word vectors, or english: the model that ships (a folder "
        "of that name: ./english).",
        show_default=False,
        autocompletion=model_names,
    ),
]
Count = Annotated[int, typer.Option("--top", "-n", help="How many words to answer.", min=1)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")]


def relation_names(incomplete: str) -> list[str]:
    """Complete the name of a built-in relation in the shell."""
    from embedviz.relations import built_in_names

    return [name for name in built_in_names() if name.startswith(incomplete)]


MaxRank = Annotated[
    int | None,
    typer.Option(help="Answer only so many most frequent words.", min=1, show_default=False),
]
Prefix = Annotated[str, typer.Option(help="Answer only words that begin so.", show_default=False)]
Matching = Annotated[
    str | None,
    typer.Option(
        help="Answer only words in which this regular expression is found.", show_default=False
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(help="Never answer this word; may be repeated.", show_default=False),
]


def analogy(
    model: Model,
    words: Annotated[
        list[str],
        typer.Argument(
            help="Three words (king man woman: king - man + woman), an expression, or one word "
            "with --relation.",
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
            help="Pairs that 3cosavg or lrcos learns from: a built-in relation or a CSV file.",
            show_default=False,
            autocompletion=relation_names,
        ),
    ] = None,
    honest: Annotated[
        bool,
        typer.Option("--honest", help="Also show the answers with the asked words left in."),
    ] = False,
    top: Count = 10,
    max_rank: MaxRank = None,
    prefix: Prefix = "",
    matching: Matching = None,
    exclude: Exclude = None,
    json: Json = False,
) -> None:
    """Answer an analogy: the words nearest to king - man + woman, those three left out.

    Examples:
    embedviz analogy english king man woman
    embedviz analogy english king man woman --method 3cosmul --honest
    embedviz analogy english japan --relation country-capital --method 3cosavg
    embedviz analogy out/model "2*paris - avg(france, spain) + italy" --top 3 --json
    """
    from embedviz.analogy import Method
    from embedviz.opening import open_vectors
    from embedviz.search import Filter

    only = Filter(max_rank, prefix, matching, tuple(exclude or ()))
    methods = [Method(method), *([Method(method, honest=True)] if honest else [])]
    vectors = open_vectors(model)
    query = _query(words, methods[0], relation, vectors)
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
        out.print(honest_table(query.text, *answers))
    else:
        out.print(answers_table(query.text, answers[0], query.scores_are))


def neighbours(
    model: Model,
    word: Annotated[str, typer.Argument(help="A word.", show_default=False)],
    top: Count = 10,
    max_rank: MaxRank = None,
    prefix: Prefix = "",
    matching: Matching = None,
    exclude: Exclude = None,
    json: Json = False,
) -> None:
    """List the words nearest to a word.

    Examples:
    embedviz neighbours english queen
    embedviz neighbours english walking --matching "ed$" --max-rank 10000
    embedviz neighbours out/model queen --top 20 --json
    """
    from embedviz.opening import open_vectors
    from embedviz.search import Filter

    only = Filter(max_rank, prefix, matching, tuple(exclude or ()))
    found = open_vectors(model).most_similar(word, top, only=only)
    if json:
        print_json({"query": word, "answers": [asdict(answer) for answer in found]})
    else:
        out.print(answers_table(word, found, "cosine"))


@dataclass(frozen=True)
class _Expression:
    """A weighted sum of words, answered by 3cosadd."""

    text: str
    weights: dict[str, float]
    scores_are: str = "cosine"

    def answers(
        self, vectors: WordVectors, n: int, only: Filter, method: Method
    ) -> Sequence[Neighbour]:
        left_out = () if method.honest else tuple(self.weights)
        return vectors.nearest(vectors.combine(self.weights), n, exclude=left_out, only=only)


@dataclass(frozen=True)
class _Question:
    """A word, and pairs whose sources it stands beside."""

    text: str
    pairs: tuple[tuple[str, str], ...]
    word: str
    scores_are: str = "score"

    def answers(
        self, vectors: WordVectors, n: int, only: Filter, method: Method
    ) -> Sequence[Answer]:
        from embedviz.analogy import answer

        return answer(vectors, self.pairs, self.word, n, method=method, only=only)


def _query(
    words: list[str], method: Method, relation: str | None, vectors: WordVectors
) -> _Expression | _Question:
    """Read what was asked."""
    from embedviz.expressions import SIGNS, analogy_weights, parse, written
    from embedviz.relations import find

    if relation is not None:
        if len(words) != 1:
            raise InputError(
                f"{len(words)} words were given with --relation: give the one to find a partner of."
            )
        known = find(relation).known_to(vectors)
        if known is None:
            raise InputError(
                f"No pair of {relation} has both words in the vocabulary of {len(vectors)} words: "
                "choose another relation or a model of more text."
            )
        return _Question(f"{relation}: {words[0]}", known.pairs, words[0])
    if len(words) == 3 and not set(SIGNS).intersection(words):
        target, source, word = words
        if method.name != "3cosadd":
            return _Question(f"{source} : {target} :: {word} : ?", ((source, target),), word)
        weights = analogy_weights(source, target, word)
        return _Expression(written(weights), weights)
    if method.name != "3cosadd":
        raise InputError(
            f"{method.name} does not answer expressions: give three words, or one and --relation."
        )
    text = " ".join(words)
    return _Expression(text, parse(text, known=vectors))


def relations(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A built-in relation, or a file or folder of pairs: a CSV file with the header "
            "source,target, Google's or MSR's questions, BATS. By default all built-in ones.",
            metavar="NAME|FILE|FOLDER",
            show_default=False,
            autocompletion=relation_names,
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="Measure the relations in this model: a folder, a file of word vectors, or "
            "english.",
            show_default=False,
            autocompletion=model_names,
        ),
    ] = None,
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help="With --model: also how each pair fits, outliers, and what is spelt like the "
            f"first {SPELLINGS} missing words of each relation.",
        ),
    ] = False,
    seed: Annotated[int, typer.Option(help="Seed of the shuffles.", min=0)] = 0,
    json: Json = False,
) -> None:
    """List the built-in relations, print pairs as CSV to copy and extend, or measure them.

    Examples:
    embedviz relations
    embedviz relations country-capital > mine.csv
    embedviz relations --model english
    embedviz relations mine.csv --model out/model --details
    embedviz relations questions-words.txt --model out/model --json
    """
    from embedviz.opening import open_vectors
    from embedviz.relations import as_csv, built_in, built_in_names, find_all, measure
    from embedviz.relations import near_spellings as spelt_like

    chosen = find_all(name) if name else [built_in(known) for known in built_in_names()]
    if model is not None:
        vectors = open_vectors(model)
        reports = [measure(vectors, relation, seed=seed) for relation in chosen]
        alike = [
            spelt_like(vectors, report.missing[:SPELLINGS]) if details else {} for report in reports
        ]
        if json:
            print_json(
                [
                    relation_document(report, near_spellings)
                    for report, near_spellings in zip(reports, alike, strict=True)
                ]
            )
            return
        print_relations(reports)
        if details:
            for report, near_spellings in zip(reports, alike, strict=True):
                print_details(report, near_spellings)
    elif json:
        print_json([asdict(relation) for relation in chosen])
    elif name:
        typer.echo(as_csv(chosen), nl=False)
    else:
        for relation in chosen:
            source, target = relation.pairs[0]
            typer.echo(
                f"{relation.name:24}{len(relation.pairs):4} pairs, such as {source} → {target}"
            )
