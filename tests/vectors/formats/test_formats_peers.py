"""Other programs read what is written here, and what they write is read here."""

import json
import struct
import warnings

import numpy as np
import pytest

from embedviz import InputError, Vocabulary, load, save
from embedviz.vectors import WordVectors
from embedviz.vectors.formats import tokenizer_json

pytestmark = pytest.mark.filterwarnings("default")  # of the peers' own making


@pytest.fixture
def counted(vectors):
    counts = np.arange(len(vectors), 0, -1, dtype=np.int64)
    return WordVectors(Vocabulary(vectors.words, counts), vectors.matrix)


@pytest.fixture
def keyed_vectors():
    return pytest.importorskip("gensim.models", exc_type=ImportError).KeyedVectors


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.vec", {}),
        ("a.txt.gz", {}),
        ("a.glove.txt", {"no_header": True}),
        ("a.bin", {"binary": True}),
        ("a.bin.gz", {"binary": True}),
    ],
)
def test_gensim_reads_what_we_write(tmp_path, vectors, keyed_vectors, name, options):
    save(vectors, tmp_path / name)
    with warnings.catch_warnings():  # with no_header, gensim leaves a file open
        warnings.simplefilter("ignore", ResourceWarning)
        theirs = keyed_vectors.load_word2vec_format(str(tmp_path / name), **options)
    assert tuple(theirs.index_to_key) == vectors.words
    assert theirs.vectors.tobytes() == vectors.matrix.tobytes()


@pytest.mark.parametrize("name", ["a.vec", "a.bin", "a.vec.gz", "a.bin.bz2"])
def test_we_read_what_gensim_writes(tmp_path, vectors, keyed_vectors, name):
    theirs = keyed_vectors(vectors.n_dims)
    theirs.add_vectors(list(vectors.words), np.array(vectors.matrix))
    theirs.save_word2vec_format(str(tmp_path / name), binary="bin" in name, write_header=True)
    found = load(tmp_path / name)
    assert found.words == vectors.words
    assert found.matrix.tobytes() == vectors.matrix.tobytes()


@pytest.mark.parametrize("newline", [b"", b"\n"])
def test_duplicates_and_newlines_are_read_as_gensim_reads_them(tmp_path, keyed_vectors, newline):
    path = tmp_path / "a.bin"
    rows = ((b"a", 1, 2), (b"b", 3, 4), (b"a", 5, 6), (b"c", 7, 8))
    path.write_bytes(
        b"4 2\n" + b"".join(w + b" " + struct.pack("<2f", *row) + newline for w, *row in rows)
    )
    theirs = keyed_vectors.load_word2vec_format(str(path), binary=True)
    ours = load(path)
    assert tuple(theirs.index_to_key[:3]) == ours.words == ("a", "b", "c")
    assert theirs.vectors[:3].tolist() == ours.matrix.tolist()


def test_tensorboard_reads_what_we_write(tmp_path, counted):
    plugin = pytest.importorskip("tensorboard.plugins.projector.projector_plugin")
    folder = tmp_path / "run"
    save(counted, folder / "projector_config.pbtxt")
    # its own steps, one after another, as a request goes through them
    projector = plugin.ProjectorPlugin.__new__(plugin.ProjectorPlugin)
    configs, places = projector._read_latest_config_files([("run", str(folder))])
    (embedding,) = configs["run"].embeddings
    tensors = plugin._rel_to_abs_asset_path(embedding.tensor_path, places["run"])
    numbers = plugin._read_tensor_tsv_file(tensors)
    assert numbers.tobytes() == counted.matrix.tobytes()
    metadata = plugin._rel_to_abs_asset_path(embedding.metadata_path, places["run"])
    with plugin.tf.io.gfile.GFile(metadata, "r") as file:
        lines = list(file)
    n_header_rows = 1 if "\t" in lines[0] else 0  # its rule
    assert len(lines) - n_header_rows == len(numbers)
    assert lines[n_header_rows].split("\t")[0] == counted.words[0]


def test_one_column_of_metadata_has_no_header(tmp_path, vectors):
    save(vectors, tmp_path / "projector_config.pbtxt")
    lines = (tmp_path / "metadata.tsv").read_text().splitlines()
    assert lines == list(vectors.words)
    assert load(tmp_path).words == vectors.words


def test_the_standalone_projector_gets_raw_float32(tmp_path, vectors):
    save(vectors, tmp_path / "projector_config.json")
    (one,) = json.loads((tmp_path / "projector_config.json").read_text())["embeddings"]
    numbers = np.fromfile(tmp_path / one["tensorPath"], dtype=np.float32)
    assert (numbers.reshape(one["tensorShape"]) == vectors.matrix).all()
    assert (tmp_path / one["metadataPath"]).read_text().split() == list(vectors.words)


def test_pandas_reads_the_parquet(tmp_path, counted):
    pandas = pytest.importorskip("pandas")
    save(counted, tmp_path / "a.parquet")
    frame = pandas.read_parquet(tmp_path / "a.parquet")
    assert list(frame.columns) == ["word", "count", "vector"]
    assert tuple(frame["word"]) == counted.words
    assert (np.stack(frame["vector"]) == counted.matrix).all()
    assert (frame["count"] == counted.vocabulary.counts).all()


def test_duckdb_computes_with_the_parquet(tmp_path, counted):
    duckdb = pytest.importorskip("duckdb")
    path = tmp_path / "a.parquet"
    save(counted, path)
    nearest = duckdb.sql(
        f"""select b.word, list_cosine_similarity(a.vector, b.vector) as cosine
        from '{path}' a, '{path}' b where a.word = 'king' and b.word != 'king'
        order by cosine desc limit 3"""
    ).fetchall()
    ours = counted.most_similar("king", 3)
    assert [word for word, _ in nearest] == [answer.word for answer in ours]
    assert [cosine for _, cosine in nearest] == pytest.approx([a.cosine for a in ours], abs=1e-5)


def test_we_read_what_pandas_writes(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"word": ["a", "b"], "vector": [[1.0, 2.0], [3.0, 4.0]]})
    frame.to_parquet(tmp_path / "a.parquet")
    assert load(tmp_path / "a.parquet").matrix.tolist() == [[1, 2], [3, 4]]


def test_the_safetensors_library_reads_what_we_write(tmp_path, counted):
    from safetensors import safe_open

    save(counted, tmp_path / "a.safetensors")
    with safe_open(tmp_path / "a.safetensors", framework="numpy") as file:
        assert (file.get_tensor("embedding") == counted.matrix).all()
        assert (file.get_tensor("counts") == counted.vocabulary.counts).all()


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f2", "<f4", ">f4", "<f8"])
def test_numpy_files_of_any_order_and_width_are_read(tmp_path, vectors, order, dtype):
    matrix = np.asarray(vectors.matrix, dtype=dtype, order=order)
    np.save(tmp_path / "a.npy", matrix)
    (tmp_path / "a.vocab.txt").write_text("\n".join(vectors.words))  # no newline at the end
    found = load(tmp_path / "a.npy")
    assert (found.matrix == matrix).all()
    assert found.matrix.dtype == (np.float16 if dtype == "<f2" else np.float32)
    assert found.matrix.flags.c_contiguous


def test_archives_of_others_are_read(tmp_path, vectors):
    np.savez(tmp_path / "a.npz", words=np.array(vectors.words), anything=vectors.matrix)
    assert load(tmp_path / "a.npz").words == vectors.words
    np.savez_compressed(tmp_path / "b.npz", words=np.array(["a"]), one=[[1.0]], two=[[2.0]])
    assert load(tmp_path / "b.npz", tensor="two").matrix.tolist() == [[2]]
    with np.load(tmp_path / "a.npz") as archive:
        assert archive.files == ["words", "anything"]


def test_numpy_opens_our_archive(tmp_path, counted):
    save(counted, tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as archive:
        assert (archive["vectors"] == counted.matrix).all()
        assert json.loads(archive["words.jsonl"].splitlines()[0]) == counted.words[0]


def test_fasttext_and_glove_840b_are_read(tmp_path):
    (tmp_path / "a.vec").write_text("2 2\n</s> 1 2 \nking 3 4 \n")  # a space before the newline
    assert load(tmp_path / "a.vec").words == ("</s>", "king")
    (tmp_path / "a.txt").write_text("the 1 2\n. . . 3 4\nat name@domain.com 5 6\nof 7 8\n")
    found = load(tmp_path / "a.txt")
    assert found.words == ("the", ". . .", "at name@domain.com", "of")
    assert found.matrix.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    (tmp_path / "b.txt").write_bytes(b"\xef\xbb\xbfthe\t1  2\r\nof 3 4\r\n")
    assert load(tmp_path / "b.txt").words == ("the", "of")


@pytest.mark.parametrize("head", ["", "4 2\n"])
def test_text_of_which_most_words_have_spaces_is_read(tmp_path, head):
    path = tmp_path / "phrases.txt"
    path.write_text(f"{head}two days ago 1 2\nnew york 3 -4e-1\nhi 5 6\n12 chapters 7 8\n")
    vectors = load(path)
    assert vectors.words == ("two days ago", "new york", "hi", "12 chapters")
    assert vectors["new york"].tolist() == pytest.approx([3, -0.4])


def test_words_may_be_named_apart(tmp_path):
    pandas = pytest.importorskip("pandas")
    np.save(tmp_path / "a.npy", np.array([[1.0], [2.0]], dtype=np.float32))
    pandas.DataFrame({"index": ["x", "y"]}).to_parquet(tmp_path / "words.parquet")
    (tmp_path / "words.txt").write_text("x\t2\ny\t1\n")
    (tmp_path / "words.jsonl").write_text('"x"\n"y"\n')
    for name in ("words.parquet", "words.txt", "words.jsonl"):
        assert load(tmp_path / "a.npy", words=tmp_path / name).words == ("x", "y")
    counted = load(tmp_path / "a.npy", words=tmp_path / "words.txt")
    assert counted.vocabulary.counts.tolist() == [2, 1]
    (tmp_path / "words.txt").write_text("x\t3\ny\t7\n")  # not in order
    assert load(tmp_path / "a.npy", words=tmp_path / "words.txt").words == ("y", "x")
    with pytest.raises(InputError, match=r"nowhere cannot be read.*--words"):
        load(tmp_path / "a.npy", words=tmp_path / "nowhere")


TOKENIZERS = {
    "bytes": (
        {"Ġking": 0, "king": 1, "Ġ": 2, "Ċ": 3, "ĠZÃ¼rich": 4, "Ã": 5, "<s>": 6},
        {"pre_tokenizer": {"type": "ByteLevel"}},
        ("king", "##king", "Ġ", "Ċ", "Zürich", "Ã", "<s>"),
    ),
    "metaspace": (
        [["<s>", 0], ["▁king", -1], ["king", -2], ["▁", -3], ["▁▁", -4], ["s", -5], ["ü", -6]],
        {"pre_tokenizer": {"type": "Metaspace"}},
        ("<s>", "king", "##king", "▁", "▁▁", "##s", "##ü"),
    ),
    "wordpiece": (
        {"[CLS]": 0, "king": 1, "##king": 2, "##s": 3, "a": 4, "b": 5, "<s>": 6},
        {},
        ("[CLS]", "king", "##king", "##s", "a", "b", "<s>"),
    ),
}


@pytest.mark.parametrize("kind", TOKENIZERS)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_embedding_of_a_transformer_is_read(tmp_path, kind, dtype):
    vocab, document, words = TOKENIZERS[kind]
    special = {"id": words.index("<s>"), "content": "<s>", "special": True}
    document = {**document, "model": {"vocab": vocab}, "added_tokens": [special]}
    (tmp_path / "tokenizer.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "config.json").write_text("{}")
    # one row more than words, as padding
    table = np.arange(16, dtype=np.float32).reshape(8, 2)
    other = np.zeros((3, 3), dtype=np.float32)
    raw = table if dtype == "float32" else (table.view(np.uint32) >> 16).astype(np.uint16)
    header = {
        "lm.layer.0.weight": {"dtype": "F32", "shape": [3, 3], "data_offsets": [0, 36]},
        "lm.embed_tokens.weight": {
            "dtype": "F32" if dtype == "float32" else "BF16",
            "shape": [8, 2],
            "data_offsets": [36, 36 + raw.nbytes],
        },
    }
    text = json.dumps(header).encode()
    (tmp_path / "model.safetensors").write_bytes(
        struct.pack("<Q", len(text)) + text + other.tobytes() + raw.tobytes()
    )
    for name in (tmp_path, tmp_path / "model.safetensors"):
        found = load(name)
        assert found.words == words
        assert (found.matrix == table[:7]).all()
    assert (load(tmp_path, tensor="lm.embed_tokens.weight").matrix == table[:7]).all()
    with pytest.raises(InputError, match=r"matrix called wte, found lm.embed_tokens.weight"):
        load(tmp_path, tensor="wte")


def test_byte_level_pieces_are_those_of_the_tokenizers_library():
    tokenizers = pytest.importorskip("tokenizers")
    alphabet = tokenizers.pre_tokenizers.ByteLevel.alphabet()
    table = tokenizer_json._byte_table()
    assert set(table) == set(alphabet)
    decoder = tokenizers.decoders.ByteLevel()
    for text in ("king", "Zürich", "日本", "naïve café"):
        piece = "".join(sign for sign in _spelled(table, text))
        assert decoder.decode([piece]) == text
        assert tokenizer_json._from_bytes(piece) == text


def _spelled(table, text):
    by_byte = {byte: sign for sign, byte in table.items()}
    return [by_byte[byte] for byte in text.encode()]
