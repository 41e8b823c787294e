"""From inputs to facts: merge the records, measure the roll-ups, read the profile. The same inputs give the same facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogs.errors import ReportError
from catalogs.load import mistakes_error, read_catalogs
from catalogs.words import Text
from inventory.model import Inventory, Server, System, Value
from inventory.storage.decisions import in_force
from inventory.telemetry.query import Measured, Member, Rollup, measure, percentile_bin
from inventory.usage.dated import Stint, as_measured
from inventory.usage.groups import lives, measure_stints, one_server
from inventory.usage.pools import pools_of
from inventory.zombies.cases import Case, cases
from inventory.zombies.rules_in_force import rules_of
from planner.build.scope import confirms_zombie
from report import profile
from report.counted import counted, counts, use_told
from report.dated import changed, dated
from report.facts import LOCAL_ZONE, RESOURCES, Facts, Moment, Month, Piece, Resource, Source
from report.figures import Report
from report.inputs import Inputs, MomentInput, merged
from report.migration import migration_report
from report.migration_facts import Migration, migration_of
from report.migration_parameters import migration_parameters
from report.minimised import USE_NOT_TOLD
from report.telemetry_files import bundled_rollup
from report.usage import usage_report
from report.zombie_inputs import findings_of
from report.zombies import zombie_report

if TYPE_CHECKING:
    from catalogs.load import Catalogs
    from catalogs.models_policy import Policy
    from catalogs.models_service import Service


REPORTS: Mapping[str, Callable[[Facts], Report]] = {
    "usage": usage_report,
    "zombies": zombie_report,
    "migration": migration_report,
}


def report_of(inputs: Inputs, folder: Path) -> Report:
    """The report that follows from inputs and the roll-ups below `folder`."""
    return REPORTS[inputs.kind](facts_of(inputs, folder))


def facts_of(inputs: Inputs, folder: Path) -> Facts:
    """The facts that follow from inputs and the roll-ups below `folder`.

    Raises:
        CatalogError: the catalogue files of the inputs have mistakes, or lack the profile.
        ReportError: the files do not fit together.
    """
    catalogs, mistakes = read_catalogs(inputs.catalog_files)
    if catalogs is None:
        raise mistakes_error(mistakes)
    policy = catalogs.policy(inputs.profile)
    rollup = bundled_rollup(folder, inputs.as_of)
    until = min(inputs.month.last_on, inputs.as_of.astimezone(_zone(policy)).date())
    inventory, stints = dated(inputs.stint_rows, merged(inputs, inputs.now, catalogs), inputs.month.period(until))
    zero = policy.usage.powered_off == "zero"
    now = _moment(inputs.now, inventory, stints, rollup, inputs.month, until, off_is_unused=zero)
    before, previous = _earlier(inputs, catalogs, inventory, rollup, off_is_unused=zero)
    service = catalogs.service(catalogs.planning(policy.planning).service)
    rules = rules_of(catalogs.zombie_rules, policy.zombies)
    confirmed, cleaned = _zombie_cases(inputs)
    return Facts(
        city=Text(policy.city, policy.city),
        profile=policy.id,
        profile_name=profile.name_of(policy),
        month=inputs.month,
        as_of=inputs.as_of,
        now=now,
        before=before,
        previous_uses=previous,
        before_is_dated=inputs.earlier_stint_rows is not None,
        pools=pools_of(service, until, inventory.others),
        bands=profile.bands_of(policy),
        weights=profile.weights_of(policy),
        coverage_min_ratio=float(policy.usage.coverage_min_ratio),
        count_off_as_zero=zero,
        averaging=policy.usage.averaging,
        clause=profile.clause_of(policy),
        clean_up_by_on=policy.zombies.clean_up_by_on,
        parameters=tuple(
            migration_parameters(policy) if inputs.kind == "migration" else profile.parameters_of(policy, rules)
        ),
        findings=findings_of(inputs.zombie_rows, rules, inputs.now.at),
        confirmed=confirmed,
        cleaned=cleaned,
        cases=_cases(inputs, int(policy.zombies.objection_days)),
        sources=_sources(inputs),
        gap_counts=inputs.now.gap_counts,
        warnings=(*profile.warnings_of(policy), *_late(inputs), *changed(now.pieces)),
        migration=_migration(inputs, inventory, policy, service, until) if inputs.kind == "migration" else None,
    )


def _earlier(
    inputs: Inputs, catalogs: Catalogs, inventory: Inventory, rollup: Rollup, *, off_is_unused: bool
) -> tuple[Moment | None, tuple[Measured, ...]]:
    """The month before: as it was then, or where no snapshot says so the use of today's servers in it."""
    month = inputs.month.previous
    if inputs.before is None:
        return None, _measured(inventory.servers, rollup, month, month.last_on, off_is_unused=off_is_unused)
    then, were = dated(inputs.earlier_stint_rows or (), merged(inputs, inputs.before, catalogs), month.period())
    return _moment(inputs.before, then, were, rollup, month, month.last_on, off_is_unused=off_is_unused), ()


def _migration(inputs: Inputs, inventory: Inventory, policy: Policy, service: Service, until: date) -> Migration:
    now = inputs.now
    seen = [
        one.snapshot.taken_at.astimezone(LOCAL_ZONE).date()
        for one in now.snapshots
        if one.snapshot.collector != "ledger" and any(record.kind == "server" for record in one.records)
    ]
    # an acceptance is dated by itself, and often recorded after the month has ended
    decisions = [row for row in inputs.decisions if row.kind == "acceptance" or row.decided_at <= now.at]
    return migration_of(
        inventory, decisions, policy, service, until,
        classified_count=now.classified_count, secrecy_unknown_count=now.secrecy_unknown_count, seen_on=max(seen, default=None),
    )  # fmt: skip


def _zone(policy: Policy):  # type: ignore[no-untyped-def]
    from zoneinfo import ZoneInfo

    from inventory.telemetry.form import LOCAL_ZONE

    if policy.usage.time_zone != LOCAL_ZONE:
        raise ReportError(
            f"政策画像的时区为 {policy.usage.time_zone}，目前只支持 {LOCAL_ZONE}",
            f"the profile's time zone is {policy.usage.time_zone}; only {LOCAL_ZONE} is supported",
        )
    return ZoneInfo(LOCAL_ZONE)


def _moment(
    moment: MomentInput, inventory: Inventory, stints: Iterable[Stint], rollup: Rollup, month: Month, until: date, *,
    off_is_unused: bool,
) -> Moment:  # fmt: skip
    period = month.period(until)
    chosen = [stint for stint in as_measured(list(stints), rollup, period) if counts(stint)]
    pieces = _pieces(chosen, inventory, rollup, month, until, off_is_unused=off_is_unused)
    servers = sorted((one for one in lives(chosen, period) if use_told(one)), key=lambda server: server.id)
    city = [Member(server.id, "city", "city") for server in servers]
    days = measure(rollup, servers, city, month.days(until), metrics=RESOURCES, off_is_unused=off_is_unused)
    return Moment(
        at=moment.at,
        systems=tuple(replace(system, fields=_shown_fields(system), origins={}) for system in inventory.systems),
        servers=tuple(
            replace(one, fields={} if use_told(one) else {USE_NOT_TOLD: True}, origins={}) for one in inventory.servers
        ),
        uses=tuple(_uses(pieces)),
        pieces=pieces,
        days=days,
        p95_percent=_p95(rollup, servers, city, month, until),
        classified_count=moment.classified_count,
        secrecy_unknown_count=moment.secrecy_unknown_count,
        secrecy_unknown_declared=moment.secrecy_unknown_declared,
    )


def _pieces(
    stints: Sequence[Stint], inventory: Inventory, rollup: Rollup, month: Month, until: date, *, off_is_unused: bool
) -> tuple[Piece, ...]:
    """The stints that count, each with its use."""
    standing = {server.id for server in counted(inventory.servers, month, until).standing}
    last = {stint.server.id: stint.start_on for stint in stints}
    told = [stint for stint in stints if use_told(stint.server)]
    found = measure_stints(rollup, told, month.period(until), metrics=RESOURCES, off_is_unused=off_is_unused)
    measured = iter(found)
    uses = [next(measured) if use_told(one.server) else _nothing_told(one.server) for one in stints]
    return tuple(
        Piece(stint=_slim(stint), uses=rows, stands=stint.server.id in standing and last[stint.server.id] == stint.start_on)
        for stint, rows in zip(stints, uses, strict=True)
    )  # fmt: skip


def _nothing_told(server: Server) -> tuple[Measured, ...]:
    """In the place of the use of a server of a classified system: nothing expected, nothing measured."""
    names = [one.name for one in fields(Measured) if one.name not in ("kind", "group", "metric", "bins")]
    sums: dict[str, Any] = dict.fromkeys(names, 0) | {"peak_ppm": None, "hour_peak_ppm": None, "max_micro": None, "hour_max_micro": None}  # fmt: skip
    return tuple(Measured(kind="server", group=server.id, metric=resource, **sums) for resource in RESOURCES)


def _slim(stint: Stint) -> Stint:
    """Without the fields of all sources, which nothing of the report shows."""
    system = None if stint.system is None else replace(stint.system, fields={}, origins={})
    kept = {} if use_told(stint.server) else {USE_NOT_TOLD: True}
    return replace(stint, server=replace(stint.server, fields=kept, origins={}), system=system)


def _uses(pieces: Iterable[Piece]) -> Iterable[Measured]:
    """The use of each server over all its pieces."""
    of_server: dict[str, list[Piece]] = {}
    for piece in pieces:
        of_server.setdefault(piece.server.id, []).append(piece)
    for found in of_server.values():
        for rows in zip(*(piece.uses for piece in found), strict=True):
            yield one_server(rows) if len(rows) > 1 else rows[0]


def _shown_fields(system: System) -> dict[str, Value]:
    """What a table shows beside the typed values: the subsystems of the clean-up table."""
    return {name: system.fields[name] for name in ("sub_system",) if name in system.fields}


def _cases(inputs: Inputs, objection_days: int) -> dict[str, Case]:
    """The zombie cases as they stood at the report's instant."""
    return cases((row for row in inputs.decisions if row.decided_at <= inputs.now.at), objection_days)


def _measured(
    servers: Iterable[Server], rollup: Rollup, month: Month, until: date, *, off_is_unused: bool
) -> tuple[Measured, ...]:
    """The use of each server that counts in a month."""
    chosen = [server for server in counted(servers, month, until).measured if use_told(server)]
    members = [Member(server.id, "server", server.id) for server in chosen]
    return measure(rollup, chosen, members, [month.period(until)], metrics=RESOURCES, off_is_unused=off_is_unused)


def _p95(
    rollup: Rollup, servers: Sequence[Server], city: Sequence[Member], month: Month, until: date
) -> dict[Resource, int | None]:
    rows: Sequence[Measured] = measure(rollup, servers, city, [month.period(until)], metrics=RESOURCES, with_bins=True)
    found = {row.metric: percentile_bin(row.bins, 0.95) for row in rows}
    return {resource: found.get(resource) for resource in RESOURCES}


# Steps of a zombie case after which the system is gone.
_CLEANED = frozenset({"shut-down", "shutdown", "released", "closed"})


def _zombie_cases(inputs: Inputs) -> tuple[frozenset[str], frozenset[str]]:
    """Systems that a person confirmed as zombies, and those of them that were switched off."""
    confirmed, cleaned = set(), set()
    for subject, decision in in_force(inputs.decisions, "zombie").items():
        value = decision.value
        if confirms_zombie(value):
            confirmed.add(subject)
        if (value.get("step") if isinstance(value, dict) else value) in _CLEANED:
            cleaned.add(subject)
    return frozenset(confirmed), frozenset(cleaned)


def _sources(inputs: Inputs) -> tuple[Source, ...]:
    return tuple(
        Source(
            snapshot_id=one.snapshot.id, source=one.snapshot.source, collector=one.snapshot.collector, taken_at=one.snapshot.taken_at,
            complete=one.snapshot.complete, why_partial=one.snapshot.why_partial, content_sha256=one.snapshot.content_sha256,
            record_count=one.record_count,
        )
        for one in inputs.now.snapshots
    )  # fmt: skip


def _late(inputs: Inputs) -> list[Text]:
    end = inputs.month.end_at
    if inputs.now.at <= end:
        return []
    day = inputs.now.at.date().isoformat()
    return [
        Text(
            f"月末前没有快照，存量取自 {day} 前的快照",
            f"there is no snapshot before the month's end; amounts are as of {day}",
        )
    ]
