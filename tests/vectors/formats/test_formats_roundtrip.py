"""What is written comes back: every format, any word it can hold, every bit of every number."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedviz import InputError, Vocabulary, load, save
from embedviz.checkpoints.loading import convert
from embedviz.text import Tokenizer
from embedviz.vectors import WordVectors
from embedviz.vectors.formats import COMPRESSED, FORMATS, detect_format

pytest.importorskip("pyarrow")

WHITE = " \t\n\r\x0b\x0c"
FORBIDDEN = {
    ".vec": WHITE,
    ".glove": WHITE,
    ".bin": " \n",
    ".npy": "\t\n\r",
    ".npz": "",
    ".safetensors": "",
    ".parquet": "",
    ".csv": "",
    "projector_config.pbtxt": "\t\n\r",
    "projector_config.json": "\t\n\r",
}
KEEPS_COUNTS = {*FORBIDDEN} - {".vec", ".glove", ".bin"}
KEEPS_PROVENANCE = {".npy", ".npz", ".safetensors", ".parquet"}
TRICKY = ["=1+1", "'=x", "'tis", '"', "{", "#", "word", "1", "nan", "a,b", "Zürich", "日本", "\x85"]


def named(folder, ending):
    return folder / (f"a{ending}" if ending.startswith(".") else ending)


def allowed(ending, word):
    blank = ending.startswith("projector") and not word.replace("\ufeff", "").strip()
    return not blank and not word.startswith("\ufeff") and not set(word) & set(FORBIDDEN[ending])


def finite_float32():
    bits = st.integers(0, 2**32 - 1).map(lambda n: np.array(n, np.uint32).view(np.float32))
    return bits.filter(np.isfinite)


@st.composite
def vectors_for(draw, ending):
    text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
    word = (text | st.sampled_from(TRICKY)).filter(lambda word: allowed(ending, word))
    words = draw(st.lists(word, min_size=1, max_size=6, unique=True))
    n_dims = draw(st.integers(1, 4))
    numbers = draw(
        st.lists(finite_float32(), min_size=len(words) * n_dims, max_size=len(words) * n_dims)
    )
    counts = None
    if ending in KEEPS_COUNTS and draw(st.booleans()):
        some = st.lists(st.integers(0, 2**63 - 1), min_size=len(words), max_size=len(words))
        counts = np.array(sorted(draw(some), reverse=True), dtype=np.int64)
    matrix = np.array(numbers, dtype=np.float32).reshape(len(words), n_dims)
    return WordVectors(Vocabulary(tuple(words), counts), matrix, None, {"steps": ("made",)})


def same(found, given_):
    assert found.words == given_.words
    assert found.matrix.dtype == given_.matrix.dtype
    assert np.ascontiguousarray(found.matrix).tobytes() == given_.matrix.tobytes()
    counts = found.vocabulary.counts, given_.vocabulary.counts
    assert (counts[0] is None) == (counts[1] is None)
    assert counts[0] is None or (counts[0] == counts[1]).all()


@pytest.mark.parametrize("ending", FORBIDDEN)
def test_any_vectors_come_back(tmp_path_factory, ending):
    folder = tmp_path_factory.mktemp("round")

    @given(vectors_for(ending))
    @settings(max_examples=120, suppress_health_check=[HealthCheck.filter_too_much])
    def comes_back(vectors):
        path = named(folder, ending)
        try:
            save(vectors, path)
        except InputError as error:
            # one number after a number reads as a header, words of numbers as a matrix
            assert ending == ".glove" and "would be read as" in str(error)
            return
        same(load(path), vectors)
        assert not [file for file in folder.iterdir() if file.name.startswith(".")]
        if ending in KEEPS_PROVENANCE:
            assert load(path).provenance == {"steps": ("made",)}

    comes_back()


@pytest.mark.parametrize("number", [b"0\n\0\0", b"\xd9\xbbs%", b"text", b"a\nb "])
@pytest.mark.parametrize("words", [("0",), ("0", "00", "000")])
def test_numbers_whose_bytes_could_be_text_are_still_binary(tmp_path, number, words):
    matrix = np.frombuffer(number * len(words), "<f4").reshape(-1, 1)
    vectors = WordVectors(Vocabulary(words), matrix)
    save(vectors, tmp_path / "a.bin")
    same(load(tmp_path / "a.bin"), vectors)


def test_a_bad_text_that_fits_as_binary_is_still_refused(tmp_path):
    (tmp_path / "a.txt").write_text("1 3\nking 0.1 0.2 abc\n")
    with pytest.raises(InputError, match="line 2: expected 3 numbers"):
        load(tmp_path / "a.txt")


@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: format_.name)
def test_contents_are_told_apart_whatever_the_name(tmp_path, vectors, format_):
    for ending in format_.endings:
        path = named(tmp_path, ending)
        save(vectors, path)
        assert detect_format(path.rename(tmp_path / "unnamed")).name == format_.name


@pytest.mark.parametrize("ending", [".vec", ".glove.txt", ".bin", ".csv"])
@pytest.mark.parametrize("packed", COMPRESSED)
def test_text_and_binary_are_compressed_by_name_and_told_by_content(
    tmp_path, vectors, ending, packed
):
    plain, path = tmp_path / f"a{ending}", tmp_path / f"a{ending}{packed}"
    save(vectors, plain)
    save(vectors, path)
    assert path.stat().st_size < plain.stat().st_size
    same(load(path.rename(tmp_path / "b")), vectors)


@pytest.mark.parametrize("ending", [".npy", ".npz", ".safetensors"])
def test_16_bits_are_kept_on_request(tmp_path, vectors, ending):
    save(vectors, tmp_path / f"a{ending}", float16=True)
    found = load(tmp_path / f"a{ending}")
    assert found.matrix.dtype == np.float16
    assert (found.matrix == vectors.matrix.astype(np.float16)).all()
    assert found.provenance["steps"] == ("kept in 16 bits",)
    large = WordVectors(Vocabulary(("a",)), np.array([[1e5]], dtype=np.float32))
    with pytest.raises(InputError, match=r"number 1 of 'a' is inf .* fits in float16"):
        save(large, tmp_path / f"b{ending}", float16=True)
    assert not (tmp_path / f"b{ending}").exists()


@pytest.mark.parametrize(
    ("ending", "word"),
    [
        (ending, sign + "x" if sign == "\ufeff" else "x" + sign)
        for ending, signs in FORBIDDEN.items()
        for sign in signs + ("\ufeff" if ending in (".glove", ".npy") else "")
    ]
    + [("projector_config.pbtxt", "\u3000")],
)
def test_a_word_that_would_come_back_as_another_is_refused(tmp_path, ending, word):
    vectors = WordVectors(Vocabulary((word, "b")), np.ones((2, 2), dtype=np.float32))
    with pytest.raises(InputError, match=r"cannot (store|begin with) the word .*: remove it"):
        save(vectors, named(tmp_path, ending))
    assert not list(tmp_path.iterdir())


def test_names_that_say_no_format_are_told_what_can_be_written(tmp_path, vectors):
    for name in ("a.docx", "a", "a.npy.gz", "a.parquet.zst"):
        with pytest.raises(InputError, match=r"\.vec, \.txt.*also with \.gz"):
            save(vectors, tmp_path / name)
    with pytest.raises(InputError, match=r"float16.*\.npy"):
        save(vectors, tmp_path / "a.vec", float16=True)


def test_mapped_files_are_mapped(tmp_path, vectors):
    for name in ("a.npy", "a.safetensors"):
        save(vectors, tmp_path / name)
        assert isinstance(load(tmp_path / name).matrix, np.memmap)


def test_counts_put_the_words_in_order(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("word,count,1\nrare,1,1\noften,9,2\nmiddle,5,3\n")
    found = load(path)
    assert found.words == ("often", "middle", "rare")
    assert found.matrix.tolist() == [[2], [3], [1]]
    assert found.vocabulary.counts.tolist() == [9, 5, 1]
    convert(path, tmp_path / "b.npy", top=2)
    assert load(tmp_path / "b.npy").words == ("often", "middle")


def test_a_conversion_keeps_what_the_file_was(tmp_path, vectors):
    save(vectors, tmp_path / "a.glove.txt")
    made = convert(tmp_path / "a.glove.txt", tmp_path / "b.npy", top=100, float16=True)
    assert (made.n_words, made.n_dims, made.format) == (100, vectors.n_dims, "NumPy")
    for name in ("c.safetensors", "d.npz", "e.parquet", "f.npy"):
        convert(tmp_path / "b.npy", tmp_path / name)
        found = load(tmp_path / name)
        assert (np.asarray(found.matrix) == vectors.matrix[:100].astype(np.float16)).all()
        assert found.provenance["file"] == "a.glove.txt"
        assert len(found.provenance["sha256"]) == 64
        assert found.provenance["steps"][:3] == (
            "read as GloVe text",
            "the first 100 words kept",
            "kept in 16 bits",
        )
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


def test_how_words_were_folded_travels_with_them(tmp_path, vectors):
    folding = WordVectors(vectors.vocabulary, vectors.matrix, Tokenizer(apostrophes=False))
    save(folding, tmp_path / "a.npz")
    assert load(tmp_path / "a.npz").tokenizer == folding.tokenizer
    assert "KING" in load(tmp_path / "a.npz")


def test_a_file_is_not_read_and_written_at_once(tmp_path, vectors):
    path = tmp_path / "a.vec"
    save(vectors, path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="both source and target"):
        convert(path, path)
    assert path.read_bytes() == before


def test_the_same_vectors_give_the_same_bytes(tmp_path, vectors):
    for format_ in FORMATS:
        ending = format_.endings[0] + (".gz" if format_.is_compressed else "")
        first, second = (named(tmp_path / name, ending) for name in ("one", "two"))
        save(vectors, first)
        save(vectors, second)
        assert first.read_bytes() == second.read_bytes(), format_.name


def test_opening_text_needs_no_pyarrow_and_no_torch(tmp_path, vectors):
    save(vectors, tmp_path / "a.vec")
    program = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "import embedviz\n"
        "from embedviz.vectors.formats import lines\n"
        "lines._WORTH_ARROW = 1\n"
        "print(len(embedviz.load(sys.argv[1])), 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "a.vec")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ},
    )
    assert done.stdout.split() == [str(len(vectors)), "False"]


@pytest.mark.parametrize("format_", FORMATS, ids=lambda one: one.name)
def test_a_format_names_every_file_that_it_writes(tmp_path, format_):
    for ending in format_.endings:
        folder = tmp_path / ending
        folder.mkdir()
        path = folder / (ending if not ending.startswith(".") else f"a{ending}")
        vectors = WordVectors(Vocabulary(("a", "b")), np.eye(2, dtype=np.float32))
        save(vectors, path)
        assert {path, *format_.companions(path)} == set(folder.iterdir())
