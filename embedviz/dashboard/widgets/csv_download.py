"""The download of a table as CSV."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import streamlit as st

from embedviz.support import spreadsheet_safe


def show_csv_download(label: str, table: pa.Table, file_name: str, *, key: str) -> None:
    """Show the button; words that a spreadsheet would take for formulas are escaped."""
    st.download_button(
        label,
        data=lambda: as_csv(table),
        file_name=file_name,
        mime="text/csv",
        on_click="ignore",
        key=key,
    )


def as_csv(table: pa.Table) -> str:
    r"""Format a table.

    >>> as_csv(pa.table({"word": ["=1", "a"], "rank": [1, 2]}))
    "word,rank\n'=1,1\na,2\n"
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(table.column_names)
    for row in table.to_pylist():
        cells = row.values()
        writer.writerow([spreadsheet_safe(one) if isinstance(one, str) else one for one in cells])
    return file.getvalue()
