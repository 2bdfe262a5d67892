"""The two tables of every export: points, and the statistics of each relation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields

from embedviz.export.scene import Scene
from embedviz.relations import Interval, RelationReport
from embedviz.reports import encodable

SOURCE, TARGET, MARKED, GROUPED, WORD = "source", "target", "marked", "grouped", "word"
_DIGITS = 6


@dataclass(frozen=True)
class Point:
    """A word with its coordinates.

    Attributes
    ----------
    relation : str or None
        None for a word that is not the end of an arrow.
    pair : int or None
        Number of the pair in its relation, from 1, the same for source and target.
    role : str
        ``source`` or ``target`` of an arrow, ``marked``, ``grouped``, or ``word`` for one of the
        most frequent words.
    word : str
    rank : int
        Rank by frequency, from 1.
    count : int or None
        Occurrences in the training text, if known.
    x, y : float
        Rounded to six decimal places.
    z : float or None
        None for a plane with two axes.
    group : str or None
        The group of the word, if there are groups.
    """

    relation: str | None
    pair: int | None
    role: str
    word: str
    rank: int
    count: int | None
    x: float
    y: float
    z: float | None = None
    group: str | None = None


@dataclass(frozen=True)
class Statistics:
    """Statistics of a relation; ``docs/relations.md`` explains each.

    A statistic is None if there are too few pairs for it. ``plane_fidelity`` is the share of the
    offsets' squared length that the plane retains.
    """

    relation: str
    n_pairs: int
    n_skipped: int
    consistency: float | None
    consistency_low: float | None
    consistency_high: float | None
    p_value: float | None
    pairing_consistency: float | None
    hit_rate: float | None
    hit_rate_low: float | None
    hit_rate_high: float | None
    mean_reciprocal_rank: float | None
    plane_fidelity: float | None
    shuffled_consistency: float | None
    excess: float | None
    excess_low: float | None
    excess_high: float | None
    nearest_rate: float | None
    gain: float | None
    gain_low: float | None
    gain_high: float | None
    closeness_gain: float | None
    verdict: str


def point_columns(scene: Scene) -> tuple[str, ...]:
    """Return the names of columns: ``z`` if the plane has three axes, ``group`` if there are."""
    left_out = {
        *(() if scene.view.n_components == 3 else ("z",)),
        *(() if scene.view.groups else ("group",)),
    }
    return tuple(field.name for field in fields(Point) if field.name not in left_out)


def statistics_columns() -> tuple[str, ...]:
    """Return the column names of `Statistics`."""
    return tuple(field.name for field in fields(Statistics))


def points(scene: Scene) -> list[Point]:
    """List both ends of every arrow, then the marked words, the groups, the most frequent ones."""
    shown = tuple(scene.vectors.words[: scene.view.n_words])
    rows: list[Point] = []
    for relation in scene.known:
        words = [word for pair in relation.pairs for word in pair]
        for i, point in enumerate(_placed(scene, words)):
            end = TARGET if i % 2 else SOURCE
            rows.append(Point(relation.name, i // 2 + 1, end, *point))
    rows += [Point(None, None, MARKED, *point) for point in _placed(scene, scene.view.marked)]
    own = [word for group in scene.grouped.groups for word in group.words]
    rows += [Point(None, None, GROUPED, *point) for point in _placed(scene, own)]
    rows += [Point(None, None, WORD, *point) for point in _placed(scene, shown)]
    return rows


_Placed = tuple[str, int, int | None, float, float, float | None, str | None]


def _placed(scene: Scene, words: Sequence[str]) -> Iterator[_Placed]:
    ids = scene.vectors.ids(words)
    counts = scene.vectors.vocabulary.counts
    groups = {
        scene.vectors.id(word): encodable(group.name)
        for group in scene.grouped.groups
        for word in group.words
    }
    coordinates = scene.plane.place(scene.vectors, words)  # (n_words, n_components)
    for id_, row in zip(ids, coordinates.tolist(), strict=True):
        x, y, z = (*(round(value, _DIGITS) + 0.0 for value in row), None)[:3]  # no -0.0
        count = None if counts is None else int(counts[id_])
        yield encodable(scene.vectors.words[id_]), id_ + 1, count, x, y, z, groups.get(id_)


def statistics(scene: Scene) -> list[Statistics]:
    """Compute the statistics of every relation of the view, in order."""
    return [_statistics(report, scene.fidelities.get(report.name)) for report in scene.reports]


def _statistics(report: RelationReport, fidelity: float | None) -> Statistics:
    low, high = _ends(report.consistency_interval)
    least, most = _ends(report.hit_rate_interval)
    return Statistics(
        report.name,
        report.n_pairs,
        len(report.skipped),
        _rounded(report.consistency),
        low,
        high,
        _rounded(report.p_value),
        _rounded(report.pairing_consistency),
        _rounded(report.hit_rate),
        least,
        most,
        _rounded(report.mean_reciprocal_rank),
        _rounded(fidelity),
        _rounded(report.shuffled_consistency),
        _rounded(report.excess),
        *_ends(report.excess_interval),
        _rounded(report.nearest_rate),
        _rounded(report.gain),
        *_ends(report.gain_interval),
        _rounded(report.closeness_gain),
        report.verdict.value,
    )


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    if interval is None:
        return None, None
    return _rounded(interval[0]), _rounded(interval[1])


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(float(figure), _DIGITS)


def rows_of(items: Sequence[Point] | Sequence[Statistics]) -> list[dict[str, object]]:
    """Return points or statistics as dictionaries, with all columns in order."""
    return [asdict(item) for item in items]
