"""`init DIR`: a commented workspace that a city can start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from catalogs.console import WORKSPACE_FILE, Run, common
from catalogs.errors import UsageError
from catalogs.words import Text, tr
from catalogs.yaml_tree import read_tree

SETTINGS_TEXT = """\
# govcloud 工作区设置。命令会从当前文件夹向上找到这个文件。
schema: govcloud/settings/1

# 城市名称，用于报告标题。
city: {city}

# 政策文件（catalogs/policies 里的 id）：目标、期限、阈值、权重都来自它。
profile: {profile}

# 目标云（catalogs/services 里的 id）：资源池、规格、价格、扩容批次。
service: {service}

# 存储：文件夹（内嵌 SQLite），或 PostgreSQL 地址，如
#   postgresql+psycopg://govcloud@db.example/govcloud?telemetry=/data/telemetry
# 口令不要写在这里，放进 ~/.pgpass。
store: store

# 采样文件放在 S3 兼容的对象存储里，供多人共用（可不写；本地文件夹此时只是缓存）。地址和凭据用 AWS 的通用环境变量或配置文件，不写在这里。
# telemetry: s3://govcloud/samples
"""

NEXT_TEXT = """\
# {city} · 一朵云工作区

1. 把各单位的台账放进 `ledgers/`，先试读，不写入：`govcloud collect ledger ledgers/* --dry-run`
2. 改 `catalogs/` 里的文件：目标云的资源池与规格（services）、本市的文件与指标（policies）、排期参数（planning）、封网日历（calendars）、单位沿革（departments）。
   与内置目录 id 相同的文件会覆盖内置的那一份。改完检查：`govcloud catalogs check`
3. 采集：`govcloud collect ledger ledgers/*`、`govcloud collect openstack --cloud 名称`、`govcloud collect metrics 文件夹`
4. 判断与计划：`govcloud zombies scan`、`govcloud plan make`、`govcloud plan approve`
5. 建设与报告：`govcloud iac preview`、`govcloud report usage`、`govcloud verify`

云的账号口令放在 `clouds.yaml`（OpenStack 的标准文件，不进版本库）；这里不保存任何口令。
"""

IGNORED = "store/\nclouds.yaml\nsecure.yaml\n"


@click.command(
    help=tr(
        "新建工作区：设置、可改的目录文件、下一步说明。",
        "Make a workspace: settings, catalogues to edit, what to do next.",
    ),
    epilog=tr(
        "例：govcloud init 我的城市 --city 我市 --profile jiangmen-2021", "Example: govcloud init mycity --city MyCity"
    ),
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--city", default="示例市", show_default=True, help=tr("城市名称", "the city's name"))
@click.option(
    "--profile", default="sample-city", show_default=True, help=tr("从哪个政策文件开始", "which profile to start from")
)
@click.option(
    "--service",
    default="sample-cloud",
    show_default=True,
    help=tr("从哪个目标云开始", "which target cloud to start from"),
)
@common
def init(run: Run, folder: Path, city: str, profile: str, service: str) -> None:
    """Write the workspace; an existing one is left alone."""
    if (folder / WORKSPACE_FILE).exists():
        raise UsageError(f"{folder}：这里已有工作区，没有改动", f"{folder}: there is a workspace already; nothing was changed",
                         hint=Text("换一个文件夹", "choose another folder"))  # fmt: skip
    catalogues = _catalogues(profile, service)
    for part in ("ledgers", "catalogs"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name, text in catalogues.items():
        (folder / "catalogs" / name).parent.mkdir(exist_ok=True)
        (folder / "catalogs" / name).write_text(text, encoding="utf-8")
    (folder / "README.md").write_text(NEXT_TEXT.format(city=city), encoding="utf-8")
    (folder / ".gitignore").write_text(IGNORED, encoding="utf-8")
    # The settings come last: a folder is a workspace only when all of it is there.
    (folder / WORKSPACE_FILE).write_text(
        SETTINGS_TEXT.format(city=city, profile=profile, service=service), encoding="utf-8"
    )
    written = sorted(["README.md", WORKSPACE_FILE, *(f"catalogs/{name}" for name in catalogues)])
    text = tr(
        f"工作区已建好：{folder}（先看其中的 README.md）",
        f"the workspace is ready: {folder} (read its README.md first)",
    )
    run.show(
        "govcloud/workspace/1", {"folder": str(folder), "files": written}, human=lambda console: console.print(text)
    )


def _catalogues(profile: str, service: str) -> dict[str, str]:
    """The built-in files that a city edits first: its profile with its planning figures, its target cloud, calendars, departments."""
    root = files("catalogs")
    chosen = {f"policies/{profile}.yaml": "--profile", f"services/{service}.yaml": "--service"}
    found: dict[str, str] = {}
    for name, option in chosen.items():
        file = root.joinpath(name)
        if not file.is_file():
            folder = root.joinpath(name.split("/")[0])
            known = "、".join(
                sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))
            )
            raise UsageError(
                f"{option}：没有内置的 {name}；可用：{known}", f"{option}: no built-in {name}; known: {known}"
            )
        found[name] = file.read_text(encoding="utf-8")
    named = read_tree(found[f"policies/{profile}.yaml"].encode()).value
    planning = f"{named['planning']}.yaml" if isinstance(named, dict) else ""
    for kind, wanted in (("planning", planning), ("calendars", ".yaml"), ("departments", ".yaml")):
        for file in sorted(root.joinpath(kind).iterdir(), key=lambda item: item.name):
            if file.name.endswith(wanted):
                found[f"{kind}/{file.name}"] = file.read_text(encoding="utf-8")
    return found
