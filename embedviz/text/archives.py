"""A zip archive with one file, read like a compressed file."""

from __future__ import annotations

import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from embedviz.errors import InputError

ZIP = b"PK\x03\x04"
_REMARKS = ("readme", "license", "licence", "copying", "citation")
_SHOWN = 5
_ENCRYPTED = 1


def open_only_member(raw: BinaryIO, name: str) -> BinaryIO:
    """Open the only file of an archive; hidden files and remarks such as a README do not count.

    Raises
    ------
    InputError
        If it contains none or several, or they are encrypted.
    """
    try:
        archive = zipfile.ZipFile(raw)
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise InputError(f"{name} is a damaged zip archive ({error}): download it again.") from None
    files = [info for info in members if not info.is_dir() and not _is_hidden(info.filename)]
    chosen = [i for i in files if not _is_remark(i.filename)] if len(files) > 1 else files
    if len(chosen) != 1:
        listed = ", ".join(info.filename[:60] for info in chosen[:_SHOWN]) or "no file"
        more = f" and {len(chosen) - _SHOWN} more" if len(chosen) > _SHOWN else ""
        raise InputError(
            f"{name} is a zip archive of {listed}{more}: unzip it, and give the file that you need."
        )
    if chosen[0].flag_bits & _ENCRYPTED:
        raise InputError(f"{name}: {chosen[0].filename[:60]} is encrypted: unzip it first.")
    try:
        return cast(BinaryIO, archive.open(chosen[0]))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError) as error:
        raise InputError(f"{name} cannot be unzipped here ({error}): unzip it first.") from None


def _is_hidden(member: str) -> bool:
    path = PurePosixPath(member)
    return path.name.startswith(".") or path.parts[:1] == ("__MACOSX",)


def _is_remark(member: str) -> bool:
    return PurePosixPath(member).stem.casefold() in _REMARKS
