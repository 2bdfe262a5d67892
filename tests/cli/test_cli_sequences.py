"""The commands for sequence models: decode, score, evaluate."""

import io
import json
import math
import re
import statistics
import sys

import pytest

from embedviz.cli import main
from embedviz.settings import SequenceConfig
from embedviz.text import PairConfig, PairFile
from embedviz.training import GivenVectors, train_sequence_model

PAIRS = [
    (f"{n} {thing}", f"{other} {n}s")
    for n in ("one", "two", "three", "four", "five")
    for thing, other in (("dog", "hund"), ("cat", "katze"), ("tree", "baum"), ("bird", "vogel"))
]


def write(path, rows):
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("sequences")
    write(place / "pairs.tsv", PAIRS)
    labels = sorted({target.split()[0] for _, target in PAIRS})
    write(place / "found.tsv", [(source, target.split()[0]) for source, target in PAIRS])
    write(place / "described.tsv", [(target.split()[0], source) for source, target in PAIRS])
    lines = [f"{len(labels)} 4", *(f"{one} 1 {i} {i * i} 1" for i, one in enumerate(labels))]
    (place / "labels.txt").write_text("\n".join(lines) + "\n")
    for name, shape, file in (
        ("translate", "seq-seq", "pairs.tsv"),
        ("find", "seq-vec", "found.tsv"),
        ("describe", "vec-seq", "described.tsv"),
    ):
        sizes = {"n_states": 16, "n_summary": 8}
        sizes |= {"n_dims": 8} if shape != "vec-seq" else {}
        sizes |= {"n_target_dims": 8, "n_maxout": 8} if shape != "seq-vec" else {}
        train_sequence_model(
            PairFile(place / file),
            place / name,
            pair_config=PairConfig(min_count=1, held_out=0.0, longest=6),
            config=SequenceConfig(
                shape=shape, epochs=30.0, rate=0.02, warm_up=5, n_pairs=4, cost="full", **sizes
            ),
            given=GivenVectors(None, None if shape == "seq-seq" else str(place / "labels.txt")),
        )
    return place


def test_texts_are_decoded_a_line_each(folder, run, monkeypatch):
    code, printed, _ = run("decode", folder / "translate", "two cat", "five tree")
    assert code == 0
    assert printed.splitlines() == ["katze twos", "baum fives"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\nfive tree\n  \n two cat\n\n"))
    _, printed, _ = run("decode", folder / "translate", "-", "--beam", 1)
    assert printed.splitlines() == ["", "baum fives", "", "katze twos", ""]


def test_a_source_that_cannot_be_read_leaves_its_line_empty(folder, run):
    given = ("decode", folder / "translate", "two cat", "qqq", "", "five tree zzz")
    code, printed, errors = run(*given)
    assert code == 0
    assert printed.splitlines()[:3] == ["katze twos", "", ""]
    assert len(printed.splitlines()) == 4 and printed.splitlines()[3]
    assert re.search(r"Source 2: \S+ knows no word of 'qqq'", errors)
    assert "Source 3: A source text is empty" in errors
    assert "Unknown words: zzz." in errors
    code, printed, _ = run(*given, "--json")
    document = json.loads(printed)
    assert document["unknown_words"] == ["zzz"]
    assert document["sources"][2]["texts"] == []
    assert "is empty" in document["sources"][2]["error"]
    assert "error" not in document["sources"][0]
    code, printed, errors = run("decode", folder / "describe", "hund", "hnd", "--json")
    assert code == 0
    assert "Source 2: 'hnd' is not in the vocabulary" in errors
    assert [len(one["texts"]) for one in json.loads(printed)["sources"]] == [1, 0]


def test_several_texts_and_probabilities_are_shown(folder, run):
    arguments = ("decode", folder / "translate", "two cat", "--n-best", 3)
    code, printed, _ = run(*arguments, "--probabilities")
    assert code == 0
    assert "per token" in printed
    assert "katze 0." in printed
    assert "end" in printed
    code, printed, _ = run(*arguments, "--json")
    (source,) = json.loads(printed)["sources"]
    assert [len(source["texts"]), source["source"]] == [3, "two cat"]
    for text in source["texts"]:
        assert text["log_probability"] == pytest.approx(sum(text["log_probabilities"]))
        assert text["text"].split() == text["words"]
    assert source["texts"][0]["text"] == "katze twos"


def test_samples_depend_on_the_seed(folder, run):
    def sample(*more):
        code, printed, _ = run(
            "decode", folder / "translate", "two cat", "--sample", "--n-best", 20, "--json", *more
        )
        assert code == 0
        return [text["text"] for text in json.loads(printed)["sources"][0]["texts"]]

    hot = ("--temperature", 5)
    assert len(set(sample(*hot))) > 5
    assert sample(*hot, "--seed", 4) == sample(*hot, "--seed", 4) != sample(*hot, "--seed", 5)
    assert set(sample("--top-k", 1)) == {"katze twos"}


def test_a_described_point_stands_beside_its_nearest_labels(folder, run):
    code, printed, _ = run("decode", folder / "describe", "hund", "hund + katze")
    assert code == 0
    assert "nearest labels" in printed
    assert "hund 1.00" in printed
    code, printed, _ = run("decode", folder / "describe", "hund", "--json")
    (source,) = json.loads(printed)["sources"]
    assert source["texts"][0]["text"].endswith("dog")
    assert source["nearest"][0] == {"label": "hund", "cosine": pytest.approx(1)}
    (text,) = source["texts"]
    assert math.isfinite(text["log_ratio"])
    n_tokens = len(text["words"]) + 1
    assert text["log_ratio_per_token"] == pytest.approx(text["log_ratio"] / n_tokens)


def test_pairs_are_scored(folder, run, tmp_path):
    few = write(tmp_path / "few.tsv", [*PAIRS[:6], ("", "x"), ("qqq", "hund")])
    code, printed, errors = run("score", folder / "translate", few)
    assert code == 0
    assert "per token" in printed
    assert "hund ones" in printed
    assert "Left out: 1 pair with an empty side." in errors
    assert "Left out: 1 pair, since the model knows no word of the source." in errors
    table = tmp_path / "scores.tsv"
    code, printed, _ = run(
        "score",
        folder / "translate",
        folder / "pairs.tsv",
        "--candidates",
        10,
        "--json",
        "--out",
        table,
    )
    found = json.loads(printed)
    assert (found["n_pairs"], found["n_candidates"], found["reference"]) == (20, 10, "sources")
    assert found["first"] > 0.5
    assert len(found["pairs"]) == 20
    header, *rows = [line.split("\t") for line in table.read_text().splitlines()]
    assert header == list(found["pairs"][0])
    assert [row[0] for row in rows] == [source for source, _ in PAIRS]
    for row, pair in zip(rows, found["pairs"], strict=True):
        assert float(row[2]) == pytest.approx(pair["log_probability"], rel=1e-4)


def test_many_pairs_are_summarised(folder, run, tmp_path):
    many = write(tmp_path / "many.tsv", PAIRS * 2)
    code, printed, _ = run("score", folder / "translate", many, "--candidates", 5)
    assert code == 0
    for word in ("perplexity", "first among 5", "MRR", "median rank"):
        assert word in printed
    assert "hund ones" not in printed


def test_parallel_files_and_named_columns_are_scored(folder, run, tmp_path):
    (tmp_path / "a.txt").write_text("\n".join(source for source, _ in PAIRS) + "\n")
    (tmp_path / "b.txt").write_text("\n".join(target for _, target in PAIRS) + "\n")
    turned = [("meaning", "word"), *((target, source) for source, target in PAIRS)]
    write(tmp_path / "turned.tsv", turned)
    scores = []
    for files in (
        (folder / "pairs.tsv",),
        (tmp_path / "a.txt", tmp_path / "b.txt"),
        (tmp_path / "turned.tsv", "--source", "word", "--target", "meaning"),
    ):
        code, printed, _ = run("score", folder / "translate", *files, "--json")
        assert code == 0
        scores.append(json.loads(printed)["perplexity"])
    assert scores == [pytest.approx(scores[0])] * 3


def test_labels_are_scored(folder, run):
    code, printed, _ = run("score", folder / "find", folder / "found.tsv", "--json")
    assert code == 0
    found = json.loads(printed)
    assert found["n_candidates"] == 4
    assert found["first"] > 0.5


def test_a_single_pair_has_no_rank(folder, run, tmp_path):
    one = write(tmp_path / "one.tsv", PAIRS[:1])
    code, printed, _ = run("score", folder / "translate", one)
    assert code == 0
    assert "no other target" in printed.replace("\n", " ")
    _, printed, _ = run("score", folder / "translate", one, "--json")
    assert json.loads(printed)["pairs"][0]["rank"] is None


def test_a_model_is_evaluated_with_controls(folder, run, tmp_path):
    pytest.importorskip("sacrebleu")
    rated = write(
        tmp_path / "rated.tsv",
        [("one dog", "two dog", "4"), ("one cat", "five tree", "1"), ("two cat", "two bird", "3")],
    )
    arguments = ("evaluate", folder / "translate", folder / "pairs.tsv", "--ratings", rated)
    code, printed, _ = run(*arguments, "--out", tmp_path / "r.html", "--candidates", 10)
    assert code == 0
    for word in ("untrained", "shuffled pairs", "chance", "chrF", "BLEU", "MRR", "Spearman"):
        assert word in printed
    assert "<table>" in (tmp_path / "r.html").read_text()
    code, printed, _ = run(*arguments, "--json", "--beam", 2)
    parts = json.loads(printed)["parts"]
    assert len(parts) == 4
    rows = parts[0]["tables"]["systems"]
    assert rows[0]["system"] == "model"
    assert rows[0]["perplexity"] < rows[1]["perplexity"]


def test_bad_ratings_are_told_before_the_evaluation(folder, run, monkeypatch, tmp_path):
    monkeypatch.setattr("embedviz.sequences.evaluate_pairs", None)
    bad = write(tmp_path / "bad.tsv", [("one dog", "two dog", "4"), ("one dog", "two dog", "x")])
    code, _, errors = run("evaluate", folder / "translate", folder / "pairs.tsv", "--ratings", bad)
    assert code == 2
    assert "line 2: expected two texts (or words)" in " ".join(errors.split())


def test_labels_are_evaluated(folder, run):
    code, printed, _ = run("evaluate", folder / "find", folder / "found.tsv")
    assert code == 0
    assert "mean of content words" in printed
    assert "Among 4 labels" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("decode", "translate", ""), "has no words"),
        (("decode", "translate", "qqq", "!!"), "Source 1 of 2: translate knows no word of"),
        (("decode", "translate", "qqq zzz"), "knows no word of 'qqq zzz'"),
        (("decode", "translate", "-", "two cat"), "give it alone"),
        (("decode", "translate", "two", "--n-best", 3, "--beam", 2), "3 texts cannot come"),
        (("decode", "translate", "two", "--sample", "--beam", 2), "omit --beam"),
        (("decode", "translate", "two", "--temperature", 2), "need --sample"),
        (("decode", "translate", "two", "--sample", "--temperature", 0), "temperature of 0"),
        (("decode", "translate", "two", "--longest", 0), "maximum length of 0"),
        (("decode", "translate", "two \udcff"), "not UTF-8 at character 5"),
        (("decode", "find", "two"), "use embedviz find"),
        (("decode", "nowhere", "two"), "does not exist"),
        (("decode", "describe", "hund - "), "expected a word"),
        (("score", "translate", "pairs.tsv", "--candidates", 1), "among 1 candidate:"),
        (("score", "translate", "one-column.tsv"), "put a tab between source and target"),
        (("score", "translate", "pairs.tsv", "--out", "scores.xlsx"), "ends in .tsv"),
        (("score", "translate", "unknown.tsv"), "no pair that"),
        (("score", "labels.txt", "pairs.tsv"), "is not a model"),
        (("evaluate", "translate", "pairs.tsv", "--method", "3cosmul"), "embedviz convert"),
        (("evaluate", "translate", "pairs.tsv", "--max-rank", 10), "embedviz convert"),
        (("evaluate", "translate", "one-column.tsv"), "put a tab"),
        (("evaluate", "translate", "pairs.tsv", "--candidates", 1), "among 1 candidate:"),
        (("evaluate", "describe", "described.tsv", "--ratings", "pairs.tsv"), "reads no texts"),
        (("evaluate", "find", "found.tsv", "--beam", 2), "omit --beam and --candidates"),
        (("evaluate", "find", "found.tsv", "--candidates", 9), "omit --beam and --candidates"),
        (
            ("evaluate", "translate", "pairs.tsv", "--ratings", "one-column.tsv"),
            "line 1: expected two texts (or words) and a number per line",
        ),
        (("evaluate", "labels.txt", "pairs.tsv", "--beam", 2), "--beam: for sequence models"),
        (("evaluate", "labels.txt", "pairs.tsv", "--ratings", "pairs.tsv"), "--ratings: for"),
    ],
)
def test_wrong_input_is_refused_with_a_remedy(folder, run, monkeypatch, arguments, message):
    monkeypatch.chdir(folder)
    write(folder / "one-column.tsv", [("one dog",), ("two dog",)])
    write(folder / "unknown.tsv", [("qqq", "hund"), ("zzz", "hund")])
    code, _, errors = run(*arguments)
    assert code in (1, 2)
    assert message in " ".join(errors.split())


def test_an_unknown_label_is_an_unknown_word(folder, run):
    code, _, errors = run("decode", folder / "describe", "hnd")
    assert code == 1
    assert "did you mean hund" in errors


@pytest.mark.parametrize("command", ["decode", "score", "evaluate"])
def test_a_damaged_model_is_refused(folder, run, tmp_path, command):
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in (folder / "translate").iterdir():
        data = file.read_bytes()
        (broken / file.name).write_bytes(data[: len(data) // 2])
    given = "one dog" if command == "decode" else folder / "pairs.tsv"
    code, _, errors = run(command, broken, given)
    assert code == 2
    assert "damaged" in errors


def test_empty_standard_input_is_refused(folder, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(SystemExit) as left:
        main(["decode", str(folder / "translate"), "-"])
    assert left.value.code == 2
    assert "There are 0 texts: give at least one" in capsys.readouterr().err


def test_targets_of_unknown_words_are_counted_and_not_ranked(folder, run, tmp_path):
    rows = [*PAIRS[:4], ("one dog", "zzz"), ("two cat", "yyy")]
    code, printed, _ = run("score", folder / "translate", write(tmp_path / "a.tsv", rows))
    assert code == 0
    printed = " ".join(printed.split())
    assert printed.count("–") == 2
    assert "20.0% of the target words are unknown" in printed
    assert "2 pairs without a rank" in printed
    _, printed, _ = run("score", folder / "translate", tmp_path / "a.tsv", "--json")
    document = json.loads(printed)
    assert [document["n_unranked"], document["unknown_share"]] == [2, pytest.approx(0.2)]
    ranks = [pair["rank"] for pair in document["pairs"]]
    assert ranks[-2:] == [None, None]
    assert document["median_rank"] == pytest.approx(statistics.median(ranks[:4]))
    pytest.importorskip("sacrebleu")
    _, printed, _ = run("evaluate", folder / "translate", tmp_path / "a.tsv")
    assert "2 pairs without a rank" in " ".join(printed.split())
    assert "lowers the perplexity" in " ".join(printed.split())
    known = write(tmp_path / "b.tsv", PAIRS[:4])
    for command in ("score", "evaluate"):
        _, printed, _ = run(command, folder / "translate", known)
        assert "unknown" not in printed and "without a rank" not in printed


def test_points_are_described_beside_what_says_whether_to_trust_them(folder, run, tmp_path):
    code, printed, _ = run("describe", folder / "describe", "hund", "hund + katze", "--n-best", "2")
    assert code == 0
    assert "likelihood ratio" in printed and "nearest words by cosine:" in printed
    assert re.search(r"hund\s", printed) and "hund + katze" in printed
    code, printed, _ = run("describe", folder / "describe", "hund", "--json")
    (point,) = json.loads(printed)["points"]
    assert point["point"] == "hund" and len(point["texts"]) == 1
    assert point["nearest"][0]["word"] != "hund"  # another word
    assert isinstance(point["is_far"], bool) and 0 < point["far_below"] < 1
    own = point["texts"][0]
    assert own["log_ratio_per_token"] == pytest.approx(
        own["log_ratio"] / (len(own["text"].split()) + 1)
    )


def test_an_offset_and_a_table_to_grade(folder, run, tmp_path):
    pairs = write(tmp_path / "pairs.tsv", [("source", "target"), ("hund", "katze")])
    relation = tmp_path / "pairs.csv"
    relation.write_text(pairs.read_text().replace("\t", ","))
    code, _, err = run("describe", folder / "describe", "hund", "--along", relation)
    assert code != 0 and "No pair of" in " ".join(err.split())
    code, printed, _ = run("describe", folder / "describe", "baum", "--along", relation)
    assert code == 0 and "baum + (" in printed
    known = write(tmp_path / "known.tsv", [("hund", "it barks"), ("katze", "it purrs")])
    options = ("--table", tmp_path / "t.tsv", "--definitions", known)
    code, _, _ = run("describe", folder / "describe", "hund", "baum", *options)
    assert code == 0
    rows = [line.split("\t") for line in (tmp_path / "t.tsv").read_text().splitlines()]
    said = {(item, by): text for item, text, by in rows[1:]}
    assert said["hund", "true definition"] == "it barks"
    assert said["hund", "copy of the nearest word's"] == "it purrs"  # not its own
    assert said["baum", "copy of the nearest word's"] in {"it barks", "it purrs"}
    assert ("baum", "true definition") not in said
    assert run("grade", tmp_path / "t.tsv", "--out", tmp_path / "g.json", "--report")[0] == 0
    code, _, err = run("describe", folder / "describe", "hund", "--definitions", known)
    assert code != 0 and "add --table" in " ".join(err.split())
