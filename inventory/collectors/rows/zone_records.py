"""The makers of records for one set of headings: one, or one for each zone where zones are groups of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from inventory.collectors.cells.cell_types import EMPTY, Cell
from inventory.collectors.columns.layout import Layout
from inventory.collectors.columns.zone_columns import is_zone
from inventory.collectors.rows.doubled_rows import SeenRows
from inventory.collectors.rows.sheet_records import RecordMaker
from inventory.collectors.sheets.sheet_account import SheetAccount
from inventory.fields import FIELDS

_AMOUNTS = frozenset({"cores", "size", "count", "number", "money", "bandwidth"})


@dataclass(frozen=True, slots=True)
class ZonePart:
    """One zone's columns beside those that all zones share: `places` in the cells of a row, `own` those of the zone alone."""

    maker: RecordMaker
    places: tuple[int, ...]
    own: tuple[int, ...]
    once: frozenset[int] = frozenset()

    def has_content(self, cells: Sequence[Cell]) -> bool:
        """Whether a row has anything in this zone; nought is nothing there."""
        return any(cells[at].value not in (None, 0, ()) or cells[at].issue for at in self.own)

    def of(self, cells: Sequence[Cell], *, is_first: bool) -> list[Cell]:
        """The cells of a row that are this zone's or everybody's; an amount of everybody's counts once, with the first zone."""
        return [cells[at] if is_first or at in self.own or at not in self.once else EMPTY for at in self.places]

    def marked(self, marked: Sequence[int]) -> list[int]:
        """Places of remarkable cells, as `of` orders them."""
        return [order for order, at in enumerate(self.places) if at in marked]


def zone_makers(
    layout: Layout, account: SheetAccount, answers: Mapping[str, str], sheet: str, seen: SeenRows
) -> list[ZonePart]:
    """One maker, or one for each zone in the order of the sheet; they tell doubled rows apart together.

    A sheet that is named after a zone says the zone of its rows, where no column does.
    """
    zones = list(dict.fromkeys(column.zone for column in layout.columns if column.zone is not None))
    if not zones:
        everything = tuple(range(len(layout.columns)))
        of_sheet = sheet if is_zone(sheet) and layout.column("zone") is None else None
        return [ZonePart(RecordMaker(layout, account, answers, zone=of_sheet, seen=seen), everything, everything)]
    parts: list[ZonePart] = []
    for zone in zones:
        own = tuple(at for at, column in enumerate(layout.columns) if column.zone == zone)
        places = tuple(at for at, column in enumerate(layout.columns) if column.zone in {None, zone})
        columns = tuple(layout.columns[at] for at in places)
        maker = RecordMaker(replace(layout, columns=columns), account, answers, zone=zone, seen=seen)
        if parts:
            maker.doubled.share_rows(parts[0].maker.doubled)
        once = frozenset(at for at in places if at not in own and FIELDS[layout.columns[at].field].type in _AMOUNTS)
        parts.append(ZonePart(maker, places, own, once))
    return parts
