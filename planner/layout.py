"""PlanningProblem + Windows → arrays: what the compiled search and the price bound work on.

Systems that have to share a week (`together`) form one *unit*; systems are numbered so that a unit's systems stand side
by side. A clean-up is a system without department or demand that frees capacity. Systems that can never move are
left out; what they cost is `constant`. All costs are in the value's own unit, so nothing is scaled.

Weeks of a pool are merged into *cells*: where nothing frees capacity what is held never shrinks, so only the least
amount still to come counts, and weeks with the same such amount are one cell. A pool that gets capacity back has
one cell per week.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.circles import strong_components
from planner.flat import Numbers, pack
from planner.plan import CleanUp, Move
from planner.presolve import Windows
from planner.problem import PlanningProblem

Flags = NDArray[np.uint8]

# columns of Arrays.systems
UNIT, DEPARTMENT, PREPARATION, HOLD0, HOLD1, MODE0, MODE1, FREE0, FREE1, PREVIOUS_WEEK, PREVIOUS_MODE, PAIR0, PAIR1 = (
    range(13)
)
SYSTEM_COLUMNS = 13
# columns of Arrays.units
(
    SYSTEM0, SYSTEM1, PRED0, PRED1, SUCC0, SUCC1, WITHIN0, WITHIN1, APART0, APART1, GOAL0, GOAL1, MUST, COMPONENT, WISH,
) = range(15)  # fmt: skip
UNIT_COLUMNS = 15
HIGHEST_WISH = 1 << 40
# columns of Arrays.holds (one option or replica option); demands follow
POOL, SITE, EFFORT0, EFFORT1 = range(4)
HOLD_COLUMNS = 4


# single numbers at the head of Layout.row, and the tables in it
HORIZON, KINDS, MOVED_BONUS, HARD_GOALS, UNITS_IN_ALL = range(5)
TABLES = (
    "systems", "units", "modes", "holds", "hold_weeks", "unit_weeks", "timing", "efforts", "freed", "links", "within_of",
    "within_members", "within_rows", "apart_of", "goal_of", "goals", "pairs", "pool_cells", "pool_first", "capacity",
    "period_of", "period_amount", "parallel", "department_first", "department_units",
)  # fmt: skip
(
    SYSTEMS, UNITS, MODES, HOLDS, HOLD_WEEKS, UNIT_WEEKS, TIMING, EFFORTS, FREED, LINKS, WITHIN_OF,
    WITHIN_MEMBERS, WITHIN_ROWS, APART_OF, GOAL_OF, GOALS, PAIRS, POOL_CELLS, POOL_FIRST, CAPACITY,
    PERIOD_OF, PERIOD_AMOUNT, PARALLEL, DEPARTMENT_FIRST, DEPARTMENT_UNITS,
) = range(len(TABLES))  # fmt: skip


class Arrays(NamedTuple):
    """The problem as arrays; a NamedTuple, because compiled code takes it whole.

    `holds` are options first, then replica options of each system; `modes` rows are (hold, replica hold or -1, cost);
    `efforts` rows (team row, active week, amount); `freed` rows (pool, weeks after, amounts…); `links` rows (other
    unit, lag); `goals` rows (week, at least, cost of each one missing); the first `hard_goals` of them are targets.
    """

    horizon: int
    kinds: int
    moved_bonus: int
    hard_goals: int
    systems: Numbers
    units: Numbers
    modes: Numbers
    holds: Numbers
    hold_weeks: Flags
    unit_weeks: Flags
    timing: Numbers
    efforts: Numbers
    freed: Numbers
    links: Numbers
    within_of: Numbers
    within_members: Numbers
    within_rows: Numbers
    apart_of: Numbers
    goal_of: Numbers
    goals: Numbers
    pairs: Numbers
    pool_cells: Numbers
    pool_first: Numbers
    capacity: Numbers
    period_of: Numbers
    period_amount: Numbers
    parallel: Numbers
    department_first: Numbers
    department_units: Numbers


@dataclass(frozen=True, slots=True)
class Layout:
    """Arrays with what is needed to read an answer back as moves."""

    arrays: Arrays
    row: Numbers
    """All of `arrays` in one row, for the search (flat.py)."""
    problem: PlanningProblem
    order: tuple[int, ...]
    """Place in the problem of each system; clean-ups follow, counted on from the number of systems."""
    mode_pairs: tuple[tuple[int, int], ...]
    constant: int
    apart_groups: tuple[tuple[int, ...], ...]

    def moves(self, weeks: Numbers, modes: Numbers) -> tuple[tuple[Move, ...], tuple[CleanUp, ...]]:
        """An answer (week per unit, mode per system; -1: unscheduled) as moves and clean-ups."""
        found: list[Move] = []
        clean_ups: list[CleanUp] = []
        for number, place in enumerate(self.order):
            week = int(weeks[self.arrays.systems[number, UNIT]])
            if week < 0:
                continue
            if place >= len(self.problem.systems):
                offer = self.problem.clean_ups[place - len(self.problem.systems)]
                clean_ups.append(CleanUp(id=offer.id, week=week - offer.length_weeks + 1))
                continue
            system = self.problem.systems[place]
            option, replica = self.mode_pairs[int(modes[number])]
            found.append(
                Move(
                    system=system.id,
                    week=week,
                    pool=system.options[option].pool,
                    replica_pool=system.replica_options[replica].pool if replica >= 0 else None,
                )
            )
        return tuple(found), tuple(clean_ups)

    def answer(self, moves: tuple[Move, ...], clean_ups: tuple[CleanUp, ...]) -> tuple[Numbers, Numbers]:
        """The inverse of `moves`: the week per unit and the mode per system; what does not fit is left unscheduled."""
        by_id = {move.system: move for move in moves}
        starts = {clean_up.id: clean_up.week for clean_up in clean_ups}
        units, systems = self.arrays.units, self.arrays.systems
        weeks = np.full(len(units), -1, np.int64)
        chosen = np.full(len(systems), -1, np.int64)
        for number, place in enumerate(self.order):
            unit = systems[number, UNIT]
            if place >= len(self.problem.systems):
                offer = self.problem.clean_ups[place - len(self.problem.systems)]
                if offer.id in starts:
                    weeks[unit], chosen[number] = starts[offer.id] + offer.length_weeks - 1, systems[number, MODE0]
                continue
            move = by_id.get(self.problem.systems[place].id)
            if move is not None:
                weeks[unit] = move.week
                chosen[number] = self._mode_for(number, place, move)
        for unit in range(len(units)):
            first, last = units[unit, SYSTEM0], units[unit, SYSTEM1]
            inside = 0 <= weeks[unit] < self.arrays.horizon and self.arrays.unit_weeks[unit, weeks[unit]]
            if not inside or (chosen[first:last] < 0).any():
                weeks[unit], chosen[first:last] = -1, -1
        return weeks, chosen

    def _mode_for(self, number: int, place: int, move: Move) -> int:
        system = self.problem.systems[place]
        for mode in range(self.arrays.systems[number, MODE0], self.arrays.systems[number, MODE1]):
            option, replica = self.mode_pairs[mode]
            pool = system.replica_options[replica].pool if replica >= 0 else None
            if (system.options[option].pool, pool) == (move.pool, move.replica_pool):
                return mode
        return -1


def lay_out(problem: PlanningProblem, windows: Windows) -> Layout:
    """The arrays of a problem whose windows show no contradiction."""
    return _Laying(problem, windows).layout()


class _Laying:
    """Builds the tables of `Arrays` row by row."""

    def __init__(self, problem: PlanningProblem, windows: Windows) -> None:
        self.problem, self.windows = problem, windows
        self.place = {system.id: number for number, system in enumerate(problem.systems)}
        self.pool = {pool.id: number for number, pool in enumerate(problem.pools)}
        self.team = {team.id: number for number, team in enumerate(problem.teams)}
        self.department = {d.id: number for number, d in enumerate(problem.departments)}
        names = sorted({pool.site for pool in problem.pools})
        self.site = [names.index(pool.site) for pool in problem.pools]
        count = len(problem.systems)
        self.masks = [*windows.weeks]
        self.masks += windows.clean_ups
        self.unit_places = self._unit_places(count)
        self.order = [place for places in self.unit_places for place in places]
        self.number = {place: number for number, place in enumerate(self.order)}
        self.unit = {place: unit for unit, places in enumerate(self.unit_places) for place in places}
        before = problem.previous.moves if problem.previous else ()
        self.previous = {move.system: move for move in before}

    def _circles(self) -> list[list[str]]:
        """Systems that can move and stand in a circle of `before`: its lags are 0, so they share a week."""
        following: dict[str, list[str]] = {
            s.id: [] for s, mask in zip(self.problem.systems, self.masks, strict=False) if mask
        }
        for group in self.problem.together:
            for one, two in itertools.pairwise(group):
                if one in following and two in following:
                    following[one].append(two)
                    following[two].append(one)
        for pair in self.problem.before:
            if pair.first in following and pair.then in following:
                following[pair.first].append(pair.then)
        return [members for members in strong_components(following) if len(members) > 1]

    def _unit_places(self, count: int) -> list[list[int]]:
        leader = list(range(count))

        def root(place: int) -> int:
            while leader[place] != place:
                leader[place] = leader[leader[place]]
                place = leader[place]
            return place

        for group in [*self.problem.together, *self._circles()]:
            for name in group[1:]:
                leader[root(self.place[name])] = root(self.place[group[0]])
        units: dict[int, list[int]] = {}
        for place in range(count):
            if self.masks[place]:
                units.setdefault(root(place), []).append(place)
        clean_ups = [[count + n] for n in range(len(self.problem.clean_ups)) if self.masks[count + n]]
        return [*units.values(), *clean_ups]

    def _movable(self, names: tuple[str, ...]) -> list[int]:
        """The units of the systems named that can move at all."""
        places = (self.place[name] for name in names)
        return [self.unit[place] for place in places if place in self.unit]

    def layout(self) -> Layout:
        self._systems()
        self.timing = self._timing()
        self._units()
        cells, first, capacity = self._cells()
        period_of, period_amount = self._periods()
        department_units = self._department_units()
        weights = self.problem.weights
        arrays = Arrays(
            horizon=self.problem.weeks,
            kinds=len(self.problem.resources),
            moved_bonus=weights.placement * (self.problem.previous.moved_penalty if self.problem.previous else 0),
            hard_goals=len(self.problem.targets),
            systems=_table(self.systems, SYSTEM_COLUMNS),
            units=_table(self.units, UNIT_COLUMNS),
            modes=_table(self.modes, 3),
            holds=_table(self.holds, HOLD_COLUMNS + len(self.problem.resources)),
            hold_weeks=_flags(self.hold_masks, self.problem.weeks),
            unit_weeks=_flags([self._unit_mask(places) for places in self.unit_places], self.problem.weeks),
            timing=self.timing,
            efforts=_table(self.efforts, 3),
            freed=_table(self.freed, 2 + len(self.problem.resources)),
            links=_table(self.links, 2),
            within_of=_row(self.within_of),
            within_members=_row(self.within_members),
            within_rows=_table(self.within_rows, 3),
            apart_of=_row(self.apart_of),
            goal_of=_table(self.goal_of, 2),
            goals=_table(self.goals, 3),
            pairs=_table(self.pairs, 2),
            pool_cells=cells,
            pool_first=first,
            capacity=capacity,
            period_of=period_of,
            period_amount=period_amount,
            parallel=_row([department.max_parallel for department in self.problem.departments]),
            department_first=_row(list(np.cumsum([0, *map(len, department_units)]))),
            department_units=_row([unit for members in department_units for unit in members]),
        )
        single = (arrays.horizon, arrays.kinds, arrays.moved_bonus, arrays.hard_goals, len(arrays.units))
        row, _ = pack(single, [getattr(arrays, name) for name in TABLES])
        return Layout(arrays, row, self.problem, tuple(self.order), tuple(self.mode_pairs), self.constant, self.apart_groups,
        )  # fmt: skip

    def _unit_mask(self, places: list[int]) -> int:
        mask = self.masks[places[0]]
        for place in places[1:]:
            mask &= self.masks[place]
        return mask

    # --- systems ---------------------------------------------------------------------------------------------

    def _systems(self) -> None:
        self.systems: list[list[int]] = []
        self.modes: list[list[int]] = []
        self.mode_pairs: list[tuple[int, int]] = []
        self.holds: list[list[int]] = []
        self.hold_masks: list[int] = []
        self.efforts: list[list[int]] = []
        self.freed: list[list[int]] = []
        self.pairs: list[list[int]] = []
        pairs: dict[int, list[list[int]]] = {}
        for pair in self.problem.same_site:
            one, two = (self.place[name] for name in pair.systems)
            cost = pair.penalty * self.problem.weights.placement
            if one in self.number and two in self.number and cost:
                pairs.setdefault(one, []).append([self.number[two], cost])
                pairs.setdefault(two, []).append([self.number[one], cost])
        for place in self.order:
            row = self._clean_up_row(place) if place >= len(self.problem.systems) else self._system_row(place)
            self.pairs += pairs.get(place, [])
            self.systems.append([self.unit[place], *row, len(self.pairs) - len(pairs.get(place, [])), len(self.pairs)])

    def _add_hold(self, pool: int, demand: tuple[int, ...], mask: int, effort: dict[int, tuple[int, ...]]) -> int:
        begin = len(self.efforts)
        for team, used in effort.items():
            self.efforts += [[team, k, amount] for k, amount in enumerate(used) if amount]
        self.holds.append([pool, self.site[pool] if self.site else 0, begin, len(self.efforts), *demand])
        self.hold_masks.append(mask)
        return len(self.holds) - 1

    def _system_row(self, place: int) -> list[int]:
        system, modes = self.problem.systems[place], self.windows.modes[place]
        weight = self.problem.weights.placement
        hold0, mode0, free0 = len(self.holds), len(self.modes), len(self.freed)
        options, replicas = sorted({m.option for m in modes}), sorted({m.replica for m in modes if m.replica >= 0})
        numbers: dict[tuple[str, int], int] = {}
        for number in options:
            option = system.options[number]
            mask = _union(m.weeks for m in modes if m.option == number) & self.masks[place]
            effort = {self.team[team]: used for team, used in option.effort.items()}
            numbers["main", number] = self._add_hold(self.pool[option.pool], option.demand, mask, effort)
        for number in replicas:
            replica = system.replica_options[number]
            mask = _union(m.weeks for m in modes if m.replica == number) & self.masks[place]
            numbers["replica", number] = self._add_hold(self.pool[replica.pool], replica.demand, mask, {})
        for mode in modes:
            cost = system.options[mode.option].cost
            cost += system.replica_options[mode.replica].cost if mode.replica >= 0 else 0
            self.modes.append([numbers["main", mode.option], numbers.get(("replica", mode.replica), -1), cost * weight])
            self.mode_pairs.append((mode.option, mode.replica))
        for freed in system.frees:
            if any(freed.amount):
                self.freed.append([self.pool[freed.pool], freed.weeks_after, *freed.amount])
        previous_week, previous_mode = self._previous(place, mode0)
        return [
            self.department[system.department], system.preparation_weeks, hold0, len(self.holds), mode0,
            len(self.modes), free0, len(self.freed), previous_week, previous_mode,
        ]  # fmt: skip

    def _previous(self, place: int, mode0: int) -> tuple[int, int]:
        """Week and mode of the earlier plan if they are still possible, else -1."""
        system = self.problem.systems[place]
        move = self.previous.get(system.id)
        if move is None or not 0 <= move.week < self.problem.weeks:
            return -1, -1
        for offset, (option, replica) in enumerate(self.mode_pairs[mode0:]):
            pool = system.replica_options[replica].pool if replica >= 0 else None
            if (system.options[option].pool, pool) == (move.pool, move.replica_pool):
                return move.week, mode0 + offset
        return -1, -1

    def _clean_up_row(self, place: int) -> list[int]:
        offer = self.problem.clean_ups[place - len(self.problem.systems)]
        hold0, mode0, free0 = len(self.holds), len(self.modes), len(self.freed)
        effort = {self.team[team]: used for team, used in offer.effort.items()}
        nothing = tuple(0 for _ in self.problem.resources)
        self._add_hold(self.pool[offer.pool], nothing, self.masks[place], effort)
        self.modes.append([hold0, -1, 0])
        self.mode_pairs.append((0, -1))
        self.freed.append([self.pool[offer.pool], 1, *offer.amount])
        return [-1, offer.length_weeks, hold0, hold0 + 1, mode0, mode0 + 1, free0, free0 + 1, -1, -1]

    # --- units -----------------------------------------------------------------------------------------------

    def _units(self) -> None:
        count = len(self.unit_places)
        preds: list[dict[int, int]] = [{} for _ in range(count)]
        succs: list[dict[int, int]] = [{} for _ in range(count)]
        for pair in self.problem.before:
            first, then = self.unit.get(self.place[pair.first]), self.unit.get(self.place[pair.then])
            if first is not None and then is not None and first != then:
                preds[then][first] = max(pair.lag_weeks, preds[then].get(first, 0))
                succs[first][then] = preds[then][first]
        groups = [(sorted(set(self._movable(w.systems))), w.weeks) for w in self.problem.within]
        groups = [(members, weeks) for members, weeks in groups if len(members) > 1]
        self._within(groups, count)
        self._apart(count)
        self._goals()
        self.links: list[list[int]] = []
        self.units: list[list[int]] = []
        wishes = self._wishes(succs, [members for members, _ in groups])
        component = self._components(preds, [members for members, _ in groups])
        system0 = 0
        self.within_of: list[int] = []
        self.apart_of: list[int] = []
        self.goal_of: list[list[int]] = []
        for unit, places in enumerate(self.unit_places):
            row = [system0, system0 + len(places)]
            row += _extend(self.links, [[other, lag] for other, lag in sorted(preds[unit].items())])
            row += _extend(self.links, [[other, lag] for other, lag in sorted(succs[unit].items())])
            row += _extend(self.within_of, self.within_by_unit[unit])
            row += _extend(self.apart_of, self.apart_by_unit[unit])
            row += _extend(self.goal_of, self.goals_by_unit[unit])
            must = any(place < len(self.windows.must) and self.windows.must[place] for place in places)
            self.units.append([*row, int(must), component[unit], wishes[unit]])
            system0 += len(places)

    def _wishes(self, succs: list[dict[int, int]], groups: list[list[int]]) -> list[int]:
        """What moving a unit is worth to those that cannot move without it, at most: a base that nobody needs for itself."""
        own = np.maximum(0, self.timing[:, -1] - self.timing[:, :-1].min(axis=1, initial=HIGHEST_WISH)).tolist()
        wishes = [0] * len(succs)
        waiting = [0] * len(succs)
        for following in succs:
            for then in following:
                waiting[then] += 1
        order = [unit for unit, count in enumerate(waiting) if not count]
        for first in order:  # grows while it is read
            for then in succs[first]:
                waiting[then] -= 1
                if not waiting[then]:
                    order.append(then)
        for first in reversed(order):
            wishes[first] = min(HIGHEST_WISH, sum(own[then] + wishes[then] for then in succs[first]))
        for members in groups:
            whole = sum(own[unit] + wishes[unit] for unit in members)
            for unit in members:
                wishes[unit] = min(HIGHEST_WISH, max(wishes[unit], whole - own[unit]))
        return wishes

    def _within(self, groups: list[tuple[list[int], int]], count: int) -> None:
        self.within_members: list[int] = []
        self.within_rows: list[list[int]] = []
        self.within_by_unit: list[list[int]] = [[] for _ in range(count)]
        for number, (members, weeks) in enumerate(groups):
            self.within_rows.append([len(self.within_members), len(self.within_members) + len(members), weeks])
            self.within_members += members
            for unit in members:
                self.within_by_unit[unit].append(number)

    def _apart(self, count: int) -> None:
        groups = [sorted(set(self._movable(group))) for group in self.problem.apart]
        self.apart_groups = tuple(tuple(members) for members in groups if len(members) > 1)
        self.apart_by_unit: list[list[int]] = [[] for _ in range(count)]
        for number, members in enumerate(self.apart_groups):
            for unit in members:
                self.apart_by_unit[unit].append(number)

    def _goals(self) -> None:
        """Targets and curve points alike: so many by a week, and what each missing one costs (0: a hard target)."""
        weights = self.problem.weights
        missing = weights.progress * weights.curve
        self.goals = [[target.by_week, target.at_least, 0] for target in self.problem.targets]
        self.goals += [[point.week, point.at_least, missing] for point in self.problem.curve]
        named = [target.systems for target in self.problem.targets]
        named += [point.systems for point in self.problem.curve]
        wanted = [None if systems is None else set(systems) for systems in named]
        self.goals_by_unit: list[list[list[int]]] = []
        for places in self.unit_places:
            names = [self.problem.systems[place].id for place in places if place < len(self.problem.systems)]
            counts = [len(names) if ids is None else sum(name in ids for name in names) for ids in wanted]
            self.goals_by_unit.append([[goal, n] for goal, n in enumerate(counts) if n])

    def _components(self, preds: list[dict[int, int]], groups: list[list[int]]) -> list[int]:
        leader = list(range(len(self.unit_places)))

        def root(unit: int) -> int:
            while leader[unit] != unit:
                leader[unit] = leader[leader[unit]]
                unit = leader[unit]
            return unit

        for then, firsts in enumerate(preds):
            for first in firsts:
                leader[root(first)] = root(then)
        for members in groups:
            for unit in members[1:]:
                leader[root(unit)] = root(members[0])
        return [root(unit) for unit in range(len(leader))]

    def _timing(self) -> Numbers:
        """What each cut-over week of a unit costs; the last column is for staying unscheduled."""
        weeks, weights = self.problem.weeks, self.problem.weights
        timing = np.zeros((len(self.unit_places), weeks + 1), np.int64)
        bonus = weights.placement * (self.problem.previous.moved_penalty if self.problem.previous else 0)
        when = np.array([*range(weeks), self.problem.unscheduled_week], np.int64)
        self.constant = 0
        for place, system in enumerate(self.problem.systems):
            due = weeks if system.due_week is None else system.due_week
            late = np.maximum(0, when - due)
            cost = system.weight * (weights.lateness * late + weights.progress * when)
            if system.id in self.previous:
                cost += bonus  # the one place of the earlier plan gets it back
            else:
                cost[:weeks] += bonus
            if place in self.unit:
                timing[self.unit[place]] += cost
            else:
                self.constant += int(cost[weeks])
        return timing

    # --- what limits -----------------------------------------------------------------------------------------

    def _cells(self) -> tuple[Numbers, Numbers, Numbers]:
        """For each pool and week its cell; for each pool its first cell; for each cell what is there."""
        weeks, kinds = self.problem.weeks, len(self.problem.resources)
        freeing = {row[0] for row in self.freed}
        most = np.zeros((len(self.problem.pools), kinds), np.int64)
        for row in self.holds:
            most[row[POOL]] += np.array(row[HOLD_COLUMNS:], np.int64)
        cells = np.zeros((len(self.problem.pools), weeks), np.int64)
        first, capacity = [0], []
        for number, pool in enumerate(self.problem.pools):
            amounts = np.array([pool.amount_at(week) for week in range(weeks)], np.int64).reshape(weeks, kinds)
            amounts = np.minimum(amounts, most[number] + 1)
            if number not in freeing:
                amounts = np.minimum.accumulate(amounts[::-1])[::-1]
            for week in range(weeks):
                if week == 0 or number in freeing or (amounts[week] != amounts[week - 1]).any():
                    capacity.append(amounts[week])
                cells[number, week] = len(capacity) - 1
            first.append(len(capacity))
        return cells, _row(first), np.array(capacity, np.int64).reshape(len(capacity), kinds)

    def _periods(self) -> tuple[Numbers, Numbers]:
        """For each team and week the row of its period (-1: none), and what each period offers."""
        most = np.zeros(len(self.problem.teams), np.int64)
        for team, _, amount in self.efforts:
            most[team] += amount
        period_of = np.full((len(self.problem.teams), self.problem.weeks), -1, np.int64)
        amounts: list[int] = []
        for number, offered in enumerate(self.problem.teams):
            for period in offered.periods:
                period_of[number, period.from_week : period.to_week + 1] = len(amounts)
                amounts.append(min(period.amount, int(most[number])))
        return period_of, _row(amounts)

    def _department_units(self) -> list[list[int]]:
        members: list[list[int]] = [[] for _ in self.problem.departments]
        for place in self.order:
            if place < len(self.problem.systems):
                members[self.department[self.problem.systems[place].department]].append(self.unit[place])
        return members


def _union(masks: Any) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _extend(table: list[Any], rows: list[Any]) -> list[int]:
    """Append rows; the range where they stand."""
    table += rows
    return [len(table) - len(rows), len(table)]


def _table(rows: list[list[int]], columns: int) -> Numbers:
    return np.array(rows, np.int64).reshape(len(rows), columns)


def _row(numbers: list[int]) -> Numbers:
    return np.array(numbers, np.int64)


def _flags(masks: list[int], weeks: int) -> Flags:
    """Masks as rows of 0 and 1."""
    size = (weeks + 7) // 8
    packed = np.frombuffer(b"".join(mask.to_bytes(size, "little") for mask in masks), np.uint8).reshape(
        len(masks), size
    )
    return np.unpackbits(packed, axis=1, count=weeks, bitorder="little")
