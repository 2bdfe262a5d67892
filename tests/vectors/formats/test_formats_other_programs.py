"""Archives, projectors, frames, sparse counts, and files that are named with the way out."""

import io
import struct
import zipfile

import numpy as np
import pytest

from embedviz import EmbedvizError, InputError, load
from embedviz.checkpoints.loading import convert
from embedviz.vectors.formats import Options
from embedviz.vectors.formats.pbtxt import parse_pbtxt

TEXT = b"king 1 0.5\nqueen 2 1.5\n"
WORDS = ("king", "queen", "apple")
TSV = "1\t0\n0.5\t0.5\n0\t1\n"


PACKED = zipfile.ZIP_DEFLATED


def archive(path, members, method=PACKED):
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def test_a_zip_with_one_file_is_that_file(tmp_path):
    path = archive(tmp_path / "a.zip", {"glove/a.txt": TEXT, "README.md": b"", "__MACOSX/a": b""})
    assert load(path).matrix.tolist() == [[1, 0.5], [2, 1.5]]
    path = archive(tmp_path / "b.vec.zip", {"a.vec": b"2 2\n" + TEXT}, zipfile.ZIP_LZMA)
    convert(path, tmp_path / "b.npy")
    assert load(tmp_path / "b.npy").words == ("king", "queen")
    path = archive(tmp_path / "c.zip", {"a.bin": b"1 1\nking " + struct.pack("<f", 0.5)})
    assert load(path)["king"].tolist() == [0.5]


def test_other_zips_are_told_what_they_hold(tmp_path):
    path = archive(tmp_path / "a.zip", {"a.50d.txt": TEXT, "a.100d.txt": TEXT})
    with pytest.raises(InputError, match=r"of a\.50d\.txt, a\.100d\.txt: unzip it"):
        load(path)
    with pytest.raises(InputError, match="archive of no file"):
        load(archive(tmp_path / "b.zip", {"a/": b""}))
    path = archive(tmp_path / "c.zip", {"a.txt": TEXT}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"king 1", b"king 2"))
    with pytest.raises(InputError, match=r"damaged or truncated \(Bad CRC"):
        load(path)
    path = archive(tmp_path / "d.zip", {"a.parquet": b"PAR1"})
    with pytest.raises(InputError, match=r"compressed file of Parquet.*decompress it first"):
        load(path)
    path = archive(tmp_path / "e.zip", {"a.txt": TEXT})
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InputError, match="damaged zip archive"):
        load(path)


METADATA = "king\nqueen\napple\n"


def projector(folder, config, metadata=METADATA, tensors=TSV):
    (folder / "t.tsv").write_text(tensors)
    (folder / "second.tsv").write_text("0\t1\n0\t1\n1\t0\n")
    (folder / "m.tsv").write_text(metadata)
    (folder / "projector_config.pbtxt").write_text(config)
    return folder


PATHS = 'tensor_path: "t.tsv" metadata_path: "m.tsv"'


@pytest.mark.parametrize(
    "config",
    [
        f'embeddings {{ sprite {{ image_path: "s}}.png" single_image_dim: 9 }} {PATHS} }}',
        f'# a }}\nmodel_checkpoint_path: "x"\nembeddings {{ tensor_name: "a}}b" # }}\n{PATHS} }}',
        f"embeddings: [{{ {PATHS} }}]",
        f"embeddings < {PATHS}; >",
        'embeddings { tensor_path: "t" ".tsv", metadata_path: "m.tsv" tensor_shape: [3, 2] }',
    ],
)
def test_a_configuration_may_have_blocks_in_any_order(tmp_path, config):
    found = load(projector(tmp_path, config))
    assert found.words == WORDS
    assert found.matrix.tolist() == [[1, 0], [0.5, 0.5], [0, 1]]


def test_one_of_several_tables_is_chosen_by_name(tmp_path, caplog):
    block = 'embeddings {{ tensor_name: "{}" tensor_path: "{}" metadata_path: "m.tsv" }}\n'
    config = block.format("one:0", "t.tsv") + block.format("two:0", "second.tsv")
    path = projector(tmp_path, config)
    for name in ("two", "two:0"):
        assert load(path, tensor=name).matrix.tolist() == [[0, 1], [0, 1], [1, 0]]
    assert not caplog.text
    assert load(path)["king"].tolist() == [1, 0]
    assert "2 tables (one:0, two:0); the first is read" in caplog.text
    with pytest.raises(InputError, match="no single table called three, only one:0, two:0"):
        load(path, tensor="three")


@pytest.mark.parametrize(
    ("metadata", "counts"),
    [
        ("Index\tLabel\n0\tking\n1\tqueen\n2\tapple\n", None),
        ("Frequency\tWord\n9\tking\n8\tqueen\n7\tapple\n", [9, 8, 7]),
        ('word\tclass\n"king"\tr\n"queen"\tr\n"apple"\tf\n', None),
        ("n\tunit\n0.5\tking\n1.5\tqueen\n2.5\tapple\n", None),
    ],
)
def test_the_column_of_words_is_the_label(tmp_path, metadata, counts):
    found = load(projector(tmp_path, f"embeddings {{ {PATHS} }}", metadata))
    assert found.words == WORDS
    stored = found.vocabulary.counts
    assert (None if stored is None else stored.tolist()) == counts


@pytest.mark.parametrize(
    ("config", "metadata", "says"),
    [
        (
            f"embeddings {{ {PATHS} }}",
            "unit\nking\nqueen\napple\n",
            "if 'unit' is a header, remove",
        ),
        ('embeddings { tensor_name: "a" metadata_path: "m.tsv" }', "a\n", "names no tensor_path"),
        ('embeddings { tensor_path: "t.tsv" }', "a\n", "names no metadata_path"),
        (f"embeddings {{ {PATHS} }}", "id\trow\n0\t1\n1\t2\n2\t3\n", "no column holds words"),
        ("embeddings { a { b }", "a\n", "is not a projector configuration"),
    ],
)
def test_projectors_in_doubt_are_refused(tmp_path, config, metadata, says):
    with pytest.raises(InputError, match=says):
        load(projector(tmp_path, config, metadata))


def test_numbers_and_metadata_need_no_configuration(tmp_path):
    (tmp_path / "tensors.tsv").write_text(TSV)
    (tmp_path / "metadata.tsv").write_text("\n".join(WORDS))
    for path in (tmp_path, tmp_path / "tensors.tsv"):
        assert load(path).words == WORDS


@pytest.mark.parametrize("text", ["a: {", "a { b: 1", "a: 'x", "}", "a: ]", "a: [1", "a {" * 30])
def test_a_broken_configuration_is_no_message(text):
    with pytest.raises(ValueError, match=r"."):
        parse_pbtxt(text)


def test_frames_of_several_layouts_are_read(tmp_path):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    matrix = np.array([[1, 0], [0.5, 0.5], [0, 1]], dtype="f4")
    lists = pa.array(matrix.tolist(), pa.list_(pa.float32()))
    wide = {f"d{n}": pa.array(matrix[:, n]) for n in range(2)}
    views = {"vector": lists, "word": pa.array(WORDS, pa.string_view())}
    tables = [
        views,
        {"text": pa.array(WORDS), "embedding": lists},
        {"word": pa.array(WORDS), "vector": pa.array(matrix.tolist(), pa.list_view(pa.float64()))},
        {**wide, "__index_level_0__": pa.array(WORDS)},
        {"id": pa.array([4, 5, 6]), "word": pa.array(WORDS), "other": pa.array("xyz"), **wide},
    ]
    tables[-1]["other"] = pa.array(["x", "y", "z"])
    for columns in tables:
        try:
            parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
        except pa.ArrowNotImplementedError:  # an older pyarrow writes no views
            continue
        found = load(tmp_path / "a.parquet")
        assert found.words == WORDS
        assert (found.matrix == matrix).all()
    columns = {"word": pa.array(WORDS), "count": pa.array([3.0, 2, 1]), "vector": lists, "b": lists}
    parquet.write_table(pa.table(columns), tmp_path / "a.parquet")
    assert load(tmp_path / "a.parquet", tensor="b").vocabulary.counts.tolist() == [3, 2, 1]
    for doubt, says in (
        ({"word": pa.array(WORDS), "a": lists, "b": lists}, "columns a, b of vectors: choose"),
        (
            {"word": pa.array(WORDS), "size": pa.array([1, 2, 3]), **wide},
            "numbered column for each",
        ),
        ({"one": pa.array(WORDS), "two": pa.array(WORDS), "vector": lists}, "name the column"),
    ):
        parquet.write_table(pa.table(doubt), tmp_path / "a.parquet")
        with pytest.raises(InputError, match=says):
            load(tmp_path / "a.parquet")


@pytest.mark.parametrize("layout", ["csr", "csc", "coo"])
def test_sparse_counts_are_read_with_their_zeros(tmp_path, layout):
    import scipy.sparse

    dense = np.array([[0, 2, 0, 0], [1, 0, 0, 3], [0, 0, 5, 0]])
    scipy.sparse.save_npz(tmp_path / "a.npz", scipy.sparse.csr_matrix(dense).asformat(layout))
    with pytest.raises(InputError, match=r"contains no words.*--words"):
        load(tmp_path / "a.npz")
    (tmp_path / "a.vocab.txt").write_text("\n".join(WORDS))
    assert load(tmp_path / "a.npz").matrix.tolist() == dense.tolist()
    (tmp_path / "a.vocab.txt").write_text("king\nqueen\n")
    with pytest.raises(InputError, match=r"sparse matrix has shape \(3, 4\) for 2 words"):
        load(tmp_path / "a.npz")


def test_a_damaged_or_endless_sparse_matrix_is_refused(tmp_path):
    for shape, indices, says in (
        ([3, 4], [9, 0, 3, 2], "not a complete sparse matrix"),
        ([3, 10**12], [1, 0, 3, 2], "TruncatedSVD"),
        ([3, -4], [1, 0, 3, 2], "not that of a matrix"),
    ):
        np.savez(
            tmp_path / "a.npz",
            indices=np.array(indices),
            indptr=np.array([0, 1, 3, 4]),
            format=np.array(b"csr"),
            shape=np.array(shape),
            data=np.ones(4),
        )
        (tmp_path / "a.vocab.txt").write_text("\n".join(WORDS))
        with pytest.raises(InputError, match=says):
            load(tmp_path / "a.npz")


def test_archives_of_any_order_and_names_are_read(tmp_path):
    matrix = np.arange(12, dtype="f4").reshape(3, 4)
    np.savez(tmp_path / "a.npz", np.asfortranarray(matrix), np.array(WORDS))
    found = load(tmp_path / "a.npz")
    assert found.words == WORDS and (found.matrix == matrix).all()
    counts = np.eye(5000, dtype="f4")  # unpacks to many times its size, as real counts do
    words = np.array([f"w{n}" for n in range(5000)])
    np.savez_compressed(tmp_path / "b.npz", vectors=counts, words=words)
    assert load(tmp_path / "b.npz")["w7"][7] == 1


def pickled(name):
    return b"\x80\x04\x95" + name


FOREIGN = {
    "a.pt": ({"model/data.pkl": b"x"}, "a file of PyTorch.*save_file"),
    "a.keras": ({"config.json": b"x", "model.weights.h5": b"x"}, "as Keras writes"),
    "b.pth": (pickled(b"x"), "a file of PyTorch"),
    "a.model": (pickled(b"x"), "a pickle, .*save_word2vec_format"),
    "a.bin": (pickled(b"x"), "a pickle"),
    "a.h5": (b"\x89HDF\r\n\x1a\n" + bytes(9), "HDF5 file, as Keras.*numpy.save"),
    "a.gguf": (b"GGUF" + bytes(9), "llama.cpp"),
    "a.feather": (b"ARROW1\0\0", "read_feather"),
    "a.magnitude": (b"SQLite format 3\0" + bytes(9), "database"),
    "model.safetensors": (b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
    "a.vec": (b"<!DOCTYPE html><html>", "a web page"),
    "a.json": (b'{"king": [1, 2]}', "is JSON, which is not read as vectors"),
    "vectors.bin": (np.linspace(-1, 1, 9).tobytes(), "GloVe with -binary 0"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_files_of_other_programs_are_named_with_the_way_out(tmp_path, name):
    content, says = FOREIGN[name]
    if isinstance(content, dict):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as made:
            for member, data in content.items():
                made.writestr(member, data)
        content = packed.getvalue()
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=says):
        load(tmp_path / name)


def test_vectors_inside_a_pipeline_of_spacy_are_not_matched_with_its_strings(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(2, dtype="f4"))
    (tmp_path / "key2row").write_bytes(b"x")
    (tmp_path / "strings.json").write_text('["a", "b"]')
    with pytest.raises(InputError, match="spaCy pipeline"):
        load(tmp_path / "a.npy", words=tmp_path / "strings.json")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bert-base-uncased", "does not exist: give a file of word vectors.*downloads nothing"),
        ("https://a.example/glove.zip", "is a URL, and embedviz downloads nothing"),
        ("englsh", "did you mean english"),
        ("glvoe.txt", r"did you mean .*glove\.txt"),
    ],
)
def test_a_name_that_is_no_file_says_so(tmp_path, monkeypatch, name, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "glove.txt").write_bytes(TEXT)
    with pytest.raises(EmbedvizError, match=says):
        load(name)
    with pytest.raises(EmbedvizError, match=says):
        convert(name, tmp_path / "a.npy", options=Options())
    assert not (tmp_path / "a.npy").exists()
