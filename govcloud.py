"""The command line: gathers the commands, prints errors, sets the exit code."""

from __future__ import annotations

import gettext
import os
import sys
from pathlib import Path

import click

from catalogs import errors
from catalogs.console import LazyGroup
from catalogs.failures import answer
from catalogs.words import Text, language, language_of_arguments, set_language, tr

VERSION = "0.1.0"

COMMANDS: dict[str, tuple[str, Text]] = {
    "init": ("inventory.commands.init:init", Text("新建一个带注释的工作区", "make a commented workspace")),
    "catalogs": (
        "catalogs.commands:catalogs",
        Text("检查目录文件（目标云、政策、规则、日历）", "check the catalogue files"),
    ),
    "collect": (
        "inventory.commands.collect:collect",
        Text("采集：台账、云、监控", "collect: ledgers, clouds, monitoring"),
    ),
    "inventory": ("inventory.commands.inventory:inventory", Text("查看清单与缺口", "show the inventory and its gaps")),
    "usage": ("inventory.commands.usage:usage", Text("使用率与分配率", "usage and allocation rates")),
    "zombies": ("inventory.commands.zombies:zombies", Text("疑似僵尸系统", "suspected zombie systems")),
    "decisions": (
        "inventory.commands.decisions:decisions",
        Text("人的决定：只增不改", "what people decided: append-only"),
    ),
    "plan": (
        "planner.commands.group:plan",
        Text("迁移计划：求解、检查、审批", "migration plan: solve, check, approve"),
    ),
    "engine": ("iac.commands_engine:engine", Text("Pulumi 引擎：安装、状态", "the Pulumi engine: install, status")),
    "iac": ("iac.commands:iac", Text("按批次在目标云上建设", "provision approved waves")),
    "report": ("report.commands:report", Text("报告", "reports")),
    "verify": ("report.commands_verify:verify", Text("由证据包重算并核对报告", "recompute a report from its evidence")),
}

# The one table of exit codes; 0 done, 2 usage and 130 interrupted are shared with click, 70 is a bug of ours.
EXIT_CODES: dict[type[errors.GovcloudError], int] = {
    errors.CheckFailed: 1,
    errors.UsageError: 2,
    errors.CatalogError: 3,
    errors.CollectError: 4,
    errors.StoreError: 5,
    errors.PlanError: 6,
    errors.ProvisionError: 7,
    errors.ReportError: 8,
    errors.Partial: 9,
}


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    set_language(language_of_arguments(given))
    sys.exit(_run(given))


def root_group() -> click.Group:
    """The whole command line as click sees it, in the language of this process."""
    _click_speaks()
    group = LazyGroup(
        "govcloud",
        table=COMMANDS,
        context_settings={"help_option_names": ["-h", "--help"]},
        no_args_is_help=True,
        help=tr(
            "把一座城市的政务信息系统迁上一朵云：采集、判僵尸、排计划、建设、出报告。",
            "Bring a city's government systems onto one cloud.",
        ),
        epilog=tr(
            "例：govcloud init 示例 && cd 示例 && govcloud collect ledger 台账/*.xlsx --dry-run",
            "Example: govcloud init city",
        ),
        params=[click.Option(["--lang"], type=click.Choice(["zh", "en"]), help=tr("语言（默认中文）", "language"))],
    )
    return click.version_option(VERSION, prog_name="govcloud")(group)


def _click_speaks() -> None:
    """Let click take its own words (headings, wrong usage) from catalogs/locale, made by tools/make_click_words.py."""
    gettext.bindtextdomain("govcloud", str(Path(errors.__file__).parent / "locale"))
    gettext.textdomain("govcloud")
    os.environ["LANGUAGE"] = language()  # gettext's own switch


def _run(given: list[str]) -> int:
    try:
        root_group().main(given, prog_name="govcloud", standalone_mode=False, windows_expand_args=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 - each kind has its own answer, an unknown one is a bug
        return answer(error, EXIT_CODES, as_json="--json" in given)
    return 0


if __name__ == "__main__":
    main()
