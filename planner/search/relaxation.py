"""The relaxed problem at given prices, solved exactly: a lower bound, and what its answer uses; compiled.

Capacity, teams, departments, `apart`, goals and loose relations are bought at prices ≥ 0 instead of being limits
(Lagrangian relaxation; Fisher, Management Science 27, 1981). What is left falls apart into trees of related units,
each solved exactly by dynamic programming over weeks. Any prices give a valid bound. Prices are multiples of a power of
two (limits.py) and all else is integer, so that sums are exact in floating point and the bound is free of rounding.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.search.compiled import compiled, inner
from planner.search.forest import AFTER, BEFORE, MEMBER, Forest
from planner.search.layout import Layout
from planner.search.tables import (
    APART0,
    APART1,
    DEPARTMENT,
    EFFORT0,
    EFFORT1,
    FREE0,
    FREE1,
    GOAL0,
    GOAL1,
    HOLD_COLUMNS,
    MODE0,
    MODE1,
    POOL,
    PREPARATION,
    PREVIOUS_MODE,
    PREVIOUS_WEEK,
    SYSTEM0,
    SYSTEM1,
    Arrays,
    Flags,
)

Reals = NDArray[np.float64]
NEVER = 1e15
"""Cost of what is not allowed; far above any value, far below 2⁵³."""


class Rows(NamedTuple):
    """One number per relaxed row: a price, or how much is used. `loose` has one row per edge and week."""

    cells: Reals
    periods: Reals
    departments: Reals
    apart: Reals
    goals: Reals
    loose: Reals


class Tables(NamedTuple):
    """Scratch space: prices summed up, and for each node the cost of each week (last column: unscheduled)."""

    cell_sums: Reals
    department_sums: Reals
    loose_sums: Reals
    hold: Reals
    unit: Reals
    cost: Reals
    chosen: NDArray[np.int64]


def rows_of(layout: Layout, forest: Forest) -> Rows:
    """Rows of zeros."""
    arrays = layout.arrays
    return Rows(
        cells=np.zeros(arrays.capacity.shape),
        periods=np.zeros(len(arrays.period_amount)),
        departments=np.zeros((len(arrays.parallel), arrays.horizon)),
        apart=np.zeros((len(layout.apart_groups), arrays.horizon)),
        goals=np.zeros(len(arrays.goals)),
        loose=np.zeros((len(forest.loose), arrays.horizon)),
    )


def tables_of(arrays: Arrays, forest: Forest) -> Tables:
    """Scratch space for `relax`."""
    weeks = arrays.horizon
    return Tables(
        cell_sums=np.zeros((len(arrays.capacity) + 1, arrays.kinds)),
        department_sums=np.zeros((len(arrays.parallel), weeks + 1)),
        loose_sums=np.zeros((len(forest.loose), weeks + 1)),
        hold=np.zeros((len(arrays.holds), weeks)),
        unit=np.zeros((len(arrays.units), weeks)),
        cost=np.zeros((len(forest.order), weeks + 1)),
        chosen=np.zeros(len(forest.order), np.int64),
    )


@inner
def sum_prices(arrays: Arrays, forest: Forest, prices: Rows, tables: Tables) -> None:
    """Suffix sums of prices: what holding from a cell on, or being active in a run of weeks, costs."""
    for pool in range(len(arrays.pool_first) - 1):
        first, last = arrays.pool_first[pool], arrays.pool_first[pool + 1]
        for kind in range(arrays.kinds):
            total = 0.0
            for cell in range(last - 1, first - 1, -1):
                total += prices.cells[cell, kind]
                tables.cell_sums[cell, kind] = total
    for department in range(len(arrays.parallel)):
        for week in range(arrays.horizon):
            tables.department_sums[department, week + 1] = (
                tables.department_sums[department, week] + prices.departments[department, week]
            )
    for edge in range(len(forest.loose)):
        total = 0.0
        for week in range(arrays.horizon - 1, -1, -1):
            total += prices.loose[edge, week]
            tables.loose_sums[edge, week] = total


@inner
def price_holds(arrays: Arrays, prices: Rows, tables: Tables, hold_weeks: Flags, system: int) -> None:
    """tables.hold: what each option of a system pays for capacity and effort, by cut-over week."""
    preparation = arrays.systems[system, PREPARATION]
    for hold in range(arrays.systems[system, 3], arrays.systems[system, 4]):
        pool = arrays.holds[hold, POOL]
        last_cell, held = -1, 0.0
        for week in range(preparation - 1, arrays.horizon):
            if not hold_weeks[hold, week]:
                continue
            start = week - preparation + 1
            cell = arrays.pool_cells[pool, start]
            if cell != last_cell:
                held, last_cell = 0.0, cell
                for kind in range(arrays.kinds):
                    held += arrays.holds[hold, HOLD_COLUMNS + kind] * tables.cell_sums[cell, kind]
            cost = held
            for effort in range(arrays.holds[hold, EFFORT0], arrays.holds[hold, EFFORT1]):
                period = arrays.period_of[arrays.efforts[effort, 0], start + arrays.efforts[effort, 1]]
                cost += arrays.efforts[effort, 2] * prices.periods[period]
            tables.hold[hold, week] = cost


@inner
def price_unit(arrays: Arrays, prices: Rows, tables: Tables, unit: int) -> None:
    """tables.unit: what a unit pays by cut-over week whatever its modes: department, apart; less what it gives back."""
    weeks = arrays.horizon
    for week in range(weeks):
        tables.unit[unit, week] = 0.0
    for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
        preparation, department = arrays.systems[system, PREPARATION], arrays.systems[system, DEPARTMENT]
        if department >= 0:
            for week in range(preparation - 1, weeks):
                tables.unit[unit, week] += (
                    tables.department_sums[department, week + 1]
                    - tables.department_sums[department, week - preparation + 1]
                )
        for row in range(arrays.systems[system, FREE0], arrays.systems[system, FREE1]):
            for week in range(weeks - arrays.freed[row, 1]):
                cell = arrays.pool_cells[arrays.freed[row, 0], week + arrays.freed[row, 1]]
                for kind in range(arrays.kinds):
                    tables.unit[unit, week] -= arrays.freed[row, 2 + kind] * tables.cell_sums[cell, kind]
    for row in range(arrays.units[unit, APART0], arrays.units[unit, APART1]):
        for week in range(weeks):
            tables.unit[unit, week] += prices.apart[arrays.apart_of[row], week]
    for row in range(arrays.units[unit, GOAL0], arrays.units[unit, GOAL1]):
        goal = arrays.goal_of[row, 0]
        for week in range(min(weeks, arrays.goals[goal, 0] + 1)):
            tables.unit[unit, week] -= arrays.goal_of[row, 1] * prices.goals[goal]


@inner
def cheapest_mode(arrays: Arrays, tables: Tables, hold_weeks: Flags, system: int, week: int) -> tuple[int, float]:
    """The mode of a system that costs least in a week at these prices; (-1, NEVER) if none is allowed."""
    best, chosen = NEVER, -1
    for mode in range(arrays.systems[system, MODE0], arrays.systems[system, MODE1]):
        hold, replica = arrays.modes[mode, 0], arrays.modes[mode, 1]
        if not hold_weeks[hold, week]:
            continue
        cost = arrays.modes[mode, 2] + tables.hold[hold, week]
        if replica >= 0:
            if not hold_weeks[replica, week]:
                continue
            cost += tables.hold[replica, week]
        if week == arrays.systems[system, PREVIOUS_WEEK] and mode == arrays.systems[system, PREVIOUS_MODE]:
            cost -= arrays.moved_bonus
        if cost < best:
            best, chosen = cost, mode
    return chosen, best


@inner
def fill_costs(
    arrays: Arrays, forest: Forest, prices: Rows, tables: Tables, unit_weeks: Flags, hold_weeks: Flags
) -> None:
    """tables.cost: each node alone."""
    weeks = arrays.horizon
    for system in range(len(arrays.systems)):
        price_holds(arrays, prices, tables, hold_weeks, system)
    for unit in range(len(arrays.units)):
        price_unit(arrays, prices, tables, unit)
        tables.cost[unit, weeks] = arrays.timing[unit, weeks] if unit_weeks[unit, weeks] else NEVER
        for week in range(weeks):
            if not unit_weeks[unit, week]:
                tables.cost[unit, week] = NEVER
                continue
            cost = arrays.timing[unit, week] + tables.unit[unit, week]
            for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
                _, least = cheapest_mode(arrays, tables, hold_weeks, system, week)
                cost += least
            tables.cost[unit, week] = min(cost, NEVER)
    for node in range(len(arrays.units), len(forest.order)):
        for week in range(weeks + 1):
            tables.cost[node, week] = 0.0
    for edge in range(len(forest.loose)):
        first, then, lag = forest.loose[edge, 0], forest.loose[edge, 1], forest.loose[edge, 2]
        for week in range(weeks):
            late, early = max(week, lag, 0), max(0, week + lag)
            if tables.cost[then, week] < NEVER and late < weeks:
                tables.cost[then, week] += tables.loose_sums[edge, late]
            if tables.cost[first, week] < NEVER and early < weeks:
                tables.cost[first, week] -= tables.loose_sums[edge, early]


@inner
def least_below(tables: Tables, forest: Forest, child: int, week: int, weeks: int) -> int:
    """The best week of a child (`weeks`: unscheduled) given its parent's; -1 if none is allowed."""
    kind, lag = forest.relation[child], forest.lag[child]
    first, last, may_stay = 0, weeks - 1, False
    if kind == AFTER:
        first, may_stay = (week + lag, True) if week < weeks else (weeks, True)
    elif kind == BEFORE:
        last, may_stay = (week - lag, False) if week < weeks else (weeks - 1, True)
    elif week == weeks:
        first, may_stay = weeks, True
    elif kind == MEMBER:
        first, last = week, min(week + lag, weeks - 1)
    else:
        first, last = max(0, week - lag), week
    best, chosen = NEVER, -1
    for place in range(first, last + 1):
        if tables.cost[child, place] < best:
            best, chosen = tables.cost[child, place], place
    if may_stay and tables.cost[child, weeks] < best:
        chosen = weeks
    return chosen


@inner
def climb(tables: Tables, forest: Forest, child: int, weeks: int) -> None:
    """Add to each week of the parent what the child then costs at least."""
    parent, kind, lag = forest.parent[child], forest.relation[child], forest.lag[child]
    if kind in (AFTER, BEFORE):
        best, stay = NEVER, tables.cost[child, weeks]
        if kind == AFTER:
            best = stay
            place = weeks - 1
            for week in range(weeks - 1, -1, -1):
                while place >= week + lag:
                    best = min(best, tables.cost[child, place])
                    place -= 1
                tables.cost[parent, week] = min(NEVER, tables.cost[parent, week] + best)
            tables.cost[parent, weeks] = min(NEVER, tables.cost[parent, weeks] + stay)
            return
        place = 0
        for week in range(weeks):
            while place <= week - lag:
                best = min(best, tables.cost[child, place])
                place += 1
            tables.cost[parent, week] = min(NEVER, tables.cost[parent, week] + best)
        while place < weeks:
            best = min(best, tables.cost[child, place])
            place += 1
        tables.cost[parent, weeks] = min(NEVER, tables.cost[parent, weeks] + min(best, stay))
        return
    for week in range(weeks + 1):
        place = least_below(tables, forest, child, week, weeks)
        tables.cost[parent, week] = min(
            NEVER, tables.cost[parent, week] + (tables.cost[child, place] if place >= 0 else NEVER)
        )


@inner
def choose_weeks(tables: Tables, forest: Forest, weeks: int) -> float:
    """The best week of every node, roots first; the total cost, NEVER if some tree has no answer."""
    total = 0.0
    for place in range(len(forest.order)):
        if forest.parent[forest.order[place]] >= 0:
            climb(tables, forest, forest.order[place], weeks)
    for place in range(len(forest.order) - 1, -1, -1):
        node = forest.order[place]
        if forest.parent[node] >= 0:
            tables.chosen[node] = least_below(tables, forest, node, tables.chosen[forest.parent[node]], weeks)
            continue
        best = weeks
        for week in range(weeks):
            if tables.cost[node, week] < tables.cost[node, best]:
                best = week
        tables.chosen[node] = best
        if tables.cost[node, best] >= NEVER:
            return NEVER
        total += tables.cost[node, best]
    return total


@inner
def count_use(arrays: Arrays, forest: Forest, tables: Tables, hold_weeks: Flags, use: Rows) -> None:
    """What the chosen weeks and modes use of every row."""
    weeks = arrays.horizon
    use.cells[:] = 0.0
    use.periods[:] = 0.0
    use.departments[:] = 0.0
    use.apart[:] = 0.0
    use.goals[:] = 0.0
    for unit in range(len(arrays.units)):
        week = tables.chosen[unit]
        if week >= weeks:
            continue
        for system in range(arrays.units[unit, SYSTEM0], arrays.units[unit, SYSTEM1]):
            use_system(arrays, tables, hold_weeks, use, system, week)
        for row in range(arrays.units[unit, APART0], arrays.units[unit, APART1]):
            use.apart[arrays.apart_of[row], week] += 1.0
        for row in range(arrays.units[unit, GOAL0], arrays.units[unit, GOAL1]):
            if week <= arrays.goals[arrays.goal_of[row, 0], 0]:
                use.goals[arrays.goal_of[row, 0]] += arrays.goal_of[row, 1]
    for pool in range(len(arrays.pool_first) - 1):
        for cell in range(arrays.pool_first[pool] + 1, arrays.pool_first[pool + 1]):
            for kind in range(arrays.kinds):
                use.cells[cell, kind] += use.cells[cell - 1, kind]
    for edge in range(len(forest.loose)):
        first, then, lag = forest.loose[edge, 0], forest.loose[edge, 1], forest.loose[edge, 2]
        for week in range(weeks):
            use.loose[edge, week] = 0.0
            if week >= lag:
                use.loose[edge, week] += 1.0 if tables.chosen[then] <= week else 0.0
                use.loose[edge, week] -= 1.0 if tables.chosen[first] <= min(week - lag, weeks - 1) else 0.0


@inner
def use_system(arrays: Arrays, tables: Tables, hold_weeks: Flags, use: Rows, system: int, week: int) -> None:
    """Add what one system in a week, in its cheapest mode, uses; capacity at its first cell only."""
    mode, _ = cheapest_mode(arrays, tables, hold_weeks, system, week)
    hold, replica = arrays.modes[mode, 0], arrays.modes[mode, 1]
    start = week - arrays.systems[system, PREPARATION] + 1
    for kind in range(arrays.kinds):
        cell = arrays.pool_cells[arrays.holds[hold, POOL], start]
        use.cells[cell, kind] += arrays.holds[hold, HOLD_COLUMNS + kind]
        if replica >= 0:
            cell = arrays.pool_cells[arrays.holds[replica, POOL], start]
            use.cells[cell, kind] += arrays.holds[replica, HOLD_COLUMNS + kind]
    for effort in range(arrays.holds[hold, EFFORT0], arrays.holds[hold, EFFORT1]):
        period = arrays.period_of[arrays.efforts[effort, 0], start + arrays.efforts[effort, 1]]
        use.periods[period] += arrays.efforts[effort, 2]
    if arrays.systems[system, DEPARTMENT] >= 0:
        for active in range(start, week + 1):
            use.departments[arrays.systems[system, DEPARTMENT], active] += 1.0
    for row in range(arrays.systems[system, FREE0], arrays.systems[system, FREE1]):
        if week + arrays.freed[row, 1] < arrays.horizon:
            cell = arrays.pool_cells[arrays.freed[row, 0], week + arrays.freed[row, 1]]
            for kind in range(arrays.kinds):
                use.cells[cell, kind] -= arrays.freed[row, 2 + kind]


@inner
def credit(arrays: Arrays, prices: Rows) -> float:
    """What the limits themselves are worth at these prices; it is taken off the cost of the answer."""
    total = 0.0
    for cell in range(len(arrays.capacity)):
        for kind in range(arrays.kinds):
            total += prices.cells[cell, kind] * arrays.capacity[cell, kind]
    for period in range(len(arrays.period_amount)):
        total += prices.periods[period] * arrays.period_amount[period]
    for department in range(len(arrays.parallel)):
        for week in range(arrays.horizon):
            total += prices.departments[department, week] * arrays.parallel[department]
    for group in range(len(prices.apart)):
        for week in range(arrays.horizon):
            total += prices.apart[group, week]
    for goal in range(len(arrays.goals)):
        total -= prices.goals[goal] * arrays.goals[goal, 1]
    return total


@compiled
def relax(
    arrays: Arrays, forest: Forest, prices: Rows, tables: Tables, unit_weeks: Flags, hold_weeks: Flags, use: Rows
) -> float:
    """The least cost of the relaxed problem: a lower bound, without Layout.constant. NEVER: no plan exists.

    `unit_weeks` has one column more than weeks: whether the unit may stay unscheduled. `use` receives what the answer
    uses; capacity rows of a pool are cumulative over its cells.
    """
    sum_prices(arrays, forest, prices, tables)
    fill_costs(arrays, forest, prices, tables, unit_weeks, hold_weeks)
    total = choose_weeks(tables, forest, arrays.horizon)
    if total >= NEVER:
        return NEVER
    count_use(arrays, forest, tables, hold_weeks, use)
    return total - credit(arrays, prices)
