"""Advice in messages, folders of texts, and maps without relations, on the command line."""

import json
import subprocess
import sys

import pytest

from embedviz.cli import options_elsewhere


def write_vectors(path, words):
    rows = (f"{word} {i % 3} {i % 5} {i * i % 7}\n" for i, word in enumerate(words, 1))
    path.write_text("".join(rows))
    return path


def test_an_option_of_another_command_is_said():
    said = options_elsewhere("give their file with --words.", ["nosuch"])
    assert said == ""
    said = options_elsewhere("give their file with --no-such-option.", ["convert"])
    assert said == ""
    assert options_elsewhere("name it by --float16.", ["convert", "a", "b"]) == ""
    said = options_elsewhere("omit --float16.", ["neighbours", "a", "b"])
    assert "--float16 is an option of embedviz convert" in said


def test_a_map_without_built_in_pairs_has_words(run, tmp_path):
    path = write_vectors(tmp_path / "bio.vec", ["gene", "protein", "cell", "tissue", "organ", "x"])
    for out in ("map.html", "map.png", "map.csv"):
        code, text, *_ = run("project", path, "--plane", "all", "--out", tmp_path / out)
        assert code == 0 and "6 words in" in " ".join(text.split())
    code, *said = run("project", path, "--plane", "relation", "--out", tmp_path / "r.html")
    assert code == 2 and "needs pairs with vectors" in "".join(map(str, said))
    code, *said = run("figure", path, "--out", tmp_path / "f.png")
    assert code == 2 and "embedviz project" in "".join(map(str, said))


@pytest.mark.parametrize("command", ["project", "figure"])
def test_a_table_with_several_relations_gives_several_colours(run, tmp_path, command):
    path = write_vectors(tmp_path / "own.vec", [f"w{i}" for i in range(12)])
    table = tmp_path / "pairs.csv"
    rows = [f"w{i},w{i + 1},{'even' if i < 6 else 'odd'}" for i in range(0, 12, 2)]
    table.write_text("source,target,relation\n" + "\n".join(rows))
    code, text, *_ = run(command, path, "--relation", table, "--out", tmp_path / "a.png")
    assert code == 0, text
    assert "even" in text and "odd" in text


def test_groups_are_coloured_reported_and_kept_in_a_session(run, tmp_path):
    path = write_vectors(tmp_path / "own.vec", [f"w{i}" for i in range(12)])
    groups = tmp_path / "groups.csv"
    groups.write_text(
        'word,group\nw1,first\n"w2",first\nw3,second\nW4,second\nnowhere,second\n,x\n'
    )
    session, out = tmp_path / "a.json", tmp_path / "a.csv"
    options = ("--plane", "all", "--groups", groups, "--session", session)
    code, text, errors = run("project", path, *options, "--out", out)
    assert code == 0, errors
    assert "4 words in 2 groups" in text and "W4 as w4" in text
    assert "1 word of the groups without a vector: nowhere" in " ".join(errors.split())
    assert "line 7: no word" in " ".join(errors.split())
    assert out.read_text().count("first") == 2
    again = tmp_path / "b.csv"
    assert run("project", "--from", session, "--out", again)[0] == 0
    assert again.read_text() == out.read_text()
    code, text, _ = run("project", path, *options[:4], "--out", tmp_path / "a.png", "--json")
    found = json.loads(text)
    assert found["groups"] == {"first": ["w1", "w2"], "second": ["w3", "w4"]}
    assert found["without_vectors"] == ["nowhere"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "contains 0 words: give a table with the header word,group"),
        (b"word,group\n", "contains 0 words"),
        (b"word,group\nnowhere,a\n", "No word of the groups"),
        (b"word,group\ngr\xfcn,a\n", "is not UTF-8"),
    ],
)
def test_groups_that_cannot_be_used_are_refused(run, tmp_path, content, says):
    path = write_vectors(tmp_path / "own.vec", [f"w{i}" for i in range(12)])
    groups = tmp_path / "groups.csv"
    groups.write_bytes(content)
    code, _, errors = run("project", path, "--groups", groups, "--out", tmp_path / "a.csv")
    assert code == 2 and says in " ".join(errors.split())
    assert not (tmp_path / "a.csv").exists()


@pytest.mark.parametrize("is_started_by_a_page", [False, True])
def test_a_remedy_is_an_option_only_where_options_can_be_given(tmp_path, is_started_by_a_page):
    text = tmp_path / "a.txt"
    text.write_bytes("Die Frau grüßt den Mann auf der Straße nach Köln.\n".encode("cp1252") * 30)
    starter = ["--with-starter"] if is_started_by_a_page else []
    process = subprocess.Popen(
        [sys.executable, "-m", "embedviz", "train", text, "--out", tmp_path / "out", *starter],
        stdin=subprocess.PIPE,  # held open, as the page does
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        said = process.stderr.read()
    assert process.returncode == 2
    assert "it looks like cp1252 (Western European); save it as UTF-8" in said
    assert ("--encoding cp1252" in said) != is_started_by_a_page
