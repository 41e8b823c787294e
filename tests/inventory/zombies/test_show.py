"""`zombies show`: the evidence on one system in the terminal, what fired on top, nothing wider than the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.inventory.command import call

LEDGER = """单位名称,系统名称,涉密分类,最近登录时间,用户数,是否为僵尸信息系统
市档案馆,档案查询系统,非涉密,2023-01-05,3,否
市档案馆,档案征集系统,非涉密,2026-03-20,300,否
"""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("columns", [80, 120])
def test_rules_that_fired_stand_on_top_and_every_line_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int, lang: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    (tmp_path / "govcloud.yaml").write_text("profile: sample-city\nservice: sample-cloud\n", encoding="utf-8")
    (tmp_path / "台账.csv").write_text(LEDGER, encoding="utf-8")
    assert call("collect", "ledger", "台账.csv", "--as-of", "2026-04-01", folder=tmp_path).returncode in {0, 9}
    done = call("zombies", "show", "档案查询系统", "--as-of", "2026-04-01", "--lang", lang, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(cell_len, lines)) <= columns
    hit, no = ("命中", "否") if lang == "zh" else ("hit", "no")
    marks = [line.split()[0] for line in lines if line.split()[:1] in ([hit], [no])]
    assert marks.index(no) == marks.count(hit) > 0, "all that fired before the first that did not"
    assert any("2023-01-05" in line for line in lines)
    assert any("░" in line for line in lines), "no day was measured, so all are shaded"
