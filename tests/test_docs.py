"""The documentation says what is there: generated pages are fresh, links lead somewhere, exit codes are listed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import govcloud
from tools import make_reference

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_generated_pages_are_what_the_command_line_says() -> None:
    # In a process of its own: help texts take the language in which their module was first imported.
    script = [sys.executable, str(ROOT / "tools" / "make_reference.py"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


def test_every_exit_code_is_explained() -> None:
    assert set(govcloud.EXIT_CODES.values()) | {0, 70, 130} == set(make_reference.EXIT_WORDS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [t.split("#")[0] for t in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in t]
    broken = [target for target in targets if target and not (page.parent / target).exists()]
    assert not broken
