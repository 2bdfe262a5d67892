r"""Make the phrase model that ships: split the pairs, train, measure, pack, write its card.

Test pairs are drawn before training, which has none of their sides. The figures are written as
JSON, and every figure of the card comes from there. A finished model in ``--work`` is not trained
again.

    python -m benchmarks.phrase_model tatoeba.tsv --work FOLDER
"""

import argparse
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.common.figures import machine, versions, write
from benchmarks.sequences import packing, phrase_card, phrase_measures
from benchmarks.sequences.splitting import TOKENIZER, split_pairs
from embedviz.checkpoints import checkpoint
from embedviz.sequences import open_sequence_model
from embedviz.settings import SequenceConfig
from embedviz.support import PHRASES
from embedviz.text import PairConfig, PairFile
from embedviz.training import GivenVectors

MAX_BYTES = 6_000_000
RAREST = 4  # occurrences of a French word in training, with those in phrases
FIGURES = Path(__file__).with_name("figures") / "phrase_model.json"
CONFIG = SequenceConfig(n_target_dims=40, n_out=56, n_maxout=192, embedding_rate=0.3, epochs=5)
PAIRS = PairConfig(tokenizer=TOKENIZER, min_count=3, held_out=0.005)


def make(options: argparse.Namespace) -> None:
    """Split, train, measure and pack."""
    if not (options.work / "test.tsv").exists():
        split_pairs(options.pairs, options.phrases, options.work)
    folder = options.work / "model"
    packing.train(
        PairFile(options.work / "train.tsv"),
        folder,
        PAIRS,
        replace(CONFIG, epochs=options.epochs),
        given=GivenVectors("english"),
    )
    packed = packing.without_rare(packing.halved(checkpoint.load(folder)), RAREST)
    checkpoint.save(options.work / "packed", packed)
    figures = measured(options.work, options.work / "packed", options.pairs)
    write(options.figures, figures)
    packing.pack(packed, phrase_card.card(figures), options.out, most_bytes=MAX_BYTES)


def measured(work: Path, folder: Path, pairs: Path) -> dict[str, Any]:
    """Measure the packed model, in 16 bits as it ships, beside its controls."""
    test, every = map(phrase_measures.read_pairs, (work / "test.tsv", pairs))
    models = {
        "trained": open_sequence_model(folder),
        "untrained": open_sequence_model(folder, trained=False),
    }
    saved = checkpoint.load(folder)
    started = time.process_time()
    found = {
        "machine": machine(),
        "versions": versions("torch", "numpy"),
        "training": dict(saved.training),
        "results": dict(saved.results),
        "n_bytes": packing.n_bytes(folder),
        "n_test": len(test),
        "unknown": phrase_measures.share_unknown(models["trained"], test),
        "unigram_perplexity": phrase_measures.unigram_perplexity(models["trained"], test),
        "evaluation": phrase_measures.evaluation(models["trained"], work / "test.tsv"),
        "paraphrases": phrase_measures.paraphrases(models, test, every),
        "permuted": phrase_measures.permuted(models, test),
        "offsets": phrase_measures.offsets(models),
    }
    found["seconds_of_measurement"] = round(time.process_time() - started)
    return found


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path, nargs="?", help="English-French pairs, tab-separated")
    parser.add_argument("--phrases", type=Path, help="phrase pairs, added to the training pairs")
    packing.add_options(parser, model=PHRASES, epochs=CONFIG.epochs, figures=FIGURES)
    packing.run(parser, parser.parse_args(), "pairs", make, phrase_card.card)


if __name__ == "__main__":
    main()
