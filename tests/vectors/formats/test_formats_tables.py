"""Tables and matrices of other programs: headers, counts, row numbers and quotes are no words."""

import json

import numpy as np
import pytest

from embedviz import InputError, Vocabulary, load, save
from embedviz.checkpoints.loading import convert
from embedviz.vectors import WordVectors
from embedviz.vectors.formats import Options

WORDS = ("king", "queen", "apple")
ROWS = [[0.1, 0.9, 0.3], [0.2, 0.8, 0.3], [0.9, 0.1, 0.1]]
TABLES = {
    "tab": "word\t0\t1\t2\nking\t0.1\t0.9\t0.3\nqueen\t0.2\t0.8\t0.3\napple\t0.9\t0.1\t0.1\n",
    "spaces": "token 0 1 2\nking 0.1 0.9 0.3\nqueen 0.2 0.8 0.3\napple 0.9 0.1 0.1\n",
    "index": ",0,1,2\nking,0.1,0.9,0.3\nqueen,0.2,0.8,0.3\napple,0.9,0.1,0.1\n",
    "unknown name": "lemma_x\t0\t1\t2\nking\t0.1\t.9\t.3\nqueen\t.2\t.8\t.3\napple\t.9\t.1\t.1\n",
    "names": "word\tdim0\tdim1\tdim2\nking\t0.1\t0.9\t0.3\nqueen\t.2\t.8\t.3\napple\t.9\t.1\t.1\n",
    "R": '"V1" "V2" "V3"\n"king" 0.1 0.9 0.3\n"queen" 0.2 0.8 0.3\n"apple" 0.9 0.1 0.1\n',
    "quotes": '"king"\t0.1\t0.9\t0.3\n"queen"\t0.2\t0.8\t0.3\n"apple"\t0.9\t0.1\t0.1\n',
    "commas": "word;0;1;2\nking;0,1;0,9;0,3\nqueen;0,2;0,8;0,3\napple;0,9;0,1;0,1\n",
    "spaced commas": "king 0,1 0,9 0,3\nqueen 0,2 0,8 0,3\napple 0,9 0,1 0,1\n",
    "no header": "king,0.1,0.9,0.3\nqueen,0.2,0.8,0.3\napple,0.9,0.1,0.1\n",
    "row numbers": "id,word,d1,d2,d3\n7,king,.1,.9,.3\n8,queen,.2,.8,.3\n9,apple,.9,.1,.1\n",
    "R numbers": (
        '"","word","V1","V2","V3"\n"1","king",.1,.9,.3\n'
        '"2","queen",.2,.8,.3\n"3","apple",.9,.1,.1\n'
    ),
    "fastText": "king 0.1 0.9 0.3 \nqueen 0.2 0.8 0.3 \napple 0.9 0.1 0.1 \n",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_header_or_a_quote_is_no_part_of_the_words(tmp_path, name):
    path = tmp_path / "a.txt"
    path.write_text(TABLES[name])
    found = load(path)
    assert found.words == WORDS
    assert found.matrix.tolist() == np.array(ROWS, dtype="f4").tolist()
    assert found.vocabulary.counts is None


def test_counts_of_a_table_are_counts(tmp_path):
    (tmp_path / "a.csv").write_text("word;frequency;x1;x2\nking;9;0,5;1\nqueen;12;2;3\n")
    found = load(tmp_path / "a.csv")
    assert found.words == ("queen", "king")
    assert found.vocabulary.counts.tolist() == [12, 9]
    assert found.matrix.tolist() == [[2, 3], [0.5, 1]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a 1 2\nb 3 4\n", ("a", "b")),
        ("race 1 2\nNew York 3 4\n", ("race", "New York")),
        ("text message 0.1 0.2\nhello 0.3 0.4\n", ("text message", "hello")),
        ("word 0.5 2\n", ("word",)),
        ("; 0.5\na; 1.5\n", (";", "a;")),
        ('" 0.5 1\n"x 1.5 2\n', ('"', '"x')),
        ("a,5 0.5 1\n1,5 1.5 2\n", ("a,5", "1,5")),
        ("king 3 0.5\nqueen 2 1.5\n", ("king", "queen")),
    ],
)
def test_words_with_the_signs_of_tables_are_words(tmp_path, text, words):
    (tmp_path / "a.txt").write_text(text)
    assert load(tmp_path / "a.txt").words == words


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("king 1200 0.1 0.9\nqueen 900 0.2 0.8\n", "1200 of 'king', looks like a count"),
        ("king,1200,0.1,0.9\nqueen,900,0.2,0.8\n", "1200 of 'king', looks like a count"),
        ("word,length,d1,d2\nking,4,0.1,0.2\n", "the columns 'length' are neither"),
        ("word,kind,d1,d2\nking,n,0.1,0.2\n", "the columns 'kind' are neither"),
        (",0,1\n0,0.1,0.2\n1,0.3,0.4\n", "row numbers but no words"),
        ("0.1 0.2\n0.3 0.4\n", "contains only numbers and no words: .*--words"),
        ("0\t1\t2\n0.1\t0.2\t0.3\n", "contains only numbers and no words"),
        ("x,y\n1,2\n3,4\n", "contains only numbers and no words"),
    ],
)
def test_what_is_in_doubt_is_refused(tmp_path, text, says):
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(InputError, match=says):
        load(tmp_path / "a.txt")


@pytest.mark.parametrize(
    "text",
    [
        "0.1 0.9 0.3\n0.2 0.8 0.3\n0.9 0.1 0.1\n",
        "0.1\t0.9\t0.3\t\n0.2\t0.8\t0.3\t\n0.9\t0.1\t0.1\t\n",
        "0,1,2\n0.1,0.9,0.3\n0.2,0.8,0.3\n0.9,0.1,0.1\n",
        "x y z\n0.1 0.9 0.3\n0.2 0.8 0.3\n0.9 0.1 0.1\n",
        "  1.0e-01  9e-1 3e-1\n 2e-1 8e-1 3e-1\n 9e-1 1e-1 1e-1",
    ],
)
def test_a_matrix_as_text_takes_its_words_from_a_file(tmp_path, text):
    (tmp_path / "m.txt").write_text(text)
    (tmp_path / "w.txt").write_text("king\nqueen\napple\n")
    found = load(tmp_path / "m.txt", words=tmp_path / "w.txt")
    assert found.words == WORDS
    assert found.matrix.tolist() == np.array(ROWS, dtype="f4").tolist()
    (tmp_path / "w.txt").write_text("king\nqueen\n")
    with pytest.raises(InputError, match="3 or more vectors for 2 words"):
        load(tmp_path / "m.txt", words=tmp_path / "w.txt")


def test_options_that_a_format_does_not_use_are_refused(tmp_path, vectors):
    (tmp_path / "w.txt").write_text("a\n")
    for name in ("a.vec", "a.glove", "a.bin", "a.csv", "a.parquet"):
        save(vectors, tmp_path / name)
        with pytest.raises(InputError, match=r"its own words: leave out --words"):
            load(tmp_path / name, words=tmp_path / "w.txt")
    for name in ("a.vec", "a.bin", "a.csv", "a.npy"):
        save(vectors, tmp_path / name)
        options = Options(tensor="nonsense")
        with pytest.raises(InputError, match="single matrix: leave out --tensor"):
            convert(tmp_path / name, tmp_path / "out.npz", options=options)
    with pytest.raises(InputError, match=r"is a model of embedviz.*leave out --words"):
        load("english", words=tmp_path / "w.txt")
    with pytest.raises(InputError, match=r"is a model of embedviz.*leave out --tensor"):
        convert("english", tmp_path / "out.npz", options=Options(tensor="embedding"))


def test_phrases_that_end_in_numbers_are_read_where_there_is_no_doubt(tmp_path):
    (tmp_path / "a.vec").write_text("3 2\nFormula 1 0.5 2\nworld war 2 1 0\nrace 3 4\n")
    found = load(tmp_path / "a.vec")
    assert found.words == ("Formula 1", "world war 2", "race")
    assert found.matrix.tolist() == [[0.5, 2], [1, 0], [3, 4]]
    (tmp_path / "b.tsv").write_text("Formula 1\t0.5\t2\nNew York\t1\t0\nrace\t3\t4\n")
    assert load(tmp_path / "b.tsv").words == ("Formula 1", "New York", "race")
    (tmp_path / "c.txt").write_text("a 0.5 2\nFormula 1 1.5 0\nrace 3 4\n")
    with pytest.raises(InputError, match="line 2: expected a word and 2 numbers, found 3"):
        load(tmp_path / "c.txt")


@pytest.mark.parametrize("words", [("1", "2"), ('"a"', '"b"')])
def test_words_that_would_be_read_as_something_else_are_not_written_without_a_header(
    tmp_path, words
):
    vectors = WordVectors(Vocabulary(words), np.array([[0.5, 1.5], [2, 3]], dtype="f4"))
    with pytest.raises(InputError, match=r"write \.vec"):
        save(vectors, tmp_path / "a.glove")
    for name in ("a.vec", "a.csv", "projector_config.pbtxt"):
        save(vectors, tmp_path / name)
        assert load(tmp_path / name).words == words


LISTS = {
    "glove.txt": ("king 900\nqueen 800\napple 70\n", [900, 800, 70]),
    "word2vec.txt": ("</s> 0\nqueen 800\napple 70\n", [800, 70, 0]),
    "tab.txt": ("king\t900\nqueen\t800\napple\t70\n", [900, 800, 70]),
    "ids.tsv": ("king\t0\nqueen\t1\napple\t2\n", None),
    "ids from 1.tsv": ("king\t1\nqueen\t2\napple\t3\n", None),
    "turned.tsv": ("0\tking\n1\tqueen\n2\tapple\n", None),
    "any order.tsv": ("queen\t1\napple\t2\nking\t0\n", None),
    "header.csv": ("count,word\n900,king\n800,queen\n70,apple\n", [900, 800, 70]),
    "plain.csv": ("king,900\nqueen,800\napple,70\n", [900, 800, 70]),
    "quoted.csv": ('"word","n"\n"king",1\n"queen",2\n"apple",3\n', None),
    "quoted.tsv": ('"king"\t900\n"queen"\t800\n"apple"\t70\n', [900, 800, 70]),
    "list.json": (json.dumps(WORDS), None),
    "rows.json": (json.dumps({"queen": 1, "king": 0, "apple": 2}), None),
    "words by row.json": (json.dumps({"0": "king", "2": "apple", "1": "queen"}), None),
    "counter.json": (json.dumps([["king", 900], ["queen", 800], ["apple", 70]]), [900, 800, 70]),
    "old.txt": ("king\rqueen\rapple\r", None),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_words_keeps_ids_and_counts_apart(tmp_path, name):
    text, counts = LISTS[name]
    (tmp_path / name).write_text(text, newline="")
    np.save(tmp_path / "m.npy", np.eye(3, dtype="f4"))
    found = load(tmp_path / "m.npy", words=tmp_path / name)
    if name == "word2vec.txt":  # the most frequent first, whatever its row
        assert found.words == ("queen", "apple", "</s>")
        assert found.matrix.tolist() == [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    else:
        assert found.words == WORDS
        assert (found.matrix == np.eye(3)).all()
    stored = found.vocabulary.counts
    assert (None if stored is None else stored.tolist()) == counts


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.txt", "king 5\nqueen 900\napple 70\n", "no counts in falling order"),
        ("a.tsv", "king\t2\nqueen\t1\napple\t3\n", "may be counts or rows"),
        ("a.json", '{"king": 5, "queen": 900, "apple": 7}', "neither rows"),
        ("a.json", '{"king": [1], "queen": [2]}', "neither a list of words"),
        ("a.csv", "king,n,5\nqueen,n,6\napple,n,7\n", "which of 3 columns holds the words"),
        ("a.txt", "a\nb\n", "save the matrix transposed|--words"),
    ],
)
def test_a_list_of_words_in_doubt_is_refused(tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    np.save(tmp_path / "m.npy", np.eye(3, dtype="f4"))
    with pytest.raises(InputError, match=says):
        load(tmp_path / "m.npy", words=tmp_path / name)


def test_phrases_that_end_in_numbers_stay_words_of_a_list(tmp_path):
    np.save(tmp_path / "m.npy", np.eye(3, dtype="f4"))
    (tmp_path / "w.txt").write_text("world war 2\nFormula 1\nwindows 95\n")
    found = load(tmp_path / "m.npy", words=tmp_path / "w.txt")
    assert found.words == ("world war 2", "Formula 1", "windows 95")
    vectors = WordVectors(Vocabulary(("b 3", "a 1")), np.eye(2, dtype="f4"))
    save(vectors, tmp_path / "own.npy")  # our own list is never taken for counts
    assert load(tmp_path / "own.npy").words == ("b 3", "a 1")


def test_an_array_of_words_is_read(tmp_path):
    np.save(tmp_path / "m.npy", np.eye(3, dtype="f4"))
    np.save(tmp_path / "w.npy", np.array(WORDS))
    (tmp_path / "w.txt").write_bytes("king\nqueen\napple\n".encode("utf-16"))
    for name in ("w.npy", "w.txt"):
        assert load(tmp_path / "m.npy", words=tmp_path / name).words == WORDS
