"""Samples from Zabbix: the history of items where it is still kept, hourly trends before that."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.metrics.series import Asked, no_answer, raw_table, shown, usual_interval

if TYPE_CHECKING:
    import pyarrow as pa

TOKEN, USER, PASSWORD = "GOVCLOUD_ZABBIX_TOKEN", "GOVCLOUD_ZABBIX_USER", "GOVCLOUD_ZABBIX_PASSWORD"
ITEMS_AT_ONCE = 50
SPAN_SECONDS = 7 * 86_400
TREND_SECONDS = 3600
NUMERIC = ("0", "3")  # value types with history and trends


def read_zabbix(url: str, asked: Asked, sources: Mapping[str, Any]) -> Iterator[pa.Table]:
    """The items of every key of sources.toml.

    A machine is called by its technical name, its visible name or its address, whichever is known.

    Raises:
        CollectError: no answer, no right to see, or no such items at all.
    """
    api = _connect(url)
    found = 0
    for metric in sources["zabbix"]["metrics"]:
        items = _call(url, api.item.get, filter={"key_": metric["key"], "status": 0}, output=["itemid", "hostid", "value_type", "units"],
                      selectHosts=["host", "name"], templated=False)  # fmt: skip
        items = _in_unit([item for item in items if item["value_type"] in NUMERIC], metric, asked)
        found += len(items)
        names = _names(url, api, items, asked.known)
        for place in range(0, len(items), ITEMS_AT_ONCE):
            yield from _items(url, api, metric, items[place : place + ITEMS_AT_ONCE], names, asked)
    if not found:
        keys = ", ".join(metric["key"] for metric in sources["zabbix"]["metrics"])
        raise CollectError(f"Zabbix {shown(url)}：没有这些监控项：{keys}", f"Zabbix {shown(url)}: no items with these keys: {keys}",
                           hint=Text("检查账号能看到的主机组，或在 sources.toml 中改键名", "check which host groups the account sees, or change the keys in sources.toml"))  # fmt: skip


def _in_unit(items: list[dict[str, Any]], metric: Mapping[str, Any], asked: Asked) -> list[dict[str, Any]]:
    """The items in the unit of sources.toml, and those that name none; the others are said."""
    wanted = metric.get("units")
    other = Counter(item["units"] for item in items if wanted and item["units"] not in {"", wanted})
    for unit, count in sorted(other.items()):
        asked.remark(
            Text(
                f"Zabbix：{count} 个 {metric['key']} 的单位是“{unit}”，不是“{wanted}”，没有读；在 sources.toml 里改单位和系数",
                f"Zabbix: {count} items {metric['key']} are in “{unit}”, not “{wanted}”, and were not read; change units and factor in sources.toml",
            )
        )
    return [item for item in items if item["units"] not in other]


def _connect(url: str) -> Any:
    try:
        from zabbix_utils import ZabbixAPI
    except ImportError as error:
        raise CollectError("读取 Zabbix 需要安装 govcloud[zabbix]", "reading Zabbix needs govcloud[zabbix]",
                           hint=Text("pip install 'govcloud[zabbix]'", "pip install 'govcloud[zabbix]'")) from error  # fmt: skip
    token, user, password = (os.environ.get(name) for name in (TOKEN, USER, PASSWORD))
    if not token and not (user and password):
        raise CollectError(
            f"没有 Zabbix 账号：设置环境变量 {TOKEN}，或 {USER} 和 {PASSWORD}",
            f"no Zabbix account: set {TOKEN}, or {USER} and {PASSWORD}",
        )
    try:
        return ZabbixAPI(url=url, token=token) if token else ZabbixAPI(url=url, user=user, password=password)
    except Exception as error:
        raise no_answer("Zabbix", url, _said(error)) from error


def _said(error: Exception) -> str:
    """The first line of what the client says, without anything that could be a secret."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    text = shown(text)
    for name in (TOKEN, PASSWORD):
        secret = os.environ.get(name)
        text = text.replace(secret, "***") if secret else text
    return text[:200]


def _call(url: str, method: Any, **parameters: Any) -> list[dict[str, Any]]:
    try:
        answer: list[dict[str, Any]] = method(**parameters)
    except Exception as error:
        raise no_answer("Zabbix", url, _said(error)) from error
    return answer


def _names(url: str, api: Any, items: Sequence[Mapping[str, Any]], known: frozenset[str]) -> dict[str, str]:
    """The name of each host that the inventory knows, else its technical name."""
    hosts = sorted({str(item["hostid"]) for item in items})
    addresses: dict[str, list[str]] = defaultdict(list)
    for interface in _call(url, api.hostinterface.get, hostids=hosts, output=["hostid", "ip"]) if hosts else []:
        addresses[str(interface["hostid"])].append(interface["ip"])
    names: dict[str, str] = {}
    for item in items:
        host = item["hosts"][0]
        candidates = [host["host"], host["name"], *addresses[str(item["hostid"])]]
        names[str(item["hostid"])] = next((name for name in candidates if name in known), host["host"])
    return names


def _items(
    url: str,
    api: Any,
    metric: Mapping[str, Any],
    items: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    asked: Asked,
) -> Iterator[pa.Table]:
    for value_type in NUMERIC:
        ids = [item["itemid"] for item in items if item["value_type"] == value_type]
        if not ids:
            continue
        host_of = {item["itemid"]: names[str(item["hostid"])] for item in items}
        for start, end in asked.spans(SPAN_SECONDS):
            history = _by_item(
                _call(
                    url,
                    api.history.get,
                    history=int(value_type),
                    itemids=ids,
                    time_from=start,
                    time_till=end - 1,
                    output=["itemid", "clock", "value"],
                ),
                "value",
            )
            trends = _by_item(
                _call(
                    url,
                    api.trend.get,
                    itemids=ids,
                    time_from=start,
                    time_till=end - 1,
                    output=["itemid", "clock", "value_avg"],
                ),
                "value_avg",
            )
            for item in ids:
                yield from _merged(metric, host_of[item], history.get(item, {}), trends.get(item, {}))


def _by_item(rows: Sequence[Mapping[str, str]], name: str) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = defaultdict(dict)
    for row in rows:
        found[row["itemid"]][int(row["clock"])] = float(row[name])
    return found


def _merged(
    metric: Mapping[str, Any], machine: str, history: Mapping[int, float], trends: Mapping[int, float]
) -> Iterator[pa.Table]:
    """History as it is; of the trends only the hours without any history."""
    measured = {clock // TREND_SECONDS for clock in history}
    hours = {clock: value for clock, value in trends.items() if clock // TREND_SECONDS not in measured}
    for points, fallback in ((history, TREND_SECONDS), (hours, TREND_SECONDS)):
        if points:
            stamps = sorted(points)
            interval = TREND_SECONDS if points is hours else min(usual_interval(stamps, fallback), TREND_SECONDS)
            yield raw_table(machine, metric, stamps, [points[at] for at in stamps], interval_s=interval)
