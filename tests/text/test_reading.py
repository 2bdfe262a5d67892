import bz2
import gzip
import logging
import lzma

import pytest
import zstandard

from embedviz.errors import InputError
from embedviz.text import find_texts, is_compressed, read_blocks
from embedviz.text.reading import BLOCK_BYTES

TEXT = "Zürich and Kraków are cities.\n" * 50
PACKERS = {
    "txt": lambda data: data,
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.ZstdCompressor().compress,
}


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
    with pytest.raises(InputError, match=r"a[: ].*(damaged|cut short|cannot be read)"):
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
    with pytest.raises(InputError, match="contains no text"):
        find_texts([tmp_path])
    with pytest.raises(InputError, match=r"nowhere\.txt does not exist"):
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
        (bytes(range(128, 256)) * 10, "not UTF-8"),
    ],
)
def test_binary_files_are_refused(tmp_path, data, says):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(InputError, match=says):
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
