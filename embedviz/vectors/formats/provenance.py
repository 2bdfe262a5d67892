"""Where vectors come from and what was done to them, as files keep it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

METADATA_KEY = "embedviz"
"""Name of the provenance in formats that have a place for remarks."""


def fresh_provenance(source: Path, format_: str, steps: Sequence[str]) -> dict[str, object]:
    """Where vectors come from that carry no provenance of their own."""
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
    """Add what was done."""
    return {**provenance, "steps": (*steps_of(provenance), step)}


def steps_of(provenance: Mapping[str, object]) -> tuple[str, ...]:
    """Return what was done, in order."""
    steps = provenance.get("steps", ())
    return tuple(steps) if isinstance(steps, (list, tuple)) else ()


def encode_provenance(provenance: Mapping[str, object]) -> str:
    """Provenance as one line of JSON."""
    return json.dumps(dict(provenance), ensure_ascii=False)


def decode_provenance(text: str | bytes | None) -> dict[str, object] | None:
    """Provenance from JSON; None if it is none, for it is only a remark."""
    try:
        kept = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    return {**kept, "steps": steps_of(kept)} if isinstance(kept, dict) else None
