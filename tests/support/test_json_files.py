import pytest

from embedviz.errors import InputError
from embedviz.support import parse_json, read_complete_lines, read_json


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "is not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": 1, "a": 2}', "'a' occurs twice"),
        (b"\xff", "is not UTF-8 text (byte 1)"),
        (b" " * 1_000_001, "more than 1,000,000 bytes"),
    ],
)
def test_what_is_no_document_is_one_sentence_with_the_files_name(tmp_path, content, says):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_json(path, "a document", most_bytes=1_000_000, unique_keys=True)
    assert str(caught.value).startswith(str(path))
    assert says in str(caught.value)


def test_files_that_cannot_be_read_are_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere does not exist: give a document\."):
        read_json(tmp_path / "nowhere", "a document")
    with pytest.raises(InputError, match="cannot be read"):
        read_json(tmp_path, "a document")


def test_repeats_are_found_among_many_keys():
    keys = ", ".join(f'"{i}": 0' for i in range(100_000))
    with pytest.raises(ValueError, match="'99999' occurs twice"):
        parse_json(f'{{{keys}, "99999": 1}}', unique_keys=True)


def test_lines_that_are_being_written_are_left_for_later(tmp_path):
    path = tmp_path / "a.jsonl"
    assert list(read_complete_lines(path)) == []
    path.write_bytes(b'{"a": 1}\nno\n[2]\n' + b"[" * 100_000 + b'\n\xff\n{"a": 3}\n{"a": 4')
    assert list(read_complete_lines(path)) == [{"a": 1}, {"a": 3}]
