"""Provenance: origin and processing steps of vectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from embedviz.support import parse_json

METADATA_KEY = "embedviz"
"""Name of the provenance in formats with metadata."""


def fresh_provenance(source: Path, format_: str, steps: Sequence[str]) -> dict[str, object]:
    """Build the provenance of a file that stores none."""
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "file": source.name,
        "format": format_,
        "sha256": digest,
        "read": datetime.now(UTC).date().isoformat(),
        "steps": tuple(steps),
    }


def with_step(provenance: Mapping[str, object], step: str) -> dict[str, object]:
    """Return the provenance with one more processing step."""
    return {**provenance, "steps": (*steps_of(provenance), step)}


def steps_of(provenance: Mapping[str, object]) -> tuple[str, ...]:
    """Return the processing steps, in order."""
    steps = provenance.get("steps", ())
    return tuple(steps) if isinstance(steps, (list, tuple)) else ()


def encode_provenance(provenance: Mapping[str, object]) -> str:
    """Encode the provenance as one line of JSON."""
    return json.dumps(dict(provenance), ensure_ascii=False)


def decode_provenance(text: str | bytes | None) -> dict[str, object] | None:
    """Decode a provenance from JSON; None if it is invalid, since it is optional."""
    try:
        kept = parse_json(text or "null")
    except (ValueError, TypeError):
        return None
    return {**kept, "steps": steps_of(kept)} if isinstance(kept, dict) else None
