"""What can never fit, with its reason: the weeks and options each system may take, before any solver is asked.

A mask of weeks (windows.py) says where a system may stand *if it moves*; `must` says that it has to. First every system
alone, against dates, pins and what pools and teams offer at most (offered.py); then bounds are pushed through the
relations until nothing changes. Every change is kept as an `Event`, so that facts.py can read a contradiction back as a
chain of facts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from planner.presolve.offered import Offered
from planner.presolve.windows import (
    Cause,
    Event,
    Mode,
    Windows,
    cut_over_weeks,
    earliest,
    from_week,
    latest,
    mask_of,
    until_week,
)
from planner.problem.problem import PlannedSystem, PlanningProblem

__all__ = [
    "Cause", "Event", "Mode", "Windows", "cut_over_weeks", "earliest", "find_windows", "from_week", "latest", "until_week",
]  # fmt: skip


def find_windows(problem: PlanningProblem) -> Windows:
    """Weeks and modes of every system: first alone, then pushed through all relations."""
    return _Presolve(problem).run()


class _Presolve:
    """The state of one run; the masks of `windows` only ever lose weeks."""

    def __init__(self, problem: PlanningProblem) -> None:
        self.problem = problem
        self.horizon = (1 << problem.weeks) - 1
        self.place = {system.id: number for number, system in enumerate(problem.systems)}
        count = len(problem.systems)
        self.windows = Windows(weeks=[0] * count, must=[False] * count, modes=[[] for _ in range(count)], clean_ups=[])
        self.sites = {pool.id: pool.site for pool in problem.pools}
        self.offered = Offered(problem)
        self.blocked = {d.id: mask_of(d.blocked_weeks, problem.weeks) for d in problem.departments}
        self.closed = {d.id for d in problem.departments if d.max_parallel == 0}
        self.touched: deque[int] = deque()
        self.waiting: set[int] = set()

    def run(self) -> Windows:
        for number, system in enumerate(self.problem.systems):
            self._alone(number, system)
        for offer in self.problem.clean_ups:
            free = from_week(offer.release_week, self.problem.weeks)
            weeks = cut_over_weeks(free, offer.length_weeks, self.problem.weeks)
            for team, effort in offer.effort.items():
                padded = (*effort, *(0 for _ in range(offer.length_weeks - len(effort))))
                weeks &= self.offered.weeks_for_effort(team, padded)
            self.windows.clean_ups.append(weeks)
        self._full_targets()
        self._relations()
        for number in self.by_system:
            self._wake(number)
        while self.touched:
            number = self.touched.popleft()
            self.waiting.discard(number)
            for relation in self.by_system.get(number, ()):
                self._push(*relation)
        self._judge()
        return self.windows

    def _narrow(
        self, number: int, mask: int, cause: Cause, other: int | None = None, relation: int | None = None
    ) -> None:
        before = self.windows.weeks[number]
        after = before & mask
        if after != before:
            self.windows.weeks[number] = after
            self.windows.events.append(Event(number, cause, before, after, other, relation))
            self._wake(number)

    def _force(self, number: int, cause: Cause, other: int | None = None, relation: int | None = None) -> None:
        if not self.windows.must[number]:
            self.windows.must[number] = True
            weeks = self.windows.weeks[number]
            self.windows.events.append(Event(number, cause, weeks, weeks, other, relation, forced=True))
            self._wake(number)

    def _wake(self, number: int) -> None:
        if number not in self.waiting:
            self.waiting.add(number)
            self.touched.append(number)

    def _alone(self, number: int, system: PlannedSystem) -> None:
        weeks, own = self.problem.weeks, self.windows
        d = system.preparation_weeks
        own.weeks[number] = self.horizon
        self._narrow(number, cut_over_weeks(self.horizon, d, weeks), "horizon")
        self._narrow(number, cut_over_weeks(from_week(system.release_week, weeks), d, weeks), "release")
        blocked = self.blocked[system.department] | mask_of(system.blocked_weeks, weeks)
        self._narrow(number, cut_over_weeks(self.horizon & ~blocked, d, weeks), "blocked")
        if system.department in self.closed:
            self._narrow(number, 0, "department")
        if system.deadline_week is not None:
            self._narrow(number, until_week(system.deadline_week, weeks), "deadline")
            self._force(number, "deadline")
        if system.pin is not None:
            self._force(number, "pin")
            if system.pin.week is not None:
                inside = 0 <= system.pin.week < weeks
                self._narrow(number, 1 << system.pin.week if inside else 0, "pin")
        self._modes(number, system)

    def _modes(self, number: int, system: PlannedSystem) -> None:
        """The pairs of pool and replica pool with the weeks in which they fit alone; the union narrows the system."""
        by_capacity, by_team = 0, 0
        fitting: list[Mode] = []
        any_pair = False
        for place, replica in self._pairs(system):
            any_pair = True
            option = system.options[place]
            held = self.offered.weeks_for_demand(option, system.preparation_weeks)
            if replica >= 0:
                held &= self.offered.weeks_for_demand(system.replica_options[replica], system.preparation_weeks)
            done = self.horizon
            for team, effort in option.effort.items():
                done &= self.offered.weeks_for_effort(team, effort)
            by_capacity |= held
            by_team |= done & held
            fitting.append(Mode(place, replica, done & held))
        if not any_pair:
            self._narrow(
                number,
                0,
                "pin"
                if system.pin and self._pairs(system, ignore_pin=True)
                else "site"
                if system.options
                else "options",
            )
        self._narrow(number, by_capacity, "capacity")
        self._narrow(number, by_team, "team")
        self.windows.modes[number] = [mode for mode in fitting if mode.weeks & self.windows.weeks[number]]

    def _pairs(self, system: PlannedSystem, *, ignore_pin: bool = False) -> list[tuple[int, int]]:
        pin = None if ignore_pin else system.pin
        found = []
        for place, option in enumerate(system.options):
            if pin is not None and pin.pool is not None and option.pool != pin.pool:
                continue
            if not system.replica_options:
                if not (pin is not None and pin.holds_replica and pin.replica_pool is not None):
                    found.append((place, -1))
                continue
            for number, replica in enumerate(system.replica_options):
                pinned_away = pin is not None and pin.holds_replica and pin.replica_pool != replica.pool
                if not pinned_away and self.sites[replica.pool] != self.sites[option.pool]:
                    found.append((place, number))
        return found

    def _full_targets(self) -> None:
        """A target that wants all of its systems is a deadline for each of them."""
        for number, target in enumerate(self.problem.targets):
            names = list(self.place) if target.systems is None else list(target.systems)
            if names and target.at_least == len(names):
                for name in names:
                    self._narrow(
                        self.place[name], until_week(target.by_week, self.problem.weeks), "target", None, number
                    )
                    self._force(self.place[name], "target", None, number)

    def _relations(self) -> None:
        """Index the relations by the systems that wake them."""
        self.by_system: dict[int, list[tuple[Cause, int, tuple[int, ...]]]] = {}

        def index(cause: Cause, number: int, names: Iterable[str]) -> None:
            members = tuple(self.place[name] for name in names)
            for member in members:
                self.by_system.setdefault(member, []).append((cause, number, members))

        for number, group in enumerate(self.problem.together):
            index("together", number, group)
        for number, pair in enumerate(self.problem.before):
            index("before", number, (pair.first, pair.then))
        for number, within in enumerate(self.problem.within):
            index("within", number, within.systems)
        self._apart_inside_together()

    def _apart_inside_together(self) -> None:
        """Two systems of one `apart` group that have to move together can never move."""
        leader = list(range(len(self.place)))

        def root(number: int) -> int:
            while leader[number] != number:
                leader[number] = leader[leader[number]]
                number = leader[number]
            return number

        for group in self.problem.together:
            for name in group[1:]:
                leader[root(self.place[name])] = root(self.place[group[0]])
        for number, group in enumerate(self.problem.apart):
            seen: dict[int, int] = {}
            for name in group:
                member = self.place[name]
                if root(member) in seen:
                    self._narrow(member, 0, "apart", seen[root(member)], number)
                seen[root(member)] = member

    def _push(self, cause: Cause, number: int, members: tuple[int, ...]) -> None:
        if cause == "before":
            self._push_before(number, *members)
        elif cause == "together":
            self._push_together(number, members)
        else:
            self._push_within(number, members)

    def _push_before(self, number: int, first: int, then: int) -> None:
        weeks, lag, horizon = self.windows.weeks, self.problem.before[number].lag_weeks, self.problem.weeks
        if not weeks[first]:
            self._narrow(then, 0, "before", first, number)
        else:
            self._narrow(then, from_week(earliest(weeks[first]) + lag, horizon), "before", first, number)
        if self.windows.must[then]:
            self._force(first, "before", then, number)
            if weeks[then]:
                self._narrow(first, until_week(latest(weeks[then]) - lag, horizon), "before", then, number)

    def _push_together(self, number: int, members: tuple[int, ...]) -> None:
        weeks = self.windows.weeks
        for other in members:
            for member in members:
                if member != other:
                    self._narrow(member, weeks[other], "together", other, number)
            if self.windows.must[other]:
                for member in members:
                    self._force(member, "together", other, number)

    def _push_within(self, number: int, members: tuple[int, ...]) -> None:
        weeks, spread, horizon = self.windows.weeks, self.problem.within[number].weeks, self.problem.weeks
        for member in members:
            if self.windows.must[member]:
                for other in members:
                    self._force(other, "within", member, number)
        stuck = next((member for member in members if not weeks[member]), None)
        if stuck is not None:
            for member in members:
                self._narrow(member, 0, "within", stuck, number)
            return
        last = max(members, key=lambda member: earliest(weeks[member]))
        soonest = min(members, key=lambda member: latest(weeks[member]))
        for member in members:
            self._narrow(member, from_week(earliest(weeks[last]) - spread, horizon), "within", last, number)
            if not weeks[member] or not weeks[soonest]:
                return
            self._narrow(member, until_week(latest(weeks[soonest]) + spread, horizon), "within", soonest, number)

    def _judge(self) -> None:
        own = self.windows
        own.impossible = [number for number, must in enumerate(own.must) if must and not own.weeks[number]]
        for number, target in enumerate(self.problem.targets):
            names = self.place if target.systems is None else target.systems
            in_time = until_week(target.by_week, self.problem.weeks)
            if sum(1 for name in names if own.weeks[self.place[name]] & in_time) < target.at_least:
                own.missed_targets.append(number)
        for number, weeks in enumerate(own.weeks):
            own.modes[number] = [mode for mode in own.modes[number] if mode.weeks & weeks]
