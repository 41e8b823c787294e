import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from report.charts import charts
from report.to_html import inline_json, to_html
from report.usage import usage_report
from tests.report.builders import a_city, a_moment, a_server, a_system, all_uses, some_facts

ROOT = "3f" * 32
PATIENCE_MS = 300_000  # a busy machine draws slowly
EVIL = "</script><script>window.hacked=1</script><img src=x onerror=alert(1)>"


def page(**changes: Any) -> str:
    return to_html(usage_report(some_facts(**changes)), "zh", root_sha256=ROOT, version="0.1.0")


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_same_report_gives_the_same_bytes() -> None:
    assert page() == page()


def test_nothing_points_outside() -> None:
    for tag, attributes in Elements(page()).found:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            place = attributes.get(name)
            assert place is None or place.startswith(("#", "data:")), (tag, name, place)
    assert "@import" not in page()
    assert not re.search(r"url\((?!data:)", page().split("</style>")[0])


def test_text_from_strangers_is_text() -> None:
    system = a_system(name=EVIL, department=EVIL)
    html = page(now=a_moment(systems=(system,), uses=tuple(all_uses(a_server()))))
    assert "&lt;/script&gt;&lt;script&gt;window.hacked" in html
    scripts = [attributes for tag, attributes in Elements(html).found if tag == "script"]
    assert len(scripts) == 4  # data, options, echarts, ours
    assert not [tag for tag, _ in Elements(html).found if tag == "img"]


@pytest.mark.parametrize("text", ["</script>", "<!--", "]]>", "\u2028", "&lt;"])
def test_inlined_json_cannot_leave_its_element_and_stays_the_same_value(text: str) -> None:
    inlined = str(inline_json({"a": text}))
    assert "<" not in inlined
    assert "\u2028" not in inlined
    assert json.loads(inlined) == {"a": text}


def test_unknown_prints_n_a_and_says_why() -> None:
    html = page(now=a_moment(uses=tuple(all_uses(a_server(), None, None, None))))
    assert re.search(r'<data class="na" data-figure="use.cpu.mean" value=""[^>]*>n/a</data>', html)
    assert "本期没有采样" in html


def test_both_languages() -> None:
    report = usage_report(a_city())
    english = to_html(report, "en", root_sha256=ROOT, version="0.1.0")
    assert '<html lang="en">' in english
    assert "7 Policy clauses" in english
    assert '<html lang="zh-CN">' in page()


def test_charts_say_what_the_tables_say() -> None:
    report = usage_report(a_city())
    options = charts(report, "zh")
    days = options["days"]["series"][0]["data"]
    assert len(days) == 31
    assert days[17] is None  # a day without samples is a hole in the line, not a zero
    bands = options["bands"]["series"]
    assert sum(one["data"][0] or 0 for one in bands) == report.figures["scope.systems"].value


# --- in a browser -----------------------------------------------------------------------------------------------


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


@pytest.mark.servers
def test_the_page_opens_offline_asks_nobody_and_draws(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(to_html(usage_report(a_city()), "zh", root_sha256=ROOT, version="0.1.0"), encoding="utf-8")
    context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    asked: list[str] = []
    faults: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.goto(path.as_uri())
    tab.wait_for_function("document.querySelectorAll('.chart svg').length === 5")
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert faults == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1366
    drawn = tab.evaluate(
        "[...document.querySelectorAll('.chart')].map(c => [c.querySelectorAll('svg path').length, c.getBoundingClientRect().width])"
    )
    assert all(paths > 5 and width > 400 for paths, width in drawn)
    assert tab.inner_text('data[data-figure="use.cpu.mean"] >> nth=0').endswith("%")
    context.close()


@pytest.mark.servers
def test_a_hostile_name_runs_nothing(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    system = a_system(name=EVIL, department=EVIL)
    path.write_text(page(now=a_moment(systems=(system,), uses=tuple(all_uses(a_server())))), encoding="utf-8")
    tab = browser.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    dialogs: list[str] = []

    def note(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    tab.on("dialog", note)
    tab.goto(path.as_uri())
    tab.wait_for_selector("html.drawn", state="attached")
    assert tab.evaluate("window.hacked") is None
    assert dialogs == []
    tab.close()


@pytest.mark.servers
def test_the_printed_report_is_a4_with_a_cover_charts_and_page_numbers(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(to_html(usage_report(a_city()), "zh", root_sha256=ROOT, version="0.1.0"), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1366, "height": 768})
    tab.set_default_timeout(PATIENCE_MS)
    tab.goto(path.as_uri())
    tab.wait_for_function("document.querySelectorAll('.chart svg').length === 5")
    pdf = tab.pdf(prefer_css_page_size=True, print_background=True)
    boxes = set(re.findall(rb"/MediaBox \[([^\]]+)\]", pdf))
    assert len(boxes) == 1
    left, bottom, right, top = (float(number) for number in boxes.pop().split())
    assert (round(right - left), round(top - bottom)) == (595, 842)
    assert 8 <= len(re.findall(rb"/Type /Page\b", pdf)) <= 24
    tab.emulate_media(media="print")
    heights = tab.evaluate("[...document.querySelectorAll('.chart svg')].map(s => s.getBoundingClientRect().height)")
    assert all(height > 100 for height in heights)
    assert tab.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    tab.close()


def _colours(block: str) -> dict[str, tuple[float, float, float]]:
    """The colours that a block of the stylesheet names, as red, green and blue of 0–1."""
    found = re.findall(r"--(\w+): #([0-9a-f]{6}|[0-9a-f]{3})\b", block)
    wide = {name: value if len(value) == 6 else "".join(2 * digit for digit in value) for name, value in found}
    return {name: tuple(int(value[n : n + 2], 16) / 255 for n in (0, 2, 4)) for name, value in wide.items()}  # type: ignore[misc]


def _contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """As WCAG 2.1 defines it: 4.5 is enough for a text."""

    def luminance(colour: tuple[float, float, float]) -> float:
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_texts_stand_out_on_light_and_on_dark_screens(dark: bool) -> None:
    style = page().partition("<style>")[2].partition("</style>")[0]
    light, _, rest = style.partition("@media screen and (prefers-color-scheme: dark)")
    colours = _colours(light) | (_colours(rest.partition("\n}")[0]) if dark else {})
    for text in ("ink", "soft", "navy", "deep", "good", "bad", "warn"):
        for ground in ("paper", "faint", "head", "note"):
            assert _contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    assert '<meta name="color-scheme" content="light dark">' in page()
