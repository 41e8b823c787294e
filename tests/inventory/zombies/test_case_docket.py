"""The docket at the command line: many cases at once or none, two people at once, and systems that change meanwhile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from inventory.storage.store import Store
from tests.inventory.command import Done, call

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"
HEAD = "单位名称,信息系统名称,是否涉密,是否为僵尸信息系统,上线时间,服务器名称,CPU核数,内存(GB),存储(GB)\n"
ROWS = (
    "市档案馆,档案查询系统,非涉密,是,2015-01,da-web01,4,8,100\n",
    "市档案馆,档案著录系统,非涉密,是,2015-01,da-db01,8,16,500\n",
    "市财政局,财务管理系统,非涉密,是,2016-01,cz-app01,4,8,100\n",
    "市财政局,预算编制系统,非涉密,否,2016-01,cz-app02,4,8,100\n",
)


class Office:
    """A workspace in which somebody runs commands on given days."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "govcloud.yaml").write_text(
            "city: 示例市\nprofile: sample-city\nservice: sample-cloud\n", encoding="utf-8"
        )

    def collects(self, day: str, *rows: str) -> None:
        (self.folder / "台账.csv").write_text(HEAD + "".join(rows), encoding="utf-8")
        done = call("collect", "ledger", "台账.csv", "--confirm-vanished", "--as-of", day, folder=self.folder)
        assert done.returncode in {0, 9}, done.stderr

    def tries(self, day: str, *arguments: str) -> Done:
        return call("zombies", "case", *arguments, "--as-of", day, "--actor", "张工", folder=self.folder)

    def does(self, day: str, *arguments: str) -> Any:
        done = self.tries(day, *arguments, "--json")
        assert done.returncode == 0, done.stderr
        data = json.loads(done.stdout)["data"]
        contract = "letters" if arguments[0] == "letter" else "cases"
        jsonschema.validate(data, json.loads((REFERENCE / f"{contract}.schema.json").read_text(encoding="utf-8")))
        return data

    def steps(self, day: str, name: str, *systems: str, more: tuple[str, ...] = ()) -> Any:
        return self.does(day, "step", *systems, name, "--role", "科长", "--reason", "来函", *more)["cases"]

    def decides(self, day: str, kind: str, subject: str, value: str) -> None:
        given = ["decisions", "add", kind, subject, value, "--role", "科长", "--reason", "核实", "--as-of", day]
        done = call(*given, folder=self.folder)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.collects("2026-03-31", *ROWS)
    return made


def opened(office: Office) -> dict[str, str]:
    """Cases on all suspected systems: name → id."""
    found = office.does("2026-04-01", "open", "--suspected", "--role", "科员")["cases"]
    return {one["system"]: one["system_id"] for one in found}


def test_a_preview_writes_nothing_and_the_real_thing_opens_each_once(office: Office) -> None:
    seen = office.does("2026-04-01", "open", "--suspected", "--role", "科员", "--dry-run")
    assert (seen["preview"], len(seen["cases"])) == (True, 3)
    assert office.does("2026-04-01", "list")["cases"] == []
    ids = opened(office)
    assert set(ids) == {"档案查询系统", "档案著录系统", "财务管理系统"}
    assert office.does("2026-04-02", "open", "--suspected", "--role", "科员")["cases"] == []
    twice = office.tries("2026-04-02", "open", ids["财务管理系统"], "--role", "科员")
    assert twice.returncode == 2
    assert "立案（疑似）" in twice.stderr


def test_one_department_and_a_system_that_nobody_suspects(office: Office) -> None:
    found = office.does("2026-04-01", "open", "--department", "档案", "--role", "科员")["cases"]
    assert {one["department"] for one in found} == {"市档案馆"}
    assert office.tries("2026-04-01", "open", "预算编制系统", "--role", "科员").returncode == 2
    asked = office.does("2026-04-01", "open", "预算编制系统", "--role", "科员", "--reason", "群众举报")["cases"]
    assert [one["steps"][0]["reason"] for one in asked] == ["群众举报"]
    both = office.tries("2026-04-01", "open", "预算编制系统", "--suspected", "--role", "科员")
    assert both.returncode == office.tries("2026-04-01", "open", "--role", "科员").returncode == 2


def test_a_step_in_many_cases_is_taken_in_all_or_in_none(office: Office) -> None:
    ids = opened(office)
    noticed = office.steps("2026-04-01", "notified", more=("--at", "opened", "--department", "档案"))
    assert len(noticed) == 2
    refused = office.tries(
        "2026-04-02", "step", ids["档案查询系统"], ids["财务管理系统"], "replied", "--role", "科长", "--reason", "来函"
    )
    assert refused.returncode == 2
    assert "2 件中有 1 件走不了这一步，一件也没有写入" in refused.stderr
    assert ids["财务管理系统"] in refused.stderr
    stands = {one["system"]: one["step"] for one in office.does("2026-04-02", "list")["cases"]}
    assert stands == {"档案查询系统": "notified", "档案著录系统": "notified", "财务管理系统": "opened"}
    listed = office.does("2026-04-02", "list", "--due-by", "2026-04-13")["cases"]
    assert [one["system"] for one in listed] == ["财务管理系统"]
    assert office.tries("2026-04-02", "list", "--due-by", "明天").returncode == 2


def test_what_cannot_take_the_step_may_be_left_out_and_is_said(office: Office) -> None:
    ids = opened(office)
    office.steps("2026-04-01", "notified", ids["档案查询系统"])
    given = ("step", *ids.values(), "replied", "--role", "科长", "--reason", "来函", "--possible")
    done = office.tries("2026-04-02", *given, "--json")
    assert done.returncode == 9
    assert [one["system"] for one in json.loads(done.stdout)["data"]["cases"]] == ["档案查询系统"]
    assert ids["财务管理系统"] in done.stderr
    stands = {one["system"]: one["step"] for one in office.does("2026-04-02", "list")["cases"]}
    assert stands["档案查询系统"] == "replied"
    assert stands["财务管理系统"] == "opened"


def test_one_letter_for_each_department_counted_from_a_number(office: Office) -> None:
    ids = opened(office)
    given = ("letter", "--at", "opened", "--number", "函〔2026〕{n}号", "--first", "12", "--out", "通知")
    seen = office.does("2026-04-01", *given, "--dry-run")
    assert [(one["department"], one["number"], len(one["system_ids"])) for one in seen["letters"]] == [
        ("市档案馆", "函〔2026〕12号", 2),
        ("市财政局", "函〔2026〕13号", 1),
    ]
    assert not (office.folder / "通知").exists()
    office.does("2026-04-01", *given)
    names = {path.name for path in (office.folder / "通知").iterdir()}
    assert names == {f"notice-{unit}.{ending}" for unit in ("市档案馆", "市财政局") for ending in ("docx", "html")}
    one_number = office.tries("2026-04-01", "letter", "--at", "opened", "--number", "函〔2026〕12号")
    assert (one_number.returncode, "{n}" in one_number.stderr) == (2, True)
    office.collects("2026-04-02", *ROWS[:2], ROWS[2].replace("非涉密", ""), ROWS[3])
    partial = office.tries("2026-04-02", *given, "--json")
    assert partial.returncode == 9
    assert [one["system_id"] for one in json.loads(partial.stdout)["data"]["skipped"]] == [ids["财务管理系统"]]
    assert office.tries("2026-04-02", "letter", ids["财务管理系统"]).returncode == 8
    assert office.tries("2026-04-02", "letter", ids["档案查询系统"], "--until", "2026-04-01").returncode == 2


def test_of_two_people_who_decide_at_once_one_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = opened(office)
    real = Store.decisions_head

    def then_somebody_else_decides(store: Store) -> str:
        head = real(store)
        monkeypatch.setattr(Store, "decisions_head", real)
        office.steps("2026-04-02", "notified", ids["财务管理系统"])
        return head

    monkeypatch.setattr(Store, "decisions_head", then_somebody_else_decides)
    late = office.tries(
        "2026-04-03", "step", ids["财务管理系统"], "withdrawn", "--role", "局长", "--reason", "还在用"
    )  # fmt: skip
    assert late.returncode == 5
    assert "又有人作了决定" in late.stderr
    (one,) = office.does("2026-04-03", "show", ids["财务管理系统"])["cases"]
    assert one["step"] == "notified"


def test_renamed_moved_and_gone_systems_keep_their_case(office: Office) -> None:
    ids = opened(office)
    renamed = ROWS[0].replace("档案查询系统", "档案查询系统（二期）")
    office.collects("2026-04-10", renamed, ROWS[1].replace("市档案馆", "市大数据局"), ROWS[3])
    said = office.tries("2026-04-11", "show", ids["财务管理系统"]).stdout
    assert "台账和云里已没有这个系统" in said
    assert "财务管理系统" in said
    office.steps("2026-04-11", "withdrawn", ids["财务管理系统"])
    assert {one["system_id"] for one in office.does("2026-04-11", "list", "--all")["cases"]} == set(ids.values())


def test_a_merged_system_is_found_under_both_ids(office: Office) -> None:
    ids = opened(office)
    into, gone = ids["档案查询系统"], ids["档案著录系统"]
    office.decides("2026-04-05", "merge", gone, into)
    (one,) = office.does("2026-04-06", "show", gone)["cases"]
    assert one["became"][0]["zh"] == f"已并入 {into}"
    assert one["system"] == "档案查询系统"
    office.steps("2026-04-06", "withdrawn", gone)
    assert office.does("2026-04-06", "show", into)["cases"][0]["step"] == "opened"


def test_a_system_that_was_classified_meanwhile_is_only_counted(office: Office) -> None:
    ids = opened(office)
    office.decides("2026-04-05", "secrecy", ids["财务管理系统"], "涉密")
    found = office.does("2026-04-06", "list", "--all")
    assert found["undisclosed"] == 1
    assert ids["财务管理系统"] not in json.dumps(found)
    said = office.tries("2026-04-06", "list").stdout
    assert "财务" not in said
    assert "另有 1 件" in said
    for wanted in (ids["财务管理系统"], "财务管理系统"):
        assert office.tries("2026-04-06", "show", wanted).returncode == 2
    stepped = office.steps("2026-04-06", "notified", more=("--at", "opened"))
    assert len(stepped) == 2


def test_what_the_rules_think_better_of_is_said(office: Office) -> None:
    ids = opened(office)
    office.collects("2026-04-10", *(row.replace("非涉密,是", "非涉密,否") for row in ROWS))
    listed = office.does("2026-04-11", "list")["cases"]
    assert {one["second_thought"]["zh"] for one in listed} == {"现未判定"}
    assert "现未判定" in office.tries("2026-04-11", "show", ids["财务管理系统"]).stdout


def test_servers_made_again_or_passed_on_are_not_released(office: Office) -> None:
    ids = opened(office)
    system = ids["财务管理系统"]
    for day, name in ((2, "notified"), (3, "replied"), (4, "confirmed"), (5, "backed-up"), (6, "shut-down")):
        office.steps(f"2026-04-0{day}", name, system)
    office.collects("2026-04-07", *ROWS[:2], ROWS[2].replace("cz-app01", "cz-app09"), ROWS[3])
    again = office.tries("2026-04-08", "step", system, "released", "--role", "科员", "--reason", "工单")
    assert again.returncode == 2
    assert "cz-app09" in again.stderr
    passed_on = "市财政局,预算编制系统,非涉密,否,2016-01,cz-app01,4,8,100\n"
    office.collects("2026-04-09", *ROWS[:2], ROWS[3], passed_on, ROWS[2].replace("cz-app01,4,8,100", ",,,"))
    (listed,) = [one for one in office.does("2026-04-10", "list")["cases"] if one["system_id"] == system]
    assert listed["seen_released"] is True
    (done,) = office.steps("2026-04-10", "released", system)
    kept = done["steps"][-1]["value"]["released"]
    assert (kept["servers"], kept["vcpu"], len(kept["moved"])) == ([], 0, 1)
    assert "1 台转给了别的系统" in office.tries("2026-04-10", "show", system).stdout
