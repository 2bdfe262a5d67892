import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from embedviz.cli import app, main
from embedviz.synthesis import write_bundled

ROOT = Path(__file__).parent.parent
SMALL = [f"--{name}" for name in ("dims=20", "epochs=2", "skip=1e-3", "streams=32", "seed=3")]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Train once on a part of the bundled corpus, as a user would."""
    folder = tmp_path_factory.mktemp("cli")
    whole = write_bundled(folder / "bundled.txt").read_text()
    (folder / "part.txt").write_text(whole[: len(whole) // 4])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEDVIZ_CACHE", str(folder / "cache"))
        with pytest.raises(SystemExit) as left:
            main(["train", str(folder / "part.txt"), "--out", str(folder / "model"), *SMALL])
    assert left.value.code == 0
    return folder / "model"


@pytest.fixture
def run(capsys):
    def run_(*arguments):
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err + printed.out
        return left.value.code, printed.out, printed.err

    return run_


def test_training_is_repeatable_and_says_the_perplexity(run, model, tmp_path):
    text = model.parent / "part.txt"
    code, printed, err = run("train", text, "--out", tmp_path / "again", *SMALL, "--json")
    assert code == 0
    assert json.loads(printed)["perplexity"] > 1
    assert "100%" in err
    same = (tmp_path / "again" / "model.safetensors").read_bytes()
    assert same == (model / "model.safetensors").read_bytes()


@pytest.mark.parametrize("words", [["king", "man", "woman"], ["king - man + woman"]])
def test_both_forms_of_an_analogy_answer_alike(run, model, words):
    code, printed, _ = run("analogy", model, *words, "--json", "-n", 3)
    assert code == 0
    document = json.loads(printed)
    assert document["query"] == "king - man + woman"
    assert len(document["answers"]) == 3
    assert not {"king", "man", "woman"} & {answer["word"] for answer in document["answers"]}


def test_neighbours_as_a_table_and_as_json_agree(run, model):
    _, table, _ = run("neighbours", model, "Queen", "--top", 4)
    _, document, _ = run("neighbours", model, "queen", "--top", 4, "--json")
    answers = json.loads(document)["answers"]
    assert len(answers) == 4
    assert all(re.search(rf"^{a['word']} +{a['cosine']:.3f}", table, re.M) for a in answers)


def test_relations_are_listed_printed_and_measured(run, model, tmp_path):
    code, listed, _ = run("relations")
    assert code == 0
    assert "male-female" in listed
    code, pairs, _ = run("relations", "country-capital")
    assert pairs.startswith("source,target\n")
    assert "france,paris\n" in pairs
    (tmp_path / "mine.csv").write_text(pairs)
    code, measured, _ = run("relations", tmp_path / "mine.csv", "--model", model, "--json")
    assert code == 0
    (report,) = json.loads(measured)
    assert report["name"] == "mine"
    assert -1 <= report["consistency"] <= 1
    code, table, _ = run("relations", "--model", model)
    assert code == 0
    assert "consistency" in table


def test_projections_are_written(run, model, tmp_path):
    path = tmp_path / "countries.csv"
    code, printed, _ = run("project", model, "--relation", "country-capital", "--out", path)
    assert code == 0
    assert "of the offsets of country-capital" in printed
    header, first, *_ = path.read_text().splitlines()
    assert header == "relation,pair,role,word,x,y"
    assert first.startswith("country-capital,1,source,")
    code, printed, _ = run(
        "project", model, "--plane", "all", "--dims", 3, "--out", tmp_path / "a.json", "--json"
    )
    assert code == 0
    assert len(json.loads(printed)["explained_variance"]) == 3


def test_unknown_words_leave_with_one_and_near_spellings(run, model):
    code, printed, err = run("neighbours", model, "quen")
    assert (code, printed) == (1, "")
    assert err.startswith("Error: 'quen' is not in the vocabulary: did you mean ")
    assert "queen" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["neighbours", "nowhere", "queen"], "nowhere does not exist"),
        (["analogy", "MODEL", "king", "man"], "Column 6: expected + or -"),
        (["analogy", "MODEL", "king - king"], "cancel out"),
        (["relations", "friends"], "not a built-in relation"),
        (["project", "MODEL", "--out", "a.png"], "must end in .csv or .json"),
        (
            ["project", "MODEL", "--plane", "tilted", "--out", "a.csv"],
            "use one of arrows, pairs, all",
        ),
        (["corpus", "fetch", "the-internet"], "text8"),
        (["train", "nowhere.txt", "--out", "m"], "nowhere.txt does not exist"),
        (["train", "EMPTY", "--out", "m"], "0 words"),
        (["train", "BINARY", "--out", "m"], "not a text file"),
        (["train", "EMPTY", "--out", "EMPTY"], "is not a model"),
        (["train", "EMPTY", "--out", "m", "--cell", "cnn"], "cnn"),
        (["train", "TEXT", "--out", "m", "--min-count", "1000000"], "lower the minimum count"),
        (["app", "nowhere"], "nowhere does not exist"),
        (["nonsense"], "No such command"),
    ],
)
def test_bad_input_leaves_with_two_one_sentence_and_no_files(
    run, model, tmp_path, monkeypatch, arguments, says
):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "binary.txt").write_bytes(bytes(range(100)))
    names = {
        "MODEL": model,
        "TEXT": model.parent / "part.txt",
        "EMPTY": tmp_path / "empty.txt",
        "BINARY": tmp_path / "binary.txt",
    }
    code, _, err = run(*(names.get(argument, argument) for argument in arguments))
    assert code == 2
    assert says in re.sub(r"\s+", " ", err)
    assert list(folder.iterdir()) == []


def command(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "embedviz", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def test_standard_input_is_a_text_like_any_other(tmp_path):
    text = " ".join(f"w{i * i % 17}" for i in range(3000))
    found = command("train", "-", "--out", tmp_path / "m", "--dims", 4, "--skip", 0, input=text)
    assert found.returncode == 0, found.stderr
    assert (tmp_path / "m" / "config.json").exists()


def test_light_commands_never_load_torch_or_streamlit(model):
    check = (
        "import sys; from embedviz.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: assert not {'torch', 'streamlit', 'sklearn'} & set(sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", check, "neighbours", str(model), "queen"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr


def test_reading_only_the_first_lines_is_no_error(model):
    found = subprocess.run(
        f"{sys.executable} -m embedviz relations verb-past | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == "source,target\n"
    assert found.stderr == ""


def commands():
    """Every command with its parents: ('corpus', 'fetch')."""
    group = typer.main.get_command(app)
    for name, one in group.commands.items():
        yield from (
            [(name, sub) for sub in one.commands] if hasattr(one, "commands") else [(name,)]
        )


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_has_help_with_an_example_and_stands_in_the_documentation(run, path):
    code, printed, _ = run(*path, "--help")
    assert code == 0
    assert f"embedviz {' '.join(path)}" in printed.replace("\n", " ")
    assert "Example" in printed
    documented = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    heading = f"{'#' * (len(path) + 1)} `embedviz {' '.join(path)}`\n"
    _, section = documented.split(heading)
    section = section.split("\n## ")[0].split("\n### ")[0]
    for option in set(re.findall(r"--[a-z][a-z-]+", printed)):
        assert f"{option}`" in section or f"{option} " in section, f"{option}: run `make docs`"


def test_shell_completion_is_offered(run):
    code, printed, _ = run("--help")
    assert code == 0
    assert "--install-completion" in printed


def test_the_version_is_printed(run):
    code, printed, _ = run("--version")
    assert code == 0
    assert re.fullmatch(r"embedviz \d+\.\d+\.\d+\n", printed)
