r"""Make the English model that ships: train it, evaluate it, pack it and write its card.

Every seed is trained with the default recipe on one thread and evaluated alike; the first seed is
packed, whatever the scores of the others. Finished seeds in ``--work`` are not trained again, and
an unfinished one is resumed. The figures are written as JSON, and every figure of the card comes
from there.

    python -m benchmarks.english_model TEXTS... --questions questions-words.txt \
        --similarity WS-353.txt SIMLEX-999.txt --out embedviz/english --work FOLDER
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.common.figures import analogy_figures, training_header, write
from benchmarks.english import card, gender
from benchmarks.english.derived_forms import find_derived
from benchmarks.english.gender_words import TESTS
from embedviz.checkpoints import checkpoint, load_vectors
from embedviz.cli.progress import reporting
from embedviz.errors import EmbedvizError, InputError
from embedviz.evaluation import (
    ANALOGY_CUT,
    AnalogyReport,
    RatedPair,
    neighbour_overlap,
    read_questions,
    read_similarities,
    score_analogies,
    score_similarity,
)
from embedviz.evaluation.questions import Section
from embedviz.relations import built_in, built_in_names, measure
from embedviz.settings import TrainingConfig
from embedviz.support import atomic_path, cache_folder, english_folder
from embedviz.text import CorpusConfig, encode, find_texts, read_blocks
from embedviz.training import Callbacks, train_model
from embedviz.vectors import N_FREQUENT

MAX_BYTES = 20_000_000
CARD = "README.md"
FIGURES = Path(__file__).with_name("figures") / "english_model.json"

Ratings = dict[str, tuple[RatedPair, ...]]


def trained(
    texts: Sequence[Path], folder: Path, corpus_config: CorpusConfig, config: TrainingConfig
) -> None:
    """Train a seed's model into a folder, or resume it, or find it finished."""
    with reporting(None, None) as (reading, report):
        train_model(
            texts,
            folder,
            corpus_config=corpus_config,
            config=config,
            callbacks=Callbacks(reading, report),
            resume=True,
        )
    # a finished run is returned as it is, whatever the texts
    saved = checkpoint.load(folder, only_words=True)
    if saved.results["texts"] != [path.name for path in texts]:
        raise InputError(f"{folder} was trained on other texts: give another --work.")


def figures_of(
    folder: Path, sections: Sequence[Section], ratings: Ratings, *, seed: int
) -> dict[str, Any]:
    """Evaluate a model: analogies, similarity, the built-in relations, gender bias."""
    vectors = load_vectors(folder)
    relations = [measure(vectors, built_in(name)) for name in built_in_names()]
    return {
        "seed": seed,
        "results": dict(checkpoint.load(folder, only_words=True).results),
        "analogies": [
            _analogies(score_analogies(vectors, sections, n_words=cut))
            for cut in (ANALOGY_CUT, None)
        ],
        "similarity": {
            name: asdict(score_similarity(vectors, pairs)) for name, pairs in ratings.items()
        },
        "relations": [
            {
                "name": one.name,
                "n_pairs": one.n_pairs,
                "skipped": len(one.skipped),
                "consistency": one.consistency,
                "p_value": one.p_value,
                "hit_rate": one.hit_rate,
            }
            for one in relations
        ],
        "derived": {name: asdict(one) for name, one in find_derived(vectors).items()},
        "occupations": asdict(gender.leaning(vectors)),
        "associations": [asdict(gender.associate(vectors, lists)) for lists in TESTS],
    }


def _analogies(report: AnalogyReport) -> dict[str, Any]:
    return {
        **analogy_figures(report),
        # the sections that no setting was chosen by, see training_efficiency
        "apart": AnalogyReport(report.sections[1::2], report.n_words).accuracy,
        "sections": {
            one.name: {"n_covered": one.n_covered, "n_questions": one.n_questions}
            | {"accuracy": one.accuracy}
            for one in report.sections
        },
    }


def word_only(folders: Sequence[Path]) -> checkpoint.Checkpoint:
    """Return the first model's embedding, in 16 bits, and each word's stability over all of them.

    The embedding stays as trained: extraction subtracts the mean, as with any other model.
    """
    saved = checkpoint.load(folders[0], only_words=True)
    tensors = {"embedding": saved.tensors["embedding"].astype(np.float16)}
    if len(folders) > 1:
        tensors[checkpoint.STABILITY] = stability(folders)
    return replace(saved, tensors=tensors)


def stability(folders: Sequence[Path]) -> NDArray[np.uint8]:
    """Overlap of the 10 nearest words of every two seeds, in per cent, shape (n_words,)."""
    models = [load_vectors(folder) for folder in folders]
    found = neighbour_overlap(models, n_frequent=len(models[0]))
    unknown = [0.0]  # has no vector
    return np.round(100 * np.array([*unknown, *found.shares])).astype(np.uint8)


def stability_figures(model: checkpoint.Checkpoint) -> dict[str, float] | None:
    """Mean stability of words by frequency; None with a single seed."""
    shares = model.tensors.get(checkpoint.STABILITY)
    if shares is None:
        return None
    bands = {"1,000": slice(1, 1_001), "10,000": slice(1, 10_001), "all": slice(1, None)}
    return {name: float(shares[band].mean() / 100) for name, band in bands.items()}


def pack(model: checkpoint.Checkpoint, text: str, out: Path) -> None:
    """Write model and card, and replace the older ones at once."""
    check_out(out)
    with atomic_path(out) as aside:
        checkpoint.save(aside, model)
        (aside / CARD).write_text(text, encoding="utf-8")


def check_out(out: Path) -> None:
    """Refuse to replace anything but an older packed model."""
    if out.exists() and not (checkpoint.is_model(out) and (out / CARD).is_file()):
        raise InputError(f"{out} is no model with a card: choose another --out.")


def n_bytes(folder: Path) -> int:
    """Return the total size of a folder's files."""
    return sum(file.stat().st_size for file in folder.iterdir())


def parsed() -> argparse.Namespace:
    """Read the command line."""
    default = TrainingConfig()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("texts", type=Path, nargs="*", help="text files, plain or compressed")
    parser.add_argument("--questions", type=Path, help="Google's question file")
    parser.add_argument("--similarity", type=Path, nargs="+", default=[], help="rated pairs")
    parser.add_argument("--out", type=Path, default=english_folder(), help="the packed model")
    parser.add_argument("--work", type=Path, help="folder for the seeds' models")
    parser.add_argument("--seeds", default="0,1,2", help="comma-separated; the first is packed")
    parser.add_argument("--max-words", type=int, default=50_000)
    parser.add_argument("--epochs", type=float, default=default.epochs)
    parser.add_argument("--dims", type=int, default=default.n_dims)
    parser.add_argument("--figures", type=Path, default=FIGURES, help="the measured figures, JSON")
    parser.add_argument(
        "--only-card", action="store_true", help="rewrite the card from the figures"
    )
    options = parser.parse_args()
    options.seeds = [int(seed) for seed in options.seeds.split(",")]
    if not options.only_card and not (options.texts and options.questions and options.work):
        parser.error("give TEXTS, --questions and --work, or --only-card")
    options.parser = parser
    return options


def make(options: argparse.Namespace) -> None:
    """Train, evaluate and pack."""
    sections = tuple(read_questions(options.questions))
    ratings = {path.stem: read_similarities(path) for path in options.similarity}
    sources = [card.source(path.name) for path in options.texts]  # before hours of training
    check_out(options.out)
    corpus_config = CorpusConfig(max_words=options.max_words)
    config = TrainingConfig(epochs=options.epochs, n_dims=options.dims)
    seeds = []
    for seed in options.seeds:
        folder = options.work / f"seed-{seed}"
        trained(options.texts, folder, corpus_config, replace(config, seed=seed))
        seeds.append(figures_of(folder, sections, ratings, seed=seed))
        print(f"seed {seed}: {seeds[-1]['analogies'][0]['accuracy']}", flush=True)
    model = word_only([options.work / f"seed-{seed}" for seed in options.seeds])
    checkpoint.save(options.work / "packed", model)
    if (size := n_bytes(options.work / "packed")) > MAX_BYTES:
        raise InputError(f"The model takes {size:,} bytes, more than {MAX_BYTES:,}: lower --dims.")
    corpus = encode(options.texts, corpus_config, cache_folder() / "ids")
    words = [
        sum(len(corpus_config.tokenizer.tokens(block)) for block in read_blocks(find_texts([text])))
        for text in options.texts
    ]
    header = training_header(
        ", ".join(path.name for path in options.texts),
        corpus,
        {
            "dims": config.n_dims,
            "cut": ANALOGY_CUT,
            "min_count": corpus_config.min_count,
            "sample": config.skip,
            "seed": options.seeds,
        },
    )
    figures = {
        **header,
        "sources": [asdict(one) | {"words": n} for one, n in zip(sources, words, strict=True)],
        "training": dict(model.training),
        "tokenizer": model.tokenizer.as_stored(),
        "n_bytes": size,
        "n_mean": N_FREQUENT,
        "packed": figures_of(options.work / "packed", sections, ratings, seed=options.seeds[0]),
        "seeds": seeds,
        "stability": stability_figures(model),
    }
    with atomic_path(options.figures) as aside:
        write(aside, figures)
    pack(model, card.card(figures), options.out)
    print(card.rounding(figures))
    print(f"{options.out}: {n_bytes(options.out):,} bytes")


def main() -> None:
    """Make the model, or only its card."""
    options = parsed()
    try:
        if options.only_card:
            figures = json.loads(options.figures.read_text(encoding="utf-8"))
            with atomic_path(options.out / CARD) as aside:
                aside.write_text(card.card(figures), encoding="utf-8")
        else:
            make(options)
    except EmbedvizError as error:
        options.parser.error(str(error))


if __name__ == "__main__":
    main()
