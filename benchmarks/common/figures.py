"""The figures file of a benchmark: where it ran, on what, and how it is written."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embedviz.evaluation import AnalogyReport
    from embedviz.text import Corpus


def machine() -> dict[str, Any]:
    """Describe the system, the processor and its cores."""
    return {"system": platform.platform(), "processor": _processor(), "cores": os.cpu_count()}


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def system_load() -> float:
    """Return the load average over the last minute."""
    return round(os.getloadavg()[0], 1)


def versions(*packages: str) -> dict[str, str]:
    """Return the versions of Python, embedviz and other packages."""
    found = {"python": platform.python_version()}
    for name in ("embedviz", *packages):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def training_header(text: str, corpus: Corpus, options: Mapping[str, Any]) -> dict[str, Any]:
    """Describe machine, versions, corpus and settings of a training benchmark."""
    return {
        "machine": machine(),
        "versions": versions("torch", "numpy", "gensim"),
        "text": text,
        "n_train_tokens": len(corpus.train),
        "n_held_out_tokens": corpus.held_out.size,
        "n_words": len(corpus.vocabulary) - 1,
        "share_unknown": float(corpus.counts[0] / corpus.counts.sum()),
        "n_threads": 1,
        **{name: options[name] for name in ("dims", "cut", "min_count", "sample", "seed")},
    }


def analogy_figures(report: AnalogyReport) -> dict[str, Any]:
    """Return the accuracies and counts of an analogy evaluation."""
    return {
        "semantic": report.semantic,
        "syntactic": report.syntactic,
        "accuracy": report.accuracy,
        "left_in": report.micro_mean("honest"),
        "correct_of_all": report.correct_of_all,
        "n_questions": report.n_questions,
        "n_covered": report.n_covered,
        "n_correct": report.n_correct,
        "n_words": report.n_words,
    }


def write(path: Path | None, figures: Mapping[str, Any]) -> None:
    """Write the figures as JSON, if there is a path."""
    if path:
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
