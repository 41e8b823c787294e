"""“僵尸”信息系统清理报告: the clean-up table that cities use, with the evidence of every tick, from the facts alone."""

from __future__ import annotations

from datetime import date

from catalogs.words import Text
from inventory.zombies.cases import STEPS, Case, stage_of
from report.chapters.basis import basis
from report.chapters.view import FINDINGS_FILE, RECORDS, View, view
from report.chapters.zombies import VERDICTS, zombies
from report.facts import Facts, Finding
from report.figures import Cell, Column, Figure, Report, Table, by_id
from report.sheets import TICK
from report.usage import head_of, missing_of, parameters_of
from report.zombie_cases import case_figures, cases_table, changed_table, stages_table
from report.zombie_drawings import calls_table, use_table

# The columns of a real clean-up table (平顶山市 2021-10-29), by the criteria of 国办发〔2017〕39号.
CRITERIA: tuple[tuple[str, Text], ...] = (
    ("Z1", Text("使用与实际业务流程长期脱节", "detached from the business")),
    ("Z2", Text("功能可被其他系统替代", "replaceable")),
    ("Z3", Text("所占资源长期处于空闲状态", "resources idle")),
    ("Z4", Text("运行维护停止更新服务", "no longer maintained")),
    ("Z5a", Text("使用范围小", "small scope")),
    ("Z5b", Text("使用频度低", "rarely used")),
)
_BASIS = Text(
    "规则命中即为“疑似”，由人确认后才列入清理；每个 √ 的依据见“备注”",
    "a tick is a suspicion until a person confirms it; the remark says why",
)


def zombie_report(facts: Facts) -> Report:
    """All figures and tables of the clean-up report."""
    seen = view(facts)
    chapter, sources = zombies(seen), basis(seen)
    kept = ("basis.sources", "basis.gaps", "basis.parameters")
    figures = (
        _judged(facts),
        *chapter.figures,
        _disagreeing(facts),
        *_of_unknown_secrecy(facts),
        *case_figures(seen),
        *(one for one in sources.figures if one.id == "coverage.gaps"),
    )
    tables = (
        *(table for table in chapter.tables if table.id == "zombies.comparison"),
        _cleanup(seen), stages_table(seen), cases_table(seen), changed_table(seen), _differing(seen), _unknown(seen), use_table(seen), calls_table(seen), *(table for table in sources.tables if table.id in kept),
    )  # fmt: skip
    return Report(
        kind="zombies",
        title=Text(f"{facts.city.zh}“僵尸”信息系统清理报告", f"{facts.city.en}: clean-up of zombie systems"),
        subtitle=facts.month.label,
        head=head_of(facts),
        figures=by_id(figures),
        tables={table.id: table for table in tables},
        warnings=facts.warnings,
        missing=missing_of(facts),
        parameters=parameters_of(facts, "zombies"),
    )


def _judged(facts: Facts) -> Figure:
    return Figure(
        id="zombies.systems",
        label=Text("判断的信息系统", "systems judged"),
        unit="count",
        numerator=len(facts.findings),
        basis=Text(
            "除涉密和密级未定的系统外，每个系统都有一个结论",
            "every system has a verdict, but classified ones and those of unknown secrecy",
        ),
        origins=(FINDINGS_FILE,),
    )


def _disagreeing(facts: Facts) -> Figure:
    return Figure(
        id="zombies.disagreeing",
        label=Text("申报与检测不一致", "declared and detected differ"),
        unit="count",
        numerator=sum(finding.disagrees for finding in facts.findings),
        covered=len(facts.findings),
        expected=len(facts.findings),
        basis=Text(
            "单位申报“否”而规则命中，或申报“是”而有在用的证据",
            "declared no and a rule fires, or declared yes and there is evidence of use",
        ),
        origins=(FINDINGS_FILE, RECORDS),
    )


def _of_unknown_secrecy(facts: Facts) -> tuple[Figure, Figure]:
    """Systems that may not be named yet; among them most that units declare, whose rows they leave empty as the form says."""
    moment = facts.now
    why = Text(
        "密级未定，由保密部门认定前不列名；申报为僵尸的系统按填表说明其余各栏不填，所以多在这里",
        "not named before a ruling on secrecy; declared zombies are mostly here, as the form leaves all their other cells empty",
    )
    return (
        Figure(id="zombies.secrecy_unknown", label=Text("密级未定、未列名的系统", "systems of unknown secrecy, not named"), unit="count", numerator=moment.secrecy_unknown_count, basis=why, origins=(RECORDS,)),
        Figure(id="zombies.secrecy_unknown_declared", label=Text("其中单位申报为僵尸的", "of those, declared zombies"), unit="count", numerator=moment.secrecy_unknown_declared, basis=why, origins=(RECORDS,)),
    )  # fmt: skip


def rows_by_unit(seen: View) -> list[tuple[Finding, str | Text, str]]:
    """Findings with unit and name of their system, by unit."""
    systems = seen.now.systems
    known = [(one, systems[one.system_id]) for one in seen.facts.findings if one.system_id in systems]
    rows = [(one, system.department or Text("（未归属单位）", "(no unit)"), system.name) for one, system in known]
    return sorted(
        rows,
        key=lambda row: (isinstance(row[1], Text), str(row[1]) if isinstance(row[1], str) else "", row[0].system_id),
    )


def _cleanup(seen: View) -> Table:
    deadline = seen.facts.clean_up_by_on
    rows: list[tuple[Cell, ...]] = []
    for finding, unit, name in rows_by_unit(seen):
        case = seen.facts.cases.get(finding.system_id)
        if case is not None and case.step == "withdrawn":
            continue  # a person found that it is none; it stands in the list of cases
        if (
            finding.verdict != "zombie"
            and case is None
            and finding.system_id not in seen.facts.confirmed | seen.facts.cleaned
        ):
            continue  # what a person opened a case on stays in the table, also when its servers are gone
        ticks = [TICK if code in finding.ticks else "" for code, _ in CRITERIA]
        other = _other(finding)
        rows.append(
            (
                len(rows) + 1,
                unit,
                name,
                _parts_of(seen, finding.system_id),
                *ticks,
                other,
                _planned(case, deadline),
                _stage(seen, finding),
                finding.reason,
            )
        )
    return Table(
        id="zombies.cleanup",
        title=Text("“僵尸”信息系统清理情况表", "clean-up table"),
        columns=(
            Column(key="number", label=Text("序号", "no."), kind="count"),
            Column(key="unit", label=Text("单位名称", "unit")),
            Column(key="system", label=Text("信息系统名称", "system")),
            Column(key="part", label=Text("子系统名称", "subsystem")),
            *(Column(key=code, label=label) for code, label in CRITERIA),
            Column(key="other", label=Text("其他原因", "other reasons")),
            Column(key="deadline", label=Text("计划完成清理时间", "clean-up by")),
            Column(key="stage", label=Text("状态", "state"), kind="status"),
            Column(key="remark", label=Text("备注", "remark")),
        ),
        rows=tuple(rows),
        basis=_BASIS,
        origins=(FINDINGS_FILE, RECORDS),
        empty=Text("没有系统命中规则", "no rule fired"),
    )


def _parts_of(seen: View, system_id: str) -> str:
    """The names of its subsystems, as the ledger gives them."""
    value = seen.now.systems[system_id].fields.get("sub_system")
    return "、".join(value) if isinstance(value, tuple) else str(value or "")


def _other(finding: Finding) -> Cell:
    """Rules that belong below no criterion; where no rule fires any more, that people took it up."""
    if finding.verdict != "zombie":
        found = VERDICTS[finding.verdict]
        return Text(f"人工立案（本期检测：{found.zh}）", f"a case was opened (detected now: {found.en})")
    return (
        Text("、".join(rule.zh for rule in finding.others), ", ".join(rule.en for rule in finding.others))
        if finding.others
        else ""
    )


def _planned(case: Case | None, deadline: date | None) -> str | None:
    """The day by which a system is to be cleaned up: the profile's, or the last day of a hold that was granted beyond it."""
    held = case.due_on if case is not None and case.step == "held" else None
    days = [day for day in (deadline, held) if day is not None]
    return max(days).isoformat() if days else None


def _stage(seen: View, finding: Finding) -> Text:
    known = seen.facts.cases.get(finding.system_id)
    case = None if known is None else stage_of(known) if known.step == "held" else STEPS[known.step]
    if finding.system_id in seen.facts.cleaned:
        return Text("已清理", "cleaned") if case is None else Text(f"已清理（{case.zh}）", f"cleaned ({case.en})")
    if case is not None:
        return case
    return Text("已确认", "confirmed") if finding.system_id in seen.facts.confirmed else Text("疑似", "suspected")


def _listed(table_id: str, title: Text, basis_text: Text, rows: list[tuple[Cell, ...]], empty: Text) -> Table:
    return Table(
        id=table_id,
        title=title,
        columns=(
            Column(key="system_id", label=Text("系统编号", "system id")),
            Column(key="unit", label=Text("单位名称", "unit")),
            Column(key="system", label=Text("信息系统名称", "system")),
            Column(key="declared", label=Text("单位申报", "declared")),
            Column(key="reason", label=Text("检测结论与依据", "detected, and why")),
        ),
        rows=tuple(rows),
        basis=basis_text,
        origins=(FINDINGS_FILE, RECORDS),
        empty=empty,
    )


_DECLARED = {True: Text("是", "yes"), False: Text("否", "no"), None: Text("未填", "not filled in")}


def _differing(seen: View) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (finding.system_id, unit, name, _DECLARED[seen.now.systems[finding.system_id].zombie_declared], finding.reason)
        for finding, unit, name in rows_by_unit(seen)
        if finding.disagrees
    ]
    return _listed(
        "zombies.differing", Text("申报与检测不一致的系统", "declared and detected differ"),
        Text("需要逐个核实，以事实为准", "somebody has to look at each"), rows, Text("没有不一致的系统", "none"),
    )  # fmt: skip


def _unknown(seen: View) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (finding.system_id, unit, name, _DECLARED[seen.now.systems[finding.system_id].zombie_declared], finding.reason)
        for finding, unit, name in rows_by_unit(seen)
        if finding.verdict == "unknown"
    ]
    return _listed(
        "zombies.unknown", Text("数据不足、不作判断的系统", "systems without a verdict"),
        Text("缺少判断所需的数据；补齐后重新判断，不按“在用”或“僵尸”处理", "the data that the rules need are missing; neither in use nor a zombie"),
        rows, Text("每个系统都有结论", "every system has a verdict"),
    )  # fmt: skip
