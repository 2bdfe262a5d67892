"""Pairs of texts from every kind of file."""

import gzip
import json
import lzma

import pytest

from embedviz.errors import InputError
from embedviz.text import PairFile, read_text_pairs

PAIRS = [("Hello.", "Bonjour !"), ("It's “me”, Tom.", "C'est moi, Tom."), ("a\u2028b", "c")]


def read(path, **options):
    return [(pair.source, pair.target) for pair in read_text_pairs(PairFile(path, **options))]


def tsv(pairs=PAIRS):
    return "".join(f"{a}\t{b}\n" for a, b in pairs)


def jsonl(pairs=PAIRS, names=("source", "target")):
    return "".join(json.dumps(dict(zip(names, pair, strict=True))) + "\n" for pair in pairs)


def quoted(pairs=PAIRS):
    rows = (f'7,"{a.replace(chr(34), chr(34) * 2)}","{b}"\n' for a, b in pairs)
    return "id,source,target\n" + "".join(rows)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.tsv", tsv().encode()),
        ("a.txt", tsv().replace("\n", "\r\n").encode()),
        ("a.tsv.gz", gzip.compress(tsv().encode(), mtime=0)),
        ("a.tsv.xz", lzma.compress(tsv().encode())),
        ("a.tsv", b"\xef\xbb\xbf" + tsv().rstrip("\n").encode()),
        ("a.tsv", ("target\tid\tsource\n" + "".join(f"{b}\t1\t{a}\n" for a, b in PAIRS)).encode()),
        ("a.csv", quoted().encode()),
        ("a.jsonl", jsonl().encode()),
        ("a.jsonl.gz", gzip.compress(jsonl().encode(), mtime=0)),
    ],
)
def test_every_kind_of_table_gives_the_same_pairs(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    assert read(tmp_path / name) == PAIRS


def test_parquet_and_parallel_files_give_the_same_pairs(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    sources, targets = map(list, zip(*PAIRS, strict=True))
    table = pyarrow.table({"fr": targets, "n": [1, 2, 3], "en": sources})
    parquet.write_table(table, tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet", source="en", target="fr") == PAIRS
    (tmp_path / "a.en").write_text("\n".join(sources) + "\n", encoding="utf-8")
    (tmp_path / "a.fr").write_text("\n".join(targets), encoding="utf-8")
    assert read(tmp_path / "a.en", parallel=tmp_path / "a.fr") == PAIRS


def test_columns_can_be_named(tmp_path):
    (tmp_path / "a.jsonl").write_text(jsonl(names=("en", "fr")))
    assert read(tmp_path / "a.jsonl", source="en", target="fr") == PAIRS
    assert read(tmp_path / "a.jsonl", source="fr", target="en")[0] == PAIRS[0][::-1]


def test_empty_sides_are_kept_and_empty_lines_left_out(tmp_path):
    (tmp_path / "a.tsv").write_text("a\tb\n \tb\na\t\n\nc\td\te\n")
    assert read(tmp_path / "a.tsv") == [("a", "b"), ("", "b"), ("a", ""), ("c", "d")]


def test_pairs_are_streamed(tmp_path):
    (tmp_path / "a.tsv").write_text(tsv() + "one column\n")
    pairs = read_text_pairs(PairFile(tmp_path / "a.tsv"))
    assert [next(pairs).source for _ in PAIRS] == [source for source, _ in PAIRS]
    with pytest.raises(InputError, match="line 4 has 1 column"):
        next(pairs)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.tsv", b"a\n", "line 1 has 1 column, and 2 are needed: put a tab"),
        ("a.tsv", b"a\tb\n\xff\tb\n", "line 2: byte 1 is not UTF-8"),
        ("a.tsv", b"a" * (1 << 20) + b"\n", "line 1 is longer than 1,048,576 bytes"),
        ("a.tsv.gz", gzip.compress(b"a\tb\n", mtime=0)[:-9], "damaged or truncated"),
        ("a.csv", b"a,b\n1,2\n", "has no columns source and target, only a, b"),
        ("a.csv", b"", "only none"),
        ("a.csv", b"source,target\na\n", "line 2 has 1 field, and the header 2"),
        ("a.jsonl", b"[]\n", "line 1 is not an object"),
        ("a.jsonl", b"{\n", "line 1 is not JSON"),
        ("a.csv", b"source;target\n1;2\n", "commas instead of semicolons"),
        ("a.csv", b"source\ttarget\n1\t2\n", "let the name end in .tsv"),
        (
            "a.jsonl",
            b'{"source": "a", "target": "b"}\n{"source": "a"}\n',
            "a.jsonl, line 2 has no columns source and target, only source",
        ),
        ("a.jsonl", b'{"source": "a", "target": 3}\n', "line 1: a side is not text"),
        ("a.parquet", b"PAR1", "damaged Parquet"),
        ("a", b"a\tb\n", "does not say what it is"),
        ("a.pdf", b"a\tb\n", "must end in .tsv"),
    ],
)
def test_bad_input_is_told_in_a_sentence(tmp_path, name, content, says):
    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        read(tmp_path / name)
    assert says in str(error.value) and name in str(error.value)


def test_parallel_files_of_different_length_are_refused(tmp_path):
    (tmp_path / "a").write_text("1\n2\n3\n")
    (tmp_path / "b").write_text("1\n2\n")
    for first, second in (("a", "b"), ("b", "a")):
        with pytest.raises(InputError, match="b ends before line 3 of the other file"):
            read(tmp_path / first, parallel=tmp_path / second)
    with pytest.raises(InputError, match=r"nowhere is not a file"):
        read(tmp_path / "a", parallel=tmp_path / "nowhere")


# -- other encodings --

WRITTEN = "source\ttarget\nHej då ö\tAuf Wiedersehn, schön\nåka\tfahren, müde\n"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "latin-1"])
def test_pairs_in_another_encoding_are_read(tmp_path, encoding):
    path = tmp_path / "pairs.tsv"
    path.write_bytes(WRITTEN.replace("\n", "\r\n").encode(encoding))
    found = list(read_text_pairs(PairFile(path, encoding=encoding)))
    assert [(pair.source, pair.target) for pair in found] == [
        ("Hej då ö", "Auf Wiedersehn, schön"),
        ("åka", "fahren, müde"),
    ]


def test_parallel_texts_in_another_encoding_are_read(tmp_path):
    for name, text in (("a", "på\nön\n"), ("b", "à\né\n")):
        (tmp_path / name).write_bytes(text.encode("cp1252"))
    file = PairFile(tmp_path / "a", tmp_path / "b", encoding="cp1252")
    assert [pair.target for pair in read_text_pairs(file)] == ["à", "é"]


@pytest.mark.parametrize(
    ("name", "content", "encoding", "says"),
    [
        ("a.tsv", WRITTEN.encode(), "cp1252", "is UTF-8 text, not cp1252"),
        ("a.tsv", WRITTEN.encode("cp1252"), "utf-8", "line 2: byte 6 is not UTF-8: save"),
        ("a.tsv", WRITTEN.encode("utf-16")[:-1], "utf-16", "ends inside a character"),
        ("a.tsv", ("ä" * 1_100_000).encode("cp1252"), "cp1252", "line 1 is longer than 1,048,576"),
        ("a.parquet", b"PAR1", "cp1252", "leave out cp1252"),
    ],
)
def test_pairs_whose_encoding_is_not_that_given_are_refused(
    tmp_path, name, content, encoding, says
):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=says):
        list(read_text_pairs(PairFile(path, encoding=encoding)))


def test_an_encoding_that_is_none_is_refused_and_another_is_another_identity(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("a\tb\n")
    with pytest.raises(InputError, match="no encoding that is known"):
        PairFile(path, encoding="latin-9x")
    plain = PairFile(path).identity()
    assert PairFile(path, encoding="UTF8").identity() == plain
    assert PairFile(path, encoding="cp1252").identity() != plain
