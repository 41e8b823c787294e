"""Raw samples: whose they are, what they say, what cannot be used and why; nothing is lost."""

import random
import time
from datetime import date
from pathlib import Path

import pytest

from inventory.telemetry.form import DAY_SECONDS
from inventory.telemetry.identity import claims
from inventory.telemetry.ingest import Ingested
from inventory.telemetry.judge_samples import Judge
from tests.inventory.telemetry.samples import AS_OF, DAY, NOON, a_server, raw, raw_files, read, rolled, stored


def counted(done: Ingested) -> dict[str, int]:
    counts = dict(done.counts)
    assert counts.pop("read") == sum(counts.values()), "every sample is in exactly one place"
    return counts


def test_amounts_are_millionths_and_days_are_local(tmp_path: Path) -> None:
    midnight = NOON - 12 * 3600
    done = stored(
        tmp_path, raw({"machine": "vm-1", "at_s": midnight, "value": 0.25}, {"machine": "vm-1", "at_s": midnight - 1})
    )
    rows = {row["at_s"]: row for row in read(tmp_path, raw_files(done))}
    assert rows[midnight]["day"] == DAY
    assert rows[midnight - 1]["day"] == date(2026, 3, 9)
    assert (rows[midnight]["value_micro"], rows[midnight]["capacity_micro"]) == (250_000, 4_000_000)


def test_a_ratio_is_of_the_capacity_that_the_sample_or_the_server_has(tmp_path: Path) -> None:
    done = stored(
        tmp_path,
        raw(
            {"machine": "vm-1", "at_s": NOON, "ratio": 0.5},
            {"machine": "vm-1", "at_s": NOON + 300, "ratio": 0.5, "capacity": 16.0},
        ),
    )
    assert [(row["value_micro"], row["capacity_micro"]) for row in read(tmp_path, raw_files(done))] == [
        (2_000_000, 4_000_000),
        (8_000_000, 16_000_000),
    ]


def test_a_server_is_found_by_id_name_and_address(tmp_path: Path) -> None:
    server = a_server(addresses=("10.0.0.7",))
    rows = [{"machine": name, "at_s": NOON + 300 * n} for n, name in enumerate(("vm-1", "name-of-vm-1", "10.0.0.7"))]
    done = stored(tmp_path, raw(*rows), servers=[server])
    assert counted(done) == {"stored": 3}
    assert {row["server"] for row in read(tmp_path, raw_files(done))} == {"vm-1"}


def test_a_reused_address_belongs_to_who_held_it_then(tmp_path: Path) -> None:
    old = a_server("vm-old", addresses=("10.0.0.7",), created_on=date(2025, 1, 1), deleted_on=date(2026, 3, 8))
    new = a_server("vm-new", addresses=("10.0.0.7",), created_on=date(2026, 3, 10))
    stamps = {"old": NOON - 3 * DAY_SECONDS, "nobody": NOON - DAY_SECONDS, "new": NOON}
    done = stored(tmp_path, raw(*({"machine": "10.0.0.7", "at_s": at} for at in stamps.values())), servers=[new, old])
    assert counted(done) == {"stored": 2, "unmatched": 1}
    assert {row["at_s"]: row["server"] for row in read(tmp_path, raw_files(done))} == {
        stamps["old"]: "vm-old",
        stamps["new"]: "vm-new",
    }


def test_an_address_of_two_servers_at_once_is_nobodys(tmp_path: Path) -> None:
    both = [a_server(name, addresses=("10.0.0.7",)) for name in ("vm-1", "vm-2")]
    done = stored(tmp_path, raw({"machine": "10.0.0.7", "at_s": NOON}), servers=both)
    assert counted(done) == {"ambiguous": 1}
    assert done.gaps[0].kind == "ambiguous"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"machine": "stranger"}, "unmatched"),
        ({"metric": "temperature"}, "unknown_metric"),
        ({"value": float("nan")}, "not_a_number"),
        ({"value": float("inf")}, "not_a_number"),
        ({"value": None}, "not_a_number"),
        ({"value": -0.1}, "negative"),
        ({"value": 16.5}, "implausible"),
        ({"metric": "memory", "value": 8.5}, "implausible"),
        ({"capacity": 0.0}, "capacity_zero"),
        ({"at_s": 1_000}, "stamp"),
        ({"at_s": None}, "stamp"),
        ({"at_s": int(AS_OF.timestamp()) + 3600}, "future"),
        ({"interval_s": 0}, "interval"),
        ({"note": "counter_reset"}, "counter_reset"),
    ],
)
def test_what_cannot_be_used_is_kept_apart_with_its_reason(tmp_path: Path, row: dict[str, object], reason: str) -> None:
    done = stored(tmp_path, raw({"machine": "vm-1", "at_s": NOON} | row))
    assert counted(done) == {reason: 1}
    (file,) = done.files
    assert file.kind == "apart"
    assert [kept["reason"] for kept in read(tmp_path, [file])] == [reason]


def test_a_percentage_of_an_unknown_capacity_is_not_guessed(tmp_path: Path) -> None:
    done = stored(tmp_path, raw({"machine": "vm-1", "at_s": NOON, "ratio": 0.5}), servers=[a_server(vcpu=None)])
    assert counted(done) == {"capacity_unknown": 1}


@pytest.mark.parametrize(
    "row",
    [
        {"metric": "network", "value": 8e11},
        {"metric": "network", "value": 4e6},
        {"capacity": 1e15},
        {"metric": "storage", "capacity": 8e11},
    ],
)
def test_amounts_that_no_machine_has_do_not_stop_the_others(tmp_path: Path, row: dict[str, object]) -> None:
    """Their sums over a day would not fit into 63 bits."""
    absurd = {"machine": "vm-1", "at_s": NOON, "interval_s": 86_400} | row
    done = stored(tmp_path, raw(absurd, {"machine": "vm-1", "at_s": NOON + 300}))
    assert done.counts == {"implausible": 1, "read": 2, "stored": 1}
    assert [one["samples"] for one in read(tmp_path, rolled(tmp_path, done).files)] == [1]


def test_a_burst_above_the_allocation_is_kept(tmp_path: Path) -> None:
    done = stored(tmp_path, raw({"machine": "vm-1", "at_s": NOON, "ratio": 1.82}))
    assert [row["value_micro"] for row in read(tmp_path, raw_files(done))] == [7_280_000]


def test_repeated_stamps_count_once_and_each_sample_covers_until_the_next(tmp_path: Path) -> None:
    done = stored(
        tmp_path,
        raw(
            {"machine": "vm-1", "at_s": NOON},
            {"machine": "vm-1", "at_s": NOON, "value": 3.0},
            {"machine": "vm-1", "at_s": NOON + 100},
            {"machine": "vm-1", "at_s": NOON + 4000},
        ),
    )
    assert counted(done) == {"stored": 3, "double": 1}
    assert [(row["at_s"] - NOON, row["value_micro"], row["seconds"]) for row in read(tmp_path, raw_files(done))] == [
        (0, 1_000_000, 100), (100, 1_000_000, 300), (4000, 1_000_000, 300),
    ]  # fmt: skip


def test_of_two_sources_one_is_used_per_server_and_day_and_the_other_is_kept_apart(tmp_path: Path) -> None:
    from inventory.telemetry.ingest import ingest

    mine, other = (
        raw({"machine": "vm-1", "at_s": NOON}),
        raw({"machine": "vm-1", "at_s": NOON + 7}, {"machine": "vm-2", "at_s": NOON}),
    )
    done = ingest(
        {"csv:a": [other], "prometheus:x": [mine]},
        folder=tmp_path,
        servers=[a_server("vm-1"), a_server("vm-2")],
        as_of=AS_OF,
    )
    assert done.sources == {
        "csv:a": {"read": 2, "stored": 1, "other_source": 1},
        "prometheus:x": {"read": 1, "stored": 1},
    }
    assert {(row["server"], row["source"]) for row in read(tmp_path, raw_files(done))} == {
        ("vm-1", "prometheus:x"),
        ("vm-2", "csv:a"),
    }


def test_files_do_not_depend_on_the_order_of_arrival_or_on_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"machine": f"vm-{n % 7}", "at_s": NOON + 300 * (n * 37 % 100), "value": n % 4} for n in range(700)]
    servers = [a_server(f"vm-{n}") for n in range(7)]
    forth = stored(tmp_path / "a", raw(*rows), servers=servers)
    unique = {(row["machine"], row["at_s"]): row for row in reversed(rows)}
    monkeypatch.setattr("inventory.telemetry.buckets.HOLD_ROWS", 13)  # most samples wait in the file
    monkeypatch.setattr("inventory.telemetry.buckets.RANGE_BITS", 1)
    back = stored(tmp_path / "b", *(raw(row) for row in reversed(list(unique.values()))), servers=servers)
    assert [file.sha256 for file in forth.files] == [file.sha256 for file in back.files]


@pytest.mark.slow
def test_who_is_who_takes_time_in_proportion_to_the_servers() -> None:
    """100,000 servers took hours when each of them looked at the names of all others."""
    servers = [a_server(f"vm-{n:06d}", addresses=(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}",)) for n in range(40_000)]

    def seconds(count: int) -> float:
        begin = time.process_time()
        found = sum(1 for _ in claims(servers[:count]))
        assert found == 3 * count, "an id, a name and an address of each"
        return time.process_time() - begin

    few = min(seconds(4_000) for _ in range(3))
    assert seconds(40_000) < 40 * few, "about 10 times is usual, and 100 times where it is quadratic"


def test_a_faultless_table_gives_the_same_samples_as_one_looked_at_sample_by_sample() -> None:
    """One bad row makes the whole table be judged row by row: the other samples must come out the same to the bit."""
    draw = random.Random(6)
    servers = [a_server(f"vm-{n}", vcpu=n % 5 + 1, addresses=(f"10.0.0.{n}",)) for n in range(40)]
    judge = Judge(servers, as_of=AS_OF)
    kinds: tuple[tuple[str, float, dict[str, object]], ...] = (
        ("ratio", 1.3, {}),
        ("value", 2.0, {}),
        ("value", 3.0, {"capacity": 7.0}),
        ("value", 5.0, {"metric": "network"}),
    )
    for form, most, more in kinds:
        rows = [
            {
                "machine": draw.choice(("vm-{0}", "name-of-vm-{0}", "10.0.0.{0}")).format(draw.randrange(40)),
                "at_s": NOON + 300 * draw.randrange(400),
                form: draw.random() * most,
                **more,
            }
            for _ in range(500)
        ]
        fast, slow = judge.judge(raw(*rows)), judge.judge(raw(*rows, {"machine": "stranger", "at_s": NOON}))
        assert fast.apart is None
        assert slow.apart is not None
        assert len(slow.apart) == 1
        assert {name: column.tolist() for name, column in fast.usable.items()} == {
            name: column.tolist() for name, column in slow.usable.items()
        }
