"""Cities for bench/planner.py: seeded planning problems that look real, each with a plan planted in it.

A plan is drawn first (weeks and pools that keep all relations), then capacities, teams and targets are set around
what it uses, with `slack` on top. So a feasible plan exists and the tightness is known; the best plan is not.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

RESOURCES = ["vcpu", "memory_gib", "ssd_gib", "hdd_gib", "public_ip"]
POOLS = [
    ("gov-x86-a", "A", "gov", "x86"), ("gov-arm-a", "A", "gov", "arm"), ("net-x86-a", "A", "net", "x86"), ("net-arm-a", "A", "net", "arm"),
    ("gov-x86-b", "B", "gov", "x86"), ("gov-arm-b", "B", "gov", "arm"), ("net-arm-b", "B", "net", "arm"),
]  # fmt: skip
TEAMS = ["migration", "network", "database", "link-a", "money"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityKind:
    """What a generated city is like. `slack` is what capacity lies above the planted plan, as a share."""

    systems: int
    weeks: int = 52
    seed: int = 0
    slack: float = 0.05
    deadlines: float = 0.12
    clusters: float = 0.35
    share: float = 0.9


def make_city(kind: CityKind) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A problem in the JSON form of the contract, and the planted moves."""
    rng = random.Random(f"{kind.systems}-{kind.weeks}-{kind.seed}")
    city = _City(kind, rng)
    return city.problem(), city.moves


class _City:
    def __init__(self, kind: CityKind, rng: random.Random) -> None:
        self.kind, self.rng = kind, rng
        count = max(3, kind.systems // 10)
        sizes = [1 / (n + 1) ** 0.8 for n in range(count)]
        self.departments: list[dict[str, Any]] = [
            {"id": f"d{n:03d}", "max_parallel": 0, "blocked_weeks": self._blackouts()} for n in range(count)
        ]
        self.systems = [self._system(n, rng.choices(range(count), sizes)[0]) for n in range(kind.systems)]
        self.relations: dict[str, list[Any]] = {
            "together": [],
            "before": [],
            "within": [],
            "apart": [],
            "same_site": [],
        }
        self.week: dict[str, int] = {}
        self._relate()
        self._plant()

    def _blackouts(self) -> list[int]:
        weeks: set[int] = set()
        for _ in range(self.rng.choice([0, 1, 1, 2]) * max(1, self.kind.weeks // 52)):
            first = self.rng.randrange(self.kind.weeks)
            weeks.update(range(first, min(self.kind.weeks, first + self.rng.choice([1, 2, 3]))))
        return sorted(weeks)

    def _system(self, number: int, department: int) -> dict[str, Any]:
        rng = self.rng
        vcpu = min(1500, max(4, int(rng.lognormvariate(3.0, 1.1))))
        memory = vcpu * rng.choice([2, 2, 4, 4, 8])
        ssd, hdd = vcpu * rng.choice([10, 20, 40]), int(vcpu * rng.choice([0, 20, 100, 400]) * rng.random())
        zone = rng.choice(["gov", "gov", "net"])
        public_ip = rng.choice([1, 2]) if zone == "net" else 0
        arch = rng.choices(["arm", "x86", "both"], [4, 2, 4])[0]
        size = 0 if vcpu < 16 else 1 if vcpu < 64 else 2 if vcpu < 256 else 3
        preparation = [1, 2, 3, 4][size]
        options: list[dict[str, Any]] = []
        for pool, _site, pool_zone, pool_arch in POOLS:
            if pool_zone != zone or (arch not in ("both", pool_arch)):
                continue
            factor = 1.25 if pool_arch == "arm" and arch == "both" else 1.0
            demand = [int(vcpu * factor + 0.999), int(memory * factor + 0.999), ssd, hdd, public_ip]
            days = [2, 5, 12, 30][size] * (1.3 if pool_arch == "arm" else 1.0)
            effort = {
                "migration": [int(days / preparation) + 1] * preparation,
                "network": [1] * preparation,
                "link-a": [0] * (preparation - 1) + [ssd + hdd],
            }
            if size >= 1:
                effort["database"] = [int(days / 4) + 1] + [0] * (preparation - 1)
            effort["money"] = [int(vcpu * rng.uniform(0.5, 1.5)) + 1] + [0] * (preparation - 1)
            options.append(
                {"pool": pool, "demand": demand, "cost": int(vcpu * (1.0 + 0.3 * rng.random())), "effort": effort}
            )
        replicas: list[dict[str, Any]] = []
        if rng.random() < 0.2:
            share = rng.choice([0.5, 1.0])
            for pool, _, pool_zone, _ in POOLS:
                if pool_zone == zone:
                    demand = [int(amount * share + 0.999) for amount in [vcpu, memory, ssd, hdd, public_ip]]
                    replicas.append({"pool": pool, "demand": demand, "cost": int(vcpu * share)})
        sites = {pool: site for pool, site, _, _ in POOLS}
        if {sites[o["pool"]] for o in options} | {sites[r["pool"]] for r in replicas} != {"A", "B"}:
            replicas = []
        system: dict[str, Any] = {
            "id": f"s{number:05d}", "department": self.departments[department]["id"], "weight": rng.choice([1, 1, 1, 2, 2, 3, 5]),
            "preparation_weeks": preparation, "release_week": rng.choice([0, 0, 0, rng.randrange(self.kind.weeks // 2)]),
            "due_week": None, "deadline_week": None,
            "blocked_weeks": [rng.randrange(self.kind.weeks)] if rng.random() < 0.1 else [],
            "options": options, "replica_options": replicas,
        }  # fmt: skip
        return system

    def _relate(self) -> None:
        rng, ids = self.rng, [system["id"] for system in self.systems]
        free = ids[:]
        rng.shuffle(free)
        target = int(len(ids) * self.kind.clusters)
        used = 0
        while used < target and len(free) > 12:
            size = min(12, 2 + int(rng.paretovariate(1.6)) - 1)
            members = [free.pop() for _ in range(size)]
            used += size
            kind = rng.random()
            if kind < 0.12 and size <= 4:
                self.relations["together"].append(members)
            elif kind < 0.25:
                self.relations["within"].append({"systems": members, "weeks": rng.randrange(2, 8)})
            else:
                for place in range(1, size):
                    for first in rng.sample(members[:place], min(place, rng.choice([1, 1, 2]))):
                        self.relations["before"].append(
                            {"first": first, "then": members[place], "lag_weeks": rng.choice([0, 1, 1, 2, 4])}
                        )
            if rng.random() < 0.2:
                self.relations["same_site"].append({"systems": members[:2], "penalty": rng.randrange(5, 80)})
        for _ in range(len(ids) // 100):
            if len(free) > 3:
                self.relations["apart"].append([free.pop() for _ in range(rng.choice([2, 3]))])

    def _possible(self, system: dict[str, Any], blocked: set[int], week: int) -> bool:
        start = week - system["preparation_weeks"] + 1
        return start >= max(0, system["release_week"]) and not any(w in blocked for w in range(start, week + 1))

    def _plant(self) -> None:
        """Draw weeks that keep every relation; where a system cannot be placed, its release and blocks are lifted."""
        rng, weeks = self.rng, self.kind.weeks
        by_id = {system["id"]: system for system in self.systems}
        blackouts = {d["id"]: set(d["blocked_weeks"]) for d in self.departments}
        preds: dict[str, list[tuple[str, int]]] = {}
        for pair in self.relations["before"]:
            preds.setdefault(pair["then"], []).append((pair["first"], pair["lag_weeks"]))
        groups = {m: (g, 0) for g in self.relations["together"] for m in g}
        groups |= {m: (w["systems"], w["weeks"]) for w in self.relations["within"] for m in w["systems"]}
        for system_id in sorted(by_id):
            self._place(system_id, by_id, blackouts, preds, groups)
        for group in self.relations["apart"]:
            taken: set[int] = set()
            for member in group:
                blocked = blackouts[by_id[member]["department"]] | set(by_id[member]["blocked_weeks"])
                choices = [w for w in range(weeks) if w not in taken and self._possible(by_id[member], blocked, w)]
                if self.week[member] in taken and choices:
                    self.week[member] = rng.choice(choices)
                taken.add(self.week[member])
        self.moves = []
        sites = {pool: site for pool, site, _, _ in POOLS}
        for system in self.systems:
            pairs = [
                (option, replica)
                for option in system["options"]
                for replica in (system["replica_options"] or [None])
                if replica is None or sites[replica["pool"]] != sites[option["pool"]]
            ]
            option, replica = rng.choice(pairs)
            self.moves.append(
                {
                    "system": system["id"],
                    "week": self.week[system["id"]],
                    "pool": option["pool"],
                    "replica_pool": replica and replica["pool"],
                }
            )

    def _place(self, system_id: str, by_id: Any, blackouts: Any, preds: Any, groups: Any) -> None:
        if system_id in self.week:
            return
        rng, weeks, system = self.rng, self.kind.weeks, by_id[system_id]
        for first, _ in preds.get(system_id, ()):
            self._place(first, by_id, blackouts, preds, groups)
        low = max([self.week[first] + lag for first, lag in preds.get(system_id, ())], default=0)
        group, spread = groups.get(system_id, ([], 0))
        placed = [self.week[m] for m in group if m in self.week]
        high = weeks - 1
        if placed:
            low, high = max(low, max(placed) - spread), min(high, min(placed) + spread)
        elif group:
            low = max(low, *(by_id[m]["preparation_weeks"] - 1 for m in group))
        blocked = blackouts[system["department"]] | set(system["blocked_weeks"])
        choices = [w for w in range(low, high + 1) if self._possible(system, blocked, w)]
        if not choices:
            system["release_week"], system["blocked_weeks"] = 0, []
            self.departments[int(system["department"][1:])]["blocked_weeks"] = []
            blackouts[system["department"]] = set()
            choices = [w for w in range(low, high + 1) if w >= system["preparation_weeks"] - 1]
        if not choices:  # chains longer than the horizon: drop what binds it
            self.relations["before"] = [p for p in self.relations["before"] if p["then"] != system_id]
            choices = list(range(system["preparation_weeks"] - 1, weeks))
        early = sorted(rng.choices(choices, k=2))[0] if rng.random() < 0.5 else rng.choice(choices)
        self.week[system_id] = early

    def problem(self) -> dict[str, Any]:
        rng, kind = self.rng, self.kind
        by_id = {system["id"]: system for system in self.systems}
        held = {pool: [[0] * 5 for _ in range(kind.weeks)] for pool, *_ in POOLS}
        used = {team: [0] * kind.weeks for team in TEAMS}
        active: dict[tuple[str, int], int] = {}
        for move in self.moves:
            system = by_id[move["system"]]
            start = move["week"] - system["preparation_weeks"] + 1
            option = next(o for o in system["options"] if o["pool"] == move["pool"])
            holds = [option, *(r for r in system["replica_options"] if r["pool"] == move["replica_pool"])]
            for hold in holds:
                for week in range(start, kind.weeks):
                    for k in range(5):
                        held[hold["pool"]][week][k] += hold["demand"][k]
            for team, effort in option["effort"].items():
                for k, amount in enumerate(effort):
                    used[team][start + k] += amount
            for week in range(start, move["week"] + 1):
                key = (system["department"], week)
                active[key] = active.get(key, 0) + 1
        for department in self.departments:
            department["max_parallel"] = max([1, *(n for (d, _), n in active.items() if d == department["id"])])
        self._dates(by_id)
        steps = sorted({0, *(int(kind.weeks * share) for share in (0.2, 0.45, 0.7))})
        pools = []
        for pool, site, _, _ in POOLS:
            capacity = []
            for first, last in zip(steps, [*steps[1:], kind.weeks], strict=True):
                top = [max(held[pool][week][k] for week in range(first, last)) for k in range(5)]
                capacity.append({"from_week": first, "amount": [int(amount * (1 + kind.slack)) for amount in top]})
            pools.append({"id": pool, "site": site, "capacity": capacity})
        return {
            "schema": "govcloud/planning-problem/1", "name": f"city-{kind.systems}-{kind.seed}", "first_week": "2026-W14",
            "weeks": kind.weeks, "unscheduled_week": kind.weeks + 26, "resources": RESOURCES, "pools": pools,
            "teams": [{"id": team, "periods": self._periods(team, used[team])} for team in TEAMS],
            "departments": self.departments, "systems": self.systems,
            "clean_ups": [
                {"id": f"zombie-{n}", "pool": rng.choice(POOLS)[0], "amount": [rng.randrange(8, 64), rng.randrange(16, 256), 200, 500, 0],
                 "release_week": rng.randrange(kind.weeks // 2), "effort": {"migration": [1]}}
                for n in range(max(1, kind.systems // 100))
            ],
            **self.relations,
            "targets": [
                {"by_week": week, "systems": None, "at_least": int(kind.share * sum(w <= week for w in self.week.values()))}
                for week in (kind.weeks // 2 - 1, kind.weeks - 1)
            ],
            "curve": [
                {"week": week, "at_least": sum(w <= week for w in self.week.values())}
                for week in range(kind.weeks // 4 - 1, kind.weeks, kind.weeks // 4)
            ],
            "weights": {"lateness": 100, "progress": 10, "placement": 1, "curve": 50},
        }  # fmt: skip

    def _periods(self, team: str, used: list[int]) -> list[dict[str, int]]:
        length = 13 if team == "money" else 1
        typical = sorted(used)[int(len(used) * 0.7)]
        periods = []
        for first in range(0, len(used), length):
            weeks = used[first : first + length]
            amount = int(max(sum(weeks), typical * len(weeks)) * (1 + self.kind.slack))
            periods.append({"from_week": first, "to_week": first + len(weeks) - 1, "amount": amount})
        return periods

    def _dates(self, by_id: dict[str, dict[str, Any]]) -> None:
        rng, weeks = self.rng, self.kind.weeks
        for system_id, week in self.week.items():
            system = by_id[system_id]
            if rng.random() < 0.4:
                system["due_week"] = max(0, week + rng.randrange(-8, 9))
            if rng.random() < self.kind.deadlines:
                system["deadline_week"] = min(weeks + 5, week + rng.randrange(0, 10))
            if rng.random() < 0.08:
                pool, _, _, _ = rng.choice(POOLS)
                first = system["options"][0]["demand"]
                system["frees"] = [
                    {"pool": pool, "amount": [n // 2 for n in first], "weeks_after": rng.randrange(1, 6)}
                ]
