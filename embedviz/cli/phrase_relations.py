"""Relations between phrases, measured in a sequence model beside its controls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from embedviz.cli.output import err, out, print_json
from embedviz.cli.relation_tables import build_relation_document, print_details
from embedviz.cli.run_options import require_torch
from embedviz.support import clip, model_folder

if TYPE_CHECKING:
    from embedviz.relations import RelationReport

TRAINED, UNTRAINED, OF_WORDS = "trained", "untrained", "mean of word vectors"
_MEANINGS = """\
consistency: mean cosine between the pairs' offsets, with its 95 % interval.
shuffled: that of random pairings of the same phrases, on average.
hits: share of pairs whose target is nearest to source + mean offset of others.
untrained: the same net before training. words: the mean of the phrase's word vectors.
A relation is learned only if its interval is above untrained and words, and its excess
over shuffled pairs is above 0 (verdict, in --json).
Swapped words are consistent in any net."""

_GONE = (
    "untrained –: the word vectors that the model began with are no longer there "
    "(embedviz encode MODEL TEXT --untrained names them); words: its own vectors."
)


def reads_texts(model: str) -> bool:
    """Whether a model is a sequence model that encodes texts."""
    from embedviz.checkpoints import checkpoint

    return checkpoint.read_shape(model_folder(model)) in ("seq-seq", "seq-vec")


def reads_pictures(model: str) -> bool:
    """Whether a model is a sequence model that reads pictures."""
    from embedviz.checkpoints import checkpoint

    folder = model_folder(model)
    if checkpoint.read_shape(folder) != "vec-seq":
        return False
    return bool(checkpoint.load(folder, only_words=True).training.get("picture_size"))


def is_of_programs(model: str) -> bool:
    """Whether a sequence model was trained on programs."""
    from embedviz.checkpoints import checkpoint

    return "n_programs" in checkpoint.load(model_folder(model), only_words=True).training


def measure_phrases(name: str | None, model: str, *, details: bool, seed: int, json: bool) -> None:
    """Print the statistics of relations between phrases, by default the built-in ones."""
    require_torch()
    from embedviz.relations import find_relations, measure, phrase_relations
    from embedviz.sequences import phrase_spaces

    chosen = find_relations(name) if name else phrase_relations()
    texts = tuple(dict.fromkeys(word for relation in chosen for word in relation.words))
    spaces = phrase_spaces(model, texts)
    _say_unknown(model, texts)
    reports = [
        {space: measure(vectors, relation, seed=seed) for space, vectors in spaces.items()}
        for relation in chosen
    ]
    if json:
        print_json(
            [
                build_relation_document(of[TRAINED], {})
                | {
                    "controls": {
                        name: build_relation_document(one, {})
                        for name, one in of.items()
                        if name != TRAINED
                    }
                }
                for of in reports
            ]
        )
        return
    _print_table(reports)
    if details:
        for of in reports:
            print_details(of[TRAINED], {})


def _say_unknown(model: str, texts: Sequence[str]) -> None:
    """Say how many phrases have words that a model does not know."""
    from embedviz.checkpoints import checkpoint

    saved = checkpoint.load(model_folder(model), only_words=True)
    n = sum(any(word not in saved.vocabulary for word in saved.tokenizer.tokens(t)) for t in texts)
    if n:
        err.print(
            f"Phrases with words that {model} does not know: {n:,} of {len(texts):,}.",
            markup=False,
            soft_wrap=True,
        )


def _print_table(reports: list[dict[str, RelationReport]]) -> None:
    from embedviz.reports import Figure

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("relation", overflow="fold")
    for heading in ("pairs", "consistency", "shuffled", "untrained", "words", "hits"):
        table.add_column(heading, justify="right", no_wrap=True)
    for of in reports:
        trained = of[TRAINED]
        controls = (of.get(name) for name in (UNTRAINED, OF_WORDS))
        table.add_row(
            Text(clip(trained.name.removeprefix("phrase-"))),
            str(trained.n_pairs),
            Figure(trained.consistency, ".2f", trained.consistency_interval).shown,
            Figure(trained.shuffled_consistency, ".2f").shown,
            *(Figure(None if one is None else one.consistency, ".2f").shown for one in controls),
            Figure(trained.hit_rate, ".0%").shown,
        )
    out.print(table)
    out.print(_MEANINGS, style="dim", soft_wrap=True)
    if not all(UNTRAINED in of for of in reports):
        out.print(_GONE, style="dim", soft_wrap=True)
