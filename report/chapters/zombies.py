"""六、“僵尸”系统: declared by the unit, suspected by the rules, confirmed by a person, cleaned up; and where they differ."""

from __future__ import annotations

from catalogs.words import Text
from report.chapters import Chapter
from report.chapters.view import FINDINGS_FILE, RECORDS, View
from report.figures import Cell, Column, Figure, Table

VERDICTS = {
    "zombie": Text("疑似", "suspected"),
    "in_use": Text("在用", "in use"),
    "unknown": Text("数据不足", "not known"),
}
_SHORT = {True: Text("是", "yes"), False: Text("否", "no"), None: Text("未填", "not filled in")}
_DECLARED = {
    True: Text("申报“是”", "declared yes"),
    False: Text("申报“否”", "declared no"),
    None: Text("未申报", "not declared"),
}


def zombies(view: View) -> Chapter:
    """Counts at each step, the comparison of declared and detected, and the list."""
    facts = view.facts
    found = {finding.system_id: finding for finding in facts.findings}
    known = [system for system in facts.now.systems if system.secrecy != "classified"]
    judged = [found[system.id] for system in known if system.id in found]
    verdict_basis = Text("规则命中即为“疑似”，须由人确认", "a rule that fires makes a suspect; a person confirms")
    counts = (
        ("declared", Text("单位申报", "declared"), sum(system.zombie_declared is True for system in known), Text("台账“是否为僵尸信息系统”为“是”", "the ledger says yes")),
        ("suspected", Text("规则疑似", "suspected"), sum(one.verdict == "zombie" for one in judged), verdict_basis),
        ("unknown", Text("数据不足，不作判断", "no verdict"), sum(one.verdict == "unknown" for one in judged), Text("数据不足以判断", "too little data for a verdict")),
        ("confirmed", Text("人工确认", "confirmed"), sum(system.id in facts.confirmed for system in known), Text("已有确认决定", "there is a decision that confirms it")),
        ("cleaned", Text("已清理", "cleaned"), sum(system.id in facts.cleaned for system in known), Text("已有关停决定和证据", "there is a decision with evidence of the shutdown")),
    )  # fmt: skip
    figures = tuple(
        Figure(
            id=f"zombies.{key}",
            label=Text(f"“僵尸”系统：{label.zh}", f"zombie systems: {label.en}"),
            unit="count",
            numerator=None if key in ("suspected", "unknown") and not judged and known else count,
            covered=len(judged) if key in ("suspected", "unknown") else None,
            expected=len(known) if key in ("suspected", "unknown") else None,
            basis=basis,
            origins=(FINDINGS_FILE, RECORDS),
            why_unknown=Text("没有运行僵尸规则", "the zombie rules were not run")
            if key in ("suspected", "unknown") and not judged and known
            else None,
        )
        for key, label, count, basis in counts
    )
    return Chapter(figures=figures, tables=(_comparison(view), _list(view)))


def _comparison(view: View) -> Table:
    found = {finding.system_id: finding.verdict for finding in view.facts.findings}
    rows: list[tuple[Cell, ...]] = []
    for declared, label in _DECLARED.items():
        systems = [s for s in view.facts.now.systems if s.zombie_declared is declared and s.secrecy != "classified"]
        rows.append(
            (
                label,
                *(sum(found.get(s.id, "unknown") == verdict for s in systems) for verdict in VERDICTS),
                len(systems),
            )
        )
    return Table(
        id="zombies.comparison",
        title=Text("申报与检测对照", "declared and detected"),
        columns=(
            Column(key="declared", label=Text("单位申报", "declared")),
            *(Column(key=key, label=label, kind="count") for key, label in VERDICTS.items()),
            Column(key="systems", label=Text("系统数", "systems"), kind="count"),
        ),
        rows=tuple(rows),
        basis=Text("申报与检测不一致的系统需要核实", "where the two differ, somebody has to look"),
        origins=(FINDINGS_FILE, RECORDS),
    )


def _list(view: View) -> Table:
    systems = {system.id: system for system in view.facts.now.systems if system.secrecy != "classified"}
    rows: list[tuple[Cell, ...]] = []
    for finding in sorted(view.facts.findings, key=lambda one: one.system_id):
        system = systems.get(finding.system_id)
        if system is None or finding.verdict != "zombie":
            continue
        stage = (
            Text("已清理", "cleaned")
            if system.id in view.facts.cleaned
            else Text("已确认", "confirmed")
            if system.id in view.facts.confirmed
            else VERDICTS["zombie"]
        )
        rows.append(
            (
                system.id,
                system.department,
                system.name,
                _SHORT[system.zombie_declared],
                Text("、".join(rule.zh for rule in finding.rules), ", ".join(rule.en for rule in finding.rules)),
                finding.reason,
                stage,
            )
        )
    return Table(
        id="zombies.list",
        title=Text("疑似“僵尸”系统及依据", "suspected systems and why"),
        columns=(
            Column(key="system_id", label=Text("系统编号", "system id")),
            Column(key="unit", label=Text("单位名称", "unit")),
            Column(key="system", label=Text("系统名称", "system")),
            Column(key="declared", label=Text("申报", "declared")),
            Column(key="rules", label=Text("命中规则", "rules")),
            Column(key="reason", label=Text("依据", "reason")),
            Column(key="stage", label=Text("状态", "state"), kind="status"),
        ),
        rows=tuple(rows),
        basis=Text("规则、数值和窗口期见“统计口径”", "rules, values and windows: see the basis chapter"),
        origins=(FINDINGS_FILE, RECORDS),
        empty=Text("没有系统命中规则", "no rule fired"),
    )
