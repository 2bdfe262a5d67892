"""Pieces of HTML; words come from files of strangers, and are never read as markup."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from string import Template

from embedviz.export.data import as_json
from embedviz.export.scene import Scene
from embedviz.export.tables import Statistics, statistics, whole
from embedviz.support import arrow_name, clip, p_value, percent

LONGEST_WORD = 64

FIGURES = {
    "pairs": "pairs with vectors, on which all figures rest",
    "consistency": "mean cosine between the pairs' offsets (OCS), with its 95 % interval; 1 if all "
    "arrows are parallel",
    "p": "share of random pairings of the same words that are at least as consistent",
    "PCS": "how well true pairs stand out from shuffled ones; 0.50 by chance, 1 at most",
    "hits": "pairs whose target is the word nearest to source + mean offset of the other pairs, "
    "with the 95 % interval",
    "MRR": "mean of 1 / the target's rank there",
    "plane keeps": "share of the offsets' squared length that lies in the picture; the rest points "
    "out of it",
}
"""Headings of the figures' table, and what each means."""

PLANES = {
    "arrows": "The plane shows the arrows' mean directions best, and flatters them.",
    "relation": "The plane lies along the relations' own directions, and flatters them.",
    "pairs": "The plane shows what the pairs' words differ in most (principal components).",
    "tsne": "Words near each other are used alike; distances further apart mean little.",
    "umap": "Words near each other are used alike; distances further apart mean little.",
    "all": "The plane shows what all words differ in most (principal components).",
}


@cache
def template(name: str) -> Template:
    """Return a page of this folder with places to fill."""
    return Template((Path(__file__).parent / name).read_text(encoding="utf-8"))


@cache
def style() -> str:
    """Return the pages' style sheet."""
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def text(words: str, longest: int = LONGEST_WORD) -> str:
    """Escape a text, which keeps its own direction of writing and fits on a line.

    >>> text("<b>")
    '<bdi>&lt;b&gt;</bdi>'
    """
    return f"<bdi>{escaped(words, longest)}</bdi>"


def escaped(words: str, longest: int = LONGEST_WORD) -> str:
    """Escape a text for a place that holds text only, such as a title."""
    return html.escape(whole(clip(words, longest)))


def policy(*, style: str, script: str = "", images: str = "") -> str:
    """Return a Content-Security-Policy: this style, this script and such images, nothing else.

    Nothing is loaded from anywhere.
    """
    pictures = f"img-src {images}; " if images else ""
    scripts = f"script-src '{_hash(script)}'; " if script else ""
    loaded = f"default-src 'none'; {scripts}{pictures}style-src {style}"
    return f"{loaded}; base-uri 'none'; form-action 'none'"


def of_hash(content: str) -> str:
    """Return the source expression that allows exactly this content."""
    return f"'{_hash(content)}'"


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def json_data(content: object) -> str:
    r"""Return JSON that can stand in a script element: no sign in it ends or opens one.

    >>> json_data("</script>")
    '"\\u003c/script\\u003e"'
    """
    packed = json.dumps(content, separators=(",", ":"), allow_nan=False)  # all in ASCII
    for sign in "<>&":
        packed = packed.replace(sign, f"\\u{ord(sign):04x}")
    return packed


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    caption: str = "",
    kind: str = "figures",
) -> str:
    """Return a table; cells and headings are HTML already."""
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    said = f"<caption>{caption}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table class="{kind}">{said}<thead><tr>{head}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>"
    )


def figures_table(scene: Scene) -> str:
    """Return the figures of every relation, with a line on what each means."""
    rows = [[text(arrow_name(one.relation)), *figure_texts(one)] for one in statistics(scene)]
    return table(("relation", *FIGURES), rows) + meanings()


def meanings() -> str:
    """Say in a line what each figure means."""
    lines = "".join(f"<dt>{name}</dt><dd>{meaning}</dd>\n" for name, meaning in FIGURES.items())
    return f"<dl>{lines}</dl>"


def figure_texts(one: Statistics) -> list[str]:
    """Return a relation's figures in the order of `FIGURES`; – where there are too few pairs."""
    return [
        str(one.n_pairs),
        _number(one.consistency) + _interval(one.consistency_low, one.consistency_high),
        p_value(one.p_value),
        _number(one.pairing_consistency),
        _share(one.hit_rate) + _shares(one.hit_rate_low, one.hit_rate_high),
        _number(one.mean_reciprocal_rank),
        _share(one.plane_fidelity),
    ]


def _number(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.2f}"


def _share(figure: float | None) -> str:
    return "–" if figure is None else percent(figure)


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" ({low:.2f} to {high:.2f})"


def _shares(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" ({100 * low:.0f} to {100 * high:.0f})"


def provenance(scene: Scene) -> str:
    """Return where everything comes from, folded away."""
    kept = html.escape(as_json(scene.provenance))
    return f"<details><summary>Where this comes from</summary><pre>{kept}</pre></details>"
