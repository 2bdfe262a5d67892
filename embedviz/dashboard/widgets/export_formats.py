"""The formats on the Export page, with their purpose and an estimate of the file size."""

from __future__ import annotations

from dataclasses import dataclass

from embedviz.export import Scene

_NAME = "embedviz-map"


@dataclass(frozen=True, kw_only=True)
class Format:
    """A file format of a view.

    Attributes
    ----------
    label : str
    file_name : str
        Name of the written file or folder.
    download_name : str
        Name of the download: the same, or a zip archive of several files.
    mime, purpose : str
    file_bytes, relation_bytes, row_bytes, number_bytes : float
        Bytes per file, per relation, per row, and per number of a row's vector; measured on the
        English model.
    """

    label: str
    file_name: str
    download_name: str
    mime: str
    purpose: str
    file_bytes: float = 0
    relation_bytes: float = 0
    row_bytes: float = 0
    number_bytes: float = 0

    def estimate_size(self, scene: Scene) -> str:
        """Estimate the size of the file of a scene, as text."""
        n_bytes = self.file_bytes + self.relation_bytes * len(scene.known)
        n_bytes += count_rows(scene) * (self.row_bytes + self.number_bytes * scene.vectors.n_dims)
        if n_bytes < 950_000:
            return f"About {max(10, round(n_bytes, -4) / 1000):.0f} kB"
        return f"About {n_bytes / 1e6:.1f} MB"


def count_rows(scene: Scene) -> int:
    """Count the rows in the tables of a scene."""
    ends = 2 * sum(len(one.pairs) for one in scene.known)
    return ends + len(scene.view.marked) + min(scene.view.n_words, len(scene.vectors))


TABLES = (
    Format(
        label="CSV",
        file_name=f"{_NAME}.csv",
        download_name=f"{_NAME}-csv.zip",
        mime="application/zip",
        purpose="For spreadsheets: points, statistics and provenance in one file each, as a .zip.",
        file_bytes=4_000,
        row_bytes=18,
    ),
    Format(
        label="JSON",
        file_name=f"{_NAME}.json",
        download_name=f"{_NAME}.json",
        mime="application/json",
        purpose="For programs: points, statistics and provenance in one document.",
        file_bytes=10_000,
        row_bytes=187,
    ),
    Format(
        label="Parquet",
        file_name=f"{_NAME}.parquet",
        download_name=f"{_NAME}-parquet.zip",
        mime="application/zip",
        purpose="For pandas, Polars, DuckDB: points and statistics with types, as a .zip.",
        file_bytes=7_000,
        row_bytes=27,
    ),
    Format(
        label="TensorBoard",
        file_name=_NAME,
        download_name=f"{_NAME}-tensorboard.zip",
        mime="application/zip",
        purpose="For its projector: full vectors as TSV, words with coordinates; .zip.",
        file_bytes=5_000,
        row_bytes=30,
        number_bytes=4.4,
    ),
)
PAGES = (
    Format(
        label="Web page",
        file_name=f"{_NAME}.html",
        download_name=f"{_NAME}.html",
        mime="text/html",
        purpose="The interactive map as one HTML file: rotation, zoom and search work offline.",
        file_bytes=50_000,
        row_bytes=26,
    ),
)
PICTURES = (
    Format(
        label="PNG",
        file_name=f"{_NAME}.png",
        download_name=f"{_NAME}.png",
        mime="image/png",
        purpose="For slides and web pages.",
        relation_bytes=690_000,
    ),
    Format(
        label="SVG",
        file_name=f"{_NAME}.svg",
        download_name=f"{_NAME}.svg",
        mime="image/svg+xml",
        purpose="Vector graphics: sharp at any size, and editable.",
        relation_bytes=230_000,
    ),
    Format(
        label="PDF",
        file_name=f"{_NAME}.pdf",
        download_name=f"{_NAME}.pdf",
        mime="application/pdf",
        purpose="For LaTeX and print.",
        relation_bytes=55_000,
    ),
)
