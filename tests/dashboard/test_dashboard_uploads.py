"""Models on offer, and files of word vectors that a visitor opens."""

from __future__ import annotations

import gc
import gzip
import io
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("streamlit", reason="the dashboard is an extra")

import streamlit as st
from app_pages import ANALOGIES, HOSTILE, ROOT, planted, switch_page, texts
from malformed_files import npy_promising
from streamlit.testing.v1 import AppTest

from embedviz.checkpoints import loading
from embedviz.dashboard.widgets import uploads

FEW = planted().top(60)
WORD = FEW.words[0]


@pytest.fixture
def dashboard(tmp_path, monkeypatch):
    """Return a function that opens the dashboard with some arguments, in a session of its own."""
    st.cache_resource.clear()
    monkeypatch.setattr(uploads.tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    given = tmp_path / "given.safetensors"
    loading.save(FEW, given)

    def start(*arguments: str, page: str = "", **query: str) -> AppTest:
        monkeypatch.setattr(sys, "argv", ["app.py", *arguments, str(given)])
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        if page:
            switch_page(at, page)
        for name, value in query.items():
            at.query_params[name] = value
        return at.run()

    yield start
    st.cache_resource.clear()


def upload(at: AppTest, name: str, content: bytes) -> AppTest:
    return at.file_uploader[0].set_value([(name, content, "")]).run()


def written(tmp_path: Path, name: str, vectors=FEW) -> bytes:
    folder = tmp_path / "written"
    folder.mkdir(exist_ok=True)
    loading.save(vectors, folder / name)
    return (folder / name).read_bytes()


def offered(at: AppTest) -> list[str]:
    return at.selectbox(key="model").options


def kept(tmp_path: Path) -> list[Path]:
    return [path for path in tmp_path.glob("embedviz-upload-*/**/*") if path.is_file()]


# -- uploads --


@pytest.mark.parametrize(
    "name", ["a.vec", "a.glove.txt.gz", "a.bin", "a.npz", "a.parquet", "a.csv.xz"]
)
def test_a_file_of_any_format_is_opened(dashboard, tmp_path, name):
    at = upload(dashboard(), name, written(tmp_path, name))
    assert not at.error and not at.exception
    assert at.selectbox(key="model").value == name
    assert offered(at) == ["given.safetensors", "english", name]
    at.text_input(key="find").set_value(WORD).run()
    near = [item.word for item in FEW.most_similar(WORD, 12)]
    assert at.dataframe[0].value["word"].tolist() == near
    switch_page(at, ANALOGIES).run()
    assert at.selectbox(key="model").value == name and not at.error


@pytest.mark.parametrize(
    ("name", "words"), [("a.safetensors", "a.vocab.jsonl"), ("a.npy", "a.vocab.txt")]
)
def test_a_matrix_is_opened_with_its_words(dashboard, tmp_path, name, words):
    matrix = written(tmp_path, name)
    beside = (tmp_path / "written" / words).read_bytes()
    at = upload(dashboard(), name, matrix)
    assert "together with the file of its words" in at.error[0].value.replace("\\", "")
    at.file_uploader[0].set_value([(words, beside, ""), (name, matrix, "")]).run()
    assert not at.error and not at.exception
    assert at.selectbox(key="model").value == name
    at = dashboard()
    large = beside * (1 + uploads.MOST_WORD_BYTES // len(beside))
    at.file_uploader[0].set_value([(words, large, ""), (name, matrix, "")]).run()
    assert "10,000,000" in at.error[0].value.replace("\\", "")


def test_an_upload_is_its_visitors_own_and_goes_with_the_session(dashboard, tmp_path):
    at = upload(dashboard(), "mine.vec", written(tmp_path, "a.vec"))
    assert len(kept(tmp_path)) == 2  # the matrix and its words
    assert "mine.vec" not in offered(dashboard())
    other = dashboard(model="mine.vec")
    assert "which this server does not have" in other.warning[0].value
    del at, other
    gc.collect()
    assert not kept(tmp_path)


def test_files_go_soon_after_their_visitor_and_not_before(tmp_path, monkeypatch):
    folder = tmp_path / "files"
    folder.mkdir()
    seen = [True, False, True, False, False, False, False]  # goes, comes back, goes

    def is_here():
        assert folder.exists()
        return seen.pop(0)

    monkeypatch.setattr(uploads, "GRACE_PERIOD", 0.003)
    monkeypatch.setattr(uploads, "_POLL_INTERVAL", 0.001)
    uploads._delete_after_session(folder, is_here)
    assert not folder.exists()
    assert seen == [False]


def test_a_session_keeps_so_many_files(dashboard, tmp_path):
    at, content = dashboard(), written(tmp_path, "a.vec")
    for number in range(uploads.MOST_FILES + 1):
        at = upload(at, f"{number}.vec", content)
    assert offered(at)[2:] == ["1.vec", "2.vec", "3.vec"]
    assert len(kept(tmp_path)) == 2 * uploads.MOST_FILES
    assert not at.error


def test_a_name_that_is_taken_is_told_apart(dashboard, tmp_path):
    at, content = dashboard(), written(tmp_path, "a.vec")
    at = upload(upload(at, "a.vec", content), "a.vec", content)
    assert offered(at)[2:] == ["a.vec", "a.vec again"]


def test_a_name_is_no_path_and_no_markup(dashboard, tmp_path):
    at = upload(dashboard(), "../../<b>\u202etxt.vec", b"not vectors")
    assert len(at.error) == 1 and not kept(tmp_path)
    assert "\\<b\\>" in at.error[0].value and "\u202e" not in at.error[0].value
    assert str(tmp_path) not in at.error[0].value.replace("\\", "")


def zeros_gz() -> bytes:
    """A small file of a million rows of zeros, each of them sound."""
    file = io.BytesIO()
    with gzip.open(file, "wb", 1) as packed:
        for start in range(0, 1_000_000, 100_000):
            packed.write(
                b"".join(b"w%d%s\n" % (i, b" 0" * 25) for i in range(start, start + 100_000))
            )
    return file.getvalue()


def words_npz() -> bytes:
    """An archive whose words unpack to 200 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("vectors.npy", npy_promising((2, 3)) + bytes(24))
        archive.writestr("words.jsonl", b'"' + b"a" * 200_000_000 + b'"\n')
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("zeros.vec.gz", zeros_gz, "more than the 100 MB"),
        ("words.npz", words_npz, "more than the 12 MB"),
        ("line.vec.gz", lambda: gzip.compress(b"0 " * 5_000_000, 1) * 10, ""),
        ("pickle.vec", lambda: pickle.dumps({"king": [1.0]}), ""),
        ("objects.npz", lambda: objects_npz(), "never opened"),
        ("empty.vec", lambda: b"", ""),
        ("nan.vec", lambda: b"2 2\na 1 nan\nb 1 2\n", "nan"),
        ("projector.csv", lambda: b'{"embeddings": [{"tensorPath": "../x"}]}', ""),
    ],
)
def test_what_cannot_be_trusted_is_refused_in_a_sentence(dashboard, tmp_path, name, content, says):
    at = upload(dashboard(), name, content())
    assert len(at.error) == 1 and not at.exception
    error = at.error[0].value.replace("\\", "")
    assert says in error and name.rpartition(".")[0] in error
    assert str(tmp_path) not in error
    assert offered(at) == ["given.safetensors", "english"]
    assert not kept(tmp_path)
    at = upload(at, "good.vec", b"a 1 2\nb 2 1\nc 1 1\nd 0 1\n")
    assert at.selectbox(key="model").value == "good.vec"
    assert error not in texts(at).replace("\\", "")


def objects_npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, vectors=np.eye(2), words=np.array(["a", "b"], dtype=object))
    return file.getvalue()


def test_read_only_takes_no_files(dashboard):
    at = dashboard("--read-only")
    assert not at.file_uploader and offered(at) == ["given.safetensors", "english"]
    at = dashboard(**{"read-only": "0"})
    assert [one.label for one in at.file_uploader] == ["A file of word vectors", "or a file"]


def test_hostile_words_of_an_upload_are_text(dashboard, tmp_path):
    at = upload(dashboard(), "<b>.npz", written(tmp_path, "a.npz", planted(HOSTILE)))
    assert not at.error and not at.exception
    at.text_input(key="find").set_value("<script>alert(1)</script>?").run()
    assert "\\<script\\>" in texts(at)


# -- links --


def test_english_stands_beside_the_models_that_are_given(dashboard):
    at = dashboard()
    assert offered(at) == ["given.safetensors", "english"]
    assert at.selectbox(key="model").value == "given.safetensors"
    assert not dashboard(model="english").warning


@pytest.mark.parametrize("asked", ["nothere", "../../etc/passwd", "/etc/passwd", "<b>$x$"])
@pytest.mark.parametrize("page", ["", ANALOGIES])
def test_a_link_to_a_model_that_is_not_here_says_so(dashboard, asked, page):
    at = dashboard(page=page, model=asked)
    assert not at.exception and not at.error
    claim = at.warning[0].value
    assert claim.replace("\\", "").startswith(f"The link names the model “{asked}”")
    assert "given\\.safetensors, english" in claim
    assert at.selectbox(key="model").value == "given.safetensors"
    at.selectbox(key="model").set_value("english").run()
    assert not at.warning


# -- tables, archives, several tables --


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("README.txt", "about")
        archive.writestr(name, content)
    return file.getvalue()


def tab_separated() -> bytes:
    rows = [
        "\t".join([word, *map(str, row)]) for word, row in zip(FEW.words, FEW.matrix, strict=True)
    ]
    return "\n".join(["\t".join(["word", *map(str, range(FEW.n_dims))]), *rows]).encode()


@pytest.mark.parametrize("name", ["a.tsv", "a.zip", "a.vec.zip"])
def test_tables_and_archives_are_opened(dashboard, tmp_path, name):
    content = tab_separated() if name == "a.tsv" else zipped("b.vec", written(tmp_path, "a.vec"))
    at = upload(dashboard(), name, content)
    assert not at.error and not at.exception
    assert at.selectbox(key="model").value == name
    at.text_input(key="find").set_value(WORD).run()
    near = [item.word for item in FEW.most_similar(WORD, 12)]
    assert at.dataframe[0].value["word"].tolist() == near


def test_the_limit_is_that_of_the_unpacked_archive(dashboard, tmp_path):
    with gzip.open(io.BytesIO(zeros_gz())) as file:
        content = zipped("zeros.vec", file.read())
    assert len(content) < 10_000_000
    at = upload(dashboard(), "zeros.zip", content)
    assert "more than the 100 MB" in at.error[0].value.replace("\\", "")
    assert offered(at) == ["given.safetensors", "english"] and not kept(tmp_path)


def test_a_matrix_of_numbers_is_opened_with_its_words(dashboard):
    numbers = "\n".join("\t".join(map(str, row)) for row in FEW.matrix).encode()
    at = upload(dashboard(), "tensors.tsv", numbers)
    error = at.error[0].value.replace("\\", "")
    assert "choose the file of the words together with it" in error and "--words" not in error
    words = "\n".join(FEW.words).encode()
    at.file_uploader[0].set_value([("m.tsv", words, ""), ("tensors.tsv", numbers, "")]).run()
    assert not at.error and not at.exception
    assert at.selectbox(key="model").value == "tensors.tsv"


def two_tables() -> bytes:
    file = io.BytesIO()
    words = np.array(FEW.words)
    np.savez(file, first=FEW.matrix[::-1], second=FEW.matrix, words=words)
    return file.getvalue()


def test_one_of_several_tables_is_chosen(dashboard, tmp_path):
    at = upload(dashboard(), "two.npz", two_tables())
    assert not at.error and not at.exception
    assert at.selectbox(key="upload-table").options == ["first", "second"]
    assert offered(at) == ["given.safetensors", "english"]
    at.selectbox(key="upload-table").set_value(1).run()
    at.button(key="upload-table-open").click().run()
    assert not at.error and not at.exception
    assert at.selectbox(key="model").value == "two.npz"
    assert "upload-table" not in {one.key for one in at.selectbox}
    assert len(kept(tmp_path)) == 2  # what was undecided is gone
    at.text_input(key="find").set_value(WORD).run()
    near = [item.word for item in FEW.most_similar(WORD, 12)]
    assert at.dataframe[0].value["word"].tolist() == near


def test_a_file_of_several_tables_can_be_forgotten(dashboard, tmp_path):
    at = upload(dashboard(), "two.npz", two_tables())
    assert kept(tmp_path)
    at.button(key="upload-table-forget").click().run()
    assert not kept(tmp_path) and "upload-table" not in {one.key for one in at.selectbox}
    at = upload(at, "two.npz", two_tables())
    at = upload(at, "good.vec", b"a 1 2\nb 2 1\nc 1 1\nd 0 1\n")
    assert at.selectbox(key="model").value == "good.vec"
    assert len(kept(tmp_path)) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.npz", lambda: npz_without_words()), ("a.csv", lambda: b"word,1\nk\xff,1\n")],
)
def test_no_error_names_an_option_of_the_command_line(dashboard, name, content):
    at = upload(dashboard(), name, content())
    error = at.error[0].value.replace("\\", "")
    assert " --" not in error and "use embedviz" not in error and error.rstrip().endswith(".")


def npz_without_words() -> bytes:
    file = io.BytesIO()
    np.savez(file, vectors=np.eye(2))
    return file.getvalue()
