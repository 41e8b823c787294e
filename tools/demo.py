"""`make demo`: the main job on the bundled sample city, step by step, through the command line alone.

Everything it writes lies below demo/: the workspace with its store, the plan, the reports, the preview, and what each
command printed (demo/log). `--live` goes on to build the first wave on a real OpenStack that it starts (tests/lab) and
to remove it again. ENGINE=no leaves out the Pulumi steps.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from catalogs.weeks import Week  # noqa: E402 - the path comes first
from catalogs.words import Text, language_of_arguments, set_language, tr  # noqa: E402 - the path comes first
from tools.demo_driver import PARTIAL, Driver, Step  # noqa: E402

DEMO = ROOT / "demo"
CITY = ROOT / "tests" / "data" / "demo-city"
LAB = ROOT / "tests" / "lab"
AS_OF = "2026-03-31"
PLAN_SECONDS = 20
MARK = ".made-by-make-demo"
GAPS_OK = frozenset({PARTIAL})
SUSPECT = "市自然资源和规划局移动办公系统"
NEXT = ("zombies list", "inventory gaps --kind conflict", "plan show --week {week}", "inventory export 清单.xlsx")


def steps(workspace: Path) -> list[Step]:
    """The main job without provisioning, in order."""
    ledgers = [str(path) for path in sorted((CITY / "ledgers").iterdir())]
    rooms = [str(path) for path in sorted((CITY / "rooms").iterdir())]
    clouds = sorted((CITY / "clouds").glob("*.json"))
    return [
        Step(name="init", title=Text("新建工作区", "a new workspace"), arguments=("init", str(workspace), "--city", "示例市")),
        Step(
            name="ledgers", title=Text(f"读 {len(ledgers)} 个单位的台账和机房主机清单", f"read the ledgers of {len(ledgers)} departments and the list of the machine rooms"),
            arguments=("collect", "ledger", *ledgers, *rooms), allowed=GAPS_OK, lines=24, last=4,
        ),
        *(
            Step(name=f"cloud-{path.stem}", title=Text(f"采集云 {path.stem}（离线的示例应答）", f"collect cloud {path.stem} (sample answers, offline)"),
                 arguments=("collect", "openstack", "--recorded", str(path)), allowed=GAPS_OK)
            for path in clouds
        ),
        Step(name="metrics", title=Text("读 90 天逐小时的监控样本", "read 90 days of hourly samples"), arguments=("collect", "metrics", str(CITY / "samples")), allowed=GAPS_OK),
        Step(name="inventory", title=Text("合并后的清单", "the inventory, merged"), arguments=("inventory", "list"), allowed=GAPS_OK, lines=20, last=4),
        Step(name="gaps", title=Text("不知道的、不一致的：逐条问", "what is not known or does not agree: asked"), arguments=("inventory", "gaps"), allowed=GAPS_OK, lines=14, last=2),
        Step(name="usage", title=Text("使用率：分子、分母、覆盖率", "usage rates with their coverage"), arguments=("usage", "show"), allowed=GAPS_OK, lines=30),
        Step(name="zombies", title=Text("判断疑似僵尸系统", "judge suspected zombies"), arguments=("zombies", "scan"), allowed=GAPS_OK, lines=26),
        Step(name="zombie", title=Text("其中一个的证据", "the evidence on one of them"), arguments=("zombies", "show", SUSPECT), allowed=GAPS_OK, lines=30),
        Step(name="plan", title=Text(f"排迁移计划（求解最多 {PLAN_SECONDS} 秒）", f"plan the migration (solved in at most {PLAN_SECONDS} s)"),
             arguments=("plan", "make", "--time-limit", str(PLAN_SECONDS), "--out", str(DEMO / "plan.json"))),
        Step(name="plan-show", title=Text("计划的批次", "the waves of the plan"), arguments=("plan", "show"), lines=24),
        Step(name="plan-page", title=Text("计划的页面和批次表", "the page of the plan and its wave sheets"), arguments=("report", "plan", "latest", "--out", str(DEMO / "plan")), lines=14, last=4),
        Step(name="report", title=Text("使用率报告：HTML、xlsx、证据包", "the usage report: HTML, xlsx, evidence"), arguments=("report", "usage", "--out", str(DEMO / "report")), allowed=GAPS_OK, lines=26),
        Step(name="verify", title=Text("由证据包重算并核对报告", "recompute the report from its evidence"), arguments=("verify", str(DEMO / "report"))),
    ]  # fmt: skip


def preview() -> list[Step]:
    """The Pulumi part that touches nothing: the engine, then the first wave against a snapshot of the target cloud."""
    return [
        Step(name="engine", title=Text("Pulumi 引擎（没有就安装；没有互联网则从 Go 模块构建，约 10 分钟；ENGINE=no 跳过）",
                                       "the Pulumi engine (installed where missing; without internet built from Go modules, about 10 minutes; ENGINE=no skips it)"),
             arguments=("engine", "install"), streamed=True),
        Step(name="preview", title=Text("预览第一批（离线：目标云是实验室录制的快照）", "preview the first wave (offline: the target is a snapshot recorded from the lab)"),
             arguments=("iac", "preview", "--out", str(DEMO / "preview.json")), lines=26, last=4),
    ]  # fmt: skip


def live() -> list[Step]:
    """The real thing: a real OpenStack, the first wave approved, built, looked at and removed."""
    return [
        Step(name="lab", title=Text("启动真实的 OpenStack 控制面（首次约 5 分钟）", "start a real OpenStack control plane (about 5 minutes the first time)"),
             program=str(LAB / "up.sh"), arguments=("--no-smoke",), streamed=True),
        Step(name="target", title=Text("按目录把它布置成目标云", "make it the target cloud of the catalogue"), program=sys.executable, arguments=("-m", "tests.lab.target")),
        Step(name="approve", title=Text("批准方案（与文件摘要绑定）", "approve the plan (bound to its digest)"),
             arguments=("plan", "approve", "latest", "--reason", "演示", "--role", "领导小组")),
        Step(name="up", title=Text("建设第一批", "build the first wave"), arguments=("iac", "up"), lines=26, last=6),
        Step(name="status", title=Text("建了什么", "what was built"), arguments=("iac", "status")),
        Step(name="again", title=Text("再运行一次：应无变化", "once more: nothing should change"), arguments=("iac", "up"), lines=10, last=4),
    ]  # fmt: skip


def removal(workspace: Path) -> list[Step]:
    """Remove what `live` built and stop the lab."""
    states = sorted((workspace / "infrastructure").rglob("*.json"))
    return [
        Step(name="destroy", title=Text("拆除，连同演示的数据卷", "remove it, the demo's data volumes too"),
             arguments=("iac", "destroy", _first_wave(), "--yes", "--release-data", "--reason", "演示结束"), lines=20, last=6) if states else
        Step(name="status-end", title=Text("没有要拆除的", "nothing to remove"), arguments=("iac", "status")),
        Step(name="lab-down", title=Text("停止 OpenStack", "stop the OpenStack"), program=str(LAB / "down.sh"), arguments=()),
    ]  # fmt: skip


def _first_wave() -> str:
    """The cut-over week of the plan's first moves."""
    plan = json.loads((DEMO / "plan.json").read_text(encoding="utf-8"))
    return str(Week.parse(plan["first_week"]) + min(move["week"] for move in plan["moves"]))


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


def closing(driver: Driver, failed: str | None) -> None:
    """Where everything lies and what to try next."""
    found = [
        (Text("使用率报告（浏览器打开，不需要网络）", "usage report (open in a browser; needs no network)"), sorted(DEMO.glob("report/*.html"))),
        (Text("工作簿（公式可复核）", "workbook (live formulas)"), sorted(DEMO.glob("report/*.xlsx"))),
        (Text("证据包", "evidence"), sorted(DEMO.glob("report/*.zip"))),
        (Text("计划页面：甘特图、容量曲线、清单", "page of the plan: Gantt chart, capacity, list"), sorted(DEMO.glob("plan/*.html"))),
        (Text("批次表（每个批次一张）", "wave sheets"), sorted(DEMO.glob("plan/*.xlsx"))),
        (Text("迁移计划（机器可读）", "migration plan (for machines)"), sorted(DEMO.glob("plan.json"))),
        (Text("第一批的预览", "preview of the first wave"), sorted(DEMO.glob("preview.json"))),
        (Text("各步的全部输出", "all that each step printed"), [DEMO / "log"]),
    ]  # fmt: skip
    print(
        tr(
            f"\n用时 {time.monotonic() - driver.begun:.0f} 秒。结果在：",
            f"\n{time.monotonic() - driver.begun:.0f} s. The results:",
        )
    )
    for title, paths in found:
        for path in paths:
            print(f"  {path.relative_to(ROOT)}  {title}")
    if failed:
        print(tr(f"没有成功的一步：{failed}", f"the step that failed: {failed}"))
        return
    print(tr("接着可以试：", "What to try next:"))
    print(f"  cd demo/workspace && export GOVCLOUD_AS_OF={AS_OF} PATH=$PWD/../../.venv/bin:$PATH")
    for command in NEXT:
        print(f"  govcloud {command.format(week=_first_wave())}")


def main() -> int:
    """Run the demo; 0 where every step did what it should."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument(
        "--live", action="store_true", help="build and remove the first wave on a real OpenStack started by tests/lab"
    )
    parser.add_argument("--lang", choices=["zh", "en"])
    arguments = parser.parse_args()
    set_language(language_of_arguments(sys.argv[1:]))
    workspace = fresh()
    lab_home = os.environ.get("LAB_HOME") or str(
        Path(os.environ.get("TMPDIR") or tempfile.gettempdir()) / "openstack-lab"
    )
    driver = Driver(DEMO / "log", {
        "GOVCLOUD_AS_OF": AS_OF, "GOVCLOUD_WORKSPACE": str(workspace), "GOVCLOUD_STORE": str(workspace / "store"), "GOVCLOUD_ACTOR": "demo",
        **({"OS_CLIENT_CONFIG_FILE": f"{lab_home}/clouds.yaml"} if arguments.live else {}),
        **({"GOVCLOUD_LANG": arguments.lang} if arguments.lang else {}),
    })  # fmt: skip
    print(
        tr(
            "示例市（虚构）：60 个系统、180 台服务器、90 天逐小时样本；每一步都是真实命令。",
            "A fictional city: 60 systems, 180 servers, 90 days of hourly samples; every step is a real command.",
        )
    )
    engine = os.environ.get("ENGINE") != "no"
    failed = _run(driver, [*steps(workspace), *(preview() if engine else [])])
    if arguments.live and engine and not failed:
        failed = _run(driver, live())
        failed = _run(driver, removal(workspace)) or failed
    closing(driver, failed)
    return 1 if failed else 0


def _run(driver: Driver, wanted: list[Step]) -> str | None:
    """The title of the step that failed, if one did; those after it are not tried."""
    return next((str(step.title) for step in wanted if not driver.run(step)), None)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print(tr("\n已中断；再运行 make demo 会从头来过", "\ninterrupted; make demo starts over"))
        sys.exit(130)
