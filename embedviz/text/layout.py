"""How texts lie in their files."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from embedviz.errors import InputError
from embedviz.support import clip

UTF8 = "utf-8"


@dataclass(frozen=True)
class TextLayout:
    """How texts lie in their files.

    Parameters
    ----------
    encoding : str
        An encoding that Python knows.
    field : str, optional
        The files are JSON lines, and the text is this field of each.

    Raises
    ------
    InputError
        If there is no such encoding of texts, or the field has no name.
    """

    encoding: str = UTF8
    field: str | None = None

    def __post_init__(self) -> None:
        """Validate the encoding, and write it as Python does."""
        try:
            name = codecs.lookup(self.encoding).name
            "".encode(name)  # fails for those that are not of texts, such as hex
        except (LookupError, UnicodeError, ValueError):
            raise InputError(
                f"'{clip(self.encoding, 40)}' is no encoding that is known: give one such as "
                "cp1252, utf-16 or gb18030."
            ) from None
        object.__setattr__(self, "encoding", UTF8 if name == "utf-8-sig" else name)
        if self.field == "":
            raise InputError("The field has an empty name: name one, such as text.")


PLAIN = TextLayout()
"""Plain text in UTF-8."""
