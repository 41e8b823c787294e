"""七、政策条款核对: a clause of the city's document, from its text to the figure, under each way it may be read."""

from __future__ import annotations

from collections.abc import Mapping

from catalogs.words import Text
from report.chapters import Chapter
from report.chapters.use_figures import weighted_sum
from report.chapters.view import CATALOGS, View
from report.facts import RESOURCES, Clause
from report.figures import Cell, Column, Figure, Table

_READINGS = {
    "allocation": Text("按分配率", "read as allocation"),
    "use": Text("按使用率", "read as use"),
}


def clauses(view: View, known: Mapping[str, Figure]) -> Chapter:
    """The combined allocation rate, and the clause's rows with the verdict of each reading."""
    terms = tuple((view.facts.weights[resource], f"allocation.{resource}") for resource in RESOURCES)
    allocation = weighted_sum(
        "allocation.comprehensive", Text("综合分配率", "comprehensive allocation"), terms, dict(known),
        basis=Text("按政策画像权重加权的 CPU、内存、存储分配率", "allocation of CPU, memory, storage by the profile's weights"),
    )  # fmt: skip
    clause = view.facts.clause
    if clause is None:
        return Chapter(figures=(allocation,), tables=(_table(view, []),))
    values = {"allocation": allocation, "use": known["use.comprehensive"]}
    figures = [_as_clause(clause, reading, values[reading]) for reading in clause.readings]
    return Chapter(figures=(allocation, *figures), tables=(_table(view, figures),))


def verdict(figure: Figure, coverage_min_ratio: float) -> Text:
    """Whether a rate reaches its target; not known where the rate is not, or where too little was measured."""
    if figure.value is None or figure.target is None:
        return Text("无法判断", "not known")
    if figure.note is not None:
        return Text("无法判断（没有测到）", "not known (not measured)")
    if figure.expected and (figure.covered or 0) / figure.expected < coverage_min_ratio:
        return Text("无法判断（覆盖率不足）", "not known (too little coverage)")
    return Text("达到", "met") if figure.value >= figure.target else Text("未达到", "missed")


def _as_clause(clause: Clause, reading: str, value: Figure) -> Figure:
    words = _READINGS[reading]
    return Figure(
        id=f"clause.{clause.id}.{reading}",
        label=Text(f"{clause.id} 综合利用率（{words.zh}）", f"{clause.id}: comprehensive rate ({words.en})"),
        unit="ratio",
        numerator=value.numerator,
        denominator=value.denominator,
        covered=value.covered,
        expected=value.expected,
        basis=value.basis,
        origins=(*value.origins, CATALOGS),
        terms=((1.0, value.id),),
        clause=clause.id,
        target=clause.target_ratio,
        why_unknown=value.why_unknown,
        note=value.note,
    )


def _table(view: View, figures: list[Figure]) -> Table:
    clause = view.facts.clause
    rows: list[tuple[Cell, ...]] = []
    for figure in figures:
        assert clause is not None
        reading = _READINGS[figure.id.rsplit(".", 1)[1]]
        rows.append(
            (
                clause.id,
                f"{clause.document} {clause.place}",
                clause.text,
                reading,
                figure.basis,
                f"≥ {clause.target_ratio:.0%}",
                figure_share(figure),
                clause.deadline,
                verdict(figure, view.facts.coverage_min_ratio),
            )
        )
    return Table(
        id="clauses.usage",
        title=Text("利用率条款核对", "the clause on use"),
        columns=(
            Column(key="clause", label=Text("条款", "clause")),
            Column(key="place", label=Text("出处", "place")),
            Column(key="text", label=Text("条款要求", "what it asks")),
            Column(key="reading", label=Text("读法", "reading")),
            Column(key="formula", label=Text("计算方法", "formula")),
            Column(key="target", label=Text("目标", "target")),
            Column(key="value", label=Text("本期", "value"), kind="ratio"),
            Column(key="deadline", label=Text("期限", "deadline")),
            Column(key="verdict", label=Text("结论", "verdict"), kind="status"),
        ),
        rows=tuple(rows),
        basis=Text(
            "条款未写明公式的，两种读法都列出，由主管部门认定",
            "where the text gives no formula, both readings are shown",
        ),
        origins=(CATALOGS,),
        empty=Text("政策画像中没有利用率条款", "the profile has no clause on use"),
    )


def figure_share(figure: Figure) -> Cell:
    """A figure's rate as a cell of a table."""
    from report.figures import Share

    return Share(numerator=figure.numerator, denominator=figure.denominator, note=figure.note)
