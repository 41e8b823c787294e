"""The choices of a question about a column: what its heading speaks of, what stands below it, and what could not stand there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from inventory.collectors.cells.cell_types import Raw
from inventory.collectors.cells.cells import ColumnReader
from inventory.collectors.cells.text_forms import looks_like_department, widths
from inventory.collectors.columns.column_shares import DATE
from inventory.collectors.columns.heading_keys import value_key
from inventory.collectors.columns.layout import Layout, UnreadColumn
from inventory.collectors.columns.likely_columns import looks_like
from inventory.collectors.columns.spec_contents import are_specs, fields_of_specs
from inventory.collectors.columns.vocabulary import Vocabulary
from inventory.collectors.sheets.sheet_names import may_be_a_person
from inventory.fields import FIELDS
from inventory.names import DEPARTMENT_FIELDS

OFFERED = 4  # choices
_KNOWN = 80  # score of a suggestion with a reason of its own: it stays the first
_FEWEST = 20  # score below which a choice only distracts
_BY_CONTENTS = 25  # what a field's score gains where the contents look like it
_USUAL = 6  # what the usual fields of a type gain among all that such contents may be
_ORDER = {name: at for at, name in enumerate(FIELDS)}
_UNLIKE = 0.3  # of the score is left to a field of another type above nothing but dates, persons or telephones
_SPECS = (
    60  # score of what a column of nothing but specifications (2台，每台8核32G) may be: its cells say it themselves
)
FIGURE = re.compile(r"^[\d.,%]+$")
_PHONE = re.compile(r"^[\d\s+()（）-]{7,20}$")
_WORDS = frozenset({"text", "name", "choice", "list", "urls"})
_LIST = re.compile(r"[、,，;；/\s]+")


def offered(
    column: UnreadColumn, samples: Sequence[Raw], layout: Layout, words: Vocabulary
) -> tuple[tuple[str, int], ...]:
    """The fields that a column may be, best first, with their scores up to 99; those that are read already are left out.

    Args:
        column: the column; suggestions with a reason of their own stay where they are.
        samples: the first different values that stand in it.
        layout: the headings.
        words: the vocabulary.
    """
    known = dict(column.suggestions)
    levels = layout.levels.get(column.index)
    is_told = bool(levels) and words.meaning(tuple(levels or ())) is not None  # its own meaning is doubted, not unknown
    if column.is_unlisted:
        first, *_ = column.suggestions
        more = _ranked(replace(column, suggestions=()), samples, layout, words)
        return (first, *(pair for pair in more if pair[0] != first[0]))[: OFFERED - 1]
    if known and (max(known.values()) >= _KNOWN or is_told):
        return column.suggestions
    ranked = _ranked(column, samples, layout, words)
    leads = [name for name, _ in column.suggestions[:1] if name == "sys_name"]  # without the names no row can be taken
    return tuple(sorted(ranked, key=lambda pair: pair[0] not in leads))


def _ranked(
    column: UnreadColumn, samples: Sequence[Raw], layout: Layout, words: Vocabulary
) -> tuple[tuple[str, int], ...]:
    """All fields that it may be, by what the heading speaks of and by what stands below it."""
    known = dict(column.suggestions)
    levels = layout.levels.get(column.index)
    scores = words.likely(levels) if levels else {}
    worded = dict(words.suggestions(levels)) if levels else {}
    only = next((kind for kind, is_such in _KINDS.items() if samples and all(map(is_such, samples))), None)
    if only is not None:
        of_type = [name for name, field in FIELDS.items() if field.type == only]
        scores = {name: score * (1 if name in of_type else _UNLIKE) for name, score in scores.items()}
        scores |= {name: scores.get(name, 0.0) + _BY_CONTENTS for name in of_type}
    specs = fields_of_specs(samples) if are_specs(samples) else ()
    if specs:
        scores = {name: score * _UNLIKE for name, score in scores.items()} | {name: float(_SPECS) for name in specs}
    by_contents = [*(name for name in known if name not in worded), *specs, *_by_contents(samples, words)]
    for at, name in enumerate(
        dict.fromkeys(by_contents)
    ):  # that they are dates says little of which: the usual ones lead
        scores[name] = scores.get(name, 0.0) + (_BY_CONTENTS if only is None else _USUAL) - at
    read = {other.field for other in layout.columns}
    told = [
        name
        for name in known
        if name == "sys_name" or name not in worded or not samples or can_hold(name, samples, words)
    ]
    kept = [
        (name, min(99, int(scores[name]))) for name in sorted(scores, key=lambda name: (-scores[name], _ORDER.get(name, 0)))
        if FIELDS[name].type != "credential"  # accounts and passwords are nothing to be kept
        and (name in told or (scores[name] >= _FEWEST and name not in read and (name in specs or can_hold(name, samples, words))))
    ]  # fmt: skip
    return tuple(kept[:OFFERED])


def _by_contents(samples: Sequence[Raw], words: Vocabulary) -> list[str]:
    """The fields that the contents look like: by their form, or as nothing but words of one choice."""
    found = list(looks_like(0, [[sample] for sample in samples]))
    texts = [value_key(sample) for sample in samples if isinstance(sample, str)]
    if samples and len(texts) == len(samples):
        found += [name for name, known in words.choices.items() if all(text in known for text in texts)]
    return found


def _is_date(sample: Raw) -> bool:
    return (
        bool(DATE.match(widths(sample).strip()))
        if isinstance(sample, str)
        else not isinstance(sample, int | float | bool)
    )


def _is_person(sample: Raw) -> bool:
    return isinstance(sample, str) and are_people(sample.strip())


def _is_phone(sample: Raw) -> bool:
    digits = "".join(filter(str.isdigit, str(sample)))
    return not isinstance(sample, bool) and bool(_PHONE.match(str(sample).strip())) and 7 <= len(digits) <= 12


# What is nothing but dates, persons or telephones is hardly anything else, whatever the heading says.
_KINDS = {"date": _is_date, "person": _is_person, "phone": _is_phone}


def can_hold(name: str, samples: Sequence[Raw], words: Vocabulary) -> bool:
    """Whether a column of this field could hold one of the values."""
    kind = FIELDS[name].type if name in FIELDS else "credential"
    if kind in ("secrecy", "credential"):
        return kind == "secrecy"
    texts = [sample.strip() for sample in samples if isinstance(sample, str) and not FIGURE.match(sample.strip())]
    if kind == "person":
        return any(map(are_people, texts))
    if kind == "phone":
        return any(map(_is_phone, samples))
    if name in DEPARTMENT_FIELDS or kind == "choice":
        known = words.choices.get(name, {})
        return any(looks_like_department(t) if name in DEPARTMENT_FIELDS else value_key(t) in known for t in texts)
    reader = ColumnReader(name, words, unit=None)
    is_wordless = kind in _WORDS and not texts  # nothing but figures
    return not is_wordless and any(reader[sample].issue is None for sample in samples if not isinstance(sample, bool))


def are_people(text: str) -> bool:
    """Whether a cell holds nothing but what may be names of persons."""
    parts = [part for part in _LIST.split(text) if part]
    return bool(parts) and all(map(may_be_a_person, parts))
