"""Write docs/reference/commands.md and README.md from the command line itself; a test compares them with what is checked in.

python tools/make_reference.py [--check]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
sys.path.insert(0, str(ROOT))

EXIT_WORDS = {
    0: ("完成", "done"),
    1: ("检查的结论是“不通过”", "a check said no"),
    2: ("命令用法不对", "wrong usage"),
    3: ("目录或设置文件有误", "a catalogue or settings file is wrong"),
    4: ("采集失败或输入文件读不了", "collection failed or an input file cannot be read"),
    5: ("存储打不开、版本不同或磁盘已满", "store: cannot be opened, another version, disk full"),
    6: ("没有方案（不可行或时间用尽）", "no plan (infeasible or unknown)"),
    7: ("建设失败：引擎、提供者或目标云", "provisioning failed"),
    8: ("报告做不出来", "the report cannot be made"),
    9: ("完成但不完整，已说明缺什么", "done but partial; it says what is missing"),
    70: ("程序缺陷（附回溯）", "a bug (traceback shown)"),
    130: ("被中断，没有写入半截结果", "interrupted, nothing half-written"),
}


def commands(
    group: click.Command, context: click.Context, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below a group, depth first, in the order of the work."""
    if not isinstance(group, click.Group):
        yield path, group
        return
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if not found.hidden:
            yield from commands(found, click.Context(found, info_name=name, parent=context), (*path, name))


def command_page(root: click.Group) -> str:
    """The page of all commands with their own options; the common ones stand once at the top."""
    from catalogs.console import COMMON_NAMES

    context = click.Context(root, info_name="govcloud")
    found = list(commands(root, context))
    parts = [
        "# 命令\n",
        "由 tools/make_reference.py 从命令行生成。每条命令都有 `--help`,`--lang en` 给出英文。\n",
        "## 共同选项\n",
    ]
    common = [p for p in found[0][1].params if p.name in COMMON_NAMES]
    parts += ["| 选项 | 说明 |", "| --- | --- |", *(row(option) for option in common), ""]
    for path, command in found:
        parts.append(f"## govcloud {' '.join(path)}\n")
        parts.append(f"{(command.help or '').strip()}\n")
        arguments = [p for p in command.params if isinstance(p, click.Argument)]
        options = [
            p for p in command.params if isinstance(p, click.Option) and p.name not in COMMON_NAMES and p.name != "help"
        ]
        usage = " ".join(["govcloud", *path, *(a.make_metavar(context) for a in arguments)])
        parts.append(f"    {usage}\n")
        if options:
            parts += ["| 选项 | 说明 |", "| --- | --- |", *(row(option) for option in options), ""]
        if command.epilog:
            parts.append(f"{command.epilog.strip()}\n")
    return "\n".join(parts).rstrip() + "\n"


def row(option: click.Parameter) -> str:
    """One line of a table of options."""
    help_text = (getattr(option, "help", None) or "").replace("|", "\\|").replace("\n", " ")
    return f"| `{', '.join(option.opts)}` | {help_text} |"


def index_page() -> str:
    """Exit codes and the list of JSON Schemas."""
    lines = ["# 参考\n", "由 tools/make_reference.py 生成。\n", "* [命令](commands.md)", "* [目录文件](catalogues.md)",
             "* [规划问题与方案](planning-problem.md)", "* [僵尸规则](zombie-rules/README.md)", "", "## 退出码\n", "| 码 | 意思 | meaning |", "| --- | --- | --- |"]  # fmt: skip
    lines += [f"| {code} | {zh} | {en} |" for code, (zh, en) in EXIT_WORDS.items()]
    lines += ["", "## JSON Schema\n", "| 契约 | 说明 | 文件 |", "| --- | --- | --- |"]
    for file in sorted(REFERENCE.glob("*.schema.json")):
        schema = json.loads(file.read_text(encoding="utf-8"))
        lines.append(f"| `{schema['$id']}` | {schema.get('title', '')} | [{file.name}]({file.name}) |")
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    """Every generated page and its text."""
    import govcloud
    from catalogs.load import load_catalogs
    from catalogs.reference import page
    from catalogs.reference_rules import FOLDER, rule_pages
    from catalogs.words import set_language

    set_language("zh")
    rules = rule_pages(load_catalogs(None).zombie_rules)
    return {
        **{REFERENCE / FOLDER / name: text for name, text in rules.items()},
        REFERENCE / "commands.md": command_page(govcloud.root_group()),
        REFERENCE / "catalogues.md": page(),
        REFERENCE / "README.md": index_page(),
    }


def main() -> None:
    """Write the pages, or say which are out of date."""
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        sys.exit(f"out of date: {', '.join(path.name for path in stale)}; run tools/make_reference.py" if stale else 0)
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
