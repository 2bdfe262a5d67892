"""Parquet: columns ``word``, ``count`` (optional) and ``vector``.

pandas, polars and DuckDB can read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from embedviz.errors import InputError
from embedviz.support import atomic_path
from embedviz.vectors.formats.arrow_tables import (
    Columns,
    choose_columns,
    find_word_column,
    import_pyarrow,
    read_batches,
    schema_of,
    to_batch,
)
from embedviz.vectors.formats.blocks import BLOCK_VALUES, Block, Options, Progress, Stream, Table
from embedviz.vectors.formats.provenance import METADATA_KEY, decode_provenance

NAME = "Parquet"


def read(path: Path, options: Options) -> Stream:
    """Read words and vectors: a column of lists, or a column of numbers for each dimension."""
    arrow = import_pyarrow(NAME)
    with _reporting_damage(path, arrow), arrow.parquet.ParquetFile(path) as file:
        schema, n_rows = file.schema_arrow, file.metadata.num_rows
        kept = (schema.metadata or {}).get(METADATA_KEY.encode())
        columns = choose_columns(path, arrow, schema, options)
        if not n_rows:
            raise InputError(f"{path} contains 0 words: give a file with at least one.")
        one = columns.vector or columns.word  # not every column for the sake of one row
        n_dims = columns.count_dims(next(file.iter_batches(1, columns=[one])))
    blocks = _blocks(path, columns, n_rows, n_dims, options)
    return Stream(path, NAME, n_dims, blocks, decode_provenance(kept))


def _blocks(
    path: Path, columns: Columns, n_rows: int, n_dims: int, options: Options
) -> Iterator[Block]:
    arrow = import_pyarrow(NAME)
    with _reporting_damage(path, arrow), arrow.parquet.ParquetFile(path) as file:
        n_together = max(1, BLOCK_VALUES // max(1, n_dims))
        batches = file.iter_batches(n_together, columns=columns.names)
        yield from read_batches(path, batches, columns, n_dims, options, n_rows)


def read_column(path: Path) -> list[str | None]:
    """Read the words of a Parquet file with one text column."""
    arrow = import_pyarrow(NAME)
    with _reporting_damage(path, arrow), arrow.parquet.ParquetFile(path) as file:
        name = find_word_column(arrow, file.schema_arrow)
        if name is None:
            raise InputError(
                f"{path}: expected one column of text, found "
                f"{', '.join(file.schema_arrow.names)[:200]}: name the right one 'word'."
            )
        words: list[str | None] = file.read([name]).column(0).to_pylist()
    return words


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
    arrow = import_pyarrow(NAME)
    schema = schema_of(arrow, table)
    # a dictionary does not help for numbers that hardly repeat
    with (
        atomic_path(path) as aside,
        arrow.parquet.ParquetWriter(
            aside, schema, compression="zstd", use_dictionary=False
        ) as writer,
    ):
        for block in table.blocks(progress):
            writer.write_batch(to_batch(arrow, block, schema))
