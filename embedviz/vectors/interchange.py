"""Word vectors from and to objects of other libraries: data frames, gensim, spaCy.

The functions become methods of `WordVectors`. Nothing but the library of the object is imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from embedviz.errors import InputError
from embedviz.vectors.formats import (
    BLOCK_VALUES,
    METADATA_KEY,
    Block,
    Options,
    Stream,
    Table,
    choose_columns,
    collect,
    decode_provenance,
    has_words,
    import_pyarrow,
    read_batches,
    schema_of,
    to_batch,
)

if TYPE_CHECKING:
    from embedviz.vectors.word_vectors import WordVectors

LIBRARIES = ("pandas", "polars", "pyarrow")
"""Libraries whose data frames are made."""

_FRAME = Path("the data frame")  # as messages name it
_COUNT = "count"


def to_frame(self: WordVectors, library: str = "pandas", *, wide: bool = False) -> Any:  # noqa: ANN401
    """Return the words with counts and vectors as a data frame, most frequent first.

    Parameters
    ----------
    library : str
        ``pandas``, ``polars``, or ``pyarrow`` for a table of Arrow.
    wide : bool
        A column of float32 for each dimension, named ``0``, ``1``, …, in place of one column
        ``vector`` of lists.

    Returns
    -------
    pandas.DataFrame, polars.DataFrame or pyarrow.Table
        Columns ``word``, ``count`` if counts are known, and the vectors.

    Raises
    ------
    InputError
        If the library is unknown or not installed.

    Examples
    --------
    >>> from embedviz import Vocabulary, WordVectors
    >>> vectors = WordVectors(Vocabulary(("king", "queen")), np.eye(2, dtype=np.float32))
    >>> vectors.to_frame("pyarrow", wide=True).to_pydict()
    {'word': ['king', 'queen'], '0': [1.0, 0.0], '1': [0.0, 1.0]}
    """
    if library not in LIBRARIES:
        raise InputError(
            f"'{library}' makes no data frame here: give one of {', '.join(LIBRARIES)}."
        )
    arrow = import_pyarrow("A data frame")
    from embedviz.vectors.tables import table_of

    table = table_of(self)
    schema = schema_of(arrow, table)
    batches = [to_batch(arrow, block, schema) for block in table.blocks()]
    found = arrow.Table.from_batches(batches, schema)
    if wide:
        rows = np.asarray(self.matrix, dtype=np.float32)
        columns = {str(axis): arrow.array(column) for axis, column in enumerate(rows.T)}
        kept = {name: found.column(name) for name in found.column_names if name != "vector"}
        found = arrow.table({**kept, **columns}, metadata=schema.metadata)
    if library == "pyarrow":
        return found
    made = _import(library)
    return found.to_pandas() if library == "pandas" else made.from_arrow(found)


def from_frame(
    cls: type[WordVectors],
    frame: Any,  # noqa: ANN401
    *,
    vector: str | None = None,
) -> WordVectors:
    """Read a data frame of pandas or Polars, or a table of Arrow.

    Parameters
    ----------
    frame : data frame
        With a column of words (or, in pandas, words as the index), an optional column ``count``,
        and the vectors: a column of lists or arrays of numbers, or a numbered column for each
        dimension. Without counts the first words count as the most frequent.
    vector : str, optional
        Name of the column of vectors, if there are several.

    Raises
    ------
    InputError
        If it is no data frame, or words or vectors are missing, ambiguous or invalid; the message
        gives the row.

    Examples
    --------
    >>> import pyarrow
    >>> from embedviz import WordVectors
    >>> table = pyarrow.table({"word": ["a", "b"], "vector": [[1.0, 0.0], [0.6, 0.8]]})
    >>> WordVectors.from_frame(table).similarity("a", "b")
    0.6000000238418579
    """
    arrow = import_pyarrow("A data frame")
    from embedviz.vectors.tables import vectors_of

    table = _as_arrow(arrow, frame)
    options = Options(tensor=vector)
    columns = choose_columns(_FRAME, arrow, table.schema, options)
    if not len(table):
        raise InputError(f"{_FRAME} contains 0 words: give one with at least one.")
    n_dims = columns.count_dims(table)
    batches = table.select(columns.names).to_batches(max(1, BLOCK_VALUES // max(1, n_dims)))
    blocks = read_batches(_FRAME, batches, columns, n_dims, options, len(table))
    kept = decode_provenance((table.schema.metadata or {}).get(METADATA_KEY.encode()))
    return vectors_of(_collected("a data frame", blocks, n_dims, kept))


def _as_arrow(arrow: Any, frame: Any) -> Any:  # noqa: ANN401
    """Return a data frame as an Arrow table; words in pandas' index become a column."""
    if isinstance(frame, arrow.Table):
        return frame
    try:
        if hasattr(frame, "index") and hasattr(frame, "columns"):  # pandas
            return _from_pandas(arrow, frame)
        if hasattr(frame, "columns") and hasattr(frame, "__arrow_c_stream__"):
            return arrow.table(frame)
    except (arrow.ArrowException, ValueError, TypeError) as error:
        reason = str(error).splitlines()[0][:160]
        raise InputError(
            f"{_FRAME} has columns that are no table ({reason}): convert them, or name each once."
        ) from None
    raise InputError(
        f"A {type(frame).__name__} is no data frame: give one of pandas or Polars, or an Arrow "
        "table."
    )


def _from_pandas(arrow: Any, frame: Any) -> Any:  # noqa: ANN401
    frame = frame.set_axis(map(str, frame.columns), axis="columns")
    table = arrow.Table.from_pandas(frame, preserve_index=False)
    is_named = getattr(frame.index, "nlevels", 1) == 1 and frame.index.dtype.kind not in "iufM"
    if is_named and not has_words(arrow, table.schema):
        words = arrow.array([str(word) for word in frame.index], arrow.string())
        return table.append_column("word", words)
    return table


def to_gensim(self: WordVectors) -> Any:  # noqa: ANN401
    """Return gensim's ``KeyedVectors`` with the same words, counts and vectors, as float32.

    Raises
    ------
    InputError
        If gensim is not installed.

    Examples
    --------
    >>> from embedviz import Vocabulary, WordVectors
    >>> vectors = WordVectors(Vocabulary(("a", "b")), np.array([[1, 0], [0.6, 0.8]], np.float32))
    >>> float(vectors.to_gensim().similarity("a", "b"))    # doctest: +SKIP
    0.6
    """
    made = _import("gensim.models").KeyedVectors(self.n_dims)
    made.add_vectors(list(self.words), np.array(self.matrix, dtype=np.float32))
    if self.vocabulary.counts is not None:
        made.expandos[_COUNT] = np.array(self.vocabulary.counts)
    return made


def from_gensim(cls: type[WordVectors], model: Any) -> WordVectors:  # noqa: ANN401
    """Read gensim's ``KeyedVectors``, or those of a ``Word2Vec`` or ``FastText`` model.

    Words are sorted by their counts, if gensim has them. Of a file it makes some up (n, n - 1, …):
    these are left out.
    Vectors of words outside the vocabulary, which FastText composes, are not read.

    Parameters
    ----------
    model : gensim.models.KeyedVectors, or a model with an attribute ``wv``

    Raises
    ------
    InputError
        If it is neither, or has no words.
    """
    found = getattr(model, "wv", model)
    if not hasattr(found, "index_to_key") or not hasattr(found, "vectors"):
        raise InputError(
            f"A {type(model).__name__} has no words and vectors of gensim: give KeyedVectors, or a "
            "model with the attribute wv."
        )
    counts = getattr(found, "expandos", {}).get(_COUNT)
    n_words = len(found.index_to_key)
    # gensim makes up the counts n, n - 1, … of files that have none
    is_made_up = counts is not None and np.array_equal(counts, np.arange(n_words, 0, -1))
    counts = None if counts is None or is_made_up else np.asarray(counts, dtype=np.int64)
    rows = np.asarray(found.vectors)[: len(found.index_to_key)]
    return _from_rows("gensim", [str(key) for key in found.index_to_key], rows, counts)


def from_spacy(cls: type[WordVectors], vocab: Any) -> WordVectors:  # noqa: ANN401
    """Read the vectors of a spaCy pipeline; words that share a vector come last.

    The others are in the order of spaCy's table, whose first rows are the most frequent words in
    the pipelines that spaCy publishes. Counts are unknown.

    Parameters
    ----------
    vocab : spacy.vocab.Vocab or spacy.language.Language
        ``nlp.vocab`` or ``nlp``.

    Raises
    ------
    InputError
        If it is neither, has no vectors (as the small pipelines), or makes them from hashes of
        characters (``floret``).
    """
    found = getattr(vocab, "vocab", vocab)
    table = getattr(found, "vectors", None)
    if table is None or not hasattr(table, "key2row"):
        raise InputError(
            f"A {type(vocab).__name__} is no pipeline of spaCy: give nlp.vocab or nlp."
        )
    if str(getattr(table, "mode", "default")) == "floret":
        raise InputError(
            "These vectors of spaCy are made from hashes of characters (floret) and belong to no "
            "list of words: give a pipeline with a table of words."
        )
    if not table.key2row:
        raise InputError(
            "This pipeline of spaCy has no word vectors: load one that has, such as en_core_web_md."
        )
    # the first word of each row, in the order of rows; then the words that share one of them
    firsts: dict[int, int] = {}
    sharers = []
    for key, row in table.key2row.items():
        if key not in found.strings:
            continue
        if row in firsts:
            sharers.append((key, row))
        else:
            firsts[row] = key
    placed = [(key, row) for row, key in sorted(firsts.items())] + sharers
    data = table.data.get() if hasattr(table.data, "get") else table.data  # of a GPU
    rows = np.asarray(data)[[row for _, row in placed]]
    return _from_rows("spaCy", [found.strings[key] for key, _ in placed], rows, None)


def _from_rows(
    library: str, words: list[str], rows: NDArray[Any], counts: NDArray[np.int64] | None
) -> WordVectors:
    from embedviz.vectors.tables import vectors_of

    block = Block(words, rows.astype(np.float32), 1, unit="word", counts=counts)
    n_dims = rows.shape[1] if rows.ndim == 2 else 0
    return vectors_of(_collected(library, [block], n_dims, None))


def _collected(
    library: str, blocks: Iterable[Block], n_dims: int, kept: dict[str, object] | None
) -> Table:
    """Collect blocks, checked as those of a file are."""
    provenance = kept or {"format": library, "steps": (f"taken from {library}",)}
    source = _FRAME if library == "a data frame" else Path(f"the vectors of {library}")
    return collect(Stream(source, library, n_dims, iter(blocks), provenance))


def _import(name: str) -> Any:  # noqa: ANN401
    """Import a library that is needed; `InputError` if it is missing."""
    from importlib import import_module

    try:
        return cast(Any, import_module(name))
    except ImportError:
        package = name.partition(".")[0]
        raise InputError(f"This needs the package {package}: pip install {package}.") from None
