"""Why a system cannot move: the events of presolve read back as a chain of facts, without those that add nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from catalogs.words import Text
from planner.book import Book
from planner.explain.fact_words import fact
from planner.presolve.presolve import Cause, Event, Windows, cut_over_weeks, earliest, from_week, latest, until_week
from planner.problem.problem import PlanningProblem

LONGEST_CHAIN = 12
FIRST_OF_CHAIN = 4
"""Of a longer chain the beginning is told, where it comes from, and the end."""
MOST_TOLD = 500
_LEAST_TELLING: tuple[Cause, ...] = ("horizon", "blocked", "release", "team", "capacity", "within", "together")
"""In this order facts are tried whether the others say enough without them; the rest is tried last, as it came."""


def chain_of_facts(problem: PlanningProblem, windows: Windows, number: int) -> list[Text]:
    """The facts that together leave a system (by its place in the problem) without a week, causes first.

    None of those told about this system's own weeks could be left out: the others would leave it a week.
    """
    telling = _Telling(problem=problem, windows=windows)
    telling.tell(number, len(windows.events), (1 << problem.weeks) - 1, duty=True)
    name = problem.systems[number].id
    facts = telling.facts
    if len(facts) > LONGEST_CHAIN:
        more = len(facts) - LONGEST_CHAIN
        between = Text(f"……（中间另有 {more} 条）", f"… ({more} more between)")
        facts = [*facts[:FIRST_OF_CHAIN], between, *facts[FIRST_OF_CHAIN - LONGEST_CHAIN :]]
    return [*facts, Text(f"因此 {name} 没有可行的割接周", f"so no cut-over week is left for {name}")]


@dataclass(slots=True, kw_only=True)
class _Telling:
    """The facts told so far."""

    problem: PlanningProblem
    windows: Windows
    facts: list[Text] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    alone: Book | None = None

    def tell(self, number: int, until: int, wanted: int, *, duty: bool) -> None:
        """What forbids a system the weeks `wanted`, out of the events before a place; with `duty` why it has to move."""
        own = [(place, event) for place, event in enumerate(self.windows.events[:until]) if event.system == number]
        needed = self._needed([(place, event) for place, event in own if not event.forced], wanted)
        left = (1 << self.problem.weeks) - 1
        for place, event in own:
            if len(self.facts) > MOST_TOLD:
                return
            if event.forced:
                if duty and not any(kept.cause == event.cause == "deadline" for _, kept in needed):
                    self._say(event, place, wanted=0)
            elif (place, event) in needed:
                after = left & ~self._forbidden(place, event)
                self._say(replace(event, before=left, after=after), place, wanted=left & ~after)
                left = after

    def _say(self, event: Event, place: int, wanted: int) -> None:
        """One fact, after those of the system that it comes from; once."""
        if place in self.told:
            return
        self.told.add(place)
        if event.other is not None:
            pair = self.problem.before[event.number or 0] if event.cause == "before" else None
            drawn = pair is not None and pair.first == self.problem.systems[event.system].id  # only if the other must
            upstream = 0 if event.forced else self._upstream(event, place, wanted)
            self.tell(event.other, place, upstream, duty=event.forced or drawn)
        text = fact(self.problem, event, self._amount(event))
        if text not in self.facts:
            self.facts.append(text)

    def _upstream(self, event: Event, place: int, wanted: int) -> int:
        """The weeks that the other system must be without for this event to follow."""
        there = self._window_of(event.other, place)
        if not there or event.cause == "within":
            return ((1 << self.problem.weeks) - 1) & ~there
        if event.cause == "before":
            follows = self.problem.before[event.number or 0].then == self.problem.systems[event.system].id
            return until_week(earliest(there) - 1, self.problem.weeks) if follows else from_week(
                latest(there) + 1, self.problem.weeks
            )  # fmt: skip
        return wanted & ~there

    def _window_of(self, number: int | None, place: int) -> int:
        """What a system had left of its weeks before the event at a place."""
        earlier = (event.after for event in reversed(self.windows.events[:place]) if event.system == number)
        return next(earlier, (1 << self.problem.weeks) - 1)

    def _needed(self, events: Sequence[tuple[int, Event]], wanted: int) -> list[tuple[int, Event]]:
        """Of some events as few as still forbid all the weeks wanted that they forbid together."""
        forbidden = {place: self._forbidden(place, event) for place, event in events}
        kept = list(events)
        for one in sorted(events, key=lambda pair: _telling_rank(pair[1])):
            rest = [other for other in kept if other is not one]
            without = 0
            for place, _ in rest:
                without |= forbidden[place]
            if not wanted & forbidden[one[0]] & ~without:
                kept = rest
        return kept

    def _forbidden(self, place: int, event: Event) -> int:
        """Weeks that an event forbids whatever else does: those it took, and those that its rule forbids for sure."""
        problem, system = self.problem, self.problem.systems[event.system]
        weeks, took = problem.weeks, event.before & ~event.after
        free = whole = (1 << weeks) - 1
        match event.cause:
            case "horizon":
                free = cut_over_weeks(whole, system.preparation_weeks, weeks)
            case "release":
                free = cut_over_weeks(from_week(system.release_week, weeks), system.preparation_weeks, weeks)
            case "blocked":
                free = cut_over_weeks(whole & ~self._frozen(event.system), system.preparation_weeks, weeks)
            case "deadline":
                free = until_week(system.deadline_week or 0, weeks)
            case "target":
                free = until_week(problem.targets[event.number or 0].by_week, weeks)
            case "department" | "site" | "options" | "apart":
                free = 0
            case "capacity" if event.after:  # fits from some week on
                free = from_week(latest(took) + 1, weeks)
            case "together":
                free = self._window_of(event.other, place)
            case "before":
                free = self._after_order(event, self._window_of(event.other, place))
            case "within":
                free = whole if self._window_of(event.other, place) else 0
            case _:
                pass
        return took | (whole & ~free)

    def _after_order(self, event: Event, there: int) -> int:
        """The weeks that an order leaves, given those of the other system."""
        pair, weeks = self.problem.before[event.number or 0], self.problem.weeks
        if not there:
            return 0
        if pair.then == self.problem.systems[event.system].id:
            return from_week(earliest(there) + pair.lag_weeks, weeks)
        return until_week(latest(there) - pair.lag_weeks, weeks)

    def _frozen(self, number: int) -> int:
        system = self.problem.systems[number]
        department = next(one for one in self.problem.departments if one.id == system.department)
        weeks = {week for week in (*system.blocked_weeks, *department.blocked_weeks) if 0 <= week < self.problem.weeks}
        return sum(1 << week for week in weeks)

    def _amount(self, event: Event) -> Text | None:
        """The least that is missing, and in which week, where this event leaves no week and nothing is given back."""
        problem, system = self.problem, self.problem.systems[event.system]
        if event.after or event.forced or event.cause not in ("capacity", "team"):
            return None
        given_back = bool(problem.clean_ups) or any(one.frees for one in problem.systems)
        kind = "team" if event.cause == "team" else "pool"
        if kind == "pool" and given_back:
            return None  # what others give back counts as well: less may be missing
        self.alone = self.alone or Book(problem, {})
        lacks: list[tuple[float, int, Text]] = []
        for week in range(max(0, system.preparation_weeks - 1), problem.weeks):
            found = self.alone.lacks(system, week) if event.before >> week & 1 else None
            short = [lack for lack in found[1] if lack.what == kind] if found is not None else []
            if short:
                worst = max(short, key=lambda lack: lack.share)
                lacks.append((worst.share, week, worst.text))
        if not lacks:
            return None
        _, week, text = min(lacks, key=lambda lack: lack[:2])
        at = problem.week(week)
        return Text(f"缺得最少的是 {at} 割接：{text.zh}", f"least is missing in {at}: {text.en}")


def _telling_rank(event: Event) -> int:
    return _LEAST_TELLING.index(event.cause) if event.cause in _LEAST_TELLING else len(_LEAST_TELLING)
