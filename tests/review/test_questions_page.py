"""The page of questions in a real browser: offline, by keyboard and mouse, what it saves is what `decisions answer` takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from inventory.ledger.overview import is_overview
from review.answers_file import answers_in_file
from review.questions_page import questions_page
from review.questions_xlsx import write_questions_workbook
from tests.review.books import GIVEN, PLAIN, TOLD, govcloud, write, write_folder
from tests.review.many import many

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"],
        )
        yield opened
        opened.close()


class Tab:
    """An open page, and what went wrong in it."""

    def __init__(self, browser: Any, path: Path) -> None:
        self.context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True, accept_downloads=True)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page.on("dialog", self._note)
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html.drawn", state="attached")

    def _note(self, dialog: Any) -> None:
        self.faults.append(dialog.message)
        dialog.dismiss()

    def save(self, path: Path) -> Any:
        """Click «save answers» and give what was saved."""
        with self.page.expect_download() as waiting:
            self.page.click("#save")
        waiting.value.save_as(path)
        return json.loads(path.read_text("utf-8"))

    def shown(self) -> str:
        return str(self.page.inner_text("#shown"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_folder(tmp_path)
    done = govcloud(tmp_path, "decisions", "questions", "台账", "--html", "页.html")
    assert done.returncode == 0, done.stderr
    return tmp_path


@pytest.mark.servers
def test_answers_given_on_the_page_are_taken(browser: Any, folder: Path) -> None:
    from playwright.sync_api import expect

    tab = Tab(browser, folder / "页.html")
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 1366
    texts, count = [], 0
    for article in tab.page.locator("article").all():
        article.scroll_into_view_if_needed()
        expect(article).to_have_class(re.compile("built"))
        texts.append(article.inner_text())
        for box in article.locator("fieldset").all():
            box.locator("input[type=radio]").first.check()
            count += 1
    text = "\n".join(texts)
    assert [name for name in TOLD if name in text] == []
    assert "？系统名称" in text.replace(" ", "").replace("\n", "")
    assert tab.page.inner_text("#progress") == f"已答 {count} / {count}"
    saved = tab.save(folder / "答复.json")
    jsonschema.validate(saved, json.loads((REFERENCE / "answers.schema.json").read_text("utf-8")))
    assert tab.faults == []
    assert [url for url in tab.asked if not url.startswith(("data:", "blob:", "file:"))] == []
    assert tab.page.evaluate("window.hacked") is None
    assert tab.page.locator("main img").count() == 0
    tab.context.close()
    done = govcloud(folder, "decisions", "answer", "--file", "答复.json", "台账", "--yes", *GIVEN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"已写入 {count} 个决定" in done.stdout


@pytest.mark.servers
def test_another_field_a_written_answer_and_none(browser: Any, tmp_path: Path) -> None:
    write_folder(tmp_path)
    write(tmp_path / "台账" / "无单位.xlsx", [["系统名称", "CPU（核）", "内存（GB）"], ["城市大脑平台", 64, 128]])
    assert govcloud(tmp_path, "decisions", "questions", "台账", "--html", "页.html").returncode == 0
    tab = Tab(browser, tmp_path / "页.html")
    tab.page.select_option("#kind", "column")
    box = tab.page.locator("fieldset", has_text="色标").first
    box.locator("select").focus()  # its list is filled when somebody looks
    box.locator("select").select_option("remark")
    assert not box.locator("input[type=radio]:checked").count()
    tab.page.select_option("#kind", "department")
    tab.page.locator("input.free").fill("市大数据局")
    tab.page.locator("input.free").press("Tab")
    tab.page.select_option("#kind", "unit")
    tab.page.locator("input[value=TB]").check()
    tab.page.locator("button.clear").first.click()
    saved = tab.save(tmp_path / "答复.json")
    assert sorted(one["answer"] for one in saved["answers"]) == ["remark", "市大数据局"]
    assert tab.faults == []
    tab.context.close()


@pytest.mark.servers
def test_filters_by_department_kind_word_and_what_is_open(browser: Any, folder: Path) -> None:
    from playwright.sync_api import expect

    tab = Tab(browser, folder / "页.html")
    everything = tab.shown()
    tab.page.select_option("#department", "市司法局")
    assert tab.shown() == "显示 1 张表 3 问"
    tab.page.select_option("#department", "")
    tab.page.select_option("#kind", "reading")
    assert tab.page.locator("article").count() == 3
    tab.page.select_option("#kind", "")
    tab.page.fill("#find", "上面跑的")
    expect(tab.page.locator("article")).to_have_count(1)
    tab.page.locator("input[value=对]").check()
    tab.page.fill("#find", "")
    expect(tab.page.locator("#shown")).to_have_text(everything)
    tab.page.check("#open")
    assert "热力公司" not in tab.page.inner_text("#cards")
    assert tab.faults == []
    tab.context.close()


@pytest.mark.servers
def test_saved_answers_are_loaded_again_and_those_of_another_page_are_not(browser: Any, folder: Path) -> None:
    from playwright.sync_api import expect

    first = Tab(browser, folder / "页.html")
    first.page.locator("input[value=对]").first.check()
    saved = first.save(folder / "答复.json")
    first.context.close()
    saved["answers"].append({**saved["answers"][0], "file_sha256": "0" * 64})
    (folder / "答复.json").write_text(json.dumps(saved), encoding="utf-8")
    tab = Tab(browser, folder / "页.html")
    tab.page.set_input_files("#file", folder / "答复.json")
    tab.page.wait_for_selector("#note:not([hidden])")
    assert tab.page.inner_text("#note") == "载入 1 个答复，另有 1 个不属于本页"
    assert tab.page.locator("input[value=对]:checked").count() == 1
    (folder / "坏.json").write_text("{", encoding="utf-8")
    tab.page.set_input_files("#file", folder / "坏.json")
    expect(tab.page.locator("#note")).to_have_text("不是本程序的答复文件")
    assert tab.faults == []
    tab.context.close()


@pytest.mark.servers
def test_three_thousand_questions_stay_usable(browser: Any, tmp_path: Path) -> None:
    asked = many()
    assert len(asked.questions) == 60 * 4 * 13
    (tmp_path / "页.html").write_text(
        questions_page(asked, "zh", version="0.1.0", made_on="2026-03-31"), encoding="utf-8"
    )
    assert (tmp_path / "页.html").stat().st_size < 4_000_000
    tab = Tab(browser, tmp_path / "页.html")
    # Only what is in sight is built, however many questions there are.
    tab.page.wait_for_selector("article.built")
    assert tab.page.locator("article").count() == 240
    assert tab.page.locator("article.built").count() < 24
    tab.page.locator("fieldset", has_text="一栏是什么").first.locator("input[value=vendor]").check()
    also = tab.page.locator("button.also:visible").first
    assert also.inner_text() == "别的单位同样的还有 59 问：一并这样答"
    also.click()
    assert tab.page.inner_text("#progress").startswith("已答 60 /")
    tab.page.select_option("#department", "第42局")
    assert tab.shown() == "显示 4 张表 52 问"
    tab.page.select_option("#department", "")
    for place in range(0, 60_000, 3000):  # cards that are far away again are emptied
        tab.page.evaluate("place => window.scrollTo(0, place)", place)
        tab.page.wait_for_timeout(50)
    assert tab.page.locator("article.built").count() < 60
    assert tab.page.evaluate("document.querySelectorAll('*').length") < 30_000
    assert len(tab.save(tmp_path / "答复.json")["answers"]) == 60
    assert tab.faults == []
    tab.context.close()


def test_the_workbook_holds_them_all(tmp_path: Path) -> None:
    import openpyxl

    write_questions_workbook(many(departments=10), tmp_path / "表.xlsx", "2026-03-31")
    page = openpyxl.load_workbook(tmp_path / "表.xlsx", read_only=True)["问题"]
    assert sum(1 for row in page.iter_rows(min_row=5, values_only=True) if row[0]) == 10 * 4 * 13


@pytest.mark.servers
def test_libreoffice_keeps_the_answers_and_the_hidden_columns(folder: Path) -> None:
    import subprocess

    import openpyxl

    assert govcloud(folder, "decisions", "questions", "台账", "--out", "总表.xlsx", "--kind", "reading").returncode == 0
    book = openpyxl.load_workbook(folder / "总表.xlsx")
    page = book["问题"]
    column = next(cell.column for cell in page[4] if cell.value == "答复")
    for row in range(5, page.max_row + 1):
        page.cell(row, column).value = "对"
    book.save(folder / "总表.xlsx")
    command = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "ods",
        "总表.xlsx",
    ]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    (folder / "总表.xlsx").unlink()
    command[-2:] = ["xlsx", "总表.ods"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
    assert is_overview(folder / "总表.xlsx")
    done = govcloud(folder, "decisions", "answer", "--file", "总表.xlsx", "台账", "--yes", *GIVEN)
    assert done.returncode == 0, done.stderr
    assert "已写入 3 个决定" in done.stdout


@pytest.mark.servers
def test_the_same_answers_as_a_table_are_taken_and_loaded_again(browser: Any, folder: Path) -> None:
    write(folder / "台账" / "无单位.xlsx", [["系统名称", "CPU（核）", "内存（GB）"], ["城市大脑平台", 64, 128]])
    assert govcloud(folder, "decisions", "questions", "台账", "--html", "页.html").returncode == 0
    tab = Tab(browser, folder / "页.html")
    tab.page.select_option("#kind", "reading")
    for box in tab.page.locator("fieldset").all():
        box.locator("input[value=对]").check()
    tab.page.select_option("#kind", "department")
    tab.page.locator("input.free").fill('=1+"市大数据局",甲')
    tab.page.locator("input.free").press("Tab")
    with tab.page.expect_download() as waiting:
        tab.page.click("#save-csv")
    assert waiting.value.suggested_filename == "答复.csv"
    waiting.value.save_as(folder / "答复.csv")
    assert "govcloud decisions answer --file 答复.csv" in tab.page.inner_text("#note")
    saved = tab.save(folder / "答复.json")
    assert tab.faults == []
    tab.context.close()
    told = (folder / "答复.csv").read_text("utf-8-sig")
    assert told.splitlines()[0].count(",") == 9
    assert "\"'=1+" in told  # no formula
    same = {(one.id, one.answer, one.file_sha256) for one in answers_in_file(folder / "答复.csv")}
    assert same == {(one["id"], one["answer"], one["file_sha256"]) for one in saved["answers"]}
    again = Tab(browser, folder / "页.html")
    again.page.set_input_files("#file", folder / "答复.csv")
    again.page.wait_for_selector("#note:not([hidden])")
    assert again.page.inner_text("#note") == f"载入 {len(same)} 个答复，另有 0 个不属于本页"
    assert {one["answer"] for one in again.save(folder / "又.json")["answers"]} == {one[1] for one in same}
    again.context.close()
    done = govcloud(folder, "decisions", "answer", "--file", "答复.csv", "台账", "--yes", *GIVEN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"已写入 {len(same)} 个决定" in done.stdout


@pytest.mark.servers
def test_questions_of_the_merge_and_suggested_departments_are_answered_on_the_page(
    browser: Any, tmp_path: Path
) -> None:
    write(tmp_path / "台账" / "市文旅局台账.xlsx", PLAIN)
    write(tmp_path / "台账" / "教育系统.xlsx", [["系统名称", "CPU（核）", "内存（GB）"], ["学籍平台", 4, 8]])
    write(
        tmp_path / "台账" / "机房主机清单.xlsx",
        [["主机名", "IP", "CPU（核）", "内存（GB）", "系统名称"], ["tsg-01", "10.1.0.5", 8, 16, "某某"]],
    )
    assert govcloud(tmp_path, "collect", "ledger", "台账").returncode == 0
    assert govcloud(tmp_path, "decisions", "questions", "台账", "--html", "页.html").returncode == 0
    tab = Tab(browser, tmp_path / "页.html")
    tab.page.select_option("#kind", "link")
    assert "各来源合并" in tab.page.inner_text("#cards h2")
    tab.page.locator("select.other").focus()
    tab.page.locator("select.other").select_option(label="图书馆系统（市文化广电旅游体育局）")
    tab.page.select_option("#kind", "department")
    box = tab.page.locator("fieldset", has_text="文件名像是").first
    assert box.locator("input[type=radio]").get_attribute("value") == "市教育局"
    assert box.locator("input.free").is_visible()
    box.locator("input[type=radio]").check()
    assert tab.faults == []
    tab.save(tmp_path / "答复.json")
    tab.context.close()
    done = govcloud(tmp_path, "decisions", "answer", "--file", "答复.json", "台账", "--yes", *GIVEN)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "已写入 2 个决定" in done.stdout
