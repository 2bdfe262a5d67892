import bz2
import gzip
import logging
import lzma
import re
from contextlib import contextmanager

import pytest
import zstandard

from embedviz.errors import InputError
from embedviz.text import TextLayout, find_texts, is_compressed, look_into_folders, read_blocks
from embedviz.text.blocks import BLOCK_BYTES
from embedviz.text.likely_encoding import name_likely_encoding, name_wide_encoding

TEXT = "Zürich and Kraków are cities.\n" * 50
PACKERS = {
    "txt": lambda data: data,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


@contextmanager
def refused(says):
    """Expect an error, and look at what the command line says of it."""
    with pytest.raises(InputError) as caught:
        yield caught
    assert re.search(says, caught.value.in_options)
    assert "--" not in str(caught.value)


def read(*paths):
    return "".join(read_blocks(paths))


@pytest.mark.parametrize("kind", PACKERS)
@pytest.mark.parametrize("name", ["right", "wrong"])
def test_compression_is_told_by_content(tmp_path, kind, name):
    path = tmp_path / (f"a.{kind}" if name == "right" else "a.dat")
    path.write_bytes(PACKERS[kind](TEXT.encode()))
    assert read(path) == TEXT


@pytest.mark.parametrize("kind", ["gz", "bz2", "xz", "zst"])
@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_damaged_compression_is_one_sentence(tmp_path, kind, damage):
    data = bytearray(PACKERS[kind](("".join(chr(97 + i * i % 26) for i in range(9999))).encode()))
    if damage == "cut":
        del data[len(data) // 2 :]
    else:
        for i in range(len(data) // 3, len(data) // 3 + 30):
            data[i] ^= 0xFF
    path = tmp_path / "a"
    path.write_bytes(data)
    with refused(r"a[: ].*(damaged|cut short|cannot be read)"):
        read(path)


def test_zstandard_frames_follow_each_other(tmp_path):
    path = tmp_path / "a.zst"
    path.write_bytes(PACKERS["zst"](b"one ") + PACKERS["zst"](b"two"))
    assert read(path) == "one two"


def test_folders_are_searched_in_order_for_texts_only(tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "sub/a.md", "c.txt.gz", "d.png", ".hidden.txt"):
        (tmp_path / name).write_bytes(gzip.compress(b"c") if name.endswith("gz") else b"x")
    assert [p.name for p in find_texts([tmp_path])] == ["b.txt", "c.txt.gz", "a.md"]


def test_a_folder_without_text_and_a_missing_file_are_named(tmp_path):
    with refused("contains no text"):
        find_texts([tmp_path])
    with refused(r"nowhere\.txt does not exist"):
        find_texts([tmp_path / "nowhere.txt"])


def test_invalid_utf8_is_counted_and_the_first_is_placed(tmp_path, caplog):
    path = tmp_path / "a.txt"
    line = b"a good line of text with a real \xef\xbf\xbd sign in it\n"
    path.write_bytes(line * 3 + b"caf\xe9 au lait\n" + line * 30_000 + b"na\xefve\n")
    with caplog.at_level(logging.WARNING):
        text = read(path)
    assert text.count("caf\ufffd") == 1
    (message,) = caplog.messages
    assert (
        f"2 invalid UTF-8 places were replaced, the first at line 4, byte {3 * len(line) + 3}"
        in message
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x7fELF\x02\x01\x00\x00rest", "byte 6 is zero"),
        ("wide".encode("utf-16"), "UTF-16"),
        (b"\xff\xfe" + b"\x01" * 40, "UTF-16"),
        ("wide text".encode("utf-16-le"), "UTF-16-LE text.*--encoding utf-16-le"),
        (bytes(range(128, 256)) * 10, "not UTF-8"),
    ],
)
def test_binary_files_are_refused(tmp_path, data, says):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with refused(says):
        read(path)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfword")
    assert read(path) == "word"


@pytest.mark.parametrize("gap", [" ", ""])
def test_a_long_line_comes_in_bounded_blocks_and_whole_characters(tmp_path, gap):
    path = tmp_path / "a.txt"
    text = f"żółw日{gap}" * 400_000
    path.write_text(text, encoding="utf-8")
    found = list(read_blocks([path]))
    assert "".join(found) == text
    assert max(len(block.encode()) for block in found) <= 2 * BLOCK_BYTES
    if gap:
        assert all(block.endswith(" ") for block in found)


def test_progress_ends_at_one(tmp_path):
    shares = []
    for name in "ab":
        (tmp_path / f"{name}.txt").write_text(TEXT)
    list(read_blocks([tmp_path / "a.txt", tmp_path / "b.txt"], progress=shares.append))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_compressed_content_is_told():
    assert {kind: is_compressed(pack(b"words")) for kind, pack in PACKERS.items()} == {
        kind: kind != "txt" for kind in PACKERS
    }


# -- other encodings --

GERMAN = "Die Frau grüßt den Mann auf der Straße nach Köln.\n"
WRITTEN = {
    "cp1252": GERMAN,
    "cp1250": "Chłopiec zjadł jabłko i poszedł do łóżka. Źle się czuję.\n",
    "cp1251": "Мальчик пошёл в школу, а девочка осталась дома.\n",
    "koi8_r": "Мальчик пошёл в школу, а девочка осталась дома.\n",
    "cp1253": "Το αγόρι πήγε στο σχολείο και η μητέρα του έμεινε στο σπίτι.\n",
    "cp1255": "הילד הלך לבית הספר והאם נשארה בבית.\n",
    "cp1256": "ذهب الولد إلى المدرسة وبقيت الأم في البيت.\n",
    "gb18030": "男孩去了学校，妈妈在家里。我们喜欢北京的音乐。\n",
    "shift_jis": "男の子は学校に行きました。お母さんは家にいます。\n",
    "euc_kr": "소년은 학교에 갔고 어머니는 집에 계셨다.\n",
}


@pytest.mark.parametrize("encoding", WRITTEN)
def test_the_likely_encoding_is_named_and_reads_the_text(tmp_path, encoding):
    path = tmp_path / "a.txt"
    path.write_bytes((WRITTEN[encoding] * 30).encode(encoding))
    with refused(rf"line 1, byte \d+.*--encoding {encoding}\.") as caught:
        read(path)
    named = caught.value.in_options.removesuffix(".").split()[-1]
    assert "".join(read_blocks([path], layout=TextLayout(named))) == WRITTEN[encoding] * 30


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_wide_encodings_are_named_and_read_in_whole_characters(tmp_path, encoding):
    path = tmp_path / "a.txt"
    text = GERMAN * 30_000
    path.write_bytes(text.encode(encoding))
    assert name_wide_encoding(path.read_bytes()) == encoding
    blocks = list(read_blocks([path], layout=TextLayout(encoding)))
    assert "".join(blocks) == text and len(blocks) > 1


def test_one_letter_in_another_encoding_is_enough_to_refuse(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"plain words\n" * 200_000 + b"a caf\xe9\n")
    with refused(r"line 200001, byte .*cp1252 \(Western European\)"):
        read(path)


def test_nothing_is_named_for_random_bytes():
    assert name_likely_encoding(bytes(i * i * 7919 % 251 for i in range(5000))) == ""


@pytest.mark.parametrize("name", ["latin-9x", "hex", "rot13", ""])
def test_an_encoding_that_is_none_of_texts_is_refused(name):
    with refused("no encoding that is known"):
        TextLayout(name)


def test_a_text_in_another_encoding_than_the_given_one_is_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(("日本語" * 99).encode())
    with refused("is UTF-8 text, not ascii"):
        list(read_blocks([path], layout=TextLayout("ascii")))


# -- JSON, markup, folders --


def test_a_field_of_json_lines_is_the_text(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "caf\\u00e9\\nau lait", "n": 1}\n\n{"text": null}\n{"text": "b"}')
    assert "".join(read_blocks([path], layout=TextLayout(field="text"))) == "café\nau lait\n\nb\n"
    with refused(r"fields text, n: .*--field text"):
        read(path)
    with refused("line 1 has no field body, only text, n"):
        list(read_blocks([path], layout=TextLayout(field="body")))
    with refused("n is not text"):
        list(read_blocks([path], layout=TextLayout(field="n")))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{"text": "a"}\n{"text": ', "line 2 is not JSON"),
        ('["a"]', "line 1 is not an object"),
        ('{"text": "\\ud800"}', "lone surrogate"),
        ("[" * 99_999, "nested too deeply"),
    ],
)
def test_damaged_json_lines_are_one_sentence(tmp_path, content, says):
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    with refused(says):
        list(read_blocks([path], layout=TextLayout(field="text")))


def test_a_single_object_without_a_line_end_is_json(tmp_path):
    (tmp_path / "a.json").write_text('{"text": "a king and a queen"}')
    with refused("with the fields text"):
        list(read_blocks([tmp_path / "a.json"]))


def test_a_json_list_says_how_it_can_be_read(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('[\n  {"text": "a"}\n]')
    with refused("one object a line"):
        read(path)
    path.write_text("{curly} braces alone are no JSON\n")
    assert read(path) == "{curly} braces alone are no JSON\n"


@pytest.mark.parametrize(
    ("text", "is_markup"),
    [
        ("<html><body><p>words</p><p>more</p></body></html>", True),
        ("<s> a b </s>\n<s> c <unk> </s>\n" * 9, False),
        ("if a < b and c > d, then </ e >", False),
    ],
)
def test_markup_is_warned_of(tmp_path, caplog, text, is_markup):
    path = tmp_path / "a.txt"
    path.write_text(text)
    assert read(path) == text
    assert ("looks like HTML or XML" in caplog.text) == is_markup


def test_a_folder_says_what_it_read_and_what_it_left_out(tmp_path):
    for name in ("a.txt", "b.html", "c.jsonl", ".git/d.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    (contents,) = look_into_folders([tmp_path])
    assert str(contents).endswith("1 file (a.txt) read; 2 files (b.html, c.jsonl) left out")
    as_lines = TextLayout(field="text")
    assert find_texts([tmp_path], as_lines) == [tmp_path / "c.jsonl"]
    (tmp_path / "a.txt").unlink()
    with refused(r"holds 2 files \(b\.html, c\.jsonl\); name the files"):
        find_texts([tmp_path])
