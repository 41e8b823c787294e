"""A ledger of 200,000 rows and 40 columns against the raw reader: `python -m bench.ledger [--rows 200000]`.

Both run as processes of their own in the same session; the goal is a ratio of CPU time of at most 3 and a peak below
1.5 GB. CPU time, for the wall clock of a busy machine says little.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HEADINGS = (
    "序号", "系统名称", "单位名称", "系统编码", "是否涉密", "等保级别", "上线时间", "vCPU", "内存（GB）", "存储容量（GB）", "IP地址", "操作系统", "数据库", "中间件",
    "CPU架构", "是否信创", "网络区域", "部署位置", "承建单位", "运维单位", "运维合同到期时间", "年运维费（万元）", "建设金额（万元）", "用户数", "最近登录时间", "最近更新时间",
    "系统状态", "业务功能", "系统架构", "使用范围", "使用对象", "是否僵尸系统", "备份方式", "是否有备份", "应用容灾", "IPv6支持", "资源池", "规格", "处室", "备注",
)  # fmt: skip
GOAL_RATIO, GOAL_GB = 3.0, 1.5


def write(path: Path, rows: int) -> None:
    """A workbook whose names, codes and addresses are all different and whose other cells repeat, as in real ledgers."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, HEADINGS)
    rng = random.Random(1)
    for at in range(rows):
        cores, memory = rng.choice((2, 4, 8, 16)), rng.choice((4, 8, 16, 64))
        page.write_row(at + 1, 0, [
            at + 1, f"业务管理系统{at}", f"市第{at % 60}局", f"XT-{at:06d}", "否", rng.choice(("二级", "三级", "未定级")), f"{rng.randint(2008, 2024)}-{rng.randint(1, 12):02d}",
            cores, memory, rng.choice((100, 500, 1000)), f"10.{at // 65536}.{at // 256 % 256}.{at % 256}",
            rng.choice(("CentOS 7.6", "银河麒麟V10")), rng.choice(("MySQL 5.7", "达梦8")), rng.choice(("东方通", "/")), rng.choice(("鲲鹏", "Intel")), rng.choice(("是", "否")),
            rng.choice(("政务外网区", "互联网区")), rng.choice(("政务云", "自建机房")), f"公司{at % 300}", f"公司{at % 200}", f"{rng.randint(2024, 2028)}年{rng.randint(1, 12)}月",
            rng.randint(1, 100), rng.randint(10, 1000), rng.randint(1, 5000), f"2026/{rng.randint(1, 3)}/{rng.randint(1, 28)}", f"2025-{rng.randint(1, 12)}-{rng.randint(1, 28)}",
            "在用", f"用于第{at % 500}类业务办理", "B/S", "全市", "机关", "否", "本地", "是", "/", "不支持", "通用池", f"{cores}C{memory}G", f"科室{at % 40}", "无",
        ])  # fmt: skip
    book.close()


def measured(mode: str, path: Path) -> None:
    """Read the file one way and print what it took."""
    began = time.process_time()
    if mode == "raw":
        from python_calamine import CalamineWorkbook

        records = len(CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()) - 1
    else:
        from catalogs.load import load_catalogs
        from inventory.collectors.columns.vocabulary import vocabulary
        from inventory.collectors.spreadsheet import Options, collect

        records = len(collect(path, Options(words=vocabulary(load_catalogs(None).columns))).records)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"cpu_seconds": time.process_time() - began, "peak_gb": peak / 1e9, "records": records}))


def main() -> int:
    """Measure both readers and compare; exit code 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--mode", choices=("raw", "ours"))
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.mode:
        measured(given.mode, given.file)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = given.file or Path(folder) / "ledger.xlsx"
        if not path.exists():
            write(path, given.rows)
        found = {mode: json.loads(_run(mode, path)) for mode in ("raw", "ours")}
    ratio = found["ours"]["cpu_seconds"] / found["raw"]["cpu_seconds"]
    print("| reader | records | CPU s | peak GB |\n| --- | --- | --- | --- |")
    for mode, row in found.items():
        print(f"| {mode} | {row['records']:,} | {row['cpu_seconds']:.1f} | {row['peak_gb']:.2f} |")
    print(
        f"\nratio {ratio:.2f} (goal at most {GOAL_RATIO:g}), peak {found['ours']['peak_gb']:.2f} GB (goal below {GOAL_GB:g})"
    )
    return 0 if ratio <= GOAL_RATIO and found["ours"]["peak_gb"] < GOAL_GB else 1


def _run(mode: str, path: Path) -> str:
    command = [sys.executable, "-m", "bench.ledger", "--mode", mode, "--file", str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    sys.exit(main())
