"""What training into a model folder needs, whatever the model."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from embedviz.checkpoints import checkpoint
from embedviz.errors import InputError, SettingError
from embedviz.settings import settings_of
from embedviz.support import available_memory
from embedviz.text import Tokenizer
from embedviz.training.distributed import World
from embedviz.training.progress import TrainingResult

_OPTIONS = {"embedding": "--embedding", "labels": "--vectors"}
"""Options of what is no setting."""
_EARLIER = {"frequency_bias": False}
"""What programs did before they had a setting, for runs that do not name it."""

logger = logging.getLogger(__name__)


def check_memory(n_bytes: int, what: str, remedy: str) -> None:
    """Raise `InputError` if a run does not fit into memory, rather than fail in its middle.

    Parameters
    ----------
    n_bytes : int
        Needed at the same time: weights, state of the optimiser, and temporary copies of both.
    what, remedy : str
        For the message: what needs them, and what needs less.
    """
    available = available_memory()
    if available is not None and n_bytes > available:
        raise InputError(
            f"{what} need about {n_bytes / 1e9:.1f} GB of memory and {available / 1e9:.1f} GB are "
            f"available: {remedy}."
        )


def check_same(
    before: checkpoint.Checkpoint,
    tokenizer: Tokenizer,
    settings: Mapping[str, object],
    *configs: type,
) -> None:
    """Raise `InputError` if the settings differ from those of the run to resume."""
    if before.tokenizer != tokenizer:
        raise InputError("The run was started with other text options: give the same ones.")
    options = {one.name: one.option for config in configs for one in settings_of(config)} | _OPTIONS
    for name in settings:
        was = before.training.get(name, _EARLIER.get(name))
        if was != settings[name]:
            message = (
                f"={was}, not {settings[name]}: give the same settings to "
                "resume, or train from scratch without --resume."
            )
            raise SettingError(
                f"The run was started with {name}{message}",
                in_options=f"The run was started with {options.get(name, name)}{message}",
            )


def begun_run(out: Path, world: World, *, resume: bool) -> checkpoint.Checkpoint | None:
    """Return the run in a folder that is to be resumed, finished or not; None to begin one.

    Says on the way what becomes of an unfinished run, or that there is none.
    """
    has_model = checkpoint.is_model(out)
    if resume and has_model:
        return checkpoint.load(out)
    if not world.is_first:
        return None
    if resume:
        logger.warning("There is no run to resume in %s: it is started from scratch.", out)
    elif has_model and checkpoint.is_unfinished(out):
        logger.warning("The unfinished run in %s is replaced; --resume would continue it.", out)
    return None


def say_finished(out: Path, world: World) -> None:
    """Say that a run is left as it is."""
    if world.is_first:
        logger.warning("The run in %s is already finished: it is left as it is.", out)


def check_same_texts(before: checkpoint.Checkpoint, fingerprint: str, out: Path) -> None:
    """Raise `InputError` if the texts differ from those of the run to resume."""
    if before.results.get("fingerprint") != fingerprint:
        raise InputError(
            f"The texts are not those with which {out} was started: "
            "give the same files, unchanged, or train from scratch without --resume."
        )


def saver(
    out: Path, world: World, make: Callable[[TrainingResult], checkpoint.Checkpoint]
) -> tuple[Callable[[TrainingResult], Mapping[str, object]], Callable[[TrainingResult], None]]:
    """Return two functions that write a result to the folder; the second only warns of errors."""

    def write(result: TrainingResult) -> Mapping[str, object]:
        made = make(result)
        if world.is_first:
            checkpoint.save(out, made)
        return made.results

    def write_if_possible(result: TrainingResult) -> None:
        try:
            write(result)
        except InputError as error:  # a failed checkpoint must not stop the run
            logger.warning("%s Training continues.", error)

    return write, write_if_possible
