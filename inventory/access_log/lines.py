"""Lines of access logs of nginx and Apache (common, combined, with or without the virtual host) → what each request was.

A line is a visit, part of a page, a refusal, a robot, a probe, the system calling itself, or unreadable. Addresses of
clients are looked at while a file is read, to tell timers and own servers from people; they are never kept.
"""

from __future__ import annotations

import gzip
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from catalogs.errors import CatalogError, CollectError
from catalogs.words import Text

AGENTS_FILE = Path(__file__).with_name("agents.toml")
MOST_LINE_BYTES = 65_536  # longer lines are attacks or broken files
Kind = Literal[
    "visit", "static", "refused", "moved", "robot", "probe", "own", "call", "machine", "script", "front", "operator", "unreadable", "future"
]  # fmt: skip
KINDS: Mapping[Kind, Text] = {
    "visit": Text("访问", "visits"),
    "static": Text("页面附件（图片、脚本）", "parts of pages"),
    "refused": Text("未成功的请求", "requests refused or failed"),
    "moved": Text("转到别处的请求（301、308 永久转移）", "requests sent elsewhere (301, 308: moved for good)"),
    "robot": Text("爬虫和程序", "robots"),
    "probe": Text("监控探测", "probes of monitoring"),
    "own": Text("本系统服务器访问自己", "the system's own servers"),
    "call": Text("其他系统的程序调用", "calls by programs of other systems"),
    "operator": Text(
        "运维方的账号或地址（监控、扫描、巡检）",
        "the operator's accounts and addresses (monitoring, scans, inspection)",
    ),
    "machine": Text("全天候定时访问同一页面", "timers: one page round the clock"),
    "script": Text(
        "每天同一时刻的访问（周末、节假日也来）", "scripts: every day at the same minute, weekends and holidays, too"
    ),
    "front": Text(
        "只打开首页、登录页、提示页或固定的版本文件（整个网站没有人再往里走）",
        "the login form, one notice or a version file only (nobody of the whole site gets further)",
    ),
    "unreadable": Text("无法读取的行", "unreadable lines"),
    "future": Text("晚于采集时间的行", "lines after the collection"),
}
_LINE = re.compile(
    r'^(?:(?P<vhost>[A-Za-z0-9._\[\]:-]{1,255}) )?(?P<client>[0-9A-Fa-f.:]{2,45}|[A-Za-z0-9._-]{1,255}) \S{1,255} (?P<user>\S{1,255}|"[^"]{0,255}") '
    r'\[(?P<at>\d{2}/[A-Z][a-z]{2}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\] "(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}) (?:\d+|-)'
    r'(?: "(?:[^"\\]|\\.)*" "(?P<agent>(?:[^"\\]|\\.)*)")?'
)
_REQUEST = re.compile(r"^(?P<method>[A-Z]{3,10}) (?P<target>\S+)(?: HTTP/[0-9.]+)?$")
_MONTHS = {
    name: place
    for place, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}


ONWARD = frozenset({302, 303, 307})  # RFC 9110, 15.4: another page for now


@dataclass(frozen=True, slots=True, kw_only=True)
class Agents:
    """The words and limits of agents.toml."""

    robots: tuple[str, ...]
    probes: tuple[str, ...]
    probe_paths: frozenset[str]
    probe_prefixes: tuple[str, ...]
    static: tuple[str, ...]
    methods: frozenset[str]
    status_from: int
    status_to: int
    least_hours: int
    most_paths: int
    most_uneven: int = 0
    most_paths_in_turn: int = 0
    programs: tuple[str, ...] = ()
    moved: frozenset[int] = frozenset()
    scripts: ScriptLimits | None = None
    logins: frozenset[str] = frozenset()
    login_days: int = 1
    notices: tuple[str, ...] = ()
    notice_days: int = 1
    polls: tuple[str, ...] = ()
    replays: ReplayLimits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptLimits:
    """When what a client does is a script's.

    On so many days, of all days between the first and the last so large a share (0–1), each time within so many minutes of the
    same time of day, and to so few pages. A client that only ever comes in the night, before `night_until_hour` (Beijing), may take
    `night_minutes`: a nightly job has several requests, and people on night duty come at other hours, too.
    """

    least_days: int
    share_of_days: float
    most_minutes: int
    most_paths: int
    night_until_hour: int = 0
    night_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayLimits:
    """When the requests of a whole site are one day's that are played again.

    The same ones on so many days, of all days between the first and the last so large a share (0–1), by so many addresses.
    """

    least_days: int
    share_of_days: float
    least_requests: int
    least_clients: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One readable line; `vhost` is what the log says, in lower case and without its port.

    `program`: the agent is a library that systems call each other with; `answered`: the status is one of success;
    `onward`: the answer sends the client to another page for now; `account`: who was logged in, where the web server knows; `method` is empty where the request is no HTTP; `query`: the path, here without it, had one.
    """

    at_s: int
    client: str
    vhost: str | None
    path: str
    agent: str | None
    kind: Kind
    program: bool = False
    answered: bool = True
    onward: bool = False
    account: str | None = None
    method: str = ""
    query: bool = False


def read_agents(path: Path = AGENTS_FILE) -> Agents:
    """The table of who is no visitor.

    Raises:
        CatalogError: the file is missing, is no TOML, or lacks something.
    """
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        return Agents(
            robots=tuple(raw["robots"]["agents"]), probes=tuple(raw["probes"]["agents"]), probe_paths=frozenset(raw["probes"]["paths"]),
            probe_prefixes=tuple(raw["probes"].get("prefixes", ())),
            static=tuple(raw["pages"]["static_endings"]), methods=frozenset(raw["pages"]["methods"]),
            status_from=int(raw["pages"]["status_from"]), status_to=int(raw["pages"]["status_to"]),
            programs=tuple(raw.get("calls", {}).get("agents", ())),
            least_hours=int(raw["machines"]["least_hours_of_a_day"]), most_paths=int(raw["machines"]["most_paths"]),
            most_uneven=int(raw["machines"].get("most_uneven", 0)), most_paths_in_turn=int(raw["machines"].get("most_paths_in_turn", 0)),
            moved=frozenset(int(code) for code in raw["pages"].get("moved", ())), scripts=_script_limits(raw.get("scripts")),
            logins=frozenset(raw["pages"].get("logins", ())), login_days=int(raw["pages"].get("login_days", 1)),
            notices=tuple(raw["pages"].get("notices", ())), notice_days=int(raw["pages"].get("notice_days", 1)), polls=tuple(raw["pages"].get("polls", ())), replays=_replay_limits(raw.get("replays")),
        )  # fmt: skip
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise CatalogError(
            f"{path.name}：无法读取访问者名单：{error}", f"{path.name}: cannot read the table of agents: {error}"
        ) from error


def _script_limits(raw: Mapping[str, float] | None) -> ScriptLimits | None:
    """The limits, or `None` of a table from before scripts were looked for."""
    if raw is None:
        return None
    return ScriptLimits(
        least_days=int(raw["least_days"]), share_of_days=float(raw["share_of_days"]), most_minutes=int(raw["most_minutes"]), most_paths=int(raw["most_paths"]),
        night_until_hour=int(raw.get("night_until_hour", 0)), night_minutes=int(raw.get("night_minutes", 0)),
    )  # fmt: skip


def _replay_limits(raw: Mapping[str, float] | None) -> ReplayLimits | None:
    """The limits, or `None` of a table from before replays were looked for."""
    if raw is None:
        return None
    return ReplayLimits(
        least_days=int(raw["least_days"]), share_of_days=float(raw["share_of_days"]), least_requests=int(raw["least_requests"]), least_clients=int(raw["least_clients"])
    )  # fmt: skip


def lines_of(path: Path) -> Iterator[bytes]:
    """The lines of a log, gzip or not; an overlong line comes as its beginning.

    Raises:
        CollectError: the file cannot be read to its end.
    """
    try:
        with path.open("rb") as plain:
            zipped = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            with gzip.GzipFile(fileobj=plain) if zipped else plain as stream:
                while line := stream.readline(MOST_LINE_BYTES):
                    yield line
                    while len(line) == MOST_LINE_BYTES and line[-1:] != b"\n":
                        line = stream.readline(MOST_LINE_BYTES)
    except (OSError, EOFError) as error:
        raise CollectError(
            f"{path.name}：没有读完，这个文件不采用：{error}", f"{path.name}: could not be read to its end and is not used: {error}",
            hint=Text("重新拷贝这个文件再采集；gz 可用 gzip -t 检查", "copy the file again; check a gz with gzip -t"),
        ) from error  # fmt: skip


def parse_line(line: bytes, agents: Agents) -> Request | None:
    """What one line says, or `None` where it cannot be read."""
    found = _LINE.match(line.decode("utf-8", "replace").rstrip("\r\n"))
    at_s = _seconds(found["at"]) if found else None
    if found is None or at_s is None:
        return None
    request = _REQUEST.match(found["request"])
    path = request["target"].partition("?")[0] if request else ""
    agent = found["agent"]
    kind = _kind(request["method"] if request else "", path, int(found["status"]), agent, agents)
    return Request(
        at_s=at_s, client=found["client"], vhost=_host(found["vhost"]), path=path, agent=agent,
        kind=kind, program=kind == "robot" and _is_program(agent, agents),
        answered=agents.status_from <= int(found["status"]) <= agents.status_to, onward=int(found["status"]) in ONWARD, account=_account(found["user"]),
        method=request["method"] if request else "", query=request is not None and "?" in request["target"],
    )  # fmt: skip


def _kind(method: str, path: str, status: int, agent: str | None, agents: Agents) -> Kind:
    said = agent.lower() if agent is not None else None
    if path.lower().startswith(agents.probe_prefixes) or (
        said is not None and any(word in said for word in agents.probes)
    ):
        return "probe"
    if said is not None and (said in {"", "-"} or any(word in said for word in agents.robots)):
        return "robot"
    if path.rstrip("/").lower() in agents.probe_paths or method in {"HEAD", "OPTIONS"}:
        return "probe"
    if method not in agents.methods or not agents.status_from <= status <= agents.status_to:
        return "refused"
    if status in agents.moved:
        return "moved"
    return "static" if path.lower().endswith(agents.static) else "visit"


def _account(user: str) -> str | None:
    name = user.strip('"')
    return None if name in {"", "-"} else name


def _is_program(agent: str | None, agents: Agents) -> bool:
    """Whether it is what systems call each other with, rather than a search engine or a scanner."""
    said = (agent or "").lower()
    return bool(agents.programs) and (said in {"", "-"} or said.startswith(agents.programs))


def _host(text: str | None) -> str | None:
    if text is None:
        return None
    host = text.lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return (host.rpartition(":")[0] if host.count(":") == 1 else host).rstrip(".")


@lru_cache(maxsize=4096)  # many lines share a second
def _seconds(text: str) -> int | None:
    """`10/Oct/2026:13:55:36 +0800` → Unix seconds; faster than strptime, and no locale."""
    try:
        offset = int(text[22:24]) * 3600 + int(text[24:26]) * 60
        clock = int(text[12:14]), int(text[15:17]), int(text[18:20])
        instant = datetime(int(text[7:11]), _MONTHS[text[3:6]], int(text[:2]), *clock, tzinfo=UTC)
    except (KeyError, ValueError):
        return None
    local = int(instant.timestamp())
    return local + offset if text[21] == "-" else local - offset
