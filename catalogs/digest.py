"""Canonical JSON and SHA-256: one form for everything that is hashed, signed or compared."""

from __future__ import annotations

import hashlib
import json


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no spaces, unescaped Chinese; the same value always gives the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256_of(value: object) -> str:
    """SHA-256 (64 hex digits) of the canonical JSON of a value."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def sha256_of_bytes(content: bytes) -> str:
    """SHA-256 (64 hex digits) of bytes."""
    return hashlib.sha256(content).hexdigest()
