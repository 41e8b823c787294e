"""The machine rooms' list of hosts: what stands in no cloud, as the duty room keeps it."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.city.model import City

HEADINGS = (
    "主机名",
    "IP地址",
    "单位名称",
    "信息系统名称",
    "系统编码",
    "机房",
    "服务器类型",
    "CPU核数",
    "内存（GB）",
    "磁盘总量（GB）",
    "CPU架构",
    "网络区域",
    "电源状态",
    "设备启用时间",
)


def write_rooms(folder: Path, city: City) -> None:
    """One CSV of all machine rooms, UTF-8 with a byte order mark, as Excel writes it."""
    folder.mkdir(parents=True, exist_ok=True)
    systems = {system.id: system for system in city.systems}
    with (folder / "机房主机清单.csv").open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADINGS)
        for server in city.servers:
            if server.place[:4] == "room":
                system = systems[server.system or ""]
                writer.writerow([
                    server.name, server.address, city.department(server.department).name, system.name if server.tagged else "", system.code if server.tagged else "",
                    system.location, "物理机" if server.vcpu >= 16 else "虚拟机", server.vcpu, server.memory_gib, server.disk_gib,
                    "ARM" if server.arch == "aarch64" else "X86", server.zone, "关机" if server.powered_off_on else "开机", f"{server.created_on:%Y-%m}",
                ])  # fmt: skip
