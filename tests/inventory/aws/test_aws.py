"""The AWS collector against moto's server (real HTTP, real boto3). moto accepts any secret key: signing in is not tested on it."""

from __future__ import annotations

import dataclasses
import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalogs.errors import CollectError
from inventory.collectors.clouds import aws_fetch
from inventory.collectors.clouds.aws import parse
from inventory.collectors.clouds.aws_fetch import fetch
from inventory.collectors.clouds.recording import Recording, read_recording
from inventory.merging.values import texts
from inventory.model import Collected, Record

pytestmark = pytest.mark.servers
AT = "2026-04-01T00:00:00Z"
SECRET = "hunter2-and-more"
REGION = "cn-north-1"


def configure(folder: Path, endpoint: str, patch: pytest.MonkeyPatch, **more: str) -> None:
    """An AWS configuration with one profile `city` whose services all stand at one address."""
    lines = "".join(f"{key} = {value}\n" for key, value in more.items())
    (folder / "config").write_text(
        f"[profile city]\nregion = {REGION}\nendpoint_url = {endpoint}\n{lines}", encoding="utf-8"
    )
    (folder / "credentials").write_text(
        "[city]\naws_access_key_id = AKIATEST\naws_secret_access_key = s3cr3t\n", encoding="utf-8"
    )
    patch.setenv("AWS_CONFIG_FILE", str(folder / "config"))
    patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "credentials"))
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION"):
        patch.delenv(name, raising=False)


@dataclasses.dataclass
class Made:
    """What stands in the cloud of the tests."""

    on: str
    off: str
    volume: str
    vpc: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Two instances, one of them stopped, a volume, a network and two buckets."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        configure(tmp_path_factory.mktemp("aws"), f"http://{host}:{port}", patch)
        session = boto3.Session(profile_name="city")
        ec2, s3 = session.client("ec2"), session.client("s3")
        vpc = ec2.create_vpc(CidrBlock="10.66.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.66.1.0/24")["Subnet"]["SubnetId"]
        image = ec2.describe_images()["Images"][0]["ImageId"]

        def run(name: str, **tags: str) -> Any:
            described = [{"Key": key, "Value": value} for key, value in {"Name": name, **tags}.items()]
            return ec2.run_instances(ImageId=image, InstanceType="m5.xlarge", SubnetId=subnet, MinCount=1, MaxCount=1,
                                     TagSpecifications=[{"ResourceType": "instance", "Tags": described}])["Instances"][0]  # fmt: skip

        on, off = run("应用-01", system_name="排课系统", db_password=SECRET), run("归档-01")
        volume = ec2.create_volume(AvailabilityZone=on["Placement"]["AvailabilityZone"], Size=30, VolumeType="gp3")[
            "VolumeId"
        ]
        ec2.attach_volume(InstanceId=on["InstanceId"], VolumeId=volume, Device="/dev/sdf")
        ec2.stop_instances(InstanceIds=[off["InstanceId"]])
        for bucket in ("backups", "empty"):
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        for number in range(3):
            s3.put_object(Bucket="backups", Key=f"{number}.bak", Body=b"x" * 1024)
        yield Made(on=on["InstanceId"], off=off["InstanceId"], volume=volume, vpc=vpc)
    server.stop()


@pytest.fixture(scope="module")
def recording(made: Made) -> Recording:
    return fetch("city", regions=(), recorded_at=AT, bucket_sizes=True)


@pytest.fixture(scope="module")
def collected(recording: Recording) -> Collected:
    return parse(recording)


def by_id(collected: Collected, native: str) -> Record:
    (found,) = [record for record in collected.records if record.id == f"aws:{native}"]
    return found


def test_an_instance_is_found_as_it_was_made(made: Made, recording: Recording, collected: Collected) -> None:
    fields = by_id(collected, made.on).fields
    assert (fields["server_name"], fields["flavor"], fields["vcpu"], fields["mem"]) == ("应用-01", "m5.xlarge", 4, 16.0)
    assert (fields["power"], fields["cloud"], fields["region"]) == ("on", "city", REGION)
    attached = [
        volume["Size"]
        for volume in recording.answers["volumes"]
        for one in volume["Attachments"]
        if one["InstanceId"] == made.on
    ]
    assert fields["disk"] == sum(attached) == 30 + min(attached)
    assert texts(fields["ip"])[0].startswith("10.66.1.")
    assert (fields["metadata.system_name"], fields["metadata.db_password"]) == ("排课系统", "***")


def test_a_stopped_instance_is_off_since_a_day(made: Made, collected: Collected) -> None:
    fields = by_id(collected, made.off).fields
    assert (fields["power"], fields["status"]) == ("off", "stopped")
    assert fields["powered_off_date"] is not None


def test_volumes_networks_and_buckets_are_found(made: Made, collected: Collected) -> None:
    assert by_id(collected, made.volume).fields["server_ids"] == (f"aws:{made.on}",)
    cidrs = texts(by_id(collected, made.vpc).fields["cidrs"])
    assert "10.66.0.0/16" in cidrs
    assert len(cidrs) == 2
    buckets = {record.fields["bucket_name"]: record.fields for record in collected.records if record.kind == "bucket"}
    assert (buckets["backups"]["size_gib"], buckets["backups"]["object_count"]) == (3 * 1024 / 2**30, 3)
    assert (buckets["empty"]["size_gib"], buckets["empty"]["object_count"]) == (0.0, 0)


def test_bucket_sizes_that_were_not_asked_for_are_unknown(made: Made) -> None:
    collected = parse(fetch("city", regions=(), recorded_at=AT))
    assert {record.fields["size_gib"] for record in collected.records if record.kind == "bucket"} == {None}


def test_regions_are_asked_one_by_one(made: Made) -> None:
    collected = parse(fetch("city", regions=(REGION, "cn-northwest-1"), recorded_at=AT))
    assert collected.complete
    networks = [record.fields["region"] for record in collected.records if record.kind == "network"]
    assert set(networks) == {REGION, "cn-northwest-1"}
    assert len([record for record in collected.records if record.kind == "bucket"]) == 2


def test_no_secret_is_recorded_and_the_recording_reads_back(
    recording: Recording, collected: Collected, tmp_path: Path
) -> None:
    file = tmp_path / "city.json"
    recording.write(file)
    text = file.read_text(encoding="utf-8")
    assert SECRET not in text
    assert "s3cr3t" not in text
    assert "AKIATEST" not in text
    assert parse(read_recording(file, "aws")).records == collected.records
    with pytest.raises(CollectError, match="不是 OpenStack 录制文件"):
        read_recording(file)


def test_attached_volumes_that_are_not_known_leave_the_disk_unknown(made: Made, recording: Recording) -> None:
    answers = {**recording.answers, "volumes": []}
    assert by_id(parse(dataclasses.replace(recording, answers=answers)), made.on).fields["disk"] is None


def test_a_broken_recording_is_one_clear_error(recording: Recording) -> None:
    broken = [{key: value for key, value in item.items() if key != "State"} for item in recording.answers["instances"]]
    with pytest.raises(CollectError, match="State"):
        parse(dataclasses.replace(recording, answers={**recording.answers, "instances": broken}))


# --- clouds that fail -------------------------------------------------------------------------------------------


class Refuses(http.server.BaseHTTPRequestHandler):
    """An EC2 that refuses one action, and an S3 that is not there; everything else is empty."""

    code = "UnauthorizedOperation"
    refused = "DescribeVolumes"

    def _answer(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.end_headers()
        self.wfile.write(body.encode())

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if f"Action={self.refused}" in sent or self.refused == "*":
            self._answer(
                403,
                f"<Response><Errors><Error><Code>{self.code}</Code><Message>no</Message></Error></Errors></Response>",
            )
        else:
            self._answer(200, "<Response><requestId>1</requestId></Response>")

    def do_GET(self) -> None:
        self._answer(403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def refusing() -> Iterator[tuple[str, type[Refuses]]]:
    handler = type("Handler", (Refuses,), {})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", handler
        server.shutdown()


def test_what_may_not_be_seen_makes_the_collection_partial(
    refusing: tuple[str, type[Refuses]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(tmp_path, refusing[0], monkeypatch)
    collected = parse(fetch("city", regions=(), recorded_at=AT))
    assert not collected.complete
    assert {gap.field for gap in collected.gaps} == {f"volumes:{REGION}", f"buckets:{REGION}"}
    assert collected.why_partial is not None
    assert f"{REGION} 的云硬盘（账号没有权限，HTTP 403）" in collected.why_partial.zh


def test_a_refused_key_is_one_clear_error(
    refusing: tuple[str, type[Refuses]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing[1].code, refusing[1].refused = "AuthFailure", "*"
    configure(tmp_path, refusing[0], monkeypatch)
    with pytest.raises(CollectError, match="拒绝了访问密钥（AuthFailure）"):
        fetch("city", regions=(), recorded_at=AT)


def test_no_key_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(tmp_path, "http://127.0.0.1:1", monkeypatch)
    (tmp_path / "credentials").write_text("", encoding="utf-8")
    with pytest.raises(CollectError, match="拒绝了访问密钥"):
        fetch("city", regions=(), recorded_at=AT)


def test_an_unknown_profile_lists_the_known_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(tmp_path, "http://127.0.0.1:1", monkeypatch)
    with pytest.raises(CollectError, match="没有名为 other 的 AWS 配置；现有：city"):
        fetch("other", regions=(), recorded_at=AT)


def test_a_closed_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(tmp_path, "http://127.0.0.1:1", monkeypatch)
    monkeypatch.setattr(aws_fetch, "ATTEMPTS", 1)
    with pytest.raises(CollectError, match="没有任何服务给出结果（连接不上"):
        fetch("city", regions=(), recorded_at=AT)


def test_a_silent_service_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_fetch, "ATTEMPTS", 1)
    monkeypatch.setattr(aws_fetch, "ANSWER_SECONDS", 1)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        configure(tmp_path, f"http://127.0.0.1:{listening.getsockname()[1]}", monkeypatch)
        with pytest.raises(CollectError, match="在时限内没有应答"):
            fetch("city", regions=(), recorded_at=AT)


def test_no_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(tmp_path, "http://127.0.0.1:1", monkeypatch)
    (tmp_path / "config").write_text("[profile city]\n", encoding="utf-8")
    with pytest.raises(CollectError, match="没有写明地域"):
        fetch("city", regions=(), recorded_at=AT)
