"""What one sheet gave and its account: every row and column, every gap, each with its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from catalogs.words import Text
from inventory.collectors.cell_types import Issue, Raw
from inventory.collectors.heading_columns import Column, Layout, UnreadColumn
from inventory.collectors.heading_keys import heading_question_key
from inventory.collectors.vocabulary import IGNORE
from inventory.fields import FIELDS
from inventory.model import Contact, Gap, GapKind, Origin, Record, Skipped

# first row, first column, last row, last column of the sheet; counted from 1, the last ones included
Area = tuple[int, int, int, int]
MAX_SUCH_GAPS = 1000  # with one answer; more are counted in one last gap


@dataclass(slots=True)
class SheetAccount:
    """Filled while a sheet is read. `rows_read` = `rows_recorded` + `rows_asked` + all `skipped_rows`."""

    place: Origin
    department: str | None
    layouts: list[Layout] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    skipped_rows: Counter[str] = field(default_factory=Counter)
    rows_read: int = 0
    rows_recorded: int = 0
    rows_asked: int = 0
    cells_read: int = 0
    cells_asked: int = 0
    classified: list[Area] = field(default_factory=list)  # the cells of classified systems, in the sheet
    # Names of systems that are or may be classified: kept while the file is read, never told.
    withheld_names: set[str] = field(default_factory=set)
    classified_names: set[str] = field(default_factory=set)
    _counts: Counter[tuple[GapKind, str, str]] = field(default_factory=Counter)

    def skip(self, number: int, reason: str, detail: str | None = None, column: str | None = None) -> None:
        """Leave one row out."""
        self.skipped.append(
            Skipped(origin=replace(self.place, row=number, column=column), reason=reason, detail=detail)
        )
        self.skipped_rows[reason] += 1

    def withhold(self, name: Raw, *, classified: bool) -> None:
        """Remember the name of a system that is classified, or may be: it must not be told by any other part of the file."""
        if isinstance(name, str) and name.strip():
            self.withheld_names.add(name.strip())
            if classified:
                self.classified_names.add(name.strip())

    def skip_empty(self, first: int, last: int) -> None:
        """Leave a run of empty rows out, as one entry."""
        detail = f"{first}-{last}" if last > first else None
        self.skipped.append(Skipped(origin=replace(self.place, row=first), reason="empty", detail=detail))
        self.skipped_rows["empty"] += last - first + 1

    def settle_as_one_row(self, recorded: int, asked: int, skipped: Counter[str]) -> None:
        """Count as one row what was read since these counts: as recorded where anything of it was, else as asked or skipped."""
        new = self.skipped_rows - skipped
        is_recorded, is_asked = self.rows_recorded > recorded, self.rows_asked > asked
        self.rows_recorded = recorded + is_recorded
        self.rows_asked = asked + (is_asked and not is_recorded)
        self.skipped_rows = skipped
        if not is_recorded and not is_asked and new:
            self.skipped_rows[next(iter(new))] += 1

    def ask(self, gap: Gap) -> None:
        """Note a gap; the thousandth of one kind is the last that is listed by itself."""
        if gap.field is not None and gap.kind in {"ambiguous", "unreadable"}:
            self.cells_asked += 1
        mark = (gap.kind, gap.field or "", gap.answer_key or "")
        self._counts[mark] += 1
        if self._counts[mark] <= MAX_SUCH_GAPS:
            self.gaps.append(gap)

    def close(self) -> None:
        """Say how many gaps were not listed by themselves."""
        for (kind, name, key), count in sorted(self._counts.items()):
            if count > MAX_SUCH_GAPS:
                more = count - MAX_SUCH_GAPS
                text = Text(
                    f"另有 {more} 格同样的问题，没有一一列出",
                    f"{more} more cells have the same problem and are not listed",
                )
                self.gaps.append(
                    Gap(kind=kind, origin=self.place, field=name or None, message=text, answer_key=key or None)
                )

    def as_json(self) -> dict[str, object]:
        """The account of this sheet: rows, and every column by name."""
        return {
            "sheet": self.place.sheet or "",
            "department": self.department,
            "heading_rows": [[layout.top + 1, layout.bottom + 1] for layout in self.layouts],
            "rows_read": self.rows_read,
            "rows_recorded": self.rows_recorded,
            "rows_asked": self.rows_asked,
            "skipped": dict(sorted(self.skipped_rows.items())),
            "classified_areas": [list(area) for area in self.classified],
            "columns_used": [
                {"column": c.letters, "heading": c.heading, "field": c.field, "unit": c.unit}
                for layout in self.layouts for c in layout.columns if not c.stands_in
            ],
            "columns_ignored": [
                {"column": c.letters, "heading": c.heading, "why": c.why, "suggestions": [[n, s] for n, s in c.suggestions]}
                for layout in self.layouts for c in layout.unread
            ],
        }  # fmt: skip


def gap_of_cell(issue: Issue, column: Column, origin: Origin, subject: str | None) -> Gap:
    """What is wrong with one cell, as a gap at its place."""
    label = FIELDS[column.field].label
    return Gap(
        kind=issue.kind, origin=replace(origin, column=column.letters), subject=subject, field=column.field, raw=issue.raw,
        message=Text(f"{label.zh}：{issue.message.zh}", f"{label.en}: {issue.message.en}"), question=issue.question,
        choices=issue.choices, answer_key=f"{origin.source}|{column.field}|{issue.key}" if issue.key else None,
    )  # fmt: skip


SAME_MEANING = 100  # the score of a heading that is known, where several columns have one meaning


def _rival_gap(column: UnreadColumn, layout: Layout, origin: Origin, place: Origin) -> Gap:
    name = column.suggestions[0][0]
    label = FIELDS[name].label
    others = "、".join(
        c.letters for c in layout.unread if c.index != column.index and c.suggestions == column.suggestions
    )
    beside = (f"（还有 {others} 栏）", f" (as are {others})") if others else ("", "")
    return Gap(
        kind="ambiguous", origin=origin, raw=column.heading,
        message=Text(f"「{column.heading}」也是{label.zh}{beside[0]}，不知道以哪一栏为准，都没有读取", f"{column.heading!r} is {label.en}, too{beside[1]}; which of them holds is not known, none was read"),
        question=Text(f"「{column.heading}」就是{label.zh}吗？其他各栏答 {IGNORE}", f"is {column.heading!r} the {label.en}? Answer {IGNORE} for the others"),
        choices=(name, IGNORE), answer_key=f"{place.source}|heading|{heading_question_key(layout.levels[column.index])}",
    )  # fmt: skip


def heading_gaps(layout: Layout, place: Origin) -> list[Gap]:
    """A question for each unknown heading that resembles known ones, a warning for each column of credentials."""
    gaps = []
    for column in layout.unread:
        origin = replace(place, row=layout.bottom + 1, column=column.letters)
        if column.why == "credential":
            text = Text(f"「{column.heading}」一栏是账号或密码，没有读取；请从台账中删除",
                        f"the column {column.heading!r} holds credentials and was not read; please remove it")  # fmt: skip
            gaps.append(Gap(kind="credential", origin=origin, message=text, raw="***"))
        elif column.why == "asked" and column.suggestions and column.suggestions[0][1] == SAME_MEANING:
            gaps.append(_rival_gap(column, layout, origin, place))
        elif column.why == "asked":
            zh = "、".join(f"{FIELDS[name].label.zh}（相似 {score}）" for name, score in column.suggestions)
            en = ", ".join(f"{name} ({score})" for name, score in column.suggestions)
            text = Text(f"表头「{column.heading}」不在词表中，这一栏没有读取；可能是：{zh}",
                        f"the heading {column.heading!r} is in no catalogue, its column was not read; perhaps: {en}")  # fmt: skip
            gaps.append(
                Gap(
                    kind="ambiguous", origin=origin, message=text, raw=column.heading,
                    question=Text(f"「{column.heading}」是哪一栏？", f"what is {column.heading!r}?"),
                    choices=(*(name for name, _ in column.suggestions), IGNORE),
                    answer_key=f"{place.source}|heading|{heading_question_key(layout.levels[column.index])}",
                )
            )  # fmt: skip
    return gaps
