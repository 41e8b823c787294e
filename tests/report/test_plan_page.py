"""The page of a plan: offline, safe, the same bytes; in a real browser: 10,000 rows, search, sorting, keyboard, paper."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from planner.view.view import plan_view
from report.plan_changes import changes_against
from report.plan_html import plan_page
from tests.report.plan_builders import example_plan, example_problem, example_view, known, many
from tests.report.test_html import EVIL, Elements, browser

__all__ = ["browser"]  # the browser of the other pages is shared
ROWS = 10_000
PATIENCE_MS = 300_000  # a busy machine draws slowly


def page(lang: str = "zh", **names: str) -> str:
    return plan_page(example_view(**names), lang, version="0.1.0")  # type: ignore[arg-type]


def data_of(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="plan-data">(.*?)</script>', html, flags=re.DOTALL)
    assert found
    value: dict[str, Any] = json.loads(found[1])
    return value


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert page() == page()


def test_nothing_points_outside() -> None:
    for tag, attributes in Elements(page()).found:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            place = attributes.get(name)
            assert place is None or place.startswith(("#", "data:")), (tag, name, place)


def test_text_from_strangers_is_text() -> None:
    html = page(his=EVIL, left=EVIL)
    assert "&lt;/script&gt;&lt;script&gt;window.hacked" in html  # the list of what is not planned
    assert data_of(html)["table"]["rows"][0][1] == EVIL
    assert len([tag for tag, _ in Elements(html).found if tag == "script"]) == 3  # data, charts, ours


def test_each_part_of_the_list_of_waves_has_its_heading() -> None:
    html = page()
    (waves,) = re.findall(r"<summary>批次一览.*?</details>", html, flags=re.DOTALL)
    assert waves.count("<thead>") == waves.count("<table") == min(len(example_view().waves), 3)
    assert waves.count("<tr><td") == len(example_view().waves)


def test_contacts_are_not_on_the_page() -> None:
    assert "contact-1" not in page()


def test_groups_of_the_list_are_dated_as_the_wave_sheets() -> None:
    view, table = example_view(), data_of(page())["table"]
    assert table["waves"]
    for _, week, _ in table["waves"]:
        assert table["cut_overs"][week] == view.cut_over_on(week) != table["mondays"][week]  # a Saturday night
    assert "T.cut_overs[wave[1]]" in page()


def test_classified_systems_are_only_counted() -> None:
    html = page()
    assert "（不列名称）" in html
    assert "涉密，不上政务云 2" in html


def test_both_languages() -> None:
    assert '<html lang="en">' in page("en")
    assert "proven optimal" in page("en")
    assert "必须达到的目标" in page()


def test_the_table_and_the_charts_say_what_the_plan_says() -> None:
    data = data_of(page())
    columns = data["table"]["columns"]
    assert all(len(row) == len(columns) for row in data["table"]["rows"])
    rows = [dict(zip(columns, row, strict=True)) for row in data["table"]["rows"]]
    assert [(row["id"], row["wave"], row["week"], row["begins"]) for row in rows] == [
        ("his", 1, 1, 0), ("web", 2, 3, 3), ("pay", 3, 5, 5),
    ]  # fmt: skip
    assert rows[0]["trial"] == 4
    assert rows[2]["after"] == [0]  # pay follows his
    assert data["charts"]["moved"] == [0, 1, 0, 1, 0, 1, 0, 0]
    assert data["charts"]["pools"][0]["curves"][0]["held"] == [12, 12, 12, 16, 16, 24, 24, 24]


def test_what_is_unknown_is_not_drawn_as_zero() -> None:
    view = plan_view(example_problem(), example_plan())  # two files, no names
    data = data_of(plan_page(view, "zh", version="0.1.0"))
    rows = [dict(zip(data["table"]["columns"], row, strict=True)) for row in data["table"]["rows"]]
    assert {row["trial"] for row in rows} == {-1}
    assert "只有问题文件，不知道" in plan_page(view, "zh", version="0.1.0")


def test_a_comparison_stands_on_the_page() -> None:
    earlier = replace(
        example_plan(), moves=tuple(replace(m, week=4) if m.system == "web" else m for m in example_plan().moves)
    )
    view = plan_view(example_problem(), example_plan(), known())
    changes = changes_against(view, "earlier", example_problem(), earlier)
    html = plan_page(view, "zh", version="0.1.0", changes=changes)
    assert "与方案 earlier 相比" in html
    assert "提前 1 周" in html
    assert [row.name for row in changes.rows] == ["WEB"]


# --- in a browser -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "plan.html"
    path.write_text(plan_page(many(ROWS), "zh", version="0.1.0"), encoding="utf-8")
    return path


@pytest.fixture
def tab(browser: Any, large: Path) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    opened.faults = []
    opened.asked = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("console", lambda message: opened.faults.append(message.text) if message.type == "error" else None)
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.goto(large.as_uri())
    yield opened
    assert opened.faults == []
    assert [url for url in opened.asked if not url.startswith("data:")] == [large.as_uri()]
    context.close()


@pytest.mark.servers
def test_ten_thousand_rows_scroll_with_few_elements_and_little_script(tab: Any) -> None:
    tab.evaluate("document.getElementById('systems').scrollIntoView({behavior: 'instant'})")
    session = tab.context.new_cdp_session(tab)
    session.send("Performance.enable")

    def script_s() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(metric["value"]) for metric in metrics if metric["name"] == "ScriptDuration")

    before = script_s()
    seen = tab.evaluate("""async () => {
        const grid = document.getElementById("grid"), most = [];
        for (let step = 0; step < 80; step += 1) {
            grid.scrollTop += step < 40 ? 110 : 5000;
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            most.push(document.querySelectorAll("#rows tr").length);
        }
        const box = grid.getBoundingClientRect();
        const at = [...document.querySelectorAll("#rows tr")].filter(tr => tr.parts && tr.getBoundingClientRect().top < box.bottom
            && tr.getBoundingClientRect().bottom > box.top).length;
        return {most: Math.max(...most), inView: at, top: grid.scrollTop, whole: grid.scrollHeight};
    }""")
    assert seen["most"] < 80  # of 10,051 lines
    assert seen["inView"] >= 18
    assert seen["whole"] > ROWS * 26
    assert (script_s() - before) / 80 < 0.016  # one frame at 60 Hz


@pytest.mark.servers
def test_search_filters_and_sorting(tab: Any) -> None:
    tab.keyboard.press("/")
    tab.keyboard.type("s0012")
    assert tab.inner_text("#shown") == "显示 10 / 10,000 个系统"
    tab.fill("#q", "第 7 批")
    assert tab.inner_text("#shown").startswith("显示 19")  # 10,000 systems over 51 waves
    assert tab.locator("#rows tr.group").count() == 1
    tab.fill("#q", "没有这个")
    assert tab.is_visible("#nothing")
    tab.fill("#q", "")
    tab.select_option("#group", "")
    tab.select_option("#department", label="d07")
    assert tab.inner_text("#shown") == "显示 250 / 10,000 个系统"
    tab.click("th[data-sort=name] button")
    tab.click("th[data-sort=name] button")
    assert tab.get_attribute("th[data-sort=name]", "aria-sort") == "descending"
    assert tab.inner_text("#rows tr[aria-rowindex='2'] .c-system") == "s09967"
    took = tab.evaluate("""() => {
        const box = document.getElementById("q"), begun = performance.now();
        box.value = "s0"; box.dispatchEvent(new Event("input"));
        return performance.now() - begun;
    }""")
    assert took < 1000


@pytest.mark.servers
def test_the_keyboard_reaches_every_row_and_its_details(tab: Any) -> None:
    tab.focus("#q")
    tab.keyboard.press("ArrowDown")
    focused = "document.activeElement.getAttribute('aria-rowindex')"
    assert tab.evaluate(focused) == "2"
    tab.keyboard.press("End")
    assert tab.evaluate(focused) == str(ROWS + 51 + 1)  # 51 waves, the heading
    assert tab.evaluate("document.activeElement.className") == "row"
    name = tab.inner_text("tr:focus .c-system")
    tab.keyboard.press("Enter")
    assert tab.inner_text("#detail-name") == name
    tab.keyboard.press("Escape")
    assert tab.evaluate(focused) == str(ROWS + 51 + 1)
    tab.keyboard.press("Home")
    tab.keyboard.press("ArrowLeft")
    assert tab.get_attribute("tr:focus", "aria-expanded") == "false"
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.className") == "group"


@pytest.mark.servers
def test_it_fits_1366_pixels_in_light_and_dark(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    path.write_text(page(), encoding="utf-8")
    grounds = set()
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True, color_scheme=scheme)
        tab = context.new_page()
        tab.set_default_timeout(PATIENCE_MS)
        tab.goto(path.as_uri())
        tab.wait_for_selector("#chart-progress svg")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 1366
        assert tab.evaluate(
            "document.getElementById('grid').scrollWidth <= document.getElementById('grid').clientWidth"
        )
        grounds.add(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert len(grounds) == 2


@pytest.mark.servers
def test_on_paper_every_row_and_chart_is_there(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    path.write_text(plan_page(many(120), "zh", version="0.1.0"), encoding="utf-8")
    tab = browser.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    tab.goto(path.as_uri())
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("#rows tr.row").count() == 120
    assert tab.evaluate("[...document.querySelectorAll('.chart')].every(chart => chart.querySelector('svg'))")
    tab.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert tab.locator("#rows tr.row").count() < 120
    assert tab.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    tab.close()


@pytest.mark.servers
def test_ten_thousand_rows_are_printed_by_group(tab: Any) -> None:
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("#rows tr.group").count() == 51
    assert tab.locator("#rows tr.row").count() == 0
    assert tab.evaluate("!document.getElementById('cut-short').hidden")


@pytest.mark.servers
def test_a_hostile_name_runs_nothing(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "plan.html"
    path.write_text(page(his=EVIL, left=EVIL), encoding="utf-8")
    tab = browser.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    tab.goto(path.as_uri())
    tab.click("#rows tr.row >> nth=0")
    assert tab.inner_text("#detail-name") == EVIL
    assert tab.evaluate("window.hacked") is None
    assert tab.locator("#detail img, #rows img").count() == 0
    tab.close()
