r"""Make the model that puts scenes into words: draw, train, measure, pack, write its card.

A finished model in ``--work`` is not trained again.

    python -m benchmarks.scenes_model --work FOLDER
"""

import argparse
from dataclasses import replace
from pathlib import Path

from benchmarks.common.figures import machine, versions, write
from benchmarks.sequences import packing, scene_card, scene_measures
from embedviz.checkpoints import checkpoint
from embedviz.corpora import ScenePairs
from embedviz.sequences import open_sequence_model
from embedviz.settings import SCENES, SceneConfig
from embedviz.support import SCENES as NAME
from embedviz.text import CAPTIONS, Vocabulary

MAX_BYTES = 2_000_000
FIGURES = Path(__file__).with_name("figures") / "scenes_model.json"
N = 1_000


def make(options: argparse.Namespace) -> None:
    """Train, measure and pack."""
    pairs = ScenePairs(SceneConfig(), SCENES.seed)
    folder = options.work / "model"
    options.work.mkdir(parents=True, exist_ok=True)
    packing.train(pairs, folder, CAPTIONS, replace(SCENES, epochs=options.epochs))
    saved = packing.halved(checkpoint.load(folder))
    # the names of the training pictures are of no use
    packed = replace(saved, vocabulary=Vocabulary(("scene",)))
    checkpoint.save(options.work / "packed", packed)
    models = {
        "trained": open_sequence_model(options.work / "packed", of_pictures=True),
        "untrained": open_sequence_model(options.work / "packed", of_pictures=True, trained=False),
    }
    size = SCENES.picture_size
    figures = {
        "machine": machine(),
        "versions": versions("torch", "numpy", "pillow"),
        "training": dict(packed.training),
        "results": dict(packed.results),
        "n_bytes": packing.n_bytes(options.work / "packed"),
        "n": N,
        "grades": scene_measures.grades(models["trained"], pairs, N, size),
        "relations": {
            name: scene_measures.relations(model, size) for name, model in models.items()
        },
    }
    write(options.figures, figures)
    packing.pack(packed, scene_card.card(figures), options.out, most_bytes=MAX_BYTES)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    packing.add_options(parser, model=NAME, epochs=SCENES.epochs, figures=FIGURES)
    packing.run(parser, parser.parse_args(), "work", make, scene_card.card)


if __name__ == "__main__":
    main()
