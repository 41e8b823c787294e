"""People named in ledgers: kept in the contact table only; records hold their ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from catalogs.digest import sha256_of
from inventory.model import Contact, Origin, Value

_ROLES = (
    ("owner", "contact", "phone"),
    ("vendor", "vendor_contact", "vendor_phone"),
    ("operator", "ops_contact", "ops_phone"),
)
_PHONE = re.compile(r"\+?\d[\d\s-]{5,17}\d(?:\s*转\s*\d+)?")

# 庞宇/8601, 焦阳(66015): an extension of the house behind a name
_EXTENSION = re.compile(
    r"^(?P<name>[\u4e00-\u9fff·]{2,8}?)(?:\s*[/、,，;；:：(（\-—\s]\s*(?:电话|内线|分机|短号|座机)?\s*[:：]?\s*|(?:电话|内线|分机|短号|座机)[:：]?)(?P<phone>\d{4,6})\s*[)）]?$"
)


class Contacts:
    """All people of one sheet, each once."""

    def __init__(self, place: Origin) -> None:
        self._place = place
        self._known: dict[tuple[str | None, str, str | None, str | None], Contact] = {}

    def replace_people(
        self, fields: dict[str, Value], department: str | None, origin: Origin, columns: Mapping[str, str]
    ) -> None:
        """Take names and numbers out of a record's fields and leave the contact's id."""
        for role, person, phone in _ROLES:
            if person not in fields and phone not in fields:
                continue
            name, number = _split(_text(fields.pop(person, None)), _text(fields.pop(phone, None)))
            if name is None and number is None:
                continue
            mark = (department, role, name, number)
            known = self._known.get(mark)
            if known is None:
                place = replace(origin, column=columns.get(person) or columns.get(phone))
                known = Contact(
                    id=f"contact-{sha256_of(list(mark))[:12]}",
                    department=department,
                    role=role,
                    name=name,
                    phone=number,
                    origin=place,
                )
                self._known[mark] = known
            fields[person] = known.id

    def all(self) -> list[Contact]:
        """Every person, in the order met."""
        return list(self._known.values())


def _text(value: Value) -> str | None:
    return None if value is None else str(value).strip() or None


def _split(name: str | None, phone: str | None) -> tuple[str | None, str | None]:
    """`张三/13800000000` in one cell is a name and a number."""
    if name is not None and phone is None and (short := _EXTENSION.match(name)) is not None:
        return short["name"], short["phone"]
    if name is None or (phone is not None and not _PHONE.search(name)):
        return name, phone
    found = _PHONE.search(name)
    if found is None:
        return name, phone
    bare = re.sub(r"[\s/、,，;；:：()（）-]+$|^[\s/、,，;；:：()（）-]+", "", name.replace(found[0], " "))
    return bare or None, phone or found[0]
