"""Sample files as they come: layouts, encodings, separators, stamps, and what is wrong with them."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from catalogs.errors import CollectError
from inventory.metrics.csv_files import read_csv
from inventory.telemetry.collect import sample_files, source_of


def rows_of(path: Path) -> list[dict[str, Any]]:
    found = [row for table in read_csv(path) for row in table.to_pylist()]
    return sorted(found, key=lambda row: (row["metric"], row["machine"], row["at_s"] or 0))


def written(tmp_path: Path, text: str, name: str = "usage.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    content = text.encode(encoding)
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


WIDE = (
    "server,at,cpu_percent,memory_percent\nvm-1,2026-03-10T00:00:00+08:00,50,25\nvm-1,2026-03-10T01:00:00+08:00,,30\n"
)


@pytest.mark.parametrize(
    ("name", "encoding"), [("u.csv", "utf-8"), ("u.csv", "utf-8-sig"), ("u.csv.gz", "utf-8"), ("u.csv", "gb18030")]
)
def test_one_column_per_metric(tmp_path: Path, name: str, encoding: str) -> None:
    text = WIDE.replace("vm-1", "一号机") if encoding == "gb18030" else WIDE
    cpu, *memory = rows_of(written(tmp_path, text, name, encoding))
    assert (cpu["metric"], cpu["ratio"], cpu["value"], cpu["at_s"], cpu["interval_s"]) == (
        "cpu",
        0.5,
        None,
        1773072000,
        3600,
    )
    assert cpu["machine"] == ("一号机" if encoding == "gb18030" else "vm-1")
    assert [row["ratio"] for row in memory] == [0.25, 0.3]


def test_the_quick_and_the_careful_reader_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, WIDE.replace("25", "25.5"))
    quick = rows_of(path)
    monkeypatch.setattr("inventory.metrics.csv_files.read_in_order", lambda *_: None)
    assert rows_of(path) == quick


def test_a_number_that_is_none_stays_a_row_to_be_counted(tmp_path: Path) -> None:
    found = rows_of(written(tmp_path, WIDE.replace(",50,", ",n/a,")))
    assert [(row["metric"], row["ratio"]) for row in found] == [("cpu", None), ("memory", 0.25), ("memory", 0.3)]


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-03-10T00:00:00+08:00",
        "2026-03-09T16:00Z",
        "2026-03-10 00:00:00",
        "2026/03/10 00:00",
        "2026-03-10T00:00",
        "1773072000",
        "1773072000000",
        "1773072000.7",
    ],
)
def test_stamps(tmp_path: Path, stamp: str) -> None:
    text = f"server,at,interval_seconds,cpu_percent\nvm-1,{stamp},300,5\n"
    assert [row["at_s"] for row in rows_of(written(tmp_path, text))] == [1773072000]


def test_a_stamp_that_is_none_is_null(tmp_path: Path) -> None:
    text = "server,at,interval_seconds,cpu_percent\nvm-1,昨天,300,5\n"
    assert [row["at_s"] for row in rows_of(written(tmp_path, text))] == [None]


def test_one_row_per_sample_and_counters(tmp_path: Path) -> None:
    lines = [
        "server,timestamp,metric,value",
        "vm-1,1773072000,cpu_percent,7",
        "vm-1,1773072300,cpu_percent,8",
        "vm-1,1773072000,moonlight,1",
        "vm-1,1773072300,moonlight,1",
    ]
    readings = {1773072000: 0, 1773072300: 3_000_000, 1773072600: 1_000_000, 1773072900: 1_000_000}
    lines += [f"vm-1,{at},net_received_bytes_total,{value}" for at, value in readings.items()]
    found = rows_of(written(tmp_path, "\n".join(lines) + "\n"))
    assert [(row["metric"], row["ratio"], row["value"]) for row in found[:4]] == [
        ("cpu", 0.07, None),
        ("cpu", 0.08, None),
        ("moonlight", None, 1.0),
        ("moonlight", None, 1.0),
    ]
    network = [(row["at_s"] - 1773072000, row["value"], row["note"]) for row in found[4:]]
    assert network == [
        (0, pytest.approx(0.08), None),
        (300, None, "counter_reset"),
        (600, 0.0, None),
        (900, None, "counter_end"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空的"),
        (b"PK\x03\x04\0\0binary", "二进制"),
        (b"hello\nworld\n", "分隔符"),
        (b"a,b\n1,2\n", "表头"),
        (b"server,at,cpu_percent\nvm-1,2026-03-10T00:00:00Z,5\n", "间隔"),
        (b"\xff\xfe\xfd\xff,\xff\n", "编码"),
        (gzip.compress(WIDE.encode(), mtime=0)[:-20], "无法读取|分隔符"),
    ],
)
def test_wrong_files_say_what_is_wrong(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / ("bad.csv.gz" if content[:2] == b"\x1f\x8b" else "bad.csv")
    path.write_bytes(content)
    with pytest.raises(CollectError, match=said) as raised:
        rows_of(path)
    assert "bad.csv" in str(raised.value)


def test_files_of_one_system_share_a_source() -> None:
    assert {
        source_of(Path(name)) for name in ("cloud-a-2026-01-01.csv.gz", "cloud-a-2026-01-08.csv", "cloud-a_202603.csv")
    } == {"csv:cloud-a"}


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(CollectError, match="没有采样文件"):
        sample_files([tmp_path])
