"""Relations between weeks as a forest plus the few edges that would close a circle.

Within a forest the cheapest weeks are found exactly, from the leaves up (prices.py); only the edges left over need
prices. A `within` group is a star: a node of its own, the group's first week, from which no member is further away
than allowed. Nodes are the units, then one node per group.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.search.flat import Numbers
from planner.search.tables import PRED0, PRED1, Arrays

AFTER, BEFORE, MEMBER, WINDOW = range(4)
"""What a child is to its parent: it comes after it, before it, is a member of its window, is the window of it."""


class Forest(NamedTuple):
    """`order`: nodes, children before parents. `parent` -1 at roots. `loose` rows: (first, then, lag; may be < 0)."""

    order: Numbers
    parent: Numbers
    relation: Numbers
    lag: Numbers
    loose: Numbers


def plant(arrays: Arrays) -> Forest:
    """A spanning forest of all relations."""
    units = len(arrays.units)
    nodes = units + len(arrays.within_rows)
    edges: list[tuple[int, int, int, bool]] = []
    for then in range(units):
        rows = arrays.links[arrays.units[then, PRED0] : arrays.units[then, PRED1]]
        edges += [(int(first), then, int(lag), False) for first, lag in rows]
    edges.sort(key=lambda edge: -edge[2])  # long lags bind most: keep them inside the forest
    for group, (first, last, weeks) in enumerate(arrays.within_rows):
        edges += [(units + group, int(unit), int(weeks), True) for unit in arrays.within_members[first:last]]
    edges.sort(key=lambda edge: not edge[3])
    return _grow(nodes, edges)


def _grow(nodes: int, edges: list[tuple[int, int, int, bool]]) -> Forest:
    leader = list(range(nodes))

    def root(node: int) -> int:
        while leader[node] != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    neighbours: list[list[tuple[int, int, int]]] = [[] for _ in range(nodes)]
    loose: list[tuple[int, int, int]] = []
    for first, then, lag, window in edges:
        if root(first) == root(then):
            loose += [(first, then, 0), (then, first, -lag)] if window else [(first, then, lag)]
            continue
        leader[root(first)] = root(then)
        neighbours[first].append((then, MEMBER if window else AFTER, lag))
        neighbours[then].append((first, WINDOW if window else BEFORE, lag))
    parent, relation, lags = [-1] * nodes, [0] * nodes, [0] * nodes
    order: list[int] = []
    seen = [False] * nodes
    for start in range(nodes):
        if seen[start]:
            continue
        seen[start] = True
        stack = [start]
        while stack:
            node = stack.pop()
            order.append(node)
            for other, kind, lag in neighbours[node]:
                if not seen[other]:
                    seen[other] = True
                    parent[other], relation[other], lags[other] = node, kind, lag
                    stack.append(other)
    return Forest(
        order=np.array(order[::-1], np.int64),
        parent=np.array(parent, np.int64),
        relation=np.array(relation, np.int64),
        lag=np.array(lags, np.int64),
        loose=np.array(loose, np.int64).reshape(len(loose), 3),
    )
