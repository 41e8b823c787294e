"""Counting access logs: by site and hour, people apart from robots, probes, timers and the system itself."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.access_log.front import Fronts
from inventory.access_log.lines import Agents, Kind, Request, lines_of, parse_line
from inventory.access_log.polls import Polls
from inventory.access_log.replays import Replays
from inventory.access_log.timers import Scripts, Timers
from inventory.model import Inventory, Server
from inventory.telemetry.form import LOCAL_ZONE
from inventory.zombies.operators import NOBODY, Operators

HOUR = 3600
MACHINE: tuple[Kind, ...] = ("robot", "probe", "own", "machine", "script", "front", "moved")


@dataclass(slots=True)
class SiteCount:
    """The requests of one site: kinds by hour (Unix hour), and the hours that its logs cover."""

    hours: dict[int, Counter[Kind]] = field(default_factory=lambda: defaultdict(Counter))
    covered: set[int] = field(default_factory=set)

    def by_day(self, zone: str = LOCAL_ZONE) -> Mapping[date, Counter[Kind]]:
        """Kinds by local day."""
        days: dict[date, Counter[Kind]] = defaultdict(Counter)
        for hour, kinds in sorted(self.hours.items()):
            days[datetime.fromtimestamp(hour * HOUR, ZoneInfo(zone)).date()].update(kinds)
        return days


@dataclass(slots=True, kw_only=True)
class Counted:
    """What some logs say. `lines` by kind add up to all lines read; `sites` by server id.

    `unknown` counts the lines of hosts that belong to no system, `doubled` names files that were given before, `calls`
    counts requests by hour for each pair of calling and called system.
    """

    sites: dict[str, SiteCount] = field(default_factory=lambda: defaultdict(SiteCount))
    lines: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[str, Text]] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    digests: set[str] = field(default_factory=set)
    calls: dict[tuple[str, str], Counter[int]] = field(default_factory=lambda: defaultdict(Counter))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Which server a host name or address of a log stands for, and the addresses of each system's own servers.

    `systems` is the system of each server, `holders` the system whose server alone has an address.
    """

    by_host: Mapping[str, str]
    own: Mapping[str, frozenset[str]]
    systems: Mapping[str, str] = field(default_factory=dict)
    holders: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def of(inventory: Inventory) -> Sites:
        """Domains and web addresses of the ledgers, then names and addresses of the servers; what two systems claim is nobody's."""
        claims: dict[str, set[str]] = defaultdict(set)
        own: dict[str, frozenset[str]] = {}
        by_system: dict[str, list[Server]] = defaultdict(list)
        for server in sorted(inventory.servers, key=lambda server: server.id):
            by_system[server.system_id or ""].append(server)
            for name in (server.name, *server.addresses):
                claims[name.lower()].add(server.id)
        by_domain: dict[str, set[str]] = defaultdict(set)
        for system in inventory.systems:
            servers = by_system.get(system.id, [])
            addresses = frozenset(address for server in servers for address in server.addresses)
            own.update(dict.fromkeys((server.id for server in servers), addresses | {"127.0.0.1", "::1", "localhost"}))
            for host in _hosts(system.fields.get("url"), system.fields.get("domain")):
                if servers:
                    by_domain[host].add(servers[0].id)
        found = {host: next(iter(ids)) for host, ids in claims.items() if len(ids) == 1}
        found |= {host: next(iter(ids)) for host, ids in by_domain.items() if len(ids) == 1 and host not in found}
        systems = {server.id: server.system_id for server in inventory.servers if server.system_id}
        addresses_of = ((address, server.id) for server in inventory.servers for address in server.addresses)
        holders = {address: systems[own_id] for address, own_id in addresses_of if found.get(address.lower()) == own_id and own_id in systems}  # fmt: skip
        return Sites(by_host=dict(sorted(found.items())), own=own, systems=systems, holders=holders)

    def caller(self, request: Request, target: str) -> tuple[str, str] | None:
        """The other system whose program made an answered request, and the system it was made to."""
        caller, called = self.holders.get(request.client), self.systems.get(target)
        known = request.program and request.answered and caller is not None and called is not None and caller != called
        return (caller, called) if known and caller is not None and called is not None else None


def _hosts(*values: object) -> Iterable[str]:
    for value in values:
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and text.strip():
                host = urlsplit(text if "://" in text else f"//{text.strip()}").hostname
                if host:
                    yield host.lower()


def count_logs(
    paths: Sequence[Path], sites: Sites, agents: Agents, *, as_of: datetime, operators: Operators = NOBODY,
    server: str | None = None, host: str | None = None, told: Callable[[int], None] = lambda _done: None,
) -> Counted:  # fmt: skip
    """Count some logs.

    Args:
        paths: plain or gzip, in any order; the same content twice counts once.
        sites: whose each host is.
        agents: who is no visitor.
        as_of: later lines are counted apart.
        operators: whose requests are no visits.
        server: id of the server that all lines are of, where the person knows.
        host: the site that lines without a virtual host are of; by default the file's name says.
        told: progress, in files.
    """
    counted, watched = Counted(), _Watched.of(agents)
    for path in sorted(paths):
        try:
            one, seen = _count_file(path, sites, agents, operators, last_s=int(as_of.timestamp()), server=server, host=host)  # fmt: skip
        except CollectError as error:
            counted.broken.append((path.name, error.message))
        else:
            if one.digests <= counted.digests:
                counted.doubled.append(path.name)
            else:
                _add(counted, one)
                watched.add(seen)
        told(1)
    watched.recount(counted)
    return counted


@dataclass(slots=True)
class _Watched:
    """What is looked at over all logs of a run: clients by the clock, and whole sites that nobody gets into."""

    scripts: Scripts
    fronts: Fronts
    polls: Polls
    replays: Replays

    @staticmethod
    def of(agents: Agents) -> _Watched:
        return _Watched(
            Scripts(agents.scripts), Fronts(agents.logins, agents.login_days, agents.notices, agents.notice_days),
            Polls(agents.polls, least_days=agents.login_days), Replays(agents.replays),
        )  # fmt: skip

    def see(self, target: str, request: Request) -> None:
        """One visit."""
        for watch in (self.scripts, self.fronts, self.polls, self.replays):
            watch.see(target, request)

    def add(self, other: _Watched) -> None:
        """What another file shows."""
        self.scripts.add(other.scripts)
        self.fronts.add(other.fronts)
        self.polls.add(other.polls)
        self.replays.add(other.replays)

    def recount(self, counted: Counted) -> None:
        """Visits that turned out to be none."""
        for target, hour, visits in self.scripts.found():
            _recount(counted, target, hour, visits, "script")
        for target in sorted({*self.fronts.found(), *self.polls.found()}):
            for hour, kinds in sorted(counted.sites[target].hours.items()):
                if kinds["visit"]:
                    _recount(counted, target, hour, kinds["visit"], "front")
        for target, hour, visits in self.replays.found():  # scripts and timers among them are recounted already
            left = min(visits, counted.sites[target].hours[hour]["visit"])
            if left:
                _recount(counted, target, hour, left, "script")


def _recount(counted: Counted, target: str, hour: int, visits: int, kind: Kind) -> None:
    """Visits of an hour that turned out to be something else."""
    kinds = counted.sites[target].hours[hour]
    kinds["visit"] -= visits
    kinds[kind] += visits
    counted.lines["visit"] -= visits
    counted.lines[kind] += visits


def _add(whole: Counted, one: Counted) -> None:
    whole.digests |= one.digests
    whole.lines.update(one.lines)
    whole.unknown.update(one.unknown)
    for pair, hours in one.calls.items():
        whole.calls[pair].update(hours)
    for name, site in one.sites.items():
        mine = whole.sites[name]
        mine.covered |= site.covered
        for hour, kinds in site.hours.items():
            mine.hours[hour].update(kinds)


def _count_file(
    path: Path, sites: Sites, agents: Agents, operators: Operators, *, last_s: int, server: str | None, host: str | None
) -> tuple[Counted, _Watched]:
    """One file, and what is watched over all of them: first every line by itself, then timers are told from people by what each client did all day."""
    counted, digest, timers = Counted(), hashlib.sha256(), Timers(agents)
    watched = _Watched.of(agents)
    spans: dict[str, tuple[int, int]] = {}
    from_name = host or host_of_file(path, sites)
    for line in lines_of(path):
        digest.update(line)
        request = parse_line(line, agents)
        if request is None or request.at_s > last_s:
            counted.lines["unreadable" if request is None else "future"] += 1
            continue
        name = request.vhost or from_name or "-"
        target = server or sites.by_host.get(name)
        if target is None:
            counted.unknown[name] += 1
            counted.lines["unknown_site"] += 1
            continue
        kind: Kind = "own" if request.client in sites.own.get(target, ()) else request.kind
        if kind in {"visit", "static", "refused", "moved", "robot"} and operators.client(
            request.client, request.account
        ):
            kind = "operator"
        hour = request.at_s // HOUR
        if kind == "robot" and (pair := sites.caller(request, target)) is not None:
            kind = "call"
            counted.calls[pair][hour] += 1
        counted.sites[target].hours[hour][kind] += 1
        counted.lines[kind] += 1
        first, last = spans.get(target, (hour, hour))
        spans[target] = (min(first, hour), max(last, hour))
        if kind == "visit":
            timers.see(target, request)
            watched.see(target, request)
    if counted.lines and set(counted.lines) == {"unreadable"}:
        raise CollectError(
            f"{path.name}：{counted.lines['unreadable']} 行都不是认得的格式（common、combined，行首可带虚拟主机，行尾可有别的）",
            f"{path.name}: none of {counted.lines['unreadable']} lines has a form that is known (common, combined; a virtual host may stand first, anything after)",
            hint=Text("让 nginx 用 combined 格式另写一份：access_log 文件 combined;", "have nginx write it as combined, too: access_log FILE combined;"),
        )  # fmt: skip
    for target, hour, visits in timers.found():
        _recount(counted, target, hour, visits, "machine")
    for target, (first, last) in spans.items():
        counted.sites[target].covered = set(range(first, last + 1))
    counted.digests = {digest.hexdigest()}
    return counted, watched


def host_of_file(path: Path, sites: Sites) -> str | None:
    """The known site whose name stands in the file's name: `www.example.org-access.log.3.gz`; the longest one."""
    name = path.name.lower()
    found = [host for host in sites.by_host if "." in host and host in name]
    return max(found, key=lambda host: (len(host), host)) if found else None
