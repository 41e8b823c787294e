"""One value out of several: which one holds, where it stands, and the gap where sources do not agree.

Rows of one source add up where the field's table says so, lists are united, texts that differ row by row are kept side
by side. Different sources are compared: the nearest to the machine, then the newest, holds; a difference becomes a gap
with both places and a question, which a decision answers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from catalogs.words import Text
from inventory.fields import FIELDS
from inventory.merging.parts import Rulings, Seen, label_of, shown
from inventory.merging.values import comparable, united
from inventory.model import Gap, Origin, Value

# Texts that rightly differ from row to row of one system; they are united as a list where they do.
_ROW_BY_ROW = frozenset(
    {
        "sub_system", "server_name", "server_id", "host_name", "server_type", "server_model", "spec", "flavor", "image", "pool", "res_type",
        "site", "location", "remark", "contact", "vendor_contact", "ops_contact", "office", "function", "order_no", "host", "cluster", "port",
        "power", "os_app", "os_db", "db", "middleware", "project", "cloud", "basis", "docs", "audience", "cpu_util", "cpu_peak_util", "mem_util",
        "disk_util", "integration", "virtualisation",
    }
)  # fmt: skip
_LISTS = frozenset({"list", "addresses", "urls"})
_HIGHEST = frozenset({"mlps_level"})  # where rows differ the stricter one holds until somebody answers
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A value that one row, or all rows of one source together, claim."""

    value: Value
    origin: Origin


@dataclass(slots=True)
class Picked:
    """The values that hold, where each stands, and what did not agree."""

    values: dict[str, Value] = field(default_factory=dict)
    origins: dict[str, Origin] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)


def pick_fields(
    subject: str, rows: Sequence[Seen], rulings: Rulings, *, ignored: frozenset[str] = frozenset()
) -> Picked:
    """The fields of one system or server from all rows that speak of it, nearest and newest first.

    Args:
        subject: its id, for gaps.
        rows: in order (`in_order`).
        rulings: answers to earlier questions hold.
        ignored: fields whose differences mean nothing.
    """
    if len(rows) == 1:  # most servers: nothing to compare
        return _alone(rows[0])
    picked = Picked()
    names = sorted({name for row in rows for name in row.record.fields})
    by_source: dict[str, list[Seen]] = {}
    for row in _distinct(rows):
        by_source.setdefault(row.source, []).append(row)
    for name in names:
        claims = [claim for own in by_source.values() for claim in _claims_of_source(name, own)]
        if not claims:
            picked.values[name] = None
            continue
        if _is_list(name, claims):
            picked.values[name] = united(claim.value for claim in claims)
            picked.origins[name] = claims[0].origin
            continue
        chosen = _chosen(subject, name, claims, rulings, picked.gaps, compared=name not in ignored)
        picked.values[name], picked.origins[name] = chosen.value, chosen.origin
    return picked


def _alone(row: Seen) -> Picked:
    picked = Picked()
    for name, value in sorted(row.record.fields.items()):
        if value is None or value in ("", ()):
            picked.values[name] = None
            continue
        known = FIELDS.get(name)
        listed = isinstance(value, tuple) or (known is not None and known.type in _LISTS)
        picked.values[name] = united([value]) if listed else value
        picked.origins[name] = row.record.origin_of(name)
    return picked


def _distinct(rows: Sequence[Seen]) -> list[Seen]:
    """Rows of one source with the very same content count once."""
    met: set[tuple[str, str, object]] = set()
    kept = []
    for row in rows:
        mark = (
            row.source,
            row.record.id,
            tuple(sorted((name, repr(value)) for name, value in row.record.fields.items())),
        )
        if mark not in met:
            met.add(mark)
            kept.append(row)
    return kept


def _is_list(name: str, claims: Sequence[Claim]) -> bool:
    known = FIELDS.get(name)
    return (known is not None and known.type in _LISTS) or any(isinstance(claim.value, tuple) for claim in claims)


def _claims_of_source(name: str, rows: Sequence[Seen]) -> list[Claim]:
    """What the rows of one source claim together: their sum, their union, or each its own."""
    claims = [
        Claim(value=value, origin=row.record.origin_of(name))
        for row in rows
        if (value := row.record.fields.get(name)) is not None and value not in ("", ())
    ]
    if len(claims) < 2:
        return claims
    known = FIELDS.get(name)
    if known is not None and known.sums and all(_is_number(claim.value) for claim in claims):
        return [Claim(value=_sum([claim.value for claim in claims]), origin=claims[0].origin)]
    if name in _ROW_BY_ROW:
        values = list(dict.fromkeys(shown(claim.value) for claim in claims))
        return claims[:1] if len(values) == 1 else [Claim(value=tuple(values), origin=claims[0].origin)]
    return claims


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sum(values: Sequence[Value]) -> int | float:
    """The sum, whole where all parts are; parts are added in order of size, so that the order of rows does not show."""
    numbers = sorted(value for value in values if isinstance(value, int | float))
    return sum(numbers)


def _chosen(
    subject: str, name: str, claims: Sequence[Claim], rulings: Rulings, gaps: list[Gap], *, compared: bool
) -> Claim:
    different: dict[object, Claim] = {}
    for claim in claims:
        different.setdefault(comparable(claim.value), claim)
    found = _without_vaguer_dates(name, list(different.values()))
    if len(found) == 1 or not compared or name in _ROW_BY_ROW:
        return found[0]
    answer_key = f"conflict:{subject}:{name}"
    answered = [claim for claim in found if shown(claim.value) == rulings.answers.get(answer_key)]
    if answered:
        return answered[0]
    if name in _HIGHEST and all(_is_number(claim.value) for claim in found):
        found.sort(key=lambda claim: -float(claim.value))  # type: ignore[arg-type]
    gaps.append(_conflict(subject, name, found, answer_key))
    return found[0]


def _without_vaguer_dates(name: str, claims: list[Claim]) -> list[Claim]:
    """Where one date only says more exactly what another says (`2019`, `2019-03`), the exact one is enough."""
    known = FIELDS.get(name)
    if known is None or known.type != "date" or len(claims) < 2:
        return claims
    texts = [str(claim.value) for claim in claims]
    if not all(_DATE.fullmatch(text) for text in texts):
        return claims
    return [
        claim for claim, text in zip(claims, texts, strict=True)
        if not any(other != text and other.startswith(text + "-") for other in texts)
    ]  # fmt: skip


def _conflict(subject: str, name: str, claims: Sequence[Claim], answer_key: str) -> Gap:
    label = label_of(name)
    zh = "；".join(f"{claim.origin.place} 为 {shown(claim.value)}" for claim in claims)
    en = "; ".join(f"{claim.origin.place} says {shown(claim.value)}" for claim in claims)
    first = shown(claims[0].value)
    return Gap(
        kind="conflict", origin=claims[0].origin, subject=subject, field=name, raw=first,
        message=Text(f"{label.zh}不一致：{zh}；暂取 {first}", f"{label.en} differs: {en}; {first} is used for now"),
        question=Text(f"{label.zh}以哪个为准？", f"which {label.en} is right?"),
        choices=tuple(shown(claim.value) for claim in claims), answer_key=answer_key,
    )  # fmt: skip


def first_text(values: Mapping[str, Value], *names: str) -> str | None:
    """The first of some fields that has a text."""
    for name in names:
        value = values.get(name)
        if isinstance(value, tuple):
            value = "、".join(value)
        if value not in (None, ""):
            return str(value)
    return None
