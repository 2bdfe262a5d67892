"""Sequence models on the command line: train on pairs, encode, find, relations between phrases."""

import io
import json
import re

import numpy as np
import pytest

import embedviz
from embedviz.cli import main

pytest.importorskip("torch")

from number_words import number_vectors, numbers, word_vectors, write_numbers

SMALL = [
    *("--states=24", "--warm-up=10", "--noise=24", "--batch=16", "--rate=1e-2", "--min-count=1"),
    *("--held-out=0.1", "--epochs=6"),
]
ENCODER, DECODER = ["--dims=12"], ["--target-dims=12", "--maxout=24", "--rank=12"]
SEQ_SEQ = ["--shape", "seq-seq", "--summary=24", *SMALL, *ENCODER, *DECODER]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with pairs, vectors, and a model of each shape, trained as a user would."""
    made = tmp_path_factory.mktemp("numbers")
    write_numbers(made)
    embedviz.save(number_vectors(), made / "labels.npy")
    embedviz.save(word_vectors(), made / "words.npy")
    # words described by other words, with vectors of both
    lines = [f"{a} {b} thing\t{b}" for b in word_vectors().words for a in ("a", "the", "some")]
    (made / "words.tsv").write_text("\n".join(lines))
    labels = ["--vectors", made / "labels.npy"]
    columns = ["--source=source", "--target=name"]
    for name, arguments in {
        "seq-seq": [made / "numbers.tsv", *SEQ_SEQ],
        "seq-vec": [made / "numbers.tsv", "--shape=seq-vec", *columns, *labels, *SMALL, *ENCODER],
        "vec-seq": [
            *(made / "numbers.tsv", "--source=name", "--target=target", "--shape", "vec-seq"),
            *(*labels, *SMALL, *DECODER),
        ],
        "dictionary": [
            *(made / "words.tsv", "--shape=seq-vec", "--vectors", made / "words.npy", *SMALL),
            *("--embedding", made / "words.npy", "--epochs=60"),
        ],
    }.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("EMBEDVIZ_CACHE", str(made / "cache"))
            with pytest.raises(SystemExit) as left:
                main(["train", *map(str, arguments), "--out", str(made / name)])
        assert left.value.code == 0, name
    return made


def options(text):
    return set(re.findall(r"--[a-z][a-z0-9-]+", text))


def test_each_help_lists_its_own_options(run):
    _, of_texts, _ = run("train", "--help")
    for given in (
        ["--shape", "seq-seq", "--help"],
        ["--help", "--shape=seq-vec"],
        ["--shape", "--help"],
    ):
        code, of_pairs, _ = run("train", *given)
        assert code == 0
        assert {"--heads", "--rank", "--vectors", "--embedding", "--frozen"} <= options(of_pairs)
        assert not {"--streams", "--skip", "--growth", "--subwords"} & options(of_pairs)
        assert "embedviz train fra-eng.tsv --shape seq-seq" in of_pairs.replace("\n", " ")
        assert re.search(r"Usage: .*train --shape seq-(seq|vec) \[OPTIONS\]", of_pairs)
    assert {"--streams", "--skip", "--growth", "--shape"} <= options(of_texts)
    assert not {"--heads", "--rank", "--vectors", "--embedding"} & options(of_texts)
    _, listed, _ = run("--help")
    assert "--shape" not in listed  # one command, not two


def test_training_prints_a_line_or_json(run, folder, tmp_path):
    (tmp_path / "a.tsv").write_text((folder / "numbers.tsv").read_text() + "x\t...\tka\n")
    given = ["train", tmp_path / "a.tsv", *SEQ_SEQ, "--epochs=1", "--longest=3"]
    code, printed, errors = run(*given, "--out", tmp_path / "m")
    assert code == 0
    assert "195 pairs, vocabularies of 17 and 19" in printed
    assert re.search(r"The run took only \d\d steps: raise --epochs", errors)
    assert re.search(r"held-out perplexity \d+\.\d\d on 21 pairs, over the full softmax\.", printed)
    assert "Left out: 1 pair with an empty side." in errors
    assert re.search(r"Cut after 3 words \(--longest\): \d+ texts\.", errors)
    code, printed, _ = run(*given, "--out", tmp_path / "m", "--json")
    document = json.loads(printed)
    assert (document["n_empty"], document["n_pairs"], document["finished"]) == (1, 216, True)


def test_why_nothing_was_held_out_is_told(run, tmp_path):
    (tmp_path / "few.tsv").write_text("one\tun\ntwo\tdeux\n")
    (tmp_path / "same.tsv").write_text("".join(f"{n}\tun mot\n" for n in range(30)))
    given = ["--shape=seq-seq", "--min-count=1", "--dims=4", "--states=4", "--epochs=1"]
    for file, says in (
        ("few.tsv", "no pair held out: give more pairs, or raise --held-out."),
        ("same.tsv", "no pair held out, since more pairs share a side than --held-out allows."),
    ):
        arguments = ["train", tmp_path / file, *given, "--held-out=0.1", "--out", tmp_path / "m"]
        code, printed, errors = run(*arguments)
        assert code == 0, errors
        assert says in printed


def test_metrics_and_scalars_are_written(run, folder, tmp_path):
    pytest.importorskip("tensorboard")
    given = ["--metrics", tmp_path / "a.jsonl", "--tensorboard", tmp_path / "board"]
    code, _, errors = run(
        "train", folder / "numbers.tsv", *SEQ_SEQ, "--out", tmp_path / "m", "--epochs=2", *given
    )
    assert code == 0, errors
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert lines[-1]["share"] == 1 and lines[-1]["tokens"] > 1_000
    results = json.loads((tmp_path / "m" / "config.json").read_text())["results"]
    assert lines[-1]["perplexity"] == pytest.approx(results["perplexity"], rel=1e-4)
    (events,) = (tmp_path / "board").iterdir()
    assert b"perplexity" in events.read_bytes()


def test_parallel_files_are_pairs(run, folder, tmp_path):
    _, sources, targets = zip(*numbers(), strict=True)
    (tmp_path / "en.txt").write_text("\n".join(sources))
    (tmp_path / "xx.txt").write_text("\n".join(targets))
    given = ["train", tmp_path / "en.txt", tmp_path / "xx.txt", *SEQ_SEQ]
    assert run(*given, "--out", tmp_path / "m")[0] == 0
    one, other = (embedviz.load(place) for place in (folder / "seq-seq", tmp_path / "m"))
    assert np.array_equal(one.matrix, other.matrix)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["PAIRS", "--shape=x"], "The shape x does not exist: choose language-model, seq-seq, seq"),
        (["ONE", "--shape", "seq-seq"], "line 1 has 1 column, and 2 are needed"),
        (["PAIRS", "PAIRS", "PAIRS", "--shape=seq-seq"], "3 files of pairs cannot be read"),
        (["PAIRS", "--shape=seq-seq", "--source=en"], "has no columns en and target, only name"),
        (["PAIRS", "--shape=vec-seq", "--source=name"], "with --vectors"),
        (["PAIRS", "--shape=seq-seq", "--vectors", "LABELS"], "seq-seq has no labels: omit --vect"),
        (["PAIRS", "--shape=seq-seq", "--frozen"], "vectors with --embedding, or omit --frozen"),
        (["PAIRS", "--shape=seq-vec", "--heads=2"], "--heads=2 needs the states of a source"),
        (["PAIRS", "--shape=seq-seq", "--states=0"], "--states=0 must be a whole number"),
        (["PAIRS", "--shape=seq-seq", "--sentence-ends"], "omit --sentence-ends"),
        (["PAIRS", "--shape=seq-seq", "--streams=3"], "train --shape seq-seq --help"),
        (["PAIRS", "--shape=seq-seq", "--embedding-rate=1"], "add --embedding, or omit it"),
        (["PAIRS", "--shape=seq-seq", "--tied", "--rank=12"], "omit --rank, or --tied"),
        (
            ["PAIRS", "--shape=seq-vec", "--vectors=LABELS", "--summary=12"],
            "omit --summary, or name vectors of other dimensions",
        ),
        (["nowhere.tsv", "--shape=seq-seq"], "nowhere.tsv is not a file"),
        (["PAIRS", "--shape=seq-seq", "--embedding=nowhere"], "nowhere does not exist"),
        (
            ["PAIRS", "--shape=seq-vec", "--vectors=LABELS"],
            "leaves 0 pairs (216 whose label has no vector)",
        ),
    ],
)
def test_bad_input_leaves_with_two_one_sentence_and_no_files(
    run, folder, tmp_path, monkeypatch, arguments, says
):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (tmp_path / "one.tsv").write_text("hello\nworld\n")
    names = {"PAIRS": folder / "numbers.tsv", "LABELS": folder / "labels.npy"}
    names |= {"WORDS": folder / "words.npy", "ONE": tmp_path / "one.tsv"}
    given = []
    for argument in arguments:
        option, _, value = argument.partition("=")
        given.append(
            f"{option}={names[value]}" if value in names else names.get(argument, argument)
        )
    code, _, errors = run("train", *given, "--out", "m")
    assert code == 2
    assert says in re.sub(r"\s+", " ", errors)
    assert list(here.iterdir()) == []


def test_other_settings_are_named_by_their_options(run, folder, tmp_path, monkeypatch):
    """Of a run that is not finished."""
    given = ["train", folder / "numbers.tsv", "--shape=seq-vec", "--target=name", *SMALL]
    with monkeypatch.context() as patch:
        patch.setattr("embedviz.cli.run_options.Interruption.__call__", lambda _: True)
        code, _, errors = run(*given, "--out", tmp_path / "m")
    assert code != 0 and "run the same command with --resume" in errors
    for more, says in (
        (["--states=30"], "--states=24, not 30"),
        (["--vectors", folder / "labels.npy"], "--vectors=None, not"),
        (["--embedding", folder / "words.npy"], "--embedding=None, not"),
    ):
        code, _, errors = run(*given, *more, "--out", tmp_path / "m", "--resume")
        assert code == 2
        assert says in re.sub(r"\s+", " ", errors)


def test_a_table_of_cosines_and_json_agree(run, folder):
    texts = ["Twenty one", "one hundred  twenty one", "seventy nine"]
    code, printed, _ = run("encode", folder / "seq-seq", *texts)
    assert code == 0
    assert "1 Twenty one" in printed and "2 one hundred twenty one" in printed  # one space
    code, document, _ = run("encode", folder / "seq-seq", *texts, "--json")
    document = json.loads(document)
    assert (document["n_texts"], document["n_dims"]) == (3, 24)
    rows = np.array(list(document["vectors"].values()))
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = unit @ unit.T
    for line, row in zip(printed.strip().splitlines()[-3:], cosines, strict=True):
        assert line.split()[-3:] == [f"{cosine:.2f}" for cosine in row]
    assert document["steps"] == ["texts encoded", "mean taken off"]


def test_unknown_words_and_names_of_files_are_told(run, folder, tmp_path, monkeypatch):
    given = ["encode", folder / "seq-vec", "twenty", " ".join(["one", *"abcdefghijkl"])]
    code, _, errors = run(*given)
    assert code == 0
    assert "Unknown words: a, b, c, d, e, f, g, h, i, j and 2 more." in errors
    assert json.loads(run(*given, "--json")[1])["unknown_words"] == [*"abcdefghijkl"]
    assert "--lines" not in errors
    monkeypatch.chdir(tmp_path)
    (tmp_path / "twenty one").write_text("sixty\n")
    code, _, errors = run("encode", folder / "seq-vec", "twenty one", "x" * 5_000 + " one")
    assert code == 0
    assert "twenty one was encoded as a text: add --lines" in errors


def test_many_texts_are_not_all_shown(run, folder):
    texts = [source for _, source, _ in numbers()][:15]
    code, printed, errors = run("encode", folder / "seq-vec", *texts)
    assert code == 0
    assert "12 " in printed and texts[12] not in printed
    assert "Not shown: 3 more texts; write all with --out." in errors


@pytest.mark.parametrize(
    "name",
    ["a.npy", "a.npz", "a.safetensors", "a.parquet", "a.csv", "board/projector_config.pbtxt"],
)
def test_vectors_of_texts_are_written_and_taken_by_every_command(run, folder, tmp_path, name):
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow")
    texts = ["twenty one", "one hundred twenty one", "seventy nine"]
    code, printed, errors = run("encode", folder / "seq-seq", *texts, "--out", tmp_path / name)
    assert code == 0, errors
    assert "3 vectors of 24 dimensions." in printed
    place = (tmp_path / name).parent if "/" in name else tmp_path / name
    loaded = embedviz.load(place)
    assert loaded.words == tuple(texts)
    _, document, _ = run("encode", folder / "seq-seq", *texts, "--json")
    expected = np.array(list(json.loads(document)["vectors"].values()))
    np.testing.assert_allclose(loaded.matrix, expected, atol=1e-5)
    code, printed, _ = run("neighbours", place, "twenty one")
    assert code == 0
    assert "one hundred twenty one" in printed


def test_texts_come_from_files_and_from_standard_input(run, folder, tmp_path, monkeypatch):
    lines = "twenty one\n\n  sixty two \ntwenty one\n"
    (tmp_path / "a.txt").write_text(lines)
    given = ["encode", folder / "seq-seq", "--json"]
    _, of_file, _ = run(*given, tmp_path / "a.txt", "--lines")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))
    _, of_input, _ = run(*given, "-")
    _, typed, _ = run(*given, "twenty one", "sixty two")
    assert of_file == of_input == typed
    assert list(json.loads(typed)["vectors"]) == ["twenty one", "sixty two"]
    code, _, errors = run("encode", folder / "seq-seq", "twenty one", "--lines")
    assert code == 2
    assert "give a file with a text a line, or omit --lines" in errors
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"twenty\n\xff one\n")))
    code, _, errors = run(*given, "-")
    assert code == 2
    assert "not UTF-8" in errors


def test_the_untrained_control_is_another_encoder(run, folder):
    given = ["encode", folder / "seq-seq", "twenty one", "sixty two", "--json"]
    trained, untrained = (json.loads(run(*given, *more)[1]) for more in ([], ["--untrained"]))
    step = "mean of these texts and built-in phrases taken off"
    assert untrained["steps"] == ["texts encoded", step]
    rows = np.array(list(untrained["vectors"].values()))
    cosine = rows[0] @ rows[1] / np.linalg.norm(rows[0]) / np.linalg.norm(rows[1])
    assert cosine > -0.9  # their own mean would put two texts at opposite points
    assert untrained["vectors"] != trained["vectors"]
    assert json.loads(run(*given, "--untrained")[1]) == untrained


@pytest.mark.parametrize(
    ("command", "model", "says"),
    [
        (["encode", "MODEL", "a"], "vec-seq", "use embedviz decode, score or evaluate for it"),
        (["encode", "MODEL", "a"], "english", "use embedviz neighbours, analogy, relat"),
        (
            ["find", "a", "--model", "MODEL"],
            "seq-seq",
            "use embedviz encode, decode, sc",
        ),
        (
            ["find", "a", "--model", "MODEL"],
            "vec-seq",
            "train one with embedviz train --shape s",
        ),
        (["sample", "MODEL"], "seq-seq", "use embedviz encode, decode, score or evaluate for it"),
        (
            ["perplexity", "MODEL", "TEXT"],
            "seq-vec",
            "use embedviz find, encode, sc",
        ),
        (["encode", "MODEL", "a"], "nowhere", "nowhere does not exist: give the folder that "),
        (["encode", "MODEL", "a"], "phrase", "or a bundled model: english, phrases, reverse-"),
    ],
)
def test_a_model_of_another_shape_names_its_commands(run, folder, command, model, says):
    place = model if model in ("english", "nowhere", "phrase") else folder / model
    names = {"MODEL": place, "TEXT": folder / "numbers.tsv"}
    code, _, errors = run(*(names.get(word, word) for word in command))
    assert code == 2
    assert says in re.sub(r"\s+", " ", errors)


def test_texts_without_a_known_word_are_told(run, folder):
    code, _, errors = run("encode", folder / "seq-seq", "twenty one", "hello world")
    assert code == 2
    assert "knows no word of 'hello world': it has 16 source words" in errors
    code, _, errors = run("encode", folder / "seq-seq", "?!")
    assert code == 2
    assert "'?!' has no words" in errors
    code, _, errors = run("encode", folder / "seq-seq", " ")
    assert code == 2
    assert "There are 0 texts" in errors
    assert run("encode", folder / "seq-seq", "hello twenty", "--json")[0] == 0  # one is known


HOSTILE = [
    *("=twenty+one", "twenty [red]one[/red]", "twenty\x1b[31m one", "twenty\u202eone one"),
    *('twenty "one", or', "twenty\none", "twenty\u2028one", "twenty\x00one one", "-twenty one"),
    *("\N{CROWN} twenty", "twenty \\ one", "twenty" + " one" * 500),
]


@pytest.mark.parametrize("name", ["a.npy", "a.csv", None])
def test_hostile_texts_come_back_or_are_refused_in_a_sentence(run, folder, tmp_path, name):
    for text in HOSTILE:
        given = ["encode", folder / "seq-seq", "sixty", "--", text]
        if name is None:
            code, printed, _ = run(*given)
            assert code == 0 and "\x1b" not in printed
            continue
        out = tmp_path / name
        code, _, errors = run(*given[:2], "--out", out, "sixty", "--", text)
        label = " ".join(text.split())
        if code == 0:
            assert embedviz.load(out).words == ("sixty", label)
        else:
            assert code == 2 and errors.startswith("Error: ")


def test_half_characters_are_told(run, folder, tmp_path):
    """As a shell gives bytes that are not UTF-8."""
    for more in ([], ["--json"], ["--out", tmp_path / "a.npy"], ["--out", tmp_path / "a.csv"]):
        code, _, errors = run("encode", folder / "seq-seq", "twenty \udcff", *more)
        assert code == 2, more
        assert "not UTF-8" in errors
    code, _, errors = run("find", "twenty \udcff", "--model", folder / "seq-vec")
    assert code == 2
    assert "not UTF-8" in errors


def test_a_description_finds_its_label(run, folder):
    code, printed, _ = run(
        "find", "one hundred sixty three", "--model", folder / "seq-vec", "--json", "--top", 3
    )
    document = json.loads(printed)
    assert code == 0
    assert len(document["words"]) == 3
    assert document["words"][0]["word"] == "163"
    scores = [one["score"] for one in document["words"]]
    assert scores == sorted(scores, reverse=True)
    assert document["by_mean"] == [] and document["unknown"] == []


def test_own_words_are_left_out_beside_the_full_list_and_the_control(run, folder):
    given = ["find", "Some zebra frobnicated thing", "--model", folder / "dictionary"]
    code, printed, errors = run(*given, "--top=5")
    assert code == 0
    assert re.search(r"without its own words +with them +control: words' mean", printed)
    assert "Unknown words: frobnicated." in errors
    assert "the control by cosine alone." in printed
    everything = json.loads(run(*given, "--top=1000", "--json")[1])
    assert "zebra" in {one["word"] for one in everything["with_own"]}
    assert "zebra" not in {one["word"] for one in everything["words"]}
    document = json.loads(run(*given, "--top=5", "--json")[1])
    for name in ("words", "by_mean"):
        assert len(document[name]) == 5
        assert "zebra" not in {one["word"] for one in document[name]}
    assert document["unknown"] == ["frobnicated"]
    cells = (
        f"{one['word']} +{one['cosine']:.2f}"
        for one in (document[name][0] for name in ("words", "with_own", "by_mean"))
    )
    assert re.search(" +".join(cells), printed)
    _, printed, _ = run("find", "sixty one", "--model", folder / "seq-vec")
    assert "control" not in printed  # its words have no vectors among the labels
    code, _, errors = run("find", "frobnicated", "--model", folder / "dictionary")
    assert code == 2
    assert "knows no word of 'frobnicated'" in errors


def test_scores_are_shown_in_a_wide_terminal(run, folder, monkeypatch):
    given = ["find", "some zebra", "--model", folder / "dictionary", "--top=1"]
    assert "score" not in run(*given)[1]
    monkeypatch.setattr("embedviz.cli.encoding.out.width", 120)
    printed = run(*given)[1]
    (best,) = json.loads(run(*given, "--json")[1])["words"]
    assert re.search(r"without its own words +cosine +score", printed)
    assert re.search(f"{best['word']} +{best['cosine']:.2f} +{best['score']:.2f}", printed)


def test_more_answers_than_there_are_is_all_of_them(run, folder):
    given = ["find", "some zebra", "--model", folder / "dictionary", "--top=1000", "--json"]
    document = json.loads(run(*given)[1])
    n = len(word_vectors().words)
    assert len(document["with_own"]) == n and len(document["words"]) == n - 1


def test_relations_between_phrases_stand_beside_their_controls(run, folder, tmp_path):
    rows = [f"{ten} {unit},one hundred {ten} {unit}" for ten, unit in PHRASES]
    (tmp_path / "plus.csv").write_text("\n".join(["source,target", *rows]))
    given = ["relations", tmp_path / "plus.csv", "--model", folder / "seq-seq"]
    code, printed, _ = run(*given)
    assert code == 0
    header = printed.splitlines()[0].split()
    assert header == ["relation", "pairs", "consistency", "shuffled", "untrained", "words", "hits"]
    code, printed, _ = run(*given, "--json")
    (document,) = json.loads(printed)
    assert code == 0
    assert document["name"] == "plus" and document["n_pairs"] == len(rows)
    assert set(document["controls"]) == {"untrained", "mean of word vectors"}
    others = {one["consistency"] for one in document["controls"].values()}
    assert len(others | {document["consistency"]}) == 3
    assert json.loads(run(*given, "--json")[1]) == [document]
    code, printed, _ = run(*given, "--details")
    assert code == 0
    assert "twenty one → one hundred" in re.sub(r"\s+", " ", printed)


PHRASES = [(ten, unit) for ten in ("twenty", "thirty", "sixty") for unit in ("one", "six", "nine")]
