"""`catalogs check`: read every catalogue file and say what is wrong, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common
from catalogs.words import Text, tr

if TYPE_CHECKING:
    from rich.console import Console

    from catalogs.load import Catalogs

SCHEMA = "govcloud/catalogs/1"


@click.group(help=tr("目录文件：目标云、政策、排期参数、规则、日历、表头、单位。", "Catalogue files of the city."))
def catalogs() -> None:
    """The group of catalogue commands."""


@catalogs.command(
    help=tr(
        "检查内置和工作区的全部目录文件；一次列出所有错误及其行列。",
        "Check all catalogue files, ours and the workspace's; every mistake at once, with line and column.",
    ),
    epilog=tr("例：govcloud catalogs check --json", "Example: govcloud catalogs check --json"),
)
@common
def check(run: Run) -> None:
    """Read everything; exit code 3 where anything is wrong."""
    from catalogs.load import mistakes_error, raw_files, read_catalogs, stray_files

    found, mistakes = read_catalogs(raw_files(run.workspace))
    if found is None:
        raise mistakes_error(mistakes)
    _check_examples(found)
    stray = stray_files(run.workspace)
    run.show(SCHEMA, _as_json(found, stray), human=lambda console: _print(console, found, stray, run.workspace))


def _check_examples(found: Catalogs) -> None:
    """Run the worked examples of every zombie rule.

    The rules' functions live above this layer, so they are found by name, like the commands themselves.
    """
    from importlib import import_module

    from catalogs.errors import CatalogError

    wrong = import_module("inventory.zombies.examples").failing(found.zombie_rules)
    if wrong:
        zh = "\n".join(
            f"  zombies/{rule.id}.yaml 算例“{one.name}”：应得 {one.expect}，实得 {got}" for rule, one, got in wrong
        )
        en = "\n".join(
            f"  zombies/{rule.id}.yaml example {one.name!r}: expected {one.expect}, got {got}"
            for rule, one, got in wrong
        )
        raise CatalogError(
            f"僵尸规则有 {len(wrong)} 个算例对不上：\n{zh}", f"{len(wrong)} worked examples of zombie rules do not come out:\n{en}",
            hint=Text("改参数或算例，使两者一致", "change the parameters or the examples until they agree"),
        )  # fmt: skip


def _as_json(found: Catalogs, stray: Sequence[str]) -> Mapping[str, object]:
    from catalogs.digest import sha256_of_bytes

    return {
        "digest": found.digest,
        "files": [
            {"file": file.label, "kind": file.kind, "id": file.stem, "layer": file.layer,
             "sha256": sha256_of_bytes(file.content), "name": found.by_kind[file.kind][file.stem].name}
            for file in found.files
        ],
        "ignored": list(stray),
    }  # fmt: skip


def _print(console: Console, found: Catalogs, stray: Sequence[str], workspace: Path) -> None:
    from rich.table import Table

    from catalogs.load import KINDS, own_folder

    table = Table(box=None, pad_edge=False)
    for heading in (Text("类别", "kind"), Text("编号", "id"), Text("名称", "name"), Text("来自", "from")):
        table.add_column(str(heading))
    layers = {"built-in": Text("内置", "built in"), "workspace": Text("工作区", "workspace")}
    for file in found.files:
        name = found.by_kind[file.kind][file.stem].name
        table.add_row(str(KINDS[file.kind]), file.stem, name, str(layers[file.layer]))
    console.print(table)
    for item in stray:
        console.print(
            tr(f"没有读取：{item}（不在已知文件夹，或不是 .yaml）", f"not read: {item} (unknown folder, or not .yaml)")
        )
    console.print(
        tr(
            f"{len(found.files)} 个目录文件没有错误；摘要 {found.digest[:16]}",
            f"{len(found.files)} catalogue files, no mistakes; digest {found.digest[:16]}",
        )
    )
    if own_folder(workspace) is None:
        console.print(
            tr(
                "工作区没有 catalogs/ 文件夹，只用内置目录",
                "the workspace has no catalogs/ folder: built-in files only",
            )
        )
