"""From texts to a model folder, in one call."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from embedviz import checkpoint
from embedviz.configuration import TrainingConfig
from embedviz.corpus import CorpusConfig, encode
from embedviz.folders import cache_folder
from embedviz.reading import STANDARD_INPUT, find_texts
from embedviz.training import Progress, train


def train_model(
    texts: Sequence[Path],
    out: Path,
    *,
    corpus_config: CorpusConfig,
    config: TrainingConfig,
    reading: Callable[[float], None] | None = None,
    report: Callable[[Progress], None] | None = None,
) -> dict[str, object]:
    """Encode texts, train on them and write the model folder.

    Parameters
    ----------
    texts : sequence of Path
        Files, folders, or ``-`` for standard input.
    out : Path
        The model folder; an older model there is replaced, anything else refused.
    corpus_config : CorpusConfig
    config : TrainingConfig
    reading : callable, optional
        Called with the share of the texts read so far.
    report : callable, optional
        Called with the state of the training.

    Returns
    -------
    dict
        What was measured, as it stands in the model's ``config.json``: among them
        ``perplexity`` on the held-out text over the full softmax.
    """
    checkpoint.check_target(out)
    find_texts(texts)
    with tempfile.TemporaryDirectory(prefix="embedviz-") as scratch:
        # standard input cannot be known again, so its ids are not worth keeping
        cache = Path(scratch) if STANDARD_INPUT in texts else cache_folder() / "ids"
        corpus = encode(texts, corpus_config, cache, progress=reading)
        result = train(corpus, config, report=report)
        results: dict[str, object] = {
            "perplexity": result.perplexity,
            "n_words": len(corpus.vocabulary) - 1,
            "n_train_tokens": len(corpus.train),
            "n_held_out_tokens": corpus.held_out.size,
            "n_tokens_read": result.n_tokens,
            "seconds": round(result.seconds, 1),
            "cpu_seconds": round(result.cpu_seconds, 1),
            "texts": [path.name or "standard input" for path in texts],
        }
        settings = asdict(config) | asdict(corpus_config)
        del settings["tokenizer"]  # stands in the configuration by itself
        tensors = {name: tensor.numpy() for name, tensor in result.model.state_dict().items()}
        checkpoint.save(
            out,
            checkpoint.Checkpoint(
                corpus_config.tokenizer, corpus.vocabulary, settings, results, tensors
            ),
        )
    return results
