"""Paths to numbers of a problem file: `systems[his].options[a-x86].demand[vcpu]`, `pools[b-arm].capacity[0].amount`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalogs.errors import UsageError
from catalogs.weeks import Week
from catalogs.words import Text

_STEP = re.compile(r"\.?([^.\[\]]+)|\[([^\[\]]+)\]")
_NAMES = ("id", "system", "pool", "first")  # what an element of a list is called by


def value_at(problem: Mapping[str, Any], path: str) -> Any:
    """What stands at a path of a parsed problem file.

    Elements of lists are named by their id or pool, by their place from 0 (an id goes first), where they are amounts
    by the resource, and where they have a week of their own by that week as people write it: `curve[2026-W20]`.

    Raises:
        UsageError: the path leads nowhere; the message says where it stops and what there is.
    """
    here: Any = problem
    done = 0
    while done < len(path):
        found = _STEP.match(path, done)
        if not found:
            raise _lost(path, path[:done], here, problem)
        key = found[1] or found[2]
        following = _next(here, key, problem)
        if following is None:
            raise _lost(path, path[:done], here, problem)
        (here,) = following
        done = found.end()
    return here


def named(problem: Mapping[str, Any], path: str) -> str:
    """The same path with the names that origins are kept under: `before[0]` becomes `before[his,pay]`."""
    here: Any = problem
    written = ""
    for found in _STEP.finditer(path):
        key = found[1] or found[2]
        (following,) = _next(here, key, problem) or (None,)
        if isinstance(here, list):
            key = _name_of(following) or key
            written += f"[{key}]"
        else:
            written += f".{key}" if written else key
        here = following
    return written


def _name_of(item: Any) -> str | None:
    """What an element is called: its id, its pool, or the systems of a relation."""
    if isinstance(item, dict) and ("id" in item or "pool" in item):
        return str(item.get("id") or item.get("system") or item["pool"])
    return _joined(item)


def _joined(item: Any) -> str | None:
    if isinstance(item, dict) and "first" in item:
        return f"{item['first']},{item['then']}"
    names = item.get("systems") if isinstance(item, dict) and "by_week" not in item else item
    return ",".join(names) if isinstance(names, list) and names and all(isinstance(n, str) for n in names) else None


def _next(here: Any, key: str, problem: Mapping[str, Any]) -> tuple[Any] | None:
    """The element of that name, in a tuple of one; `None` where there is none."""
    if isinstance(here, dict):
        return (here[key],) if key in here else None
    if not isinstance(here, list):
        return None
    for item in here:
        if key == _joined(item) or (isinstance(item, dict) and key in [str(item.get(name)) for name in _NAMES]):
            return (item,)
    if _are_amounts(here, problem) and key in problem["resources"]:
        return (here[problem["resources"].index(key)],)
    if key.isdecimal():
        return (here[int(key)],) if int(key) < len(here) else None
    dated = [item for item in here if isinstance(item, dict) and week_text(problem, item.get("week")) == key]
    return (dated[0],) if dated else None


def _are_amounts(here: list[Any], problem: Mapping[str, Any]) -> bool:
    """Whether a list has one number per resource."""
    return len(here) == len(problem.get("resources", [])) and all(isinstance(item, int) for item in here)


def week_text(problem: Mapping[str, Any], number: Any) -> str | None:
    """A week of the problem as people write it; `None` for what is no week."""
    if not isinstance(number, int) or isinstance(number, bool) or "first_week" not in problem:
        return None
    return str(Week.parse(problem["first_week"]) + number)


_WEEKS = re.compile(r"(^|[._])week$|blocked_weeks\[[^\]]*\]$")


def as_week(problem: Mapping[str, Any], path: str, value: Any) -> str | None:
    """The calendar week that a number stands for, where it counts weeks from the first one."""
    return week_text(problem, value) if _WEEKS.search(path.strip()) else None


EMPTY = {
    "clean_ups": Text(
        "没有确认可清理、能腾出目标云容量的系统", "no confirmed clean-up gives capacity of the target back"
    ),
    "together": Text("没有必须同周割接的系统", "no systems have to share a week"),
    "before": Text("没有先后要求", "nothing has to come before anything"),
    "within": Text("没有必须集中迁移的系统", "no systems have to move within some weeks of each other"),
    "apart": Text("没有必须错开的系统", "no systems have to be kept apart"),
    "same_site": Text("没有宜放同一机房的系统", "no systems should share a site"),
    "targets": Text("政策文件没有给出带日期的目标", "the policy profile sets no dated target"),
    "curve": Text("没有序时进度要求", "no curve is asked for"),
    "blocked_weeks": Text("没有封网周", "no week is blocked"),
    "replica_options": Text("不要求灾备，或没有可放灾备的资源池", "no replica is asked for, or no pool can take one"),
    "options": Text("没有放得下的资源池", "no pool can take it"),
}
"""What an empty list of a problem means, by its key."""
ABSENT = {
    "frees": Text("迁走后不在目标云内腾出容量（现不在目标云上）", "its move gives nothing of the target cloud back"),
    "pin": Text("没有锁定：周和资源池由求解决定", "not pinned: the solver chooses week and pool"),
    "previous": Text("没有上一版计划", "there is no plan before this one"),
}
"""What it means that a key of a problem which may be left out is not there."""
LABELS = Text(
    "名称或编号，照录自清单和目录，不是算出来的", "a name or an id as inventory and catalogues have it, not computed"
)
MOST_SHOWN = 8


def empty_means(path: str) -> Text:
    """What it says that a list is empty."""
    key = path.rsplit(".", 1)[-1].split("[", maxsplit=1)[0]
    return EMPTY.get(key, Text("空，没有内容", "empty"))


def parts_of(path: str, value: Any) -> tuple[str, ...]:
    """Paths to the parts of a list or a table, some of them: each of its numbers has its own origins."""
    if isinstance(value, dict):
        return tuple(f"{path}.{key}" if path else key for key in list(value)[:MOST_SHOWN])
    if not isinstance(value, list) or all(not isinstance(item, (list, dict)) for item in value):
        return ()
    return tuple(f"{path}[{_name_of(item) or place}]" for place, item in enumerate(value[:MOST_SHOWN]))


def _lost(path: str, reached: str, here: Any, problem: Mapping[str, Any]) -> UsageError:
    missing = _STEP.match(path, len(reached))
    key = (missing[1] or missing[2]) if missing else ""
    if isinstance(here, dict) and key in ABSENT and (reached == "" or "options" in here):
        said = ABSENT[key]
        return UsageError(f"路径 {path}：没有 {key}：{said.zh}", f"path {path}: there is no {key}: {said.en}")
    if isinstance(here, list) and not here:
        said = empty_means(reached)
        return UsageError(
            f"路径 {path}：{reached} 是空列表：{said.zh}", f"path {path}: {reached} is an empty list: {said.en}"
        )
    if isinstance(here, dict):
        known = list(here)
    elif isinstance(here, list) and _are_amounts(here, problem):
        known = list(problem["resources"])
    elif isinstance(here, list):
        known = [str(item.get("id") or item.get("pool") or place) if isinstance(item, dict) else str(place) for place, item in enumerate(here)]  # fmt: skip
    else:
        known = []
    more = " …" if len(known) > 12 else ""
    listed = ", ".join(known[:12]) + more
    return UsageError(
        f"路径 {path}：走到 {reached or '开头'} 之后找不到下一段；这里有：{listed or '（一个数）'}",
        f"path {path}: lost after {reached or 'the beginning'}; there is: {listed or '(a number)'}",
        hint=Text("例：systems[编号].options[资源池].demand[vcpu]", "such as systems[ID].options[POOL].demand[vcpu]"),
    )
