"""Signs of load that are worth asking about only where nobody is seen to use a system, and what each says in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from catalogs.words import Text
from inventory.suspicion.rhythm import Begun, Rhythm, begun, rhythms
from inventory.suspicion.signs import Asked, Suspicion
from inventory.suspicion.traffic import SPAN_DAYS, Idle, loads_without_traffic

if TYPE_CHECKING:
    import duckdb

    from inventory.model import System
    from inventory.telemetry.form import Period


def unused_loads(
    connection: duckdb.DuckDBPyConnection,
    systems: Mapping[str, System],
    period: Period,
    *,
    entered: Collection[str],
    networked: bool,
) -> Iterator[Suspicion]:
    """Signs of servers whose load has no counterpart, by the views `daily` and, where `networked`, `carried`; one of each server.

    Args:
        connection: with the views.
        systems: of the servers that are looked at.
        period: the days looked at.
        entered: ids of systems of which it is known when somebody last logged in.
        networked: whether traffic is measured at all.
    """
    told: set[str] = set()

    def asked_of(system: System) -> Asked:
        return "unused" if system.id in entered else "zombie"

    early = loads_without_traffic(connection, systems, period.start_on, period.end_on) if networked else ()
    for idle in early:
        told.add(idle.server)
        yield _without_traffic(idle, systems[idle.server], period, asked_of(systems[idle.server]))
    for rhythm in rhythms(connection, systems, period.start_on, period.end_on, networked=networked):
        if rhythm.server not in told:
            told.add(rhythm.server)
            yield _on_working_days(rhythm, systems[rhythm.server], period)
    # whoever is known to have logged in within the days looked at is seldom suspected: not looked at, there are too many
    left = {
        server
        for server, one in systems.items()
        if one.last_login_on is None or one.last_login_on < period.start_on or one.fields.get("logins_month") == 0
    }
    for late in begun(connection, left, period.end_on):
        if late.server not in told:
            yield _began(late, systems[late.server], period)


def _login(system: System) -> Text:
    if system.last_login_on is None:
        return Text("没有登录记录", "no login is on record")
    return Text(
        f"最近登录 {system.last_login_on}（没有本单位使用的迹象）",
        f"last login {system.last_login_on}, no sign of use by its own people",
    )


def _without_traffic(one: Idle, system: System, period: Period, asked_of: Asked) -> Suspicion:
    login = _login(system)
    return Suspicion(
        kind="load-without-traffic", system_id=system.id, server_id=one.server, days=SPAN_DAYS, first_on=period.end_on - timedelta(days=SPAN_DAYS),
        last_on=period.end_on - timedelta(days=1), asked_of=asked_of,
        sentence=Text(
            f"{login.zh}，最后四周工作日的 CPU 却从 {one.load[0]:.1%} 升到 {one.load[1]:.1%}，网络流量没有随之增加（{one.traffic[0]:.2f} 到 {one.traffic[1]:.2f} Mbit/s）",
            f"{login.en}, yet its CPU on working days rose from {one.load[0]:.1%} to {one.load[1]:.1%} in the last four weeks without more traffic ({one.traffic[0]:.2f} to {one.traffic[1]:.2f} Mbit/s)",
        ),
    )  # fmt: skip


def _on_working_days(one: Rhythm, system: System, period: Period) -> Suspicion:
    login = _login(system)
    zh = f"{login.zh}，工作日的 CPU（中位数）{one.work:.1%}，周末 {one.weekend:.1%}"
    en = f"{login.en}, yet its CPU is {one.work:.1%} on a typical working day and {one.weekend:.1%} on a weekend"
    if one.traffic is not None:
        zh += f"，网络流量却不分工作日和周末（{one.traffic[0]:.2f}、{one.traffic[1]:.2f} Mbit/s）"
        en += f", while its traffic is the same ({one.traffic[0]:.2f} and {one.traffic[1]:.2f} Mbit/s)"
    if one.blind and one.holiday is not None:
        zh += f"；法定节假日（落在周一至周五的）照样 {one.holiday:.1%}，调休上班的周末反而不动，像只认星期几的定时程序"
        en += f"; public holidays (Monday to Friday) look like working days ({one.holiday:.1%}) and weekends that are worked do not: like a timer that knows weekdays only"
    return Suspicion(
        kind="holiday-blind-load" if one.traffic is None else "workday-load-without-traffic", system_id=system.id, server_id=one.server, days=one.days,
        first_on=period.start_on, last_on=period.end_on - timedelta(days=1), asked_of="zombie",
        sentence=Text(zh, en),
    )  # fmt: skip


def _began(one: Begun, system: System, period: Period) -> Suspicion:
    login = _login(system)
    return Suspicion(
        kind="load-began-late", system_id=system.id, server_id=one.server, days=one.days, first_on=one.since,
        last_on=period.end_on - timedelta(days=1), asked_of="zombie",
        sentence=Text(
            f"{login.zh}，工作日的 CPU 却从 {one.since} 起由 {one.before:.1%} 升到 {one.after:.1%}，此前十个工作日有九个没有这么高",
            f"{login.en}, yet from {one.since} on its CPU on working days went from {one.before:.1%} to {one.after:.1%}, which nine working days of ten had not reached before",
        ),
    )  # fmt: skip
