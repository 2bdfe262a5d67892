r"""Make the reverse dictionary that ships: train on glosses, measure, pack, write its card.

The definitions are a table with the columns split, lemma and gloss; no gloss of a test word, nor of
a word that shares a gloss with one, is in training. Candidates are all words of both tables that
the model ``english`` has. Settings were chosen on the split ``valid``; ``test`` is reported. A
finished model in ``--work`` is not trained again.

    python -m benchmarks.reverse_dictionary definitions.tsv.xz --words glosses.tsv.xz --work FOLDER
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from benchmarks.common.figures import machine, versions, write
from benchmarks.sequences import packing, reverse_card
from benchmarks.sequences.reverse_measures import ranks
from embedviz.checkpoints import checkpoint, open_vectors
from embedviz.models import TextToVector, measure_hubness
from embedviz.sequences import encode_texts, find_words, open_sequence_model
from embedviz.settings import SequenceConfig
from embedviz.support import ENGLISH, REVERSE_DICTIONARY
from embedviz.text import PairConfig, PairFile, Tokenizer, Vocabulary, read_text_lines
from embedviz.training import GivenVectors

MAX_BYTES = 4_000_000
FIGURES = Path(__file__).with_name("figures") / "reverse_dictionary.json"
CONFIG = SequenceConfig(
    shape="seq-vec",
    cell="gru",
    frozen=True,
    n_states=384,
    bidirectional=True,
    dropout=0.3,
    n_noise=4096,
    n_pairs=256,
    rate=3e-3,
    epochs=8,
)
PAIRS = PairConfig(tokenizer=Tokenizer(), min_count=1, longest=24, held_out=0.01)
EXAMPLES = (
    "a large animal with a long trunk",
    "the wife of a king",
    "a person who flies an aircraft",
    "to move quickly on foot",
    "a device for telling the time",
    "a feeling of great happiness",
    "frozen water",
    "someone who writes novels",
    "the study of the stars and planets",
    "very small",
)

Row = dict[str, str]


def read_table(path: Path) -> Iterator[Row]:
    """Yield the rows of a tab-separated table with a header."""
    lines = (line.split("\t") for _, line in read_text_lines(path))
    header = next(lines)
    for cells in lines:
        yield dict(zip(header, cells, strict=True))


def make(options: argparse.Namespace) -> None:
    """Train, measure and pack."""
    rows = list(read_table(options.definitions))
    options.work.mkdir(parents=True, exist_ok=True)
    pairs = options.work / "glosses.tsv"
    if not pairs.exists():
        training = (row for row in rows if row["split"].startswith("train"))
        lines = (f"{row['gloss']}\t{row['lemma']}\n" for row in training)
        pairs.write_text("".join(["source\ttarget\n", *lines]), encoding="utf-8")
    folder = options.work / "model"
    packing.train(
        PairFile(pairs),
        folder,
        PAIRS,
        replace(CONFIG, epochs=options.epochs, seed=options.seed),
        given=GivenVectors(ENGLISH, ENGLISH),
    )
    known = set(open_vectors(ENGLISH).words)
    lemmas = [*rows, *(read_table(options.words) if options.words else ())]
    candidates = tuple(sorted({row["lemma"] for row in lemmas} & known))
    halved = packing.halved(checkpoint.load(folder))
    packed = replace(packing.referring(halved), target=Vocabulary(candidates))
    checkpoint.save(options.work / "packed", packed)
    glosses = [row["gloss"] for row in rows if row["split"].startswith("train")]
    packed = with_hubness(
        packed, options.work / "packed", glosses[:: max(1, len(glosses) // 4_096)]
    )
    checkpoint.save(options.work / "packed", packed)
    figures = measured(options.work / "packed", rows)
    write(options.figures, figures)
    packing.pack(packed, reverse_card.card(figures), options.out, most_bytes=MAX_BYTES)


def with_hubness(
    model: checkpoint.Checkpoint, folder: Path, glosses: list[str]
) -> checkpoint.Checkpoint:
    """Measure the hubness of the candidates, which are not the labels of the training."""
    opened = open_sequence_model(folder)
    net = cast(TextToVector, opened.net)
    readable = [text for text in glosses if any(word in opened.source for word in text.split())]
    summaries = torch.from_numpy(encode_texts(opened, readable))
    hubness = measure_hubness(summaries, net.vectors).numpy().astype(np.float16)
    return replace(model, tensors={**model.tensors, "hubness": hubness})


def measured(folder: Path, rows: list[Row]) -> dict[str, Any]:
    """Measure the packed model, in 16 bits as it ships, beside its controls."""
    models = {
        "trained": open_sequence_model(folder),
        "untrained": open_sequence_model(folder, trained=False),
    }
    saved = checkpoint.load(folder)

    def of(split: str) -> list[tuple[str, str]]:
        return [(row["gloss"], row["lemma"]) for row in rows if row["split"] == split]

    return {
        "machine": machine(),
        "versions": versions("torch", "numpy"),
        "training": dict(saved.training),
        "results": dict(saved.results),
        "n_bytes": packing.n_bytes(folder),
        "n_words": {split: len({word for _, word in of(split)}) for split in ("valid", "test")},
        "ranks": {split: ranks(models, of(split)) for split in ("valid", "test")},
        "examples": {
            text: [found.word for found in find_words(models["trained"], text, 5).words]
            for text in EXAMPLES
        },
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("definitions", type=Path, nargs="?", help="table of split, lemma, gloss")
    parser.add_argument("--words", type=Path, help="table of further lemmas, as candidates")
    parser.add_argument("--seed", type=int, default=CONFIG.seed)
    packing.add_options(parser, model=REVERSE_DICTIONARY, epochs=CONFIG.epochs, figures=FIGURES)
    packing.run(parser, parser.parse_args(), "definitions", make, reverse_card.card)


if __name__ == "__main__":
    main()
