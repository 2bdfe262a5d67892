"""Files of states, as other toolkits write them: NumPy, safetensors and HDF5."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import EmbedvizError, InputError

STATE_ENDINGS = (".npy", ".npz", ".safetensors", ".h5", ".hdf5")
_MOST_BYTES = 100_000_000
_MOST_OBJECTS = 1_000  # groups and arrays of an HDF5 file that are looked at
_BFLOAT16 = "BF16"

_Arrays = Mapping[str, tuple[tuple[int, ...], Callable[[], NDArray[Any]]]]
"""Of each array of numbers its shape, and a function that reads it."""


def read_state_matrix(path: Path, name: str | None = None) -> NDArray[np.float32]:
    """Read states of shape (n_steps, n_units).

    Parameters
    ----------
    path : Path
        ``.npy``, ``.npz``, ``.safetensors``, ``.h5`` or ``.hdf5``.
    name : str, optional
        Of an array in the file; needed if it has several matrices.

    Raises
    ------
    InputError
        If the file cannot be read, has no such matrix or several, or they take more than 100 MB.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            f"{path.name} is no file of states: give one of {', '.join(STATE_ENDINGS)}."
        )
    try:
        for arrays in reader(path):
            return _read_one(path, arrays, name)
        raise ValueError("it is empty")
    except EmbedvizError:
        raise
    except Exception as error:  # the libraries raise anything for damaged files
        reason = (str(error).splitlines() or [type(error).__name__])[0][:100]
        raise InputError(f"{path.name} cannot be read ({reason}): write it again.") from None


def _read_one(path: Path, arrays: _Arrays, name: str | None) -> NDArray[np.float32]:
    matrices = [one for one, (shape, _) in arrays.items() if len(shape) == 2 and 0 not in shape]
    listed = ", ".join(f"{one[:40]} {shape}" for one, (shape, _) in list(arrays.items())[:6])
    if name is not None and name not in matrices:
        raise InputError(f"{path.name} has no matrix {name[:40]}; it has {listed or 'none'}.")
    if not matrices:
        raise InputError(
            f"{path.name} has no matrix of shape (steps, units); it has {listed or 'no numbers'}: "
            "write the states of one layer, the steps of all texts one after the other."
        )
    if name is None and len(matrices) > 1:
        raise InputError(
            f"{path.name} has several matrices ({listed}): give the name of one of them."
        )
    shape, read = arrays[name or matrices[0]]
    if shape[0] * shape[1] * 4 > _MOST_BYTES:
        raise InputError(
            f"{path.name} has {shape[0]:,} × {shape[1]:,} numbers, more than "
            f"{_MOST_BYTES // 4_000_000} million: write a part of the text."
        )
    found = read()
    if found.dtype.kind not in "fiu":
        raise InputError(f"{path.name} has values of type {found.dtype}, not numbers.")
    return np.ascontiguousarray(found, dtype=np.float32)


def _npy(path: Path) -> Iterator[_Arrays]:
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    yield {path.stem: (array.shape, partial(np.asarray, array))}


def _npz(path: Path) -> Iterator[_Arrays]:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    if unpacked > 2 * _MOST_BYTES:
        raise InputError(
            f"{path.name} would unpack to {unpacked:,} bytes, and the limit is "
            f"{2 * _MOST_BYTES:,}: write a part of the text."
        )
    with np.load(path, allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
        yield {name: (array.shape, partial(np.asarray, array)) for name, array in arrays.items()}


def _safetensors(path: Path) -> Iterator[_Arrays]:
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as file:
        found: dict[str, tuple[tuple[int, ...], Callable[[], NDArray[Any]]]] = {}
        for name in file.keys():  # noqa: SIM118 - no mapping
            part = file.get_slice(name)
            if part.get_dtype() == _BFLOAT16:  # NumPy has no such numbers
                continue
            found[name] = (tuple(part.get_shape()), partial(file.get_tensor, name))
        yield found


def _hdf5(path: Path) -> Iterator[_Arrays]:
    try:
        import h5py
    except ModuleNotFoundError:
        raise InputError(
            "HDF5 needs the package h5py: pip install 'embedviz[states]', or write a .npy file."
        ) from None
    found: dict[str, tuple[tuple[int, ...], Callable[[], NDArray[Any]]]] = {}

    seen: set[object] = set()  # hard links may form a circle

    def look(group: Any, prefix: str) -> None:  # noqa: ANN401 - h5py has no types
        for name in group:
            if len(seen) > _MOST_OBJECTS:
                raise InputError(
                    f"{path.name} has more than {_MOST_OBJECTS:,} objects: write the states to a "
                    "file of their own."
                )
            # links may lead to other files of this computer
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                continue
            one = group[name]
            place = h5py.h5o.get_info(one.id).addr
            if place in seen:
                continue
            seen.add(place)
            if isinstance(one, h5py.Group):
                look(one, f"{prefix}{name}/")
            elif not isinstance(one, h5py.Dataset) or one.shape is None:
                continue
            elif one.external is None and not one.is_virtual and one.dtype.kind in "fiu":
                found[f"{prefix}{name}"] = (tuple(one.shape), partial(one.__getitem__, ()))

    with h5py.File(path, "r") as file:
        look(file, "")
        yield found


_READERS: Mapping[str, Callable[[Path], Iterator[_Arrays]]] = {
    ".npy": _npy,
    ".npz": _npz,
    ".safetensors": _safetensors,
    ".h5": _hdf5,
    ".hdf5": _hdf5,
}
