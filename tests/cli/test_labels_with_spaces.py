"""Every command that takes vectors, with labels that hold spaces."""

import csv
import json

import pytest
from spaced_labels import ODD, PAIRS, RELATION, WORDS, spaced_vectors

import embedviz
from embedviz.relations import as_csv, read_relations
from embedviz.text import Tokenizer
from embedviz.vectors import quote_word

PAST, COME = PAIRS[40]

WHOLE = ("a.npy", "a.npz", "a.safetensors", "a.parquet", "a.csv", "a.csv.gz")
FOLDERS = ("tensorboard/projector_config.pbtxt", "standalone/projector_config.json")


@pytest.fixture(scope="module")
def vectors():
    return spaced_vectors(Tokenizer(elisions=True, question_marks=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory, vectors):
    """Vectors, and lists of pairs, questions and ratings in every form."""
    folder = tmp_path_factory.mktemp("spaced")
    embedviz.save(vectors, folder / "a.npz")
    embedviz.save(spaced_vectors(), folder / "b.npz")
    questions = [(*PAIRS[n], *PAIRS[n + 1]) for n in range(30)]
    lists = {
        "pairs.csv": as_csv([RELATION]),
        "pairs.tsv": "source\ttarget\n" + "".join(f"{a}\t{b}\n" for a, b in PAIRS),
        "bats.txt": "".join(f"{a}\t{b}/{b} or so\n" for a, b in PAIRS),
        "google.txt": ": ago\n" + "".join("\t".join(words) + "\n" for words in questions),
        "msr.txt": "".join("\t".join(words) + "\n" for words in questions),
        "rated.tsv": "".join(f"{a}\t{b}\t{n % 7}\n" for n, (a, b) in enumerate(PAIRS)),
        "rated.csv": '"hello, world", week, 3\n'
        + "".join(f"{a},{b},{n % 7}\n" for n, (a, b) in enumerate(PAIRS)),
    }
    for name, text in lists.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def answers(printed: str) -> list[str]:
    return [answer["word"] for answer in json.loads(printed)["answers"]]


@pytest.mark.parametrize("name", [*WHOLE, *FOLDERS])
def test_a_conversion_keeps_every_label(run, vectors, folder, tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    assert run("convert", folder / "a.npz", tmp_path / name)[0] == 0
    found = embedviz.load(tmp_path / name)
    assert found.words == vectors.words
    code, printed, _ = run("neighbours", tmp_path / name, "two days ago", "--json")
    assert code == 0
    assert answers(printed) == [one.word for one in vectors.most_similar("two days ago")]


@pytest.mark.parametrize("name", ["a.vec", "a.txt", "a.glove", "a.bin", "a.vec.gz", "a.bin.xz"])
def test_a_format_without_spaces_names_a_label_and_other_formats(run, folder, tmp_path, name):
    code, _, err = run("convert", folder / "a.npz", tmp_path / name)
    assert code == 2
    assert "cannot store the word 'two hours ago', which has" in err
    assert "space" in err and ".safetensors, .npz or .parquet" in " ".join(err.split())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.npy", FOLDERS[0]])
@pytest.mark.parametrize("sign", ["\t", "\n"])
def test_tabs_and_newlines_are_refused_where_they_end_a_label(tmp_path, name, sign):
    vectors = spaced_vectors()
    words = (f"two{sign}days", *vectors.words[1:])
    vectors = embedviz.WordVectors(embedviz.Vocabulary(words), vectors.matrix)
    embedviz.save(vectors, tmp_path / "a.safetensors")
    assert embedviz.load(tmp_path / "a.safetensors").words == words
    (tmp_path / name).parent.mkdir(exist_ok=True)
    with pytest.raises(embedviz.InputError, match="which has a tab or a newline: remove it, or"):
        embedviz.save(vectors, tmp_path / name)


def test_a_suggested_label_cannot_write_to_the_terminal(run, tmp_path):
    words = ("two\x1b[31m days", "week")
    matrix = spaced_vectors().matrix[:2]
    embedviz.save(embedviz.WordVectors(embedviz.Vocabulary(words), matrix), tmp_path / "a.npz")
    code, _, err = run("neighbours", tmp_path / "a.npz", "two [31m days")
    assert code == 1
    assert "did you mean two\ufffd[31m days?" in " ".join(err.split())
    assert "\x1b[31m" not in err


@pytest.mark.parametrize("label", [*ODD, "Two Days Ago"])
def test_neighbours(run, vectors, folder, label):
    code, printed, err = run("neighbours", folder / "a.npz", label, "--json")
    assert (code, err) == (0, "")
    assert answers(printed) == [one.word for one in vectors.most_similar(label)]
    assert run("neighbours", folder / "a.npz", label)[0] == 0


def test_filters(run, folder):
    options = ("--prefix", "in two ", "--matching", "(days|weeks)$", "--exclude", "in two days")
    code, printed, _ = run("neighbours", folder / "a.npz", "two days ago", "--json", *options)
    assert code == 0
    assert answers(printed) == ["in two weeks"]
    code, _, err = run("neighbours", folder / "a.npz", "two dais ago")
    assert code == 1
    assert "did you mean two days ago, " in " ".join(err.split())


@pytest.mark.slow  # needs packages of one age
def test_an_index(run, folder, tmp_path):
    assert run("index", folder / "a.npz", "--out", tmp_path / "index")[0] == 0
    options = ("--index", tmp_path / "index", "--exclude", "in two days", "--json")
    code, printed, _ = run("neighbours", folder / "a.npz", "two days ago", *options)
    assert code == 0
    found = answers(printed)
    assert len(found) == 10 and not {"two days ago", "in two days"} & set(found)


@pytest.mark.parametrize(
    "words",
    [
        ("two days ago", "in two days", COME),
        (COME, "-", "in two days", "+", "two days ago"),
        (f'"{COME}" - "in two days" + "two days ago"',),
        (f"avg('{COME}', '{COME}')", "-", "('in two days' - 'two days ago')", "+ 0*day"),
    ],
)
def test_analogies(run, folder, words):
    code, printed, err = run("analogy", folder / "a.npz", *words, "--json", "-n", 1)
    assert (code, err) == (0, "")
    assert answers(printed) == [PAST]


def test_analogies_of_other_methods(run, folder):
    three = ("two days ago", "in two days", COME)
    assert run("analogy", folder / "a.npz", *three, "--method", "3cosmul", "--honest")[0] == 0
    for words in (three, (COME, "-", "in two days", "+", "two days ago")):
        code, printed, _ = run("analogy", folder / "a.npz", *words, "--panel", "--json")
        assert code == 0 and PAST in printed
    for name in ("pairs.csv", "pairs.tsv", "bats.txt"):
        options = ("--relation", folder / name, "--method", "3cosavg", "--json", "-n", 1)
        code, printed, _ = run("analogy", folder / "a.npz", PAST, *options)
        assert code == 0 and answers(printed) == [COME]


@pytest.mark.parametrize("label", [label for label in ODD if quote_word(label) != label])
def test_every_label_can_be_quoted(run, vectors, folder, label):
    for words in ((f"{quote_word(label)} - day",), (label, "-", "day")):
        code, printed, err = run("analogy", folder / "a.npz", *words, "--json", "-n", 3)
        assert (code, err) == (0, "")
        found = vectors.solve({label: 1, "day": -1}, 3)
        assert answers(printed) == [one.word for one in found]


@pytest.mark.parametrize(
    ("formula", "label"),
    [
        ("two days ago - day + week", "two days ago"),
        ("day - in two days", "in two days"),
        ("2*two days ago - day", "two days ago"),
        ("avg(week, two days ago)", "two days ago"),
        ("week - hello, world", "hello, world"),
        ("what is your name ? + week", "what is your name ?"),
        ("week + (so to speak)", "(so to speak)"),
    ],
)
def test_a_formula_without_quotes_says_how_to_quote(run, folder, formula, label):
    for words in ((formula,), formula.split()):
        code, _, err = run("analogy", folder / "a.npz", *words)
        assert code == 2
        assert f'write for example "{label}"' in " ".join(err.split())


@pytest.mark.parametrize("name", ["pairs.csv", "pairs.tsv", "bats.txt", "google.txt", "msr.txt"])
def test_lists_of_pairs(run, folder, name):
    (relation,) = read_relations(folder / name)
    assert set(relation.pairs) <= set(PAIRS) and len(relation.pairs) >= 31
    code, printed, err = run("relations", folder / name, "--model", folder / "a.npz", "--details")
    assert (code, err) == (0, "")
    code, printed, _ = run("relations", folder / name)
    assert list(csv.reader(printed.splitlines()))[1:] == [list(pair) for pair in relation.pairs]


@pytest.mark.parametrize(
    "name",
    ["pairs.csv", "pairs.tsv", "bats.txt", "google.txt", "msr.txt", "rated.tsv", "rated.csv"],
)
def test_evaluation_and_comparison(run, folder, name):
    code, printed, _ = run("evaluate", folder / "a.npz", folder / name, "--json")
    (part,) = json.loads(printed)["parts"]
    assert code == 0 and part["coverage"] == 1
    assert ("similarity" in part["heading"]) == name.startswith("rated")
    both = (folder / "a.npz", folder / "b.npz")
    assert run("compare", *both, "--questions", folder / name)[0] == 0


def test_stability(run, folder):
    assert run("stability", folder / "a.npz", folder / "b.npz")[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["o.csv", "o.json", "o.parquet", "o.html", "o.png", "o.svg", "o"])
def test_a_view_and_its_session(run, folder, tmp_path, name):
    marks = [part for label in ODD[:4] for part in ("--mark", label)]
    session = tmp_path / "session.json"
    view = ("--relation", folder / "pairs.csv", "--words", 300, "--session", session, *marks)
    assert run("project", folder / "a.npz", "--out", tmp_path / name, *view)[0] == 0
    again = tmp_path / "again" / name
    again.parent.mkdir()
    assert run("project", "--from", session, "--out", again)[0] == 0
    if name == "o.csv":
        with again.open(encoding="utf-8", newline="") as file:
            words = {row["word"] for row in csv.DictReader(file)}
        assert words > {word for pair in PAIRS for word in pair} | set(WORDS) | set(ODD[:4])
    if name == "o":
        assert "what is your name ?\t" in (again / "metadata.tsv").read_text(encoding="utf-8")
    if name == "o.html":
        assert "<script>alert(1)" not in again.read_text(encoding="utf-8")


@pytest.mark.slow  # needs packages of one age
def test_figure_and_report(run, folder, tmp_path):
    relation = ("--relation", folder / "pairs.csv")
    assert run("figure", folder / "a.npz", *relation, "--out", tmp_path / "f.png")[0] == 0
    for name in ("r.html", "r.md"):
        assert run("report", folder / "a.npz", *relation, "--out", tmp_path / name)[0] == 0
        written = (tmp_path / name).read_text(encoding="utf-8")
        assert any(f"{past} → {come}" in written for past, come in PAIRS)
