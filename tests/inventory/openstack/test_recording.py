"""What a recorded real cloud becomes, and what odd answers become. The recording is of the project that test_live.py makes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from catalogs.errors import CollectError
from inventory.collectors.clouds.openstack import in_address_order, parse
from inventory.collectors.clouds.openstack_fetch import LISTINGS, _kept
from inventory.collectors.clouds.recording import Fault, Recording, read_recording, reason
from inventory.model import Collected, Record

RECORDED = Path(__file__).parent / "lab.json"


@pytest.fixture
def recording() -> Recording:
    return read_recording(RECORDED)


def with_server(recording: Recording, **changed: Any) -> Record:
    """The server 应用-01 as the parser sees it with some keys changed; `None` takes the key away."""
    (raw,) = [server for server in recording.answers["servers"] if server["name"] == "应用-01"]
    edited = {key: value for key, value in {**raw, **changed}.items() if value is not None}
    answers = {**recording.answers, "servers": [edited]}
    (found,) = [
        record for record in parse(dataclasses.replace(recording, answers=answers)).records if record.kind == "server"
    ]
    return found


def test_a_recorded_project(recording: Recording) -> None:
    collected = parse(recording)
    servers = {str(record.fields["server_name"]): record for record in collected.records if record.kind == "server"}
    on, off = servers["应用-01"].fields, servers["归档-01"].fields
    assert (on["vcpu"], on["mem"], on["disk"], on["power"]) == (1, 0.125, 4, "on")
    assert (off["disk"], off["power"], off["powered_off_date"]) == (2, "off", "2026-11-23")
    assert on["metadata.db_password"] == "***"
    assert on["metadata.url"] == "http://***@x/"
    assert collected.complete
    assert collected.accounting["from_recording"] is True
    assert collected.source == "openstack:lab"


def test_every_item_is_accounted_for(recording: Recording) -> None:
    collected = parse(recording)
    kinds = collected.accounting["records"]
    assert isinstance(kinds, Mapping)
    for listing, kind in (("servers", "server"), ("volumes", "volume"), ("networks", "network")):
        assert kinds[kind] == len(recording.answers[listing]), listing


def test_the_order_of_the_answers_does_not_matter(recording: Recording) -> None:
    turned = {name: list(reversed(items)) for name, items in recording.answers.items()}
    assert parse(dataclasses.replace(recording, answers=turned)) == parse(recording)


@pytest.mark.parametrize(
    ("state", "status", "power"),
    [
        (1, "ACTIVE", "on"),
        (4, "SHUTOFF", "off"),
        (0, "SHELVED_OFFLOADED", "off"),
        (None, "SHUTOFF", "off"),
        (0, "BUILD", None),
        (0, "ERROR", None),
        (3, "PAUSED", "on"),
    ],
)
def test_power_states(recording: Recording, state: int | None, status: str, power: str | None) -> None:
    assert with_server(recording, **{"OS-EXT-STS:power_state": state, "status": status}).fields["power"] == power


def test_a_cloud_from_before_embedded_flavors(recording: Recording) -> None:
    flavor = next(f for f in recording.answers["flavors"] if f["name"] == "m1.xlarge")
    fields = with_server(recording, flavor={"id": flavor["id"]}).fields
    assert (fields["vcpu"], fields["mem"], fields["flavor"]) == (8, 16.0, "m1.xlarge")
    gone = with_server(recording, flavor={"id": "deleted"}).fields
    assert (gone["vcpu"], gone["mem"], gone["disk"], gone["flavor"]) == (None, None, None, None)


def test_volumes_that_are_attached_but_not_listed_leave_the_disk_unknown(recording: Recording) -> None:
    answers = {**recording.answers, "volumes": []}
    disks = [
        record.fields["disk"]
        for record in parse(dataclasses.replace(recording, answers=answers)).records
        if record.kind == "server"
    ]
    assert disks == [None, None]


def test_no_quota_is_no_limit_and_not_minus_one(recording: Recording) -> None:
    (quota,) = recording.answers["quotas"]
    answers = {**recording.answers, "quotas": [{**quota, "cores": -1, "ram": -1}]}
    (found,) = [
        r
        for r in parse(dataclasses.replace(recording, answers=answers)).records
        if r.fields.get("pool_kind") == "quota"
    ]
    assert (found.fields["vcpu_capacity"], found.fields["memory_gib_capacity"]) == (None, None)
    assert found.fields["server_limit"] == quota["instances"]


def test_days_are_local_days(recording: Recording) -> None:
    assert with_server(recording, created="2026-03-31T16:30:00Z").fields["created_date"] == "2026-04-01"
    assert (
        with_server(recording, **{"OS-SRV-USG:terminated_at": "2026-03-31T15:30:00.000000"}).fields["deleted_date"]
        == "2026-03-31"
    )


def test_addresses_are_in_order_and_each_once() -> None:
    assert in_address_order(["fd77:0:0::5", "10.0.0.10", "10.0.0.9", "10.0.0.9", "not one"]) == (
        "10.0.0.9",
        "10.0.0.10",
        "fd77::5",
    )


def test_only_wanted_keys_are_kept() -> None:
    listing = next(one for one in LISTINGS if one.name == "servers")
    kept = _kept(
        {
            "id": "1",
            "adminPass": "x",
            "OS-EXT-SRV-ATTR:user_data": "y",
            "metadata": {"API-KEY": "k", "apikey": "k", "role": "db"},
        },
        listing.keys,
    )
    assert kept == {"id": "1", "metadata": {"API-KEY": "***", "apikey": "***", "role": "db"}}


def test_a_fault_makes_the_collection_partial_and_says_why(recording: Recording) -> None:
    faults = (
        Fault(listing="volumes", service="block_storage", status=503, why="HTTP 503"),
        Fault(listing="quotas:network", service="network", status=None, why="timeout (3/5)"),
    )
    collected: Collected = parse(dataclasses.replace(recording, faults=faults))
    assert not collected.complete
    assert collected.why_partial is not None
    assert collected.why_partial.zh == "云 lab 没有读全：云硬盘（服务不可用，HTTP 503）；配额（在时限内没有应答，3/5）"
    assert [(gap.kind, gap.field) for gap in collected.gaps] == [("partial", "volumes"), ("partial", "quotas:network")]
    assert reason("something new", 418).en == "something new"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"schema": "govcloud/openstack-recording/2"}',
        '{"schema": "govcloud/openstack-recording/1"}',
        '{"schema": "govcloud/openstack-recording/1", "answers": []}',
    ],
)
def test_a_file_that_is_no_recording(content: str, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CollectError, match="不是 OpenStack 录制文件"):
        read_recording(file)


def test_a_recording_with_a_broken_answer_is_one_clear_error(recording: Recording, tmp_path: Path) -> None:
    body = json.loads(RECORDED.read_text(encoding="utf-8"))
    del body["answers"]["servers"][0]["tenant_id"]
    file = tmp_path / "r.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(CollectError, match="tenant_id"):
        parse(read_recording(file))


def test_a_missing_listing_is_one_clear_error(tmp_path: Path) -> None:
    body = json.loads(RECORDED.read_text(encoding="utf-8"))
    del body["answers"]["volumes"]
    file = tmp_path / "r.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(CollectError, match="volumes"):
        parse(read_recording(file))


def test_a_recording_is_written_whole_or_not_at_all(recording: Recording, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    recording.write(file)
    assert read_recording(file) == recording
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]
    with pytest.raises(CollectError, match="不能写入"):
        recording.write(tmp_path / "nowhere" / "r.json")
