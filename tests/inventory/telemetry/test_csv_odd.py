"""Sample files as strangers export them: nothing of them is read wrongly, lost without a word, or a traceback."""

import gzip
from pathlib import Path

import pytest

from catalogs.errors import CollectError
from inventory.metrics.csv_files import read_csv
from tests.inventory.telemetry.test_csv_files import rows_of, written

MIDNIGHT = 1773072000  # 2026-03-10 in Shanghai
HEAD = "server,at,cpu_percent\n"
LONG = "server,timestamp,metric,value,interval_seconds\n"


def five_machines(rows: int, more: str = "") -> list[str]:
    return [f"vm-{n % 5},{MIDNIGHT + 300 * (n // 5)},{n % 97}{more}\n" for n in range(rows)]


@pytest.mark.parametrize(
    ("stamp", "at_s"),
    [
        ("2026-03-10 00:00:00 CST", MIDNIGHT),  # China's, not America's
        ("2026-03-10 00:00 UTC", MIDNIGHT + 8 * 3600),
        ("2026-03-10 00:00:00 +08:00", MIDNIGHT),
        ("2026-03-10 01:00 GMT+9", MIDNIGHT),
        ("2026-03-09T11:00:00-0500", MIDNIGHT),
        ("2026-03-10T05:45:00+05:45", MIDNIGHT + 8 * 3600),
        ("2026年3月10日 0:00", MIDNIGHT),
        ("20260310", MIDNIGHT),
        ("20260310000000", MIDNIGHT),
        ("46091", MIDNIGHT),  # a spreadsheet's day
        ("46091.333333333336", MIDNIGHT + 8 * 3600),
        ("1773072000000000", MIDNIGHT),
        ("1773072000000000000", MIDNIGHT),
        ("2028-02-29 00:00:00", 1835366400),
        ("2026-02-29 00:00:00", None),
        ("2026-03-10 00:00:00 EST", None),  # which zone that is depends on where one asks
        ("2026-03-10 1:05 PM", None),
        ("03/10/2026 00:00", None),
        ("now", None),
    ],
)
def test_stamps_of_other_programs(tmp_path: Path, stamp: str, at_s: int | None) -> None:
    text = f"server,at,interval_seconds,cpu_percent\nvm-1,{stamp},300,5\n"
    assert [row["at_s"] for row in rows_of(written(tmp_path, text))] == [at_s]


@pytest.mark.parametrize(
    ("cells", "value"), [('"1,234.5",300', 1234.5), ('"1,234",300', 1234.0), ("1,234,300", None), ("1;234,300", None)]
)
def test_thousands_in_groups(tmp_path: Path, cells: str, value: float | None) -> None:
    """Without quotes they make one cell too many: nobody knows which is which."""
    found = rows_of(written(tmp_path, f"{LONG}vm-1,{MIDNIGHT},network,{cells}\n"))
    assert [row["value"] for row in found] == [value]


def test_a_comma_that_does_not_separate_the_cells_may_be_a_decimal_one(tmp_path: Path) -> None:
    text = "server;at;interval_seconds;network_mbit_s\nvm-1;2026-03-10 00:00;300;1,234\nvm-1;2026-03-10 00:05;300;2.5\n"
    assert [row["value"] for row in rows_of(written(tmp_path, text))] == [None, 2.5]


def test_a_percentage_may_carry_its_sign(tmp_path: Path) -> None:
    text = HEAD + "vm-1,2026-03-10 00:00,50%\nvm-1,2026-03-10 01:00,51 ％\n"
    assert [row["ratio"] for row in rows_of(written(tmp_path, text))] == [0.5, 0.51]


def test_headings_with_the_separator_in_quotes(tmp_path: Path) -> None:
    text = 'server,at,"remark, free",cpu_percent,memory_percent,note\nvm-1,2026-03-10 00:00,x,10,20,y\nvm-1,2026-03-10 01:00,x,11,21,y\n'
    found = [(row["metric"], row["ratio"]) for row in rows_of(written(tmp_path, text))]
    assert found == [("cpu", 0.1), ("cpu", 0.11), ("memory", 0.2), ("memory", 0.21)]


def test_spaces_around_names_are_no_part_of_them(tmp_path: Path) -> None:
    text = HEAD + " vm-1 , 2026-03-10 00:00 , 50 \nvm-1,2026-03-10 01:00,51\n"
    assert {row["machine"] for row in rows_of(written(tmp_path, text))} == {"vm-1"}


@pytest.mark.parametrize("other", ["51", "坏"])
def test_a_cell_that_says_so_is_no_sample_whichever_way_the_file_is_read(tmp_path: Path, other: str) -> None:
    lines = [f"vm-1,2026-03-10 0{n}:00,{cell}\n" for n, cell in enumerate(("NA", "50", "null", other))]
    found = rows_of(written(tmp_path, HEAD + "".join(lines)))
    assert [row["at_s"] - MIDNIGHT for row in found] == [3600, 3 * 3600]


@pytest.mark.parametrize("name", ["u.csv.gz", "U.CSV.GZ"])
def test_several_compressed_parts_are_one_file(tmp_path: Path, name: str) -> None:
    rows = five_machines(20_000)
    parts = [HEAD + "".join(rows[:9000]), "".join(rows[9000:])]
    (tmp_path / name).write_bytes(b"".join(gzip.compress(part.encode()) for part in parts))
    assert len(rows_of(tmp_path / name)) == 20_000


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    """The only name in Chinese may stand in the last row."""
    text = HEAD + "".join(five_machines(9000)) + f"一号机,{MIDNIGHT},5\n"
    found = rows_of(written(tmp_path, text, encoding=encoding))
    assert (len(found), found[-1]["machine"]) == (9001, "一号机")


def test_more_machines_than_the_rows_that_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inventory.metrics.csv_files.LOOKS_AT_ROWS", 3)
    assert {row["interval_s"] for row in rows_of(written(tmp_path, HEAD + "".join(five_machines(20))))} == {300}


@pytest.mark.parametrize("bad", [(500,), (500, 700)])
@pytest.mark.parametrize("place", ["name", "remark"])
def test_a_quote_that_is_not_closed_swallows_no_rows(tmp_path: Path, bad: tuple[int, ...], place: str) -> None:
    rows = five_machines(1000, ",ok")
    for n in bad:
        rows[n] = '"' + rows[n] if place == "name" else rows[n].replace("ok", '"ok')
    with pytest.raises(CollectError, match="引号没有成对"):
        rows_of(written(tmp_path, "server,at,cpu_percent,remark\n" + "".join(rows)))


def test_a_remark_of_two_lines_is_no_such_quote(tmp_path: Path) -> None:
    rows = five_machines(1000, ",ok")
    rows[500] = rows[500].replace("ok", '"one\ntwo"')
    assert len(rows_of(written(tmp_path, "server,at,cpu_percent,remark\n" + "".join(rows)))) == 1000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("server,at,cpu_percent,cpu_percent\nvm-1,2026-03-10,1,2\n", "出现两次"),
        ("server,at,CPU\nvm-1,2026-03-10 00:00,1\nvm-1,2026-03-10 01:00,1\n", "没有任何指标列"),
        (HEAD, "没有数据行"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CollectError, match=said):
        rows_of(written(tmp_path, text))


def test_a_compressed_file_that_is_cut_off_is_named(tmp_path: Path) -> None:
    """Cut far behind what is looked at first."""
    content = gzip.compress((HEAD + "".join(five_machines(100_000))).encode())
    for end in (len(content) // 2, -4):
        (tmp_path / "u.csv.gz").write_bytes(content[:end])
        with pytest.raises(CollectError, match=r"u\.csv\.gz：无法读取"):
            rows_of(tmp_path / "u.csv.gz")


def test_columns_that_nothing_is_read_from_are_told(tmp_path: Path) -> None:
    told: list[list[str]] = []
    text = "server,at,cpu_percent,Memory%,remark\nvm-1,2026-03-10 00:00,5,6,\nvm-1,2026-03-10 01:00,5,6,\n"
    assert (
        len([row for table in read_csv(written(tmp_path, text), unread=told.append) for row in table.to_pylist()]) == 2
    )
    assert told == [["Memory%", "remark"]]
