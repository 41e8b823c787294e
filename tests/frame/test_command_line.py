"""The command line as a user meets it: help at once, one exit code per kind of failure, no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

import govcloud
from catalogs import console, errors
from catalogs.words import Text, language_of_arguments
from tools import make_click_words

ROOT = Path(__file__).resolve().parents[2]


def call(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "govcloud.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=300)


@pytest.mark.parametrize("name", govcloud.COMMANDS)
def test_every_command_of_the_table_exists_and_has_help(name: str, tmp_path: Path) -> None:
    found = call(name, "--help", folder=tmp_path)
    assert found.returncode == 0, found.stderr
    assert "用法： govcloud" in found.stdout


def test_help_is_chinese_by_default_and_english_on_request() -> None:
    assert "迁上一朵云" in call("--help").stdout
    assert "one cloud" in call("--lang", "en", "--help").stdout
    assert language_of_arguments(["x", "--lang=en"]) == "en"


def test_click_speaks_the_language_too() -> None:
    assert make_click_words.FILE.read_bytes() == make_click_words.compiled(), "run tools/make_click_words.py"
    own = "".join(path.read_text(encoding="utf-8") for path in Path(click.__file__).parent.glob("*.py"))
    said = [*make_click_words.SINGULAR, *(text for pair in make_click_words.PLURAL for text in pair)]
    assert not [text for text in said if json.dumps(text)[1:-1] not in own]  # else click words it otherwise now
    assert "没有命令 'ledgr'" in call("collect", "ledgr").stderr
    assert "No such command 'ledgr'" in call("collect", "ledgr", "--lang", "en").stderr


def test_the_shell_completes_commands_and_options() -> None:
    def completed(words: str) -> set[str]:
        environment = {**os.environ, "COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")), "_GOVCLOUD_COMPLETE": "bash_complete"}  # fmt: skip
        command = [sys.executable, "-c", "import govcloud; govcloud.main()"]
        said = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True).stdout
        return {line.partition(",")[2] for line in said.splitlines()}

    assert completed("govcloud pl") == {"plan"}
    assert completed("govcloud plan ma") == {"make"}
    assert {"--as-of", "--json"} <= completed("govcloud plan make --")


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, govcloud; govcloud._run(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stderr
    heavy = (
        "sqlalchemy",
        "pydantic",
        "ortools",
        "duckdb",
        "pulumi",
        "openstack",
        "boto3",
        "rich",
        "yaml",
        "numpy",
        "jinja2",
    )
    assert not [name for name in heavy if f"'{name}'" in said]


def test_exit_codes_are_told_apart() -> None:
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, errors.GovcloudError)]
    assert {govcloud.EXIT_CODES[c] for c in classes if c is not errors.GovcloudError} == set(range(1, 10))


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["nonsense"], 2, "nonsense"),
        (["decisions", "list", "--as-of", "yesterday"], 2, "不是日期"),
        (["decisions", "list"], 5, "还没有存储"),
        (["decisions", "add", "disposition", "s", "explode", "--reason", "r", "--role", "x"], 2, "explode"),
        (["decisions", "add", "disposition", "s", "{bad", "--reason", "r", "--role", "x"], 2, "JSON"),
        (["init", ".", "--profile", "atlantis"], 2, "atlantis"),
        (["decisions", "list", "--store", "nosuch://x"], 5, "数据库地址"),
    ],
)
def test_a_mistake_is_one_clear_message(tmp_path: Path, arguments: list[str], code: int, word: str) -> None:
    found = call(*arguments, folder=tmp_path)
    assert found.returncode == code
    assert word in found.stderr
    assert "Traceback" not in found.stderr


def test_a_failure_with_json_is_json_too(tmp_path: Path) -> None:
    found = call("decisions", "list", "--json", folder=tmp_path)
    assert json.loads(found.stdout)["error"]["exit_code"] == found.returncode == 5


def test_decisions_are_added_and_listed_in_the_envelope(tmp_path: Path) -> None:
    given = ["decisions", "add", "disposition", "sys-1", "retire", "--reason", "并入省平台", "--role", "科长"]
    added = call(*given, "--actor", "李四", "--as-of", "2026-03-31", folder=tmp_path)
    assert added.returncode == 0, added.stderr
    listed = json.loads(call("decisions", "list", "--json", "--as-of", "2026-04-01", folder=tmp_path).stdout)
    assert listed["schema"] == "govcloud/decisions/1"
    assert (listed["complete"], listed["gaps"]) == (True, [])
    assert [(row["actor"], row["value"], row["in_force"]) for row in listed["data"]] == [("李四", "retire", True)]
    table = call("decisions", "list", "--as-of", "2026-04-01", folder=tmp_path).stdout
    assert "23:59" in table  # a day of --as-of ends in Beijing; the store and --json say 15:59 UTC
    assert (
        json.loads(call("decisions", "list", "--json", "--as-of", "2026-03-01", folder=tmp_path).stdout)["data"] == []
    )


def test_init_makes_a_workspace_that_later_commands_find(tmp_path: Path) -> None:
    made = call("init", "city", "--city", "云川市", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    given = ["decisions", "add", "hold", "sys-1", "重保", "--reason", "重保", "--role", "x"]
    assert call(*given, folder=tmp_path / "city" / "ledgers").returncode == 0
    assert (tmp_path / "city" / "store" / "govcloud.db").exists()
    again = call("init", "city", folder=tmp_path)
    assert again.returncode == 2
    assert "已有工作区" in again.stderr


def test_wrong_settings_are_named_with_their_place(tmp_path: Path) -> None:
    (tmp_path / "govcloud.yaml").write_text("schema: govcloud/settings/1\ncty: x\n", encoding="utf-8")
    found = call("decisions", "list", folder=tmp_path)
    assert found.returncode == 3
    assert "govcloud.yaml:2:1 没有 cty" in found.stderr


def test_as_of_a_day_is_its_last_second_in_shanghai() -> None:
    assert console.parse_as_of("2026-03-31").isoformat() == "2026-03-31T15:59:59+00:00"
    assert console.parse_as_of("2026-03-31T12:00:00").isoformat() == "2026-03-31T04:00:00+00:00"


def a_run(*, strict: bool = False) -> console.Run:
    as_of = console.parse_as_of("2026-03-31")
    return console.Run(as_of=as_of, store="s", workspace=Path(), as_json=True, actor="a", strict=strict, command="x")


class AGap:
    def as_json(self) -> dict[str, object]:
        return {"id": "gap-1"}


def test_a_partial_result_is_printed_and_then_exits_with_9(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(errors.Partial, match="缺一"):
        a_run().show("govcloud/x/1", [1], human=lambda _c: None, complete=False, missing=Text("缺一", "one is missing"))
    assert json.loads(capsys.readouterr().out)["complete"] is False


def test_strict_turns_gaps_into_a_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    a_run().show("govcloud/x/1", [], human=lambda _c: None, gaps=[AGap()])
    assert json.loads(capsys.readouterr().out)["gaps"] == [{"id": "gap-1"}]
    with pytest.raises(errors.CheckFailed):
        a_run(strict=True).show("govcloud/x/1", [], human=lambda _c: None, gaps=[AGap()])


@pytest.mark.parametrize(
    ("raised", "code", "word"), [(ZeroDivisionError, 70, "ZeroDivisionError"), (KeyboardInterrupt, 130, "已中断")]
)
def test_bugs_and_interrupts_have_codes_of_their_own(
    raised: type[BaseException],
    code: int,
    word: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    @click.command()
    def failing() -> None:
        raise raised

    monkeypatch.setattr(console.LazyGroup, "get_command", lambda *_: failing)
    assert govcloud._run(["decisions"]) == code
    assert word in capsys.readouterr().err


def test_no_progress_bar_outside_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with console.progress("x", 3) as done:
        done(1)
    assert capsys.readouterr().err == ""
