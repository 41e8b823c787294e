"""`make demo`: the main job on the bundled sample city, step by step, through the command line alone.

Everything it writes lies below demo/: the workspace with its store, the plan, the reports, the preview, and what each
command printed (demo/log). `--live` does the same against a real OpenStack (tests/lab) with `up` and `destroy`.
ENGINE=no leaves out the Pulumi step.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from catalogs.words import Text, language_of_arguments, set_language, tr  # noqa: E402 - the path comes first

DEMO = ROOT / "demo"
CITY = ROOT / "tests" / "data" / "demo-city"
AS_OF = "2026-03-31"
PLAN_SECONDS = 20
SHOWN_LINES = 18
PARTIAL, SAID_NO = 9, 1
MARK = ".made-by-make-demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One command of the demo; `allowed` exit codes other than 0 are results too, such as a partial one."""

    name: str
    title: Text
    arguments: tuple[str, ...]
    allowed: frozenset[int] = frozenset()
    lines: int = SHOWN_LINES
    last: int = 0  # so many of the lines are the last ones


def steps(workspace: Path) -> list[Step]:
    """The main job without provisioning, in order."""
    ledgers = [str(path) for path in sorted((CITY / "ledgers").iterdir())]
    rooms = [str(path) for path in sorted((CITY / "rooms").iterdir())]
    clouds = sorted((CITY / "clouds").glob("*.json"))
    return [
        Step(name="init", title=Text("新建工作区", "a new workspace"), arguments=("init", str(workspace), "--city", "示例市")),
        Step(
            name="ledgers", title=Text(f"读 {len(ledgers)} 个单位的台账和机房主机清单", f"read the ledgers of {len(ledgers)} departments and the rooms' list"),
            arguments=("collect", "ledger", *ledgers, *rooms), allowed=frozenset({PARTIAL}), lines=24, last=4,
        ),
        *(
            Step(name=f"cloud-{path.stem}", title=Text(f"采集云 {path.stem}（离线录制）", f"collect cloud {path.stem} (a recording)"),
                 arguments=("collect", "openstack", "--recorded", str(path)), allowed=frozenset({PARTIAL}))
            for path in clouds
        ),
        Step(name="metrics", title=Text("读 90 天逐小时的监控样本", "read 90 days of hourly samples"), arguments=("collect", "metrics", str(CITY / "samples")), allowed=frozenset({PARTIAL})),
        Step(name="inventory", title=Text("合并后的清单", "the inventory, merged"), arguments=("inventory", "list"), allowed=frozenset({PARTIAL})),
        Step(name="gaps", title=Text("不知道的、不一致的", "what is not known"), arguments=("inventory", "gaps"), allowed=frozenset({PARTIAL}), lines=12),
        Step(name="usage", title=Text("使用率", "usage rates"), arguments=("usage", "show"), allowed=frozenset({PARTIAL})),
        Step(name="zombies", title=Text("判断疑似僵尸系统", "judge suspected zombies"), arguments=("zombies", "scan"), allowed=frozenset({PARTIAL})),
        Step(name="zombie-list", title=Text("疑似僵尸系统清单", "the suspected zombies"), arguments=("zombies", "list"), allowed=frozenset({PARTIAL})),
        Step(name="plan", title=Text(f"排迁移计划（最多 {PLAN_SECONDS} 秒）", f"plan the migration (at most {PLAN_SECONDS} s)"),
             arguments=("plan", "make", "--time-limit", str(PLAN_SECONDS), "--out", str(DEMO / "plan.json"))),
        Step(name="plan-show", title=Text("计划", "the plan"), arguments=("plan", "show"), lines=24),
        Step(name="report", title=Text("使用率报告：HTML、xlsx、证据包", "the usage report: HTML, xlsx, evidence"), arguments=("report", "usage", "--out", str(DEMO / "report")), allowed=frozenset({PARTIAL})),
        Step(name="verify", title=Text("由证据包重算并核对报告", "recompute the report from its evidence"), arguments=("verify", str(DEMO / "report"))),
    ]  # fmt: skip


class Driver:
    """Runs steps one after the other, shows what they print, keeps all of it below demo/log."""

    def __init__(self, workspace: Path) -> None:
        self.environment = {
            **os.environ, "GOVCLOUD_AS_OF": AS_OF, "GOVCLOUD_WORKSPACE": str(workspace), "GOVCLOUD_STORE": str(workspace / "store"),
            "GOVCLOUD_ACTOR": "demo", "COLUMNS": str(min(120, shutil.get_terminal_size().columns)),
        }  # fmt: skip
        self.number = 0
        self.begun = time.monotonic()

    def run(self, step: Step) -> bool:
        """Run one step; False where it failed, after saying so."""
        self.number += 1
        print(
            f"\n\033[1m[{self.number}] {step.title}\033[0m"
            if sys.stdout.isatty()
            else f"\n[{self.number}] {step.title}",
            flush=True,
        )
        print(f"    $ govcloud {_shortened(step.arguments)}", flush=True)
        begun = time.monotonic()
        code, text = self._call(step)
        took = time.monotonic() - begun
        (DEMO / "log").mkdir(parents=True, exist_ok=True)
        log = DEMO / "log" / f"{self.number:02d}-{step.name}.txt"
        log.write_text(f"$ govcloud {' '.join(step.arguments)}\n{text}\n-> {code}\n", encoding="utf-8")
        _show(text, step, log)
        done = code == 0 or code in step.allowed
        partial = tr("（部分结果）", " (partial)") if done and code == PARTIAL else ""
        print(f"    {'✓' if done else '✗'} {took:.1f} s{partial}", flush=True)
        if not done:
            print(
                tr(
                    f"    这一步失败，退出码 {code}；全部输出在 {log.relative_to(ROOT)}",
                    f"    this step failed with exit code {code}; all it said is in {log.relative_to(ROOT)}",
                )
            )
        return done

    def _call(self, step: Step) -> tuple[int, str]:
        """The command's exit code and output; a line of elapsed seconds while it runs in a terminal."""
        command = [str(ROOT / ".venv" / "bin" / "govcloud"), *step.arguments]
        with subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        ) as process:
            stop = threading.Event()
            clock = threading.Thread(target=_tick, args=(stop,), daemon=True)
            clock.start()
            try:
                text = process.communicate()[0]
            except KeyboardInterrupt:
                process.wait()
                raise
            finally:
                stop.set()
                clock.join()
        return process.returncode, text.rstrip()


def _tick(stop: threading.Event) -> None:
    if not sys.stderr.isatty():
        return
    begun = time.monotonic()
    while not stop.wait(0.2):
        sys.stderr.write(f"\r    … {time.monotonic() - begun:.0f} s ")
        sys.stderr.flush()
    sys.stderr.write("\r            \r")
    sys.stderr.flush()


def _shortened(arguments: Sequence[str]) -> str:
    """The command as a person would type it: paths from the repository, many files as one pattern."""
    parts: list[str] = []
    for argument in arguments:
        text = argument.replace(f"{ROOT}/", "")
        folder = text.rpartition("/")[0]
        if folder and folder.endswith(("ledgers", "rooms")):
            text = f"{folder}/*"
        if not parts or parts[-1] != text:
            parts.append(text)
    return " ".join(parts)


def _show(text: str, step: Step, log: Path) -> None:
    lines = text.splitlines()
    if len(lines) <= step.lines:
        print("\n".join(f"    {line}" for line in lines))
        return
    head, tail = lines[: step.lines - step.last], lines[len(lines) - step.last :]
    rest = len(lines) - step.lines
    print("\n".join(f"    {line}" for line in head))
    print(
        tr(f"    … 还有 {rest} 行，见 {log.relative_to(ROOT)}", f"    … {rest} more lines in {log.relative_to(ROOT)}")
    )
    for line in tail:
        print(f"    {line}")


def fresh() -> Path:
    """An empty demo/ with the mark that it is ours; a folder of somebody else is left alone."""
    if DEMO.exists() and not (DEMO / MARK).exists() and any(DEMO.iterdir()):
        raise SystemExit(
            tr(
                f"{DEMO} 里有别的东西，没有动它；请移开后再试",
                f"{DEMO} holds something else and was left alone; move it away and try again",
            )
        )
    shutil.rmtree(DEMO, ignore_errors=True)
    DEMO.mkdir()
    (DEMO / MARK).write_text("make demo\n", encoding="utf-8")
    return DEMO / "workspace"


def provisioning() -> list[Step]:
    """The Pulumi part: preview of the first wave from a recorded cloud, or the real thing."""
    if os.environ.get("ENGINE") == "no":
        return []
    return [
        Step(name="engine", title=Text("Pulumi 引擎（没有就安装；要现场编译时约 10 分钟）", "the Pulumi engine (installed where missing; about 10 minutes if it must be built)"), arguments=("engine", "install")),
        Step(name="preview", title=Text("预览第一批（离线，用录制的目标云）", "preview the first wave (offline, on a recorded cloud)"), arguments=("iac", "preview", "--out", str(DEMO / "preview.json")), allowed=frozenset({SAID_NO})),
    ]  # fmt: skip


def closing(driver: Driver, failed: list[str]) -> None:
    """Where everything lies and what to try next."""
    found = [
        (
            Text("使用率报告", "usage report"),
            sorted((DEMO / "report").rglob("*.html")) if (DEMO / "report").exists() else [],
        ),
        (
            Text("工作簿（公式可复核）", "workbook (live formulas)"),
            sorted((DEMO / "report").rglob("*.xlsx")) if (DEMO / "report").exists() else [],
        ),
        (Text("迁移计划", "migration plan"), sorted(DEMO.glob("plan*.json"))),
        (Text("第一批的预览", "preview of the first wave"), sorted(DEMO.glob("preview*"))),
        (Text("各步输出", "what each step printed"), [DEMO / "log"]),
    ]
    print(
        tr(
            f"\n用时 {time.monotonic() - driver.begun:.0f} 秒。结果：",
            f"\nDone in {time.monotonic() - driver.begun:.0f} s. Results:",
        )
    )
    for title, paths in found:
        for path in paths:
            print(f"  {title}: {path.relative_to(ROOT)}")
    if failed:
        print(tr(f"没有成功的步骤：{'、'.join(failed)}", f"steps that failed: {', '.join(failed)}"))
        return
    print(tr("接着可以试（在 demo/workspace 里）：", "What to try next (in demo/workspace):"))
    for command in NEXT:
        print(f"  cd demo/workspace && ../../.venv/bin/govcloud {command} --as-of {AS_OF}")


NEXT = ("zombies list", "inventory gaps --kind conflict", "plan show", "inventory export 清单.xlsx")


def main() -> int:
    """Run the demo; 0 where every step did what it should."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument(
        "--live", action="store_true", help="with up and destroy on a real OpenStack started by tests/lab"
    )
    parser.parse_args()
    set_language(language_of_arguments(sys.argv[1:]))
    workspace = fresh()
    driver = Driver(workspace)
    print(
        tr(
            "示例市（虚构）：60 个系统，180 台服务器，90 天逐小时样本；各步都是真实命令。",
            "A fictional city: 60 systems, 180 servers, 90 days of hourly samples; every step is a real command.",
        )
    )
    for step in [*steps(workspace), *provisioning()]:
        if not driver.run(step):
            closing(driver, [str(step.title)])
            return 1
    closing(driver, [])
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print(
            tr(
                "\n已中断；demo/ 里的东西可以删除，或再运行 make demo 重来",
                "\ninterrupted; run make demo again to start over",
            )
        )
        sys.exit(130)
