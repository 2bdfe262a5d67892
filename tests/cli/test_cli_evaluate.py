import json
import re

import pytest
from planted import planted_vectors

from embedviz.checkpoints import save
from embedviz.cli import document_output
from embedviz.relations import built_in

PAIRS = built_in("male-female").pairs[:12]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("evaluate")
    for name, noise in (("good", 0.15), ("bad", 2.0)):
        save(planted_vectors(noise=noise), place / f"{name}.npy")
    lines = [": family", *(" ".join((*a, *b)) for a in PAIRS for b in PAIRS if a != b)]
    lines += [": alone", "he she he she", "he she he her", ": unknown", "one two three four"]
    (place / "google.txt").write_text("\n".join(lines))
    (place / "rated.csv").write_text(
        "Word 1,Word 2,Human\n" + "\n".join(f"{a},{b},{i}" for i, (a, b) in enumerate(PAIRS))
    )
    return place


def test_a_model_is_evaluated_in_every_form(folder, run, tmp_path):
    arguments = ("evaluate", folder / "good.npy", folder / "google.txt", folder / "rated.csv")
    code, printed, _ = run(*arguments, "--out", tmp_path / "r.html")
    assert code == 0
    for word in ("vocabulary cut", "coverage", "micro", "macro", "gain", "MRR", "Spearman"):
        assert word in printed
    assert "<table>" in (tmp_path / "r.html").read_text()
    code, printed, _ = run(*arguments, "--json")
    questions, rated = json.loads(printed)["parts"]
    assert (questions["n_questions"], questions["n_covered"], questions["n_words"]) == (
        134,
        133,
        740,
    )
    family, alone, unknown, micro, macro = questions["tables"]["sections"]
    assert family["accuracy_interval"][0] <= family["accuracy"] == 1
    assert family["gain"] == pytest.approx(family["accuracy"] - family["only_b"])
    assert family["honest"] <= family["accuracy"]
    # the other question of the section is not asked: its answer is one of its own words
    assert (alone["n_covered"], alone["n_pairs"], questions["n_dropped"]) == (1, 2, 1)
    assert (unknown["n_covered"], unknown["accuracy"]) == (0, None)
    assert micro["accuracy"] == pytest.approx((132 + alone["accuracy"]) / 133)
    assert macro["accuracy"] == pytest.approx((1 + alone["accuracy"]) / 2)
    assert rated["n_covered"] == 12
    assert rated["spearman_interval"][0] < rated["spearman"] < rated["spearman_interval"][1]


@pytest.mark.parametrize("width", [80, 100, 160])
def test_tables_break_no_figure_and_no_word(folder, run, monkeypatch, width, tmp_path):
    text = (folder / "google.txt").read_text().replace(": alone", ": capital-common-countries")
    (tmp_path / "google.txt").write_text(text)
    monkeypatch.setattr(document_output.out, "_width", width)
    code, printed, _ = run("evaluate", folder / "good.npy", tmp_path / "google.txt")
    lines = printed.splitlines()
    assert code == 0
    assert max(map(len, lines)) <= width
    headings = [line.split() for line in lines if line.startswith("section ")]
    assert len(headings) == (1 if width == 160 else 2)
    for rows in ("capital-common-countries ", "micro: all covered ", "macro: mean of sections "):
        assert sum(line.startswith(rows) for line in lines) == len(headings)
    family = [line for line in lines if line.startswith("family ")]
    assert len(family) == len(headings)
    assert re.search(r" 100\.0% \(\d+\.\d–\d+\.\d%\) ", " ".join(family))
    assert re.search(r" \+\d+\.\d% \([+-]\d+\.\d to \+\d+\.\d%\) ", " ".join(family))


@pytest.mark.parametrize("method", ["3cosavg", "lrcos"])
def test_a_section_of_one_source_is_counted_and_told(folder, run, method):
    code, printed, _ = run(
        "evaluate", folder / "good.npy", folder / "google.txt", "--method", method
    )
    assert code == 0
    assert f"For 1 covered questions {method} has no pair" in " ".join(printed.split())


def test_models_are_compared_in_words(folder, run, tmp_path):
    arguments = ("compare", folder / "good.npy", folder / "bad.npy")
    code, printed, _ = run(
        *arguments, "--questions", folder / "google.txt", "--questions", folder / "rated.csv"
    )
    said = " ".join(printed.split())
    assert code == 0
    assert "google: A is" in said
    assert "points more accurate than B, 95 % interval" in said
    assert "over 12 pairs" in said
    assert "rated: " in said
    assert "shared words" in said
    code, printed, _ = run(
        "compare", folder / "good.npy", folder / "good.npy", "--questions", folder / "google.txt"
    )
    assert "no significant difference between A and B" in " ".join(printed.split())


def test_stability_gives_words_and_spread(folder, run, tmp_path):
    code, _, _ = run(
        "stability",
        folder / "good.npy",
        folder / "bad.npy",
        "--questions",
        folder / "google.txt",
        "--out",
        tmp_path / "s.json",
    )
    assert code == 0
    (part,) = json.loads((tmp_path / "s.json").read_text())["parts"]
    assert 0 < part["overlap"] < 1
    assert len(part["tables"]["least_stable"]) == 10
    assert part["tables"]["google"][0]["highest"] > part["tables"]["google"][0]["lowest"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("evaluate", "good.npy", "none.txt"), "does not exist"),
        (("evaluate", "good.npy", "google.txt", "--out", "r.pdf"), "must end in .md, .html"),
        (("evaluate", "good.npy", "google.txt", "--method", "cos"), "not an analogy method"),
        (("evaluate", "good.npy", "latin.txt"), "is not UTF-8"),
        (("compare", "good.npy"), "at least two"),
        (("stability", "good.npy"), "at least two"),
    ],
)
def test_what_cannot_be_measured_is_told_in_a_sentence(folder, run, monkeypatch, arguments, says):
    monkeypatch.chdir(folder)
    (folder / "latin.txt").write_bytes("Köln Deutschland Rom Italien\n".encode("latin-1"))
    code, _, errors = run(*arguments)
    assert code == 2
    assert says in " ".join(errors.split())


def test_names_in_a_file_do_not_rule_the_terminal(folder, run, tmp_path):
    (tmp_path / "q.txt").write_text(": \x1b[31mred\na b\x1b[2J c d\n")
    code, printed, _ = run("evaluate", folder / "good.npy", tmp_path / "q.txt")
    assert code == 0
    assert "\x1b" not in printed
    assert "red" in printed
