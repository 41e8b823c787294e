"""A report as one HTML file that needs no network: script, style and data are inside, and the page forbids itself more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from catalogs.words import Language, Text
from report import shown
from report.charts import charts
from report.figures import Cell, Column, Figure, Report, Share
from report.zombie_drawings import drawings

ECHARTS = "echarts.common.min.js"
DATA_ID = "report-data"
_UNITS = {
    "vcpu": Text("核", "vCPU"),
    "gib": Text("GiB", "GiB"),
    "hours": Text("小时", "hours"),
    "days": Text("天", "days"),
    "points": Text("个百分点", "points"),
}


CHAPTERS: Mapping[str, tuple[tuple[str, Text], ...]] = {
    "usage": (
        ("summary", Text("摘要", "Summary")),
        ("scope", Text("一、报告期与范围", "1 Period and scope")),
        ("capacity", Text("二、资源规模与分配", "2 Capacity and allocation")),
        ("use", Text("三、资源使用", "3 Use")),
        ("bands", Text("四、使用率区间", "4 Bands")),
        ("change", Text("五、月度变化", "5 Change")),
        ("zombies", Text("六、“僵尸”系统", "6 Zombie systems")),
        ("clauses", Text("七、政策条款核对", "7 Policy clauses")),
        ("coverage", Text("八、数据覆盖与缺口", "8 Coverage and gaps")),
        ("basis", Text("九、统计口径与来源", "9 Basis and sources")),
        ("verify", Text("十、核验与签署", "10 Verification and signatures")),
    ),
    "zombies": (
        ("summary", Text("摘要", "Summary")),
        ("comparison", Text("一、申报与检测", "1 Declared and detected")),
        ("cleanup", Text("二、清理情况表", "2 Clean-up table")),
        ("cases", Text("三、案卷与期限", "3 Cases and what is due")),
        ("drawings", Text("四、疑似系统的使用与调用", "4 Use and calls of suspected systems")),
        ("unknown", Text("五、不作判断的系统", "5 No verdict")),
        ("basis", Text("六、统计口径与来源", "6 Basis and sources")),
        ("verify", Text("七、核验与签署", "7 Verification and signatures")),
    ),
    "migration": (
        ("summary", Text("摘要", "Summary")),
        ("targets", Text("一、目标与进度", "1 Targets and progress")),
        ("units", Text("二、各单位进度", "2 Units")),
        ("accepted", Text("三、已验收迁移清册", "3 Accepted migrations")),
        ("open", Text("四、尚未迁移的系统", "4 Still to move")),
        ("uncounted", Text("五、不计入的系统与缺口", "5 Not counted, and gaps")),
        ("basis", Text("六、统计口径与来源", "6 Basis and sources")),
        ("verify", Text("七、核验与签署", "7 Verification and signatures")),
    ),
}


def to_html(report: Report, lang: Language, *, root_sha256: str, version: str) -> str:
    """The whole page. The same report gives the same bytes.

    Args:
        report: figures and tables.
        lang: language of the page.
        root_sha256: root hash of the evidence bundle, printed on the page.
        version: of this program.
    """
    from markupsafe import Markup

    folder = files("report")
    data = {
        "root_sha256": root_sha256,
        "version": version,
        "figures": report.as_json()["figures"],
        "parameters": report.parameters,
    }
    page = _environment(lang, report.figures).get_template("page.html.j2")
    html: str = page.render(
        report=report,
        figures=report.figures,
        tables=report.tables,
        root=root_sha256,
        version=version,
        lang=lang,
        chapters=CHAPTERS[report.kind],
        body=f"{report.kind}.html.j2",
        style=Markup((folder / "templates" / "report.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        script=Markup((folder / "templates" / "report.js").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        echarts=Markup((folder / "assets" / ECHARTS).read_text(encoding="utf-8")),  # noqa: S704 - pinned by its hash
        charts=charts(report, lang),
        drawings=[(one, Markup(one.use), Markup(one.calls)) for one in drawings(report, lang)],  # noqa: S704 - numbers and escaped names
        charts_json=inline_json(charts(report, lang)),
        data_json=inline_json(data),
    )
    return html


def inline_json(value: object) -> Any:
    """JSON for a script element: nothing in it can end the element or begin a comment."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    for character, escape in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(character, escape)
    return Markup(text)  # noqa: S704 - escaped above


def _environment(lang: Language, figures: Mapping[str, Figure]) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def say(text: Text | str) -> str:
        return text if isinstance(text, str) and not isinstance(text, Text) else _in(text, lang)

    def cell(content: Cell, column: Column) -> str:
        return shown.cell(content, column.kind, lang)

    environment.globals.update(
        t=lambda zh, en: zh if lang == "zh" else en,
        say=say,
        cell=cell,
        number=lambda figure: shown.figure(figure, lang),
        unit=lambda figure: say(_UNITS[figure.unit]) if figure.unit in _UNITS else "",
        fraction=lambda figure: _fraction(figure, figures, lang),
        cell_fraction=lambda content: (
            _parts(content.numerator, content.denominator) if isinstance(content, Share) else ""
        ),
        noted=lambda content: getattr(content, "note", None) is not None,
        bar=_bar,
        tone=_tone,
        is_number=lambda column: column.kind not in ("text", "status"),
    )
    return environment


def _in(text: Text, lang: Language) -> str:
    return text.zh if lang == "zh" else text.en


def _fraction(figure: Figure, known: Mapping[str, Figure], lang: Language) -> str:
    """What a rate is made of: its two numbers, or the rates and weights of a weighted sum."""
    if figure.terms:
        return " + ".join(f"{weight:g}×{shown.figure(known[of], lang)}" for weight, of in figure.terms)
    return _parts(figure.numerator, figure.denominator) if figure.unit == "ratio" else ""


def _parts(numerator: float | None, denominator: float | None) -> str:
    if numerator is None and denominator is None:
        return ""
    return f"{shown.amount(numerator)} / {shown.amount(denominator)}"


def _bar(value: float | None) -> str:
    """Width of a small bar, as CSS; more than full is full, and the number beside it says so."""
    return "0" if value is None else f"{min(1.0, max(0.0, value)) * 100:.2f}%"


_TONES = {
    "bad": {"未达到", "不平衡", "未到期，落后序时进度", "不一致"},
    "good": {"达到", "平衡", "完整", "正常", "已清理", "未到期，符合序时进度", "一致", "已验收"},
    "warn": {"较高", "较低", "疑似", "无法判断", "无法对照", "已确认", "数据不足", "U"},
}


def _tone(content: Cell) -> str:
    zh = content.zh if isinstance(content, Text) else str(content)
    return next((tone for tone, words in _TONES.items() if zh in words), "plain")
