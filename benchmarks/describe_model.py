r"""Make the model that describes words: train on glosses, measure, pack, write its card.

The definitions are a table with the columns split, lemma, pos and gloss; no gloss of a test word,
nor of a word that shares a gloss with one, is in training. Settings were chosen on the split
``valid``; ``test`` is reported. A finished model in ``--work`` is not trained again.

    python -m benchmarks.describe_model definitions.tsv.xz --work FOLDER
"""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.common.figures import machine, versions, write
from benchmarks.reverse_dictionary import read_table
from benchmarks.sequences import describe_card, describe_measures, packing
from embedviz.checkpoints import checkpoint
from embedviz.sequences import describe_points, open_sequence_model, points_of
from embedviz.settings import SequenceConfig
from embedviz.support import DESCRIBE, ENGLISH
from embedviz.text import PairConfig, PairFile, Tokenizer
from embedviz.training import GivenVectors

MAX_BYTES = 4_000_000
FIGURES = Path(__file__).with_name("figures") / "describe_model.json"
CONFIG = SequenceConfig(
    shape="vec-seq",
    cell="gru",
    n_states=256,
    n_target_dims=100,
    n_maxout=256,
    tied=True,
    dropout=0.3,
    n_noise=1024,
    n_pairs=64,
    rate=3e-3,
    embedding_rate=1.0,
    epochs=7,
)
PAIRS = PairConfig(tokenizer=Tokenizer(punctuation=True), min_count=5, longest=40, held_out=0.01)
EXAMPLES = (
    "king - man + woman",
    "actor - man + woman",
    "paris - france + japan",
    "aardvark",
    "violin",
    "happiness",
    "quickly",
    "cat + dog",
)


def make(options: argparse.Namespace) -> None:
    """Train, measure and pack."""
    rows = list(read_table(options.definitions))
    options.work.mkdir(parents=True, exist_ok=True)
    pairs = options.work / "glosses.tsv"
    if not pairs.exists():
        training = (row for row in rows if row["split"].startswith("train"))
        lines = (f"{row['lemma']}\t{describe_measures.text_of(row)}\n" for row in training)
        pairs.write_text("".join(["source\ttarget\n", *lines]), encoding="utf-8")
    folder = options.work / "model"
    packing.train(
        PairFile(pairs),
        folder,
        PAIRS,
        replace(CONFIG, epochs=options.epochs),
        given=GivenVectors(ENGLISH, ENGLISH),
    )
    packed = packing.referring(packing.halved(checkpoint.load(folder)))
    checkpoint.save(options.work / "packed", packed)
    figures = measured(options.work / "packed", rows)
    write(options.figures, figures)
    packing.pack(packed, describe_card.card(figures), options.out, most_bytes=MAX_BYTES)


def measured(folder: Path, rows: list[dict[str, str]]) -> dict[str, Any]:
    """Measure the packed model, in 16 bits as it ships, beside its controls."""
    saved = checkpoint.load(folder)
    training = [row for row in rows if row["split"].startswith("train")]
    splits: dict[str, Any] = {}
    for split in ("valid", "test"):
        some = [row for row in rows if row["split"] == split]
        model = describe_measures.with_labels(open_sequence_model(folder), some)
        splits[split] = {
            "n_glosses": len(some),
            **describe_measures.perplexities(model, some),
            "ranks": describe_measures.ranks(model, some),
            "written": describe_measures.written(model, some, training),
        }
    model = open_sequence_model(folder)
    described = describe_points(model, points_of(model, EXAMPLES))
    return {
        "machine": machine(),
        "versions": versions("torch", "numpy"),
        "training": dict(saved.training),
        "results": dict(saved.results),
        "n_bytes": packing.n_bytes(folder),
        "splits": splits,
        "examples": {
            one.point.name: {
                "text": one.texts[0].text,
                "log_ratio": one.about.log_ratios[0],
                "nearest": [word for word, _ in one.about.nearest],
            }
            for one in described
        },
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("definitions", type=Path, nargs="?", help="table of split, lemma, gloss")
    packing.add_options(parser, model=DESCRIBE, epochs=CONFIG.epochs, figures=FIGURES)
    packing.run(parser, parser.parse_args(), "definitions", make, describe_card.card)


if __name__ == "__main__":
    main()
