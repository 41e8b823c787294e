"""Samples and roll-ups in S3, on a real server that checks signatures: put before they are listed, fetched, checked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from catalogs.errors import StoreError
from inventory.storage.store import open_store
from inventory.telemetry.collect import collect
from inventory.telemetry.form import Period
from inventory.telemetry.query import Member, Rollup, measure
from inventory.telemetry.remote import POINTER, split_remote
from tests.inventory.telemetry.radosgw import S3, radosgw
from tests.inventory.telemetry.samples import AS_OF, DAY, NOON, a_server, raw

PERIOD = Period(DAY, DAY.replace(day=DAY.day + 1))


@pytest.mark.parametrize(
    ("where", "store", "bucket"),
    [
        ("folder", "folder", None),
        ("folder?telemetry=s3://b/p", "folder", "s3://b/p"),
        ("postgresql+psycopg://u@h/d?telemetry=/data", "postgresql+psycopg://u@h/d?telemetry=/data", None),
        ("postgresql+psycopg://u@h/d?sslmode=require&telemetry=s3://b", "postgresql+psycopg://u@h/d?sslmode=require", "s3://b"),
    ],
)  # fmt: skip
def test_the_bucket_stands_in_the_address_of_the_store(where: str, store: str, bucket: str | None) -> None:
    assert split_remote(where) == (store, bucket)


def test_a_folder_is_the_cache_of_one_bucket(tmp_path: Path) -> None:
    open_store(f"{tmp_path}?telemetry=s3://one/samples", create=True).close()
    with pytest.raises(StoreError, match="是 s3://one/samples 的缓存"):
        open_store(f"{tmp_path}?telemetry=s3://two")


@pytest.fixture(scope="module")
def server() -> Iterator[S3]:
    with radosgw() as found:
        yield found


@pytest.fixture
def bucket(server: S3, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty bucket, and the environment as a team member has it."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret_key)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    plain = Config(request_checksum_calculation="when_required", response_checksum_validation="when_required")
    found = boto3.resource("s3", config=plain).Bucket("team")
    found.create()
    found.objects.all().delete()
    return found


def collected(where: str) -> int:
    """Collect a day; returns Σ value·s as measured."""
    rows = [{"machine": "vm-1", "at_s": NOON + 300 * n, "value": n % 4} for n in range(40)]
    with open_store(where, create=True) as store:
        collect(store, [a_server()], {"csv:a": [raw(*rows)]}, as_of=AS_OF)
        return value(where)


def value(where: str) -> int:
    with open_store(where) as store:
        row = measure(
            Rollup.of(store, AS_OF), [a_server()], [Member("vm-1", "city", "city")], [PERIOD], metrics=("cpu",)
        )
        return row[0].value_s


@pytest.mark.servers
def test_files_are_shared_and_fetched_again(bucket: Any, tmp_path: Path) -> None:
    where = f"{tmp_path / 'store'}?telemetry=s3://team/city/samples"
    found = collected(where)
    with open_store(where) as store:
        listed = {f"city/samples/{file.path}" for kind in ("raw", "rollup") for file in store.telemetry_files(kind)}
    assert {one.key for one in bucket.objects.all()} == listed
    cache = tmp_path / "store" / "telemetry"
    for folder in ("raw", "rollup"):
        shutil.rmtree(cache / folder)
    assert value(where) == found > 0
    assert list(cache.glob("rollup/*/*.parquet")), "fetched"
    assert not list(cache.glob("raw/*/*.parquet")), "only what is needed"


@pytest.mark.servers
def test_what_was_changed_there_is_refused(bucket: Any, tmp_path: Path) -> None:
    where = f"{tmp_path / 'store'}?telemetry=s3://team"
    collected(where)
    for one in bucket.objects.filter(Prefix="rollup/"):
        content = bytearray(one.get()["Body"].read())
        content[len(content) // 2] ^= 1
        one.put(Body=bytes(content))
    shutil.rmtree(tmp_path / "store" / "telemetry" / "rollup")
    with pytest.raises(StoreError, match="内容与清单的 SHA-256 不符"):
        value(where)


@pytest.mark.servers
def test_a_wrong_key_is_said_and_nothing_is_listed(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = f"{tmp_path / 'store'}?telemetry=s3://team"
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")
    with pytest.raises(StoreError, match="对象存储出错") as raised:
        collected(where)
    assert "wrong-secret" not in str(raised.value)
    with open_store(where) as store:
        assert not store.telemetry_files("raw")
    kept = [path for path in (tmp_path / "store").rglob("*") if path.is_file() and path.suffix != ".parquet"]
    assert all(b"wrong-secret" not in path.read_bytes() for path in kept)
    assert (tmp_path / "store" / "telemetry" / POINTER).read_text() == "s3://team\n"
