"""The formats that the page Export offers, what each is for, and about how large it gets."""

from __future__ import annotations

from dataclasses import dataclass

from embedviz.export import Scene

_NAME = "embedviz-map"


@dataclass(frozen=True, kw_only=True)
class Format:
    """What a view is written as.

    Attributes
    ----------
    label : str
    written : str
        Name of the file that is written, or of a folder.
    sent : str
        Name of what is downloaded: the same, or a zip where several files are written.
    mime, purpose : str
    n_file, n_relation, n_row, n_number : float
        Bytes of the file, and of each relation, row and number of a row's vector beside; measured
        on the English model.
    """

    label: str
    written: str
    sent: str
    mime: str
    purpose: str
    n_file: float = 0
    n_relation: float = 0
    n_row: float = 0
    n_number: float = 0

    def size(self, scene: Scene) -> str:
        """Say about how large a scene gets."""
        n_bytes = self.n_file + self.n_relation * len(scene.known)
        n_bytes += n_rows(scene) * (self.n_row + self.n_number * scene.vectors.n_dims)
        if n_bytes < 950_000:
            return f"About {max(10, round(n_bytes, -4) / 1000):.0f} kB"
        return f"About {n_bytes / 1e6:.1f} MB"


def n_rows(scene: Scene) -> int:
    """Count the points that tables of a scene hold."""
    ends = 2 * sum(len(one.pairs) for one in scene.known)
    return ends + len(scene.view.marked) + min(scene.view.n_words, len(scene.vectors))


TABLES = (
    Format(
        label="CSV",
        written=f"{_NAME}.csv",
        sent=f"{_NAME}-csv.zip",
        mime="application/zip",
        purpose="For spreadsheets: points, figures and provenance, a file each, as a .zip.",
        n_file=4_000,
        n_row=18,
    ),
    Format(
        label="JSON",
        written=f"{_NAME}.json",
        sent=f"{_NAME}.json",
        mime="application/json",
        purpose="For programs: points, figures and provenance in one document.",
        n_file=10_000,
        n_row=187,
    ),
    Format(
        label="Parquet",
        written=f"{_NAME}.parquet",
        sent=f"{_NAME}-parquet.zip",
        mime="application/zip",
        purpose="For pandas, Polars, DuckDB: points and figures with their types, as a .zip.",
        n_file=7_000,
        n_row=27,
    ),
    Format(
        label="TensorBoard",
        written=_NAME,
        sent=f"{_NAME}-tensorboard.zip",
        mime="application/zip",
        purpose="For its projector: whole vectors as TSV, words with relations and places; .zip.",
        n_file=5_000,
        n_row=30,
        n_number=4.4,
    ),
)
PAGES = (
    Format(
        label="Web page",
        written=f"{_NAME}.html",
        sent=f"{_NAME}.html",
        mime="text/html",
        purpose="The map itself as one HTML file: it turns, zooms and searches without a network.",
        n_file=50_000,
        n_row=26,
    ),
)
PICTURES = (
    Format(
        label="PNG",
        written=f"{_NAME}.png",
        sent=f"{_NAME}.png",
        mime="image/png",
        purpose="For slides and web pages.",
        n_relation=690_000,
    ),
    Format(
        label="SVG",
        written=f"{_NAME}.svg",
        sent=f"{_NAME}.svg",
        mime="image/svg+xml",
        purpose="Lines: sharp at any size, and can be edited.",
        n_relation=230_000,
    ),
    Format(
        label="PDF",
        written=f"{_NAME}.pdf",
        sent=f"{_NAME}.pdf",
        mime="application/pdf",
        purpose="For LaTeX and print.",
        n_relation=55_000,
    ),
)
