"""A plan as one HTML file that needs no network: overview, Gantt chart with its table, pools, targets, teams."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from catalogs.words import Language, Text
from planner.build.built import NOTES
from planner.view.view import PlanView
from planner.view.words import (
    PARTS,
    approval,
    lateness,
    left_out_counts,
    percent,
    progress,
    quality,
    scheduled,
    why_not,
    without_week,
)
from report.plan_changes import Changes
from report.plan_charts import chart_data, say
from report.plan_rows import table_data
from report.to_html import ECHARTS, inline_json

LANGUAGES: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


def plan_page(view: PlanView, lang: Language, *, version: str, changes: Changes | None = None) -> str:
    """The whole page. The same plan and names give the same bytes.

    Args:
        view: the plan with its names.
        lang: language of the page.
        version: of this program.
        changes: against an earlier plan; shown in a section of their own.
    """
    from markupsafe import Markup

    folder = files("report")

    def ours(place: str) -> Markup:
        return Markup((folder / place).read_text(encoding="utf-8"))  # noqa: S704 - our own file, or pinned by its hash

    template = _environment(lang).get_template("plan.html.j2")
    html: str = template.render(
        view=view,
        known=view.known,
        html_lang=LANGUAGES[lang],
        version=version,
        facts=[scheduled(view), quality(view), lateness(view), progress(view)],
        approval=approval(view),
        cards=_cards(view),
        parts=[(PARTS[part.id], part) for part in view.parts],
        left_out=left_out_counts(view),
        without_week=without_week(view),
        why_not=lambda system: why_not(view, system),
        notes=_notes(view),
        changes=changes,
        style=ours("templates/plan.css"),
        script=ours("templates/plan.js"),
        echarts=ours(f"assets/{ECHARTS}"),
        data_json=inline_json(
            {"table": table_data(view, lang), "charts": chart_data(view, lang), "words": _words(lang)}
        ),
    )
    return html


def _environment(lang: Language) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("report", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(
        t=lambda zh, en: zh if lang == "zh" else en,
        say=lambda text: say(text, lang),
        text=lambda raw: raw[lang],
        percent=percent,
    )
    return environment


def _cards(view: PlanView) -> list[tuple[Text, str, Text, str]]:
    """The numbers on top: label, number, what is below it, and its tone."""
    moved, systems = len(view.plan.moves), len(view.problem.systems)
    late = sum(1 for row in view.rows if row.late_weeks and row.week is not None)
    met = sum(1 for target in view.targets if target.planned >= target.at_least)
    last = view.week(view.waves[-1].week) if view.waves else "—"
    outside = sum(int(item["count"]) for item in view.known.left_out)
    gap = (
        Text("已证明最优", "proven optimal")
        if view.optimal
        else Text("最多还能改进的比例（已证明）", "at most to be gained (proven)")
    )
    return [
        (Text("排入系统", "systems planned"), f"{moved:,}", Text(f"共 {systems:,} 个，未排期 {systems - moved:,} 个", f"of {systems:,}; {systems - moved:,} not scheduled"), "bad" if moved < systems else "good"),
        (Text("批次", "waves"), f"{len(view.waves)}", Text(f"最后一批 {last}", f"last one in {last}"), "plain"),
        (Text("与最优的差距", "gap to the best"), percent(view.plan.gap_ratio), gap, "good" if view.optimal else "plain"),
        (Text("目标达到", "targets met"), f"{met} / {len(view.targets)}", Text(f"序时进度时点 {sum(p.planned >= p.at_least for p in view.curve)} / {len(view.curve)}", f"progress points {sum(p.planned >= p.at_least for p in view.curve)} / {len(view.curve)}"), "good" if met == len(view.targets) else "bad"),
        (Text("晚于应完成周", "after the due week"), f"{late:,}", Text("个系统", "systems"), "warn" if late else "good"),
        (Text("不在计划内", "not in the plan"), f"{outside:,}" if view.known.plan_id else "n/a", Text("原因见下", "reasons below") if view.known.plan_id else Text("只有问题文件，不知道", "unknown: only the problem file is there"), "plain"),
    ]  # fmt: skip


def _notes(view: PlanView) -> list[tuple[Text, list[Text]]]:
    """Assumptions and softened rules, by kind."""
    groups: dict[str, list[Text]] = {}
    for note in view.known.notes:
        groups.setdefault(note["code"], []).append(view.with_names(Text.from_json(note["text"])))
    return [(NOTES.get(code, Text(code, code)), texts) for code, texts in sorted(groups.items())]


def _words(lang: Language) -> dict[str, str]:
    """Every text that the page's script shows."""
    pairs = {
        "wave": ("第 {0} 批", "wave {0}"), "none": ("未排期", "not scheduled"), "systems": ("{0} 个系统", "{0} systems"),
        "shown": ("显示 {0} / {1} 个系统", "{0} of {1} systems shown"), "all": ("全部", "all"), "prep": ("实施", "work"),
        "cut": ("割接", "cut-over"), "trial": ("试运行", "trial run"), "keep": ("旧环境保留", "old environment kept"),
        "due": ("应完成周", "due week"), "deadline": ("截止周", "deadline"), "late": ("晚 {0} 周", "{0} weeks late"),
        "department": ("单位", "department"), "pool": ("资源池", "pool"), "replica": ("灾备池", "replica pool"),
        "when": ("割接周", "cut-over week"), "begins": ("开始实施", "work begins"), "size": ("规模等级", "size class"),
        "mlps": ("等保级别", "MLPS level"), "weeks": ("{0} 周", "{0} weeks"), "hours": ("{0} 小时", "{0} hours"),
        "window": ("割接窗口", "window"), "after": ("须在其后", "follows"), "before": ("须在其前", "precedes"),
        "together": ("同周割接", "same week as"), "within": ("{0} 周之内", "within {0} weeks of"), "demand": ("占用", "holds"),
        "replica_demand": ("灾备占用", "replica holds"), "servers": ("目标规格", "flavours"), "pinned": ("锁定", "pinned"),
        "yes": ("是", "yes"), "moved": ("当周割接", "moved in the week"), "so_far": ("计划累计", "planned so far"),
        "wanted": ("序时进度要求", "wanted progress"), "target": ("目标", "target"), "capacity": ("可用", "in force"),
        "held": ("占用", "held"), "offered": ("可投入", "offered"), "used": ("投入", "used"), "order": ("批内次序", "order in the wave"),
        "blocked": ("封网周", "frozen week"), "id": ("编号", "id"), "nothing": ("没有符合的系统；放宽搜索或筛选", "no such system; widen the search"),
        "why": ("未排期的原因", "why no week"), "explain": ("为何排在这一周", "why this week"), "peak": ("峰值 {0}", "peak {0}"), "close": ("关闭", "close"),
    }  # fmt: skip
    return {key: zh if lang == "zh" else en for key, (zh, en) in pairs.items()}
