"""problem.json → PlanningProblem: strict, every mistake listed at once with its JSON place, before any solving."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from catalogs.errors import CollectError
from catalogs.weeks import Week
from catalogs.words import Text
from planner.problem.problem import (
    SCHEMA,
    Before,
    CapacityStep,
    CleanUpOffer,
    CurvePoint,
    Department,
    Freed,
    Option,
    Period,
    Pin,
    PlannedSystem,
    PlanningProblem,
    Pool,
    Previous,
    PreviousMove,
    ReplicaOption,
    SameSite,
    Target,
    Team,
    Weights,
    Within,
)
from planner.problem.references import note_wrong_references
from planner.problem.strict_json import Mistake, Reader, load, shown

_TOP = (
    "schema", "name", "first_week", "weeks", "unscheduled_week", "resources", "pools", "teams", "departments",
    "systems", "clean_ups", "together", "before", "within", "apart", "same_site", "targets", "curve", "weights",
)  # fmt: skip
_SYSTEM = (
    "id", "department", "weight", "preparation_weeks", "release_week", "due_week", "deadline_week", "blocked_weeks",
    "options", "replica_options",
)  # fmt: skip
_SHOWN_MISTAKES = 200
Item = TypeVar("Item")


def read_problem(content: bytes, name: str = "problem.json") -> PlanningProblem:
    """Read a problem file.

    Args:
        content: the file's bytes.
        name: how messages call the file.

    Raises:
        CollectError: the file is not a problem of version 1; the message lists every mistake with its JSON place.
    """
    problem, mistakes = find_mistakes(load(content, name))
    if mistakes or problem is None:
        raise CollectError(*_listed(name, mistakes), hint=_HINT)
    return problem


_HINT = Text(
    "格式见 docs/reference/planning-problem.md；先改正以上各处，再求解",
    "the form is in docs/reference/planning-problem.md; mend these places, then solve",
)


def _listed(name: str, mistakes: list[Mistake]) -> Text:
    def lines(language: int) -> str:
        shown_lines = [f"  {m.place}: {m.fault[language]}" for m in mistakes[:_SHOWN_MISTAKES]]
        more = len(mistakes) - _SHOWN_MISTAKES
        if more > 0:
            shown_lines.append((f"  …… 另有 {more} 处", f"  … and {more} more")[language])
        return "\n".join(shown_lines)

    count = len(mistakes)
    return Text(f"{name}：有 {count} 处错误\n{lines(0)}", f"{name}: {count} mistakes\n{lines(1)}")


def find_mistakes(raw: Any) -> tuple[PlanningProblem | None, list[Mistake]]:
    """The problem, or every mistake in parsed JSON."""
    reader = Reader()
    parsed = _Parsing(reader).problem(raw)
    unread = {mistake.place for mistake in reader.mistakes} & {"pools", "teams", "departments", "systems", "clean_ups"}
    if parsed is not None and not unread:  # a list that could not be read would make every reference look wrong
        note_wrong_references(parsed, reader)
    return (None if reader.mistakes else parsed), reader.mistakes


@dataclass(slots=True)
class _Parsing:
    """Reads a problem part by part; `weeks` and `resources` are read first, for lengths and limits of the rest."""

    reader: Reader
    weeks: int = 1
    last_week: int | None = 0
    resources: tuple[str, ...] = field(default=())

    def problem(self, raw: Any) -> PlanningProblem | None:
        r = self.reader
        top = r.table(raw, "", _TOP, ("previous",))
        if not top:
            return None
        if "schema" in top and top["schema"] != SCHEMA:
            found = shown(top["schema"])
            r.note("schema", f"应为 {SCHEMA!r}，现为 {found}", f"expected {SCHEMA!r}, found {found}")
        self.weeks = r.take(top, "", "weeks", partial(r.integer, least=1), 1)
        unread = "weeks" not in top or any(mistake.place == "weeks" for mistake in r.mistakes)
        self.last_week = None if unread else self.weeks - 1  # else every week would seem to be wrong as well
        self.resources = r.take(top, "", "resources", self._list(r.text), ())
        _note_repeated(r, "resources", self.resources)
        return PlanningProblem(
            name=r.take(top, "", "name", self._any_text, ""),
            first_week=r.take(top, "", "first_week", self._iso_week, Week(2000, 1)),
            weeks=self.weeks,
            unscheduled_week=r.take(top, "", "unscheduled_week", partial(r.integer, least=self.weeks), self.weeks),
            resources=self.resources,
            pools=r.take(top, "", "pools", self._list(self._pool), ()),
            teams=r.take(top, "", "teams", self._list(self._team), ()),
            departments=r.take(top, "", "departments", self._list(self._department), ()),
            systems=r.take(top, "", "systems", self._list(self._system), ()),
            clean_ups=r.take(top, "", "clean_ups", self._list(self._clean_up), ()),
            together=r.take(top, "", "together", self._list(self._group), ()),
            before=r.take(top, "", "before", self._list(self._before), ()),
            within=r.take(top, "", "within", self._list(self._within), ()),
            apart=r.take(top, "", "apart", self._list(self._group), ()),
            same_site=r.take(top, "", "same_site", self._list(self._same_site), ()),
            targets=r.take(top, "", "targets", self._list(self._target), ()),
            curve=r.take(top, "", "curve", self._list(self._curve_point), ()),
            weights=r.take(top, "", "weights", self._weights, Weights(lateness=0, progress=0, placement=0, curve=0)),
            previous=r.take(top, "", "previous", self._previous, None),
        )

    def _list(self, read: Callable[[Any, str], Item]) -> Callable[[Any, str], tuple[Item, ...]]:
        return partial(self.reader.items, read=read)

    def _any_text(self, raw: Any, place: str) -> str:
        if not isinstance(raw, str):
            self.reader.note(place, f"应为文字，现为 {shown(raw)}", f"expected a text, found {shown(raw)}")
            return ""
        return raw

    def _iso_week(self, raw: Any, place: str) -> Week:
        try:
            return Week.parse(raw if isinstance(raw, str) else "")
        except (ValueError, OverflowError):
            self.reader.note(
                place,
                f"应为 2026-W14 形式的周，现为 {shown(raw)}",
                f"expected a week like 2026-W14, found {shown(raw)}",
            )
            return Week(2000, 1)

    def _inside_week(self, raw: Any, place: str) -> int:
        return self.reader.integer(raw, place, least=0, most=self.last_week)

    def _amounts(self, raw: Any, place: str) -> tuple[int, ...]:
        """One number ≥ 0 per resource."""
        amounts = self.reader.items(raw, place, self.reader.number)
        if isinstance(raw, list):
            self._length(amounts, place, len(self.resources))
        return amounts

    def _length(self, numbers: tuple[int, ...], place: str, wanted: int) -> None:
        if len(numbers) != wanted:
            self.reader.note(
                place, f"应有 {wanted} 个数，现有 {len(numbers)} 个", f"expected {wanted} numbers, found {len(numbers)}"
            )

    def _pool(self, raw: Any, place: str) -> Pool:
        r = self.reader
        fields = r.table(raw, place, ("id", "site", "capacity"))
        steps = r.take(fields, place, "capacity", self._list(self._step), ())
        weeks = [step.from_week for step in steps]
        if "capacity" in fields and isinstance(fields["capacity"], list) and min(weeks, default=1) != 0:
            r.note(f"{place}.capacity", "第一段应从第 0 周开始", "the first step has to start at week 0")
        _note_repeated(r, f"{place}.capacity[].from_week", tuple(weeks))
        return Pool(
            id=r.take(fields, place, "id", r.text, ""),
            site=r.take(fields, place, "site", r.text, ""),
            capacity=tuple(sorted(steps, key=lambda step: step.from_week)),
        )

    def _step(self, raw: Any, place: str) -> CapacityStep:
        fields = self.reader.table(raw, place, ("from_week", "amount"))
        return CapacityStep(
            from_week=self.reader.take(fields, place, "from_week", self._inside_week, 0),
            amount=self.reader.take(fields, place, "amount", self._amounts, ()),
        )

    def _team(self, raw: Any, place: str) -> Team:
        r = self.reader
        fields = r.table(raw, place, ("id", "periods"))
        periods = r.take(fields, place, "periods", self._list(self._period), ())
        in_order = sorted(periods, key=lambda period: period.from_week)
        for earlier, later in itertools.pairwise(in_order):
            if later.from_week <= earlier.to_week:
                both = f"{earlier.from_week}–{earlier.to_week}, {later.from_week}–{later.to_week}"
                r.note(f"{place}.periods", f"时段重叠（{both}）", f"periods overlap ({both})")
        return Team(id=r.take(fields, place, "id", r.text, ""), periods=periods)

    def _period(self, raw: Any, place: str) -> Period:
        r = self.reader
        fields = r.table(raw, place, ("from_week", "to_week", "amount"))
        first = r.take(fields, place, "from_week", self._inside_week, 0)
        last = r.take(fields, place, "to_week", self._inside_week, first)
        if last < first:
            r.note(f"{place}.to_week", f"早于 from_week（{first}）", f"earlier than from_week ({first})")
        return Period(from_week=first, to_week=last, amount=r.take(fields, place, "amount", r.number, 0))

    def _department(self, raw: Any, place: str) -> Department:
        r = self.reader
        fields = r.table(raw, place, ("id", "max_parallel", "blocked_weeks"))
        return Department(
            id=r.take(fields, place, "id", r.text, ""),
            max_parallel=r.take(fields, place, "max_parallel", r.number, 0),
            blocked_weeks=r.take(fields, place, "blocked_weeks", self._list(r.week), ()),
        )

    def _system(self, raw: Any, place: str) -> PlannedSystem:
        r = self.reader
        fields = r.table(raw, place, _SYSTEM, ("frees", "pin"))
        preparation = r.take(fields, place, "preparation_weeks", partial(r.integer, least=1), 1)
        options = r.take(fields, place, "options", self._list(partial(self._option, length=preparation)), ())
        replicas = r.take(fields, place, "replica_options", self._list(self._replica_option), ())
        _note_repeated(r, f"{place}.options[].pool", tuple(option.pool for option in options))
        _note_repeated(r, f"{place}.replica_options[].pool", tuple(option.pool for option in replicas))
        return PlannedSystem(
            id=r.take(fields, place, "id", r.text, ""),
            department=r.take(fields, place, "department", r.text, ""),
            weight=r.take(fields, place, "weight", r.number, 0),
            preparation_weeks=preparation,
            release_week=r.take(fields, place, "release_week", r.week, 0),
            due_week=r.take(fields, place, "due_week", r.optional(r.week), None),
            deadline_week=r.take(fields, place, "deadline_week", r.optional(r.week), None),
            blocked_weeks=r.take(fields, place, "blocked_weeks", self._list(r.week), ()),
            options=options,
            replica_options=replicas,
            frees=r.take(fields, place, "frees", self._list(self._freed), ()),
            pin=r.take(fields, place, "pin", self._pin, None),
        )

    def _option(self, raw: Any, place: str, length: int) -> Option:
        r = self.reader
        fields = r.table(raw, place, ("pool", "demand", "cost", "effort"))

        def used(raw_used: Any, used_place: str) -> tuple[int, ...]:
            numbers = r.items(raw_used, used_place, r.number)
            if isinstance(raw_used, list):
                self._length(numbers, used_place, length)
            return numbers

        return Option(
            pool=r.take(fields, place, "pool", r.text, ""),
            demand=r.take(fields, place, "demand", self._amounts, ()),
            cost=r.take(fields, place, "cost", r.number, 0),
            effort=r.take(fields, place, "effort", partial(r.mapping, read=used), {}),
        )

    def _replica_option(self, raw: Any, place: str) -> ReplicaOption:
        r = self.reader
        fields = r.table(raw, place, ("pool", "demand", "cost"))
        return ReplicaOption(
            pool=r.take(fields, place, "pool", r.text, ""),
            demand=r.take(fields, place, "demand", self._amounts, ()),
            cost=r.take(fields, place, "cost", r.number, 0),
        )

    def _freed(self, raw: Any, place: str) -> Freed:
        r = self.reader
        fields = r.table(raw, place, ("pool", "amount", "weeks_after"))
        return Freed(
            pool=r.take(fields, place, "pool", r.text, ""),
            amount=r.take(fields, place, "amount", self._amounts, ()),
            weeks_after=r.take(fields, place, "weeks_after", r.number, 0),
        )

    def _pin(self, raw: Any, place: str) -> Pin:
        r = self.reader
        fields = r.table(raw, place, (), ("week", "pool", "replica_pool"))
        return Pin(
            week=r.take(fields, place, "week", r.week, None),
            pool=r.take(fields, place, "pool", r.text, None),
            replica_pool=r.take(fields, place, "replica_pool", r.optional(r.text), None),
            holds_replica="replica_pool" in fields,
        )

    def _clean_up(self, raw: Any, place: str) -> CleanUpOffer:
        r = self.reader
        fields = r.table(raw, place, ("id", "pool", "amount", "release_week", "effort"))
        effort = partial(r.mapping, read=self._list(r.number))
        return CleanUpOffer(
            id=r.take(fields, place, "id", r.text, ""),
            pool=r.take(fields, place, "pool", r.text, ""),
            amount=r.take(fields, place, "amount", self._amounts, ()),
            release_week=r.take(fields, place, "release_week", r.week, 0),
            effort=r.take(fields, place, "effort", effort, {}),
        )

    def _group(self, raw: Any, place: str) -> tuple[str, ...]:
        """Two or more different systems."""
        ids = self.reader.items(raw, place, self.reader.text)
        if isinstance(raw, list) and len(ids) < 2:
            self.reader.note(place, "应有两个或更多系统", "expected two or more systems")
        _note_repeated(self.reader, place, ids)
        return ids

    def _before(self, raw: Any, place: str) -> Before:
        r = self.reader
        fields = r.table(raw, place, ("first", "then", "lag_weeks"))
        return Before(
            first=r.take(fields, place, "first", r.text, ""),
            then=r.take(fields, place, "then", r.text, ""),
            lag_weeks=r.take(fields, place, "lag_weeks", r.number, 0),
        )

    def _within(self, raw: Any, place: str) -> Within:
        fields = self.reader.table(raw, place, ("systems", "weeks"))
        return Within(
            systems=self.reader.take(fields, place, "systems", self._group, ()),
            weeks=self.reader.take(fields, place, "weeks", self.reader.number, 0),
        )

    def _same_site(self, raw: Any, place: str) -> SameSite:
        fields = self.reader.table(raw, place, ("systems", "penalty"))
        ids = self.reader.take(fields, place, "systems", self._group, ())
        if len(ids) > 2:
            self.reader.note(f"{place}.systems", "应恰有两个系统", "expected exactly two systems")
        pair = (ids[0], ids[1]) if len(ids) == 2 else ("", "")
        return SameSite(systems=pair, penalty=self.reader.take(fields, place, "penalty", self.reader.number, 0))

    def _target(self, raw: Any, place: str) -> Target:
        r = self.reader
        fields = r.table(raw, place, ("by_week", "systems", "at_least"))
        systems = r.take(fields, place, "systems", r.optional(self._list(r.text)), None)
        _note_repeated(r, f"{place}.systems", systems or ())
        return Target(
            by_week=r.take(fields, place, "by_week", r.week, 0),
            systems=systems,
            at_least=r.take(fields, place, "at_least", r.number, 0),
        )

    def _curve_point(self, raw: Any, place: str) -> CurvePoint:
        r = self.reader
        fields = r.table(raw, place, ("week", "at_least"))
        return CurvePoint(
            week=r.take(fields, place, "week", r.week, 0), at_least=r.take(fields, place, "at_least", r.number, 0)
        )

    def _weights(self, raw: Any, place: str) -> Weights:
        r = self.reader
        names = ("lateness", "progress", "placement", "curve")
        fields = r.table(raw, place, names)
        return Weights(**{name: r.take(fields, place, name, r.number, 0) for name in names})

    def _previous(self, raw: Any, place: str) -> Previous:
        r = self.reader
        fields = r.table(raw, place, ("moves", "moved_penalty"))
        moves = r.take(fields, place, "moves", self._list(self._previous_move), ())
        _note_repeated(r, f"{place}.moves[].system", tuple(move.system for move in moves))
        return Previous(moves=moves, moved_penalty=r.take(fields, place, "moved_penalty", r.number, 0))

    def _previous_move(self, raw: Any, place: str) -> PreviousMove:
        r = self.reader
        fields = r.table(raw, place, ("system", "week", "pool", "replica_pool"))
        return PreviousMove(
            system=r.take(fields, place, "system", r.text, ""),
            week=r.take(fields, place, "week", r.week, 0),
            pool=r.take(fields, place, "pool", r.text, ""),
            replica_pool=r.take(fields, place, "replica_pool", r.optional(r.text), None),
        )


def _note_repeated(reader: Reader, place: str, values: tuple[object, ...]) -> None:
    """Note each value that stands in a list more than once; `[]` in the place is that of the entry."""
    seen: set[object] = set()
    for at, value in enumerate(values):
        if value in seen and value != "":
            reader.note(place.replace("[]", f"[{at}]"), f"{value!r} 重复出现", f"{value!r} stands there more than once")
        seen.add(value)
