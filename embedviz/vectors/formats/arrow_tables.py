"""Arrow tables of words: columns ``word``, ``count`` (optional) and ``vector``.

Parquet files and data frames are read and written through them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError, SeveralTablesError
from embedviz.vectors.formats.blocks import (
    WITH_TENSOR,
    Block,
    Counts,
    Matrix,
    Options,
    Table,
)
from embedviz.vectors.formats.columns import (
    COUNT_NAMES,
    INDEX_NAMES,
    WORD_NAMES,
    find_series,
    named_column,
)
from embedviz.vectors.formats.dtypes import to_floats
from embedviz.vectors.formats.provenance import METADATA_KEY, encode_provenance

if TYPE_CHECKING:
    from pathlib import Path

    from pyarrow import Array, DataType, RecordBatch, Schema

_WORD, _COUNT, _VECTOR = "word", "count", "vector"


def import_pyarrow(what: str) -> ModuleType:
    """Return pyarrow with its parts; `InputError` if it is missing, for what needs it."""
    try:
        import pyarrow.compute
        import pyarrow.parquet
    except ImportError:
        raise InputError(
            f"{what} needs the package pyarrow: pip install 'embedviz[app]'."
        ) from None
    module: ModuleType = pyarrow
    return module


@dataclass(frozen=True)
class Columns:
    """The columns that are read: one of lists, or several of numbers."""

    word: str
    count: str | None
    vector: str | None
    numbers: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """All of them."""
        return [name for name in (self.word, self.count, self.vector) if name] + [*self.numbers]

    def count_dims(self, first: RecordBatch) -> int:
        """Return the dimensions of the first row of a table; 0 if its vector is missing."""
        if not self.vector:
            return len(self.numbers)
        vector = first.column(self.vector)[0]
        return len(vector) if vector.is_valid else 0


def choose_columns(path: Path, arrow: ModuleType, schema: Schema, options: Options) -> Columns:
    """Choose the columns of words, counts and vectors; `InputError` if they are not clear."""
    names = schema.names
    if len(set(names)) < len(names):
        raise InputError(f"{path} has two columns of one name: rename one.")
    word = find_word_column(arrow, schema)
    lists = [f.name for f in schema if _is_list(arrow, f.type) and _holds_floats(arrow, f.type)]
    vector = options.tensor or (_VECTOR if _VECTOR in names else None)
    if vector is None and len(lists) == 1:
        vector = lists[0]
    found = ", ".join(f"{field.name} ({field.type})" for field in schema)[:200]
    if word is None:
        raise InputError(
            f"{path}: expected a column word of text, found {found}: name the column of the words "
            "'word'."
        )
    place = named_column(names, COUNT_NAMES)
    count = None if place is None or names[place] in lists else names[place]
    if vector is None and len(lists) > 1:
        raise SeveralTablesError(
            f"{path} has the columns {', '.join(lists)} of vectors: choose one with {WITH_TENSOR}.",
            lists,
        )
    if vector is not None:
        type_ = schema.field(vector).type if vector in names else "nothing"
        if vector not in lists:
            raise InputError(
                f"{path}: the column {vector} contains {type_} where a list of floats is expected: "
                "convert it."
            )
        return Columns(word, count, vector)
    values = [
        field.name
        for field in schema
        if field.name not in (word, count) and _is_number(arrow, field.type)
    ]
    series = find_series(values)
    numbers = [values[place] for place in series] if len(series) > 1 else []
    extra = [name for name in values if name not in numbers]
    extra = [name for name in extra if name.strip().casefold() not in INDEX_NAMES]
    if not numbers or extra:
        raise InputError(
            f"{path}: expected the columns word (text) and vector (a list of floats), or a "
            f"numbered column for each dimension, found {found}: rename or remove columns."
        )
    return Columns(word, count, None, tuple(numbers))


def read_batches(
    path: Path,
    batches: Iterable[RecordBatch],
    columns: Columns,
    n_dims: int,
    options: Options,
    n_rows: int,
) -> Iterator[Block]:
    """Yield the words of record batches with their vectors.

    Raises
    ------
    InputError
        If a cell is empty or a vector has another length; the message names the row.
    """
    first = 1
    for batch in batches:
        for name in columns.names:
            if batch.column(name).null_count:
                row = batch.column(name).is_null().to_pylist().index(True)
                raise InputError(
                    f"{path}, row {first + row}: the column {name} is empty: remove the row."
                )
        words = batch.column(columns.word).to_pylist()
        yield Block(
            words,
            _vectors(path, batch, columns, n_dims, first),
            first,
            counts=_counts(path, batch.column(columns.count), first) if columns.count else None,
        )
        first += len(words)
        options.report(first / n_rows)


def _vectors(path: Path, batch: RecordBatch, columns: Columns, n_dims: int, first: int) -> Matrix:
    arrow = import_pyarrow("A table")
    if not columns.vector:
        parts = [batch.column(name).to_numpy(zero_copy_only=False) for name in columns.numbers]
        return to_floats(np.stack(parts, axis=1).astype(np.float64))
    vectors = batch.column(columns.vector)
    if _is_view(arrow, vectors.type):  # of which Arrow computes too little
        vectors = vectors.cast(arrow.large_list(vectors.type.value_type))
    lengths = arrow.compute.list_value_length(vectors).to_numpy(zero_copy_only=False)
    if (lengths != n_dims).any():
        row = int(np.flatnonzero(lengths != n_dims)[0])
        raise InputError(
            f"{path}, row {first + row}: expected {n_dims} numbers, as in row 1, found "
            f"{lengths[row]}: correct or remove the row."
        )
    numbers = vectors.flatten().to_numpy(zero_copy_only=False)  # a missing one is NaN
    return to_floats(numbers.reshape(len(vectors), n_dims))


def _counts(path: Path, column: Array, first: int) -> Counts:
    counts: NDArray[Any] = column.to_numpy(zero_copy_only=False)
    is_whole = counts.dtype.kind == "f" and bool(
        np.isfinite(counts).all() and (counts == np.round(counts)).all() and (counts < 2**53).all()
    )
    if counts.dtype.kind not in "iu" and not is_whole:
        raise InputError(
            f"{path}, row {first}: the column count contains {column.type}; whole numbers are "
            "expected."
        )
    return counts.astype(np.int64)


def find_word_column(arrow: ModuleType, schema: Schema) -> str | None:
    """Return the name of the column of words; None if it is not clear."""
    texts = [field.name for field in schema if _is_text(arrow, field.type)]
    named = named_column(texts, WORD_NAMES)
    return texts[0] if len(texts) == 1 else None if named is None else texts[named]


def has_words(arrow: ModuleType, schema: Schema) -> bool:
    """Whether a schema has a column of text."""
    return any(_is_text(arrow, field.type) for field in schema)


def _is_text(arrow: ModuleType, type_: DataType) -> bool:
    if arrow.types.is_dictionary(type_):
        type_ = type_.value_type
    return _has_type(arrow, type_, "string", "large_string", "string_view")


def _is_list(arrow: ModuleType, type_: DataType) -> bool:
    kinds = ("list", "large_list", "fixed_size_list")
    return _has_type(arrow, type_, *kinds) or _is_view(arrow, type_)


def _is_view(arrow: ModuleType, type_: DataType) -> bool:
    return _has_type(arrow, type_, "list_view", "large_list_view")


def _holds_floats(arrow: ModuleType, type_: DataType) -> bool:
    return bool(arrow.types.is_floating(type_.value_type))


def _is_number(arrow: ModuleType, type_: DataType) -> bool:
    return _has_type(arrow, type_, "floating", "integer")


def _has_type(arrow: ModuleType, type_: DataType, *kinds: str) -> bool:
    """Whether a type is one of some kinds, of which an older pyarrow may lack one."""
    checks = (getattr(arrow.types, f"is_{kind}", None) for kind in kinds)
    return any(check(type_) for check in checks if check)


def schema_of(arrow: ModuleType, table: Table) -> Schema:
    """Return the schema of a table; its metadata holds the provenance."""
    fields = [(_WORD, arrow.string()), (_VECTOR, arrow.list_(arrow.float32(), table.n_dims))]
    if table.counts is not None:
        fields.insert(1, (_COUNT, arrow.int64()))
    return arrow.schema(fields, metadata={METADATA_KEY: encode_provenance(table.provenance)})


def to_batch(arrow: ModuleType, block: Block, schema: Schema) -> RecordBatch:
    """Return a block as a record batch of `schema_of`."""
    numbers = np.ascontiguousarray(block.rows, dtype=np.float32)
    columns = [
        arrow.array(block.words, arrow.string()),
        arrow.FixedSizeListArray.from_arrays(numbers.ravel(), numbers.shape[1]),
    ]
    if block.counts is not None:
        columns.insert(1, arrow.array(block.counts, arrow.int64()))
    return arrow.record_batch(columns, schema=schema)
