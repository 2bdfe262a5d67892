"""Uploaded files of text: of limited size, and decoded."""

from __future__ import annotations

from embedviz.errors import InputError


def decode_upload(content: bytes, most_bytes: int, remedy: str) -> str:
    """Decode an uploaded file.

    Parameters
    ----------
    content : bytes
    most_bytes : int
    remedy : str
        What to do about a file that is no text: "choose a session file".

    Raises
    ------
    InputError
        If it is too large or is not UTF-8.
    """
    if len(content) > most_bytes:
        raise InputError(
            f"The file has {len(content):,} bytes, and the limit is {most_bytes:,}: choose a "
            "smaller one."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"The file is not UTF-8 text (byte {error.start + 1}): {remedy}."
        ) from None
