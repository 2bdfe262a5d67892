"""Parquet: columns ``word``, ``count`` (optional) and ``vector``.

pandas, polars and DuckDB can read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.support import atomic_path
from embedviz.vectors.formats.blocks import (
    BLOCK_VALUES,
    Block,
    Counts,
    Options,
    Progress,
    Stream,
    Table,
)
from embedviz.vectors.formats.dtypes import to_floats
from embedviz.vectors.formats.provenance import METADATA_KEY, decode_provenance, encode_provenance

if TYPE_CHECKING:
    from pyarrow import DataType, RecordBatch

NAME = "Parquet"
_WORD, _COUNT, _VECTOR = "word", "count", "vector"


def _pyarrow() -> ModuleType:
    try:
        import pyarrow.compute
        import pyarrow.parquet
    except ImportError:
        raise InputError(
            "Parquet needs the package pyarrow: pip install 'embedviz[app]'."
        ) from None
    module: ModuleType = pyarrow
    return module


def read(path: Path, options: Options) -> Stream:
    """Read the columns of a Parquet file; other columns are ignored."""
    arrow = _pyarrow()
    with _reporting_damage(path, arrow), arrow.parquet.ParquetFile(path) as file:
        schema, n_rows = file.schema_arrow, file.metadata.num_rows
        kept = (schema.metadata or {}).get(METADATA_KEY.encode())
        names = schema.names
        if (
            _WORD not in names
            or _VECTOR not in names
            or not _is_text(arrow, schema.field(_WORD).type)
        ):
            found = ", ".join(f"{field.name} ({field.type})" for field in schema)[:200]
            raise InputError(
                f"{path}: expected the columns word (text) and vector (a list of floats), found "
                f"{found}: rename them."
            )
        type_ = schema.field(_VECTOR).type
        if not _is_list(arrow, type_) or not arrow.types.is_floating(type_.value_type):
            raise InputError(
                f"{path}: the column vector contains {type_} where a list of floats is expected."
            )
        if not n_rows:
            raise InputError(f"{path} contains 0 words: give a file with at least one.")
        first = next(file.iter_batches(1, columns=[_VECTOR])).column(0)[0]
        n_dims = len(first) if first.is_valid else 0
        columns = [name for name in (_WORD, _COUNT, _VECTOR) if name in names]
    blocks = _blocks(path, columns, n_rows, n_dims, options)
    return Stream(path, NAME, n_dims, blocks, decode_provenance(kept))


def _blocks(
    path: Path, columns: list[str], n_rows: int, n_dims: int, options: Options
) -> Iterator[Block]:
    arrow = _pyarrow()
    first = 1
    with _reporting_damage(path, arrow), arrow.parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(max(1, BLOCK_VALUES // max(1, n_dims)), columns=columns):
            for name in columns:
                if batch.column(name).null_count:
                    row = batch.column(name).is_null().to_pylist().index(True)
                    raise InputError(
                        f"{path}, row {first + row}: the column {name} is empty: remove the row."
                    )
            vectors = batch.column(_VECTOR)
            lengths = arrow.compute.list_value_length(vectors).to_numpy(zero_copy_only=False)
            if (lengths != n_dims).any():
                row = int(np.flatnonzero(lengths != n_dims)[0])
                raise InputError(
                    f"{path}, row {first + row}: expected {n_dims} numbers, as in row 1, found "
                    f"{lengths[row]}: correct or remove the row."
                )
            numbers = vectors.flatten().to_numpy(zero_copy_only=False)  # a missing one is NaN
            words = batch.column(_WORD).to_pylist()
            yield Block(
                words,
                to_floats(numbers.reshape(len(words), n_dims)),
                first,
                counts=_counts(path, batch, first) if _COUNT in columns else None,
            )
            first += len(words)
            options.report(first / n_rows)


def _counts(path: Path, batch: RecordBatch, first: int) -> Counts:
    counts: NDArray[Any] = batch.column(_COUNT).to_numpy(zero_copy_only=False)
    if counts.dtype.kind not in "iu":
        raise InputError(
            f"{path}, row {first}: the column count contains {batch.column(_COUNT).type}; whole "
            "numbers are expected."
        )
    return counts.astype(np.int64)


def read_column(path: Path) -> list[str | None]:
    """Read the words of a Parquet file with one text column."""
    arrow = _pyarrow()
    with _reporting_damage(path, arrow), arrow.parquet.ParquetFile(path) as file:
        schema = file.schema_arrow
        texts = [field.name for field in schema if _is_text(arrow, field.type)]
        name = _WORD if _WORD in texts else texts[0] if len(texts) == 1 else None
        if name is None:
            raise InputError(
                f"{path}: expected one column of text, found "
                f"{', '.join(schema.names)[:200]}: name the right one 'word'."
            )
        words: list[str | None] = file.read([name]).column(0).to_pylist()
    return words


def _is_text(arrow: ModuleType, type_: DataType) -> bool:
    if arrow.types.is_dictionary(type_):
        type_ = type_.value_type
    return bool(arrow.types.is_string(type_) or arrow.types.is_large_string(type_))


def _is_list(arrow: ModuleType, type_: DataType) -> bool:
    kinds = (arrow.types.is_list, arrow.types.is_large_list, arrow.types.is_fixed_size_list)
    return any(kind(type_) for kind in kinds)


@contextmanager
def _reporting_damage(path: Path, arrow: ModuleType) -> Iterator[None]:
    try:
        yield
    except (arrow.ArrowException, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0][:160]
        raise InputError(f"{path} is a damaged Parquet file ({reason}): copy it again.") from None
    except OSError as error:
        reason = (error.strerror or str(error)).splitlines()[0][:160]
        raise InputError(f"{path} cannot be read as Parquet ({reason}): copy it again.") from None


def write(path: Path, table: Table, progress: Progress | None = None) -> None:
    """Write the columns; the provenance goes into the metadata of the schema."""
    arrow = _pyarrow()
    fields = [(_WORD, arrow.string()), (_VECTOR, arrow.list_(arrow.float32(), table.n_dims))]
    if table.counts is not None:
        fields.insert(1, (_COUNT, arrow.int64()))
    schema = arrow.schema(fields, metadata={METADATA_KEY: encode_provenance(table.provenance)})
    # a dictionary does not help for numbers that hardly repeat
    with (
        atomic_path(path) as aside,
        arrow.parquet.ParquetWriter(
            aside, schema, compression="zstd", use_dictionary=False
        ) as writer,
    ):
        for block in table.blocks(progress):
            numbers = np.ascontiguousarray(block.rows, dtype=np.float32)
            columns = [
                arrow.array(block.words, arrow.string()),
                arrow.FixedSizeListArray.from_arrays(numbers.ravel(), table.n_dims),
            ]
            if block.counts is not None:
                columns.insert(1, arrow.array(block.counts, arrow.int64()))
            writer.write_batch(arrow.record_batch(columns, schema=schema))
