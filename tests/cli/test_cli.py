import json
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from embedviz import save
from embedviz.cli import app, demo, main
from embedviz.corpora import write_bundled

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "embedviz"]
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


def test_answers_are_filtered_and_honest_ones_stand_beside(run, model):
    options = ("--prefix", "w", "--matching", "o", "--exclude", "woman", "--max-rank", 500)
    _, printed, _ = run("neighbours", model, "man", "--json", *options)
    words = [answer["word"] for answer in json.loads(printed)["answers"]]
    assert words
    assert all(word.startswith("w") and "o" in word and word != "woman" for word in words)
    code, printed, _ = run("analogy", model, "king", "man", "woman", "--honest", "--json")
    document = json.loads(printed)
    assert code == 0
    asked = {"king", "man", "woman"}
    assert not asked & {answer["word"] for answer in document["answers"]}
    assert asked & {answer["word"] for answer in document["honest"]}
    _, table, _ = run("analogy", model, "king", "man", "woman", "--honest", "-n", 1)
    first, other = document["answers"][0], document["honest"][0]
    assert re.search(
        rf"^{first['word']} +{first['cosine']:.3f} +{other['word']} +{other['cosine']:.3f}",
        table,
        re.M,
    )


def test_methods_answer_three_words_or_a_word_and_a_relation(run, model):
    code, printed, _ = run("analogy", model, "king", "man", "woman", "--method", "3cosmul")
    assert code == 0
    assert "man : king :: woman : ?" in printed
    assert "score" in printed
    options = ("--relation", "male-female", "--method", "3cosavg", "--json")
    code, printed, _ = run("analogy", model, "king", *options)
    document = json.loads(printed)
    assert (code, document["method"], len(document["answers"])) == (0, "3cosavg", 10)


def test_the_panel_shows_every_method(run, model):
    for words in (("king", "man", "woman"), ("king - man + woman",)):
        code, printed, _ = run("analogy", model, *words, "--panel", "--json", "-n", 2)
        document = json.loads(printed)
        assert code == 0
        assert (document["pair"], document["word"]) == (["man", "king"], "woman")
        assert len(document["methods"]) == 7 and document["scores"] == []
    code, table, _ = run("analogy", model, "king", "--relation", "male-female", "--panel")
    assert code == 0
    for heading in ("answers", "rank", "margin", "stable", "included", "only-b", "gain"):
        assert heading in table
    code, _, said = run("analogy", model, "king + man", "--panel")
    assert code == 2
    assert "answered by 3cosadd alone" in said


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
    assert len(report["fits"]) == report["n_pairs"]
    code, table, _ = run("relations", "--model", model)
    assert code == 0
    assert "consistency" in table


def test_several_relations_of_a_file_are_printed_and_measured_in_detail(run, model, tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(": royal\nking queen man woman\nbad line\n: past\ntake took kingg took\n")
    code, pairs, err = run("relations", path)
    assert code == 0
    assert pairs.startswith("source,target,relation\nking,queen,royal\nman,woman,royal\ntake,")
    assert "line 3: no pair of two different words" in err
    code, printed, _ = run("relations", path, "--model", model, "--details")
    assert code == 0
    assert "king → queen" in printed
    assert re.search(r"kingg: did you mean .*king", printed)
    _, printed, _ = run("relations", path, "--model", model, "--details", "--json")
    royal, past = json.loads(printed)
    assert royal["near_spellings"] == {}
    assert "king" in past["near_spellings"]["kingg"]
    code, _, err = run("relations", tmp_path, "--model", model, "--seed", "-1")
    assert code == 2


def test_projections_are_written(run, model, tmp_path):
    path = tmp_path / "countries.csv"
    code, printed, _ = run("project", model, "--relation", "country-capital", "--out", path)
    assert code == 0
    assert "of the offsets of country-capital" in printed
    header, first, *_ = path.read_text().splitlines()
    assert header == "relation,pair,role,word,rank,count,x,y"
    assert first.startswith("country-capital,1,source,")
    code, printed, _ = run(
        "project", model, "--plane", "all", "--dims", 3, "--out", tmp_path / "a.json", "--json"
    )
    assert code == 0
    assert len(json.loads(printed)["explained_variance"]) == 3


def test_a_session_opens_the_same_view_again(run, model, tmp_path):
    first, session, again = (tmp_path / name for name in ("a.json", "s.json", "b.json"))
    options = ("--relation", "verb-past", "--plane", "pairs", "--words", 5, "--mark", "king")
    code, printed, _ = run("project", model, *options, "--out", first, "--session", session)
    assert code == 0
    assert f"in {first}, {session}." in printed
    code, printed, _ = run("project", "--from", session, "--out", again, "--json")
    assert (code, json.loads(printed)["same_model"]) == (0, True)
    assert again.read_bytes() == first.read_bytes()
    code, _, _ = run("project", "--from", session, "--plane", "all", "--out", again)
    assert code == 0
    assert json.loads(again.read_text())["provenance"]["view"]["plane"] == "all"


def test_a_session_of_another_model_says_so(run, model, tmp_path):
    session = tmp_path / "s.json"
    run(
        "project",
        model,
        "--relation",
        "verb-past",
        "--out",
        tmp_path / "a.csv",
        "--session",
        session,
    )
    run("convert", model, tmp_path / "half.npy", "--float16")
    code, _, err = run(
        "project", tmp_path / "half.npy", "--from", session, "--out", tmp_path / "b.csv"
    )
    assert code == 0
    assert "The session was saved with other vectors" in err
    code, _, err = run("project", "--out", tmp_path / "b.csv")
    assert code == 2
    assert "give one, or a session file with --from" in err


def test_a_report_is_written(run, model, tmp_path):
    code, printed, _ = run("report", model, "--relation", "verb-past", "--out", tmp_path / "r.md")
    assert (code, printed) == (0, f"{tmp_path / 'r.md'}: 1 relation.\n")
    assert "verb → past" in (tmp_path / "r.md").read_text(encoding="utf-8")
    (tmp_path / "no.csv").write_text("source,target\nxyzzy,plugh\n")
    given = ("--relation", "verb-past", "--relation", tmp_path / "no.csv")
    code, printed, _ = run("report", model, *given, "--out", tmp_path / "r.md")
    assert code == 0
    assert printed.endswith("r.md: 2 relations; 1 has no pair in the vocabulary.\n")
    code, _, err = run("report", model, "--out", tmp_path / "r.docx")
    assert code == 2
    assert "must end in .html or .md" in err


def test_an_interruption_before_the_work_is_told(run, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("embedviz.checkpoints.open_vectors", interrupted)
    assert run("neighbours", "english", "queen") == (130, "", "Stopped.\n")


def test_corpora_are_listed_once_by_name(run):
    code, printed, _ = run("corpus", "list")
    lines = printed.splitlines()
    assert (code, len(lines)) == (0, 3)
    assert all(line.count(line.split()[0]) == 1 for line in lines)


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
        (["analogy", "MODEL", "king-man+woman"], "put a space on both sides"),
        (["analogy", "MODEL", "king - man", "--method=lrcos"], "does not answer expressions"),
        (["analogy", "MODEL", "king", "man", "woman", "--method=best"], "not an analogy method"),
        (["analogy", "MODEL", "a", "b", "--relation=verb-past"], "2 words were given"),
        (["neighbours", "MODEL", "king", "--matching", "(("], "not a regular expression"),
        (["relations", "friends"], "not a built-in relation"),
        (["project", "MODEL", "--out", "a.docx"], "must end in .csv, .json"),
        (
            ["project", "MODEL", "--plane", "tilted", "--out", "a.csv"],
            "use one of arrows, relation, pairs",
        ),
        (["corpus", "fetch", "the-internet"], "text8"),
        (["train", "nowhere.txt", "--out", "m"], "nowhere.txt does not exist"),
        (["train", "EMPTY", "--out", "m"], "0 words"),
        (["train", "BINARY", "--out", "m"], "not a text file"),
        (["train", "EMPTY", "--out", "EMPTY"], "is a file and not a model"),
        (["train", "EMPTY", "--out", "m", "--cell", "cnn"], "cnn"),
        (["train", "TEXT", "--out", "m", "--min-count", "1000000"], "lower the minimum count"),
        (["train", "TEXT", "--out", "m", "--dims", "1"], "--dims=1 must be a whole number"),
        (["train", "TEXT", "--out", "m", "--cell=lstm", "--states=9"], "disable --linear-path"),
        (["train", "x" * 300, "--out", "m"], "is not a valid file name"),
        (["app", "MODEL", "--address", "999.1.1.1"], "cannot be served on"),
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


def test_the_demonstration_runs_and_writes_its_files(run, tmp_path, monkeypatch):
    quick = replace(demo.DEMO_CONFIG, epochs=0.2, n_dims=10)
    monkeypatch.setattr(demo, "DEMO_CONFIG", quick)
    code, printed, _ = run("demo", "--no-serve", "--out", tmp_path)
    assert code == 0
    assert "held-out perplexity" in printed
    for family in ("male-female", "verb-past", "country-capital", "held-out capitals"):
        assert family in printed
    assert "man is to king as woman is to" in printed
    assert {path.name for path in tmp_path.iterdir()} == {
        "model",
        "families.csv",
        "families.statistics.csv",
        "families.provenance.json",
        "families.html",
    }


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_an_output_that_cannot_be_written_is_one_sentence():
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(
            [*PROGRAM, "relations"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert found.returncode == 2
    assert found.stderr.startswith("Error: The output cannot be written (No space left on device)")


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
    assert f"embedviz {' '.join(path).removesuffix(' --shape')} " in printed.replace("\n", " ")
    assert "Example" in printed
    documented = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    heading = f"{'#' * (len(path) + 1)} `embedviz {' '.join(path)}`\n"
    _, section = documented.split(heading)
    section = section.split("\n## ")[0].split("\n### ")[0]
    for option in set(re.findall(r"--[a-z][a-z0-9-]+", printed)):
        assert f"{option}`" in section or f"{option} " in section, f"{option}: run `make docs`"


def documented_commands():
    """Every command in a block of shell in the documentation, as words, with its page."""
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))):
        if page.name == "commands.md":  # written by the program
            continue
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.S):
            for line in block.replace("\\\n", " ").splitlines():
                for part in line.split("&&"):
                    if part.strip().startswith("embedviz "):
                        yield page.name, shlex.split(part, comments=True)[1:]


def test_commands_in_the_documentation_and_their_options_are_there():
    group = typer.main.get_command(app)
    wrong, n_found = [], 0
    for page, words in documented_commands():
        command = group.commands.get(words[0])
        if hasattr(command, "commands"):
            command = command.commands.get(words[1])
        n_found += 1
        if command is None and not words[0].startswith("-"):
            wrong.append((page, words))
        if command is None or words[0] == "train":  # the shapes have options of their own
            continue
        known = {"--help"}.union(*((*one.opts, *one.secondary_opts) for one in command.params))
        given = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        wrong += [(page, words, option) for option in given - known]
    assert wrong == []
    assert n_found > 80


def test_the_version_is_printed(run):
    code, printed, _ = run("--version")
    assert code == 0
    assert re.fullmatch(r"embedviz \d+\.\d+\.\d+\n", printed)


@pytest.mark.parametrize("method", ["3cosadd", "3cosavg"])
def test_a_warning_of_a_list_of_pairs_is_told_once(run, vectors, tmp_path, method):
    save(vectors, tmp_path / "a.npy")
    (tmp_path / "bats.txt").write_text("king\tqueen\nman\twoman\nalone\nhe\tshe\n")
    code, _, err = run("evaluate", tmp_path / "a.npy", tmp_path / "bats.txt", "--method", method)
    assert code == 0
    assert err.count("line 3: no pair of two different words") == 1
