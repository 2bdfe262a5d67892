"""Files that no one should trust: each is told of in one sentence, and nothing is written."""

import re
import struct

import numpy as np
import pytest
from malformed_files import CASES, CONFIG, TSV, npy

from embedviz import EmbedvizError, Vocabulary, save
from embedviz.checkpoints import open_vectors
from embedviz.checkpoints.loading import convert
from embedviz.vectors import WordVectors

VECTORS = WordVectors(
    Vocabulary(("king", "queen")), np.array([[0.5, -1, 2], [1, 0.25, 3]], dtype=np.float32)
)


def refused(action):
    """The one sentence of an error that a user can cause."""
    with pytest.raises(EmbedvizError) as caught:
        action()
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 600
    return sentence


def put(folder, files):
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder / next(iter(files))


@pytest.mark.parametrize("case", CASES)
def test_a_malformed_file_is_one_sentence(tmp_path, case):
    files, says = CASES[case]
    path = put(tmp_path, files)
    # the numbers of a mapped file are looked at when they are first used
    assert re.search(says, refused(lambda: open_vectors(path).norms))
    out = tmp_path / "out"
    sentence = refused(lambda: convert(path, out / "a.vec"))
    assert re.search(says, sentence)
    assert not out.exists() or not list(out.iterdir())


def test_a_link_that_leads_outside_is_not_followed(tmp_path):
    (tmp_path / "secret.tsv").write_bytes(TSV)
    folder = tmp_path / "projector"
    folder.mkdir()
    (folder / "m.tsv").write_text("a\nb\n")
    (folder / "t.tsv").symlink_to(tmp_path / "secret.tsv")
    path = folder / "projector_config.pbtxt"
    path.write_text(CONFIG.format("t.tsv", "m.tsv"))
    assert "outside its folder" in refused(lambda: open_vectors(path))


@pytest.mark.parametrize("ending", [".bin", ".npy", ".npz", ".safetensors", ".parquet"])
def test_a_file_cut_at_any_byte_is_refused(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    save(VECTORS, path)
    whole = path.read_bytes()
    assert open_vectors(path).words == ("king", "queen")
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert str(path) in refused(lambda: open_vectors(path)), length


def test_duplicate_words_are_told_of_and_the_first_is_kept(tmp_path, caplog):
    for name, data in {
        "a.vec": b"3 2\na 1 2\nb 3 4\na 5 6\n",
        "a.bin": b"3 2\n"
        + b"".join(
            w + struct.pack("<2f", *r)
            for w, r in ((b"a ", (1, 2)), (b"b ", (3, 4)), (b"a ", (5, 6)))
        ),
        "a.csv": b"word,1,2\na,1,2\nb,3,4\na,5,6\n",
    }.items():
        caplog.clear()
        found = open_vectors(put(tmp_path, {name: data}))
        assert found.words == ("a", "b")
        assert found.matrix.tolist() == [[1, 2], [3, 4]]
        warning = r"1 word occurred more than once \('a' again at \w+ [34]\)"
        assert re.search(warning, caplog.text), caplog.text
        assert "1 word that stood twice left out" in found.provenance["steps"]


def test_words_twice_beside_a_matrix_are_told_of_too(tmp_path, caplog):
    path = put(tmp_path, {"a.npy": npy(np.arange(6.0).reshape(3, 2)), "a.vocab.txt": b"a\nb\na\n"})
    assert open_vectors(path).matrix.tolist() == [[0, 1], [2, 3]]
    assert "'a' again at row 3" in caplog.text


@pytest.mark.parametrize(
    "files",
    [
        {"a.vec": b"2 1\na 1\nb\xff 2\n"},
        {"a.bin": b"2 1\na " + struct.pack("<f", 1) + b"b\xff " + struct.pack("<f", 2)},
        {"a.npy": npy(np.array([[1.0], [2.0]])), "a.vocab.txt": b"a\nb\xff\n"},
        {"a.csv": b"word,1\na,1\nb\xff,2\n"},
    ],
)
def test_invalid_utf8_is_replaced_on_request(tmp_path, files):
    path = put(tmp_path, files)
    assert open_vectors(path, replace_invalid=True).words == ("a", "b\ufffd")
