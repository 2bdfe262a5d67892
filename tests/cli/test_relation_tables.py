import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from embedviz.cli import relation_tables
from embedviz.relations import Relation, built_in, built_in_names, measure


@pytest.fixture
def printed(monkeypatch):
    def lines(width, show, *arguments):
        console = Console(file=io.StringIO(), width=width, highlight=False)
        monkeypatch.setattr(relation_tables, "out", console)
        show(*arguments)
        return console.file.getvalue().splitlines()

    return lines


@pytest.mark.parametrize("width", [80, 100])
def test_every_figure_stands_whole_on_the_line_of_its_relation(printed, vectors, width):
    reports = [measure(vectors, built_in(name)) for name in built_in_names()]
    reports.append(measure(vectors, Relation("a long name " * 9, (("man", "woman"),))))
    lines = printed(width, relation_tables.print_relations, reports)
    assert all(len(line) <= max(width, 82) for line in lines), max(lines, key=len)
    for report in reports[:-1]:
        line = next(line for line in lines if line.split()[0] == report.name)
        if report.n_pairs < 8:
            continue
        low, high = report.consistency_interval
        dash = " to " if low <= -0.005 else "–"
        assert f"{report.consistency:z.2f} ({low:z.2f}{dash}{high:z.2f})" in line
        low, high = (100 * end for end in report.hit_rate_interval)
        assert f"{report.hit_rate:.0%} ({low:.0f}–{high:.0f}%)" in line
        for figure in (report.p_value, report.pairing_consistency, report.mean_reciprocal_rank):
            assert f" {figure:.3f}"[:5] in line
    assert any(line.count("–") == 5 for line in lines)
    heading = next(i for i, line in enumerate(lines) if line.split()[-1:] == ["verdict"])
    assert lines[heading].split() == ["relation", "shuffled", "excess", "gain", "verdict"]
    for report in reports[:-1]:
        line = next(line for line in lines[heading:] if line.startswith(report.name[:8]))
        if report.n_pairs >= 8:
            assert f" {report.shuffled_consistency:z.2f} " in line
            assert f" {report.excess:z.2f} " in line
    assert not any("…" in line for line in lines)


def test_details_name_fits_outliers_and_what_was_left_out(printed, vectors):
    pairs = (*built_in("male-female").pairs[:9], ("queen", "king"), ("kingg", "queen"))
    report = measure(vectors, Relation("mine", (*pairs, ("man", "man"), ("[b]", "x"))))
    spellings = {"kingg": ("king",), "[b]": ()}
    text = "\n".join(printed(80, relation_tables.print_details, report, spellings))
    fit = report.fits[0]
    assert f"{fit.source} → {fit.target}" in text
    assert f"{fit.cosine:.2f}" in text
    assert next(line for line in text.splitlines() if "outlier" in line).startswith("queen → king")
    assert "Skipped (2): kingg → queen, [b] → x." in text
    assert "Duplicate or identical words (1): man → man." in text
    assert "kingg: did you mean king?" in text
    assert "[b]: no similar spelling." in text


def test_ten_skipped_pairs_are_named(printed, vectors):
    pairs = tuple((f"x{i}", f"y{i}") for i in range(12))
    report = measure(vectors, Relation("many", (*pairs, ("king", "queen"))))
    text = " ".join(printed(80, relation_tables.print_details, report, {}))
    assert "Skipped (12): x0 → y0, " in text
    assert " and 2 more." in text
    assert "x10" not in text


def test_intervals_with_a_negative_end(printed, vectors):
    report = measure(vectors, built_in("male-female"))
    for ends, expected in (((-0.04, 0.04), "(-0.04 to 0.04)"), ((-0.001, 0.12), "(0.00–0.12)")):
        changed = replace(report, consistency=-0.001, consistency_interval=ends)
        lines = printed(80, relation_tables.print_relations, [changed])
        assert f" 0.00 {expected} " in lines[1]


def test_the_document_holds_everything(vectors):
    report = measure(vectors, Relation("mine", (("king", "queen"), ("Kong", "Queen"))))
    document = json.loads(
        json.dumps(relation_tables.build_relation_document(report, {"Kong": ["king"]}))
    )
    assert document["near_spellings"] == {"Kong": ["king"]}
    assert document["fits"][0]["source"] == "king"
    assert document["outliers"] == []
    assert set(report.__dataclass_fields__) <= set(document)


def test_words_in_lower_case_are_said(printed, vectors):
    report = measure(vectors, Relation("x", (("KING", "QUEEN"),)))
    assert report.case_folded
    assert "KING as king, QUEEN as queen" in "\n".join(
        printed(80, relation_tables.print_relations, [report])
    )
