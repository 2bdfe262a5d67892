"""The file of word vectors in a folder: of a transformer, a projector, or another program."""

from __future__ import annotations

from pathlib import Path

from embedviz.errors import InputError
from embedviz.support import read_limited
from embedviz.vectors.formats import projector, tensors, tokenizer_json
from embedviz.vectors.formats.text_matrix import METADATA

_TRANSFORMER = "model.safetensors"
_OURS = ("vocabulary.jsonl", "target.jsonl")
_CONFIG, _OUR_FORMAT = "config.json", b'"embedviz model"'
_TENSORS = ("tensors.tsv", "vectors.tsv")
_FOREIGN = (
    "pytorch_model*.bin",
    "*.pt",
    "*.pth",
    "*.ckpt",
    "*.h5",
    "*.msgpack",
    "*.gguf",
    "*.onnx",
)
_MOST_SNAPSHOTS = 100


def find_vector_file(folder: Path) -> Path | None:
    """Return the file to read in a folder; None for a model of embedviz, or if there is none.

    Raises
    ------
    InputError
        If the folder is of another program and its vectors cannot be read; the message says how to
        save them.
    """
    if any((folder / name).is_file() for name in _OURS) or _is_ours(folder / _CONFIG):
        return None
    for name in (projector.CONFIG, projector.STANDALONE, _TRANSFORMER, tensors.INDEX):
        if (folder / name).is_file():
            return folder / name
    if (folder / METADATA).is_file():
        for name in _TENSORS:
            if (folder / name).is_file():
                return folder / name
    inside = _find_inside(folder)
    if inside:
        return find_vector_file(inside)
    _refuse_foreign(folder)
    return None


def _is_ours(config: Path) -> bool:
    try:
        return _OUR_FORMAT in read_limited(config, 1 << 20)
    except (OSError, ValueError):
        return False


def _find_inside(folder: Path) -> Path | None:
    """Return the folder below that holds the model, of the hub's cache or Sentence Transformers."""
    first = [one for one in folder.glob("0_*") if one.is_dir()]
    if (folder / "modules.json").is_file() and len(first) == 1:
        return first[0]
    snapshots = folder / "snapshots"
    if not snapshots.is_dir():
        return None
    found = sorted(one for one in snapshots.iterdir() if one.is_dir())[:_MOST_SNAPSHOTS]
    if len(found) > 1:
        raise InputError(
            f"{folder} holds {len(found)} versions of a model: give one of the folders, such as "
            f"{found[0]}."
        )
    return found[0] if found else None


def _refuse_foreign(folder: Path) -> None:
    if (folder / "vocab" / "vectors").is_file() or (folder / "meta.json").is_file():
        raise InputError(
            f"{folder} is a pipeline of spaCy, whose words are hashes: save its vectors with the "
            "program in docs/formats/spacy.md, and give that file."
        )
    foreign = next((file for pattern in _FOREIGN for file in sorted(folder.glob(pattern))), None)
    if foreign:
        raise InputError(
            f"{folder} has {foreign.name} but no {_TRANSFORMER}: load the model with transformers "
            "and write it with save_pretrained(FOLDER), which saves safetensors."
        )
    words = (tokenizer_json.TOKENIZER, tokenizer_json.WORDPIECE, tokenizer_json.VOCAB)
    if any((folder / name).is_file() for name in words):
        raise InputError(
            f"{folder} has the words of a model but no {_TRANSFORMER}: add the file, or its shards "
            f"with {tensors.INDEX}."
        )
