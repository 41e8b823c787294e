"""A real S3 server: Ceph's object gateway with one monitor and one disk in memory; it checks signatures, unlike a mock."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.inventory.telemetry.servers import free_port, running


@dataclass(frozen=True)
class S3:
    """Where it listens, and an account."""

    url: str
    access_key: str
    secret_key: str


CONFIGURATION = """
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{port}
mon initial members = a
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = {folder}/$name.keyring
run dir = {folder}
admin socket = {folder}/$name.asok
log file = {folder}/$name.log
pid file = {folder}/$name.pid
mon data = {folder}/mon
mgr data = {folder}/mgr
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 268435456
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
public addr = 127.0.0.1
"""


@contextmanager
def radosgw() -> Iterator[S3]:
    """Start it, make an account, and remove everything afterwards; about 15 seconds on two idle cores."""
    folder = Path(tempfile.mkdtemp(prefix="govcloud-s3-"))
    port, monitor_port = free_port(), free_port()
    fsid, account = str(uuid.uuid4()), (secrets.token_hex(10), secrets.token_hex(20))
    (folder / "ceph.conf").write_text(CONFIGURATION.format(fsid=fsid, folder=folder, port=monitor_port))

    def call(*command: str, given: str | None = None) -> str:
        where = (
            ["-c", str(folder / "ceph.conf")] if command[0] in {"ceph", "ceph-mon", "ceph-osd", "radosgw-admin"} else []
        )
        done = subprocess.run([command[0], *where, *command[1:]], cwd=folder, input=given, capture_output=True, text=True, timeout=300, check=False)  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
        return done.stdout

    def start(*command: str) -> None:
        whole = [command[0], "-c", str(folder / "ceph.conf"), *command[1:], "-f"]
        stack.enter_context(running(whole, folder / f"{command[0]}.out"))

    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        _first_keys(call, fsid, monitor_port)
        call("ceph-mon", "--mkfs", "-i", "a", "--monmap", "monmap", "--keyring", "mon.keyring")
        shutil.copy(folder / "mon.keyring", folder / "mon.a.keyring")
        start("ceph-mon", "-i", "a")
        (folder / "mgr").mkdir()
        call(
            "ceph",
            "auth",
            "get-or-create",
            "mgr.x",
            "mon",
            "allow profile mgr",
            "osd",
            "allow *",
            "-o",
            "mgr.x.keyring",
        )
        start("ceph-mgr", "-i", "x")
        _disk(call, folder)
        start("ceph-osd", "-i", "0")
        call(
            "ceph",
            "auth",
            "get-or-create",
            "client.rgw.a",
            "mon",
            "allow rw",
            "osd",
            "allow rwx",
            "-o",
            "client.rgw.a.keyring",
        )
        start("radosgw", "-n", "client.rgw.a", f"--rgw_frontends=beast endpoint=127.0.0.1:{port}")
        url = f"http://127.0.0.1:{port}"
        _until_it_answers(url, folder / "radosgw.out")
        call("radosgw-admin", "-n", "client.rgw.a", "user", "create", "--uid=team", "--display-name=team", f"--access-key={account[0]}", f"--secret-key={account[1]}")  # fmt: skip
        _until_it_knows(S3(url, *account))
        yield S3(url, *account)


def _until_it_knows(s3: S3, seconds: float = 60) -> None:
    """Until the gateway takes the new account: it learns of it a little after it was made."""
    import boto3
    from botocore.exceptions import ClientError

    client = boto3.client(
        "s3",
        endpoint_url=s3.url,
        aws_access_key_id=s3.access_key,
        aws_secret_access_key=s3.secret_key,
        region_name="us-east-1",
    )
    end = time.monotonic() + seconds
    while True:
        try:
            client.list_buckets()
        except ClientError as error:
            if error.response["Error"]["Code"] != "InvalidAccessKeyId" or time.monotonic() > end:
                raise
            time.sleep(0.3)
        else:
            return


def _first_keys(call: object, fsid: str, port: int) -> None:
    assert callable(call)
    everything = [word for who in ("mon", "osd", "mgr") for word in ("--cap", who, "allow *")]
    call("ceph-authtool", "-C", "mon.keyring", "-n", "mon.", "--gen-key", "--cap", "mon", "allow *")
    call("ceph-authtool", "-C", "client.admin.keyring", "-n", "client.admin", "--gen-key", *everything)
    call("ceph-authtool", "mon.keyring", "--import-keyring", "client.admin.keyring")
    call("monmaptool", "--create", "--clobber", "--fsid", fsid, "--addv", "a", f"[v2:127.0.0.1:{port}]", "monmap")


def _disk(call: object, folder: Path) -> None:
    assert callable(call)
    (folder / "osd").mkdir()
    number = str(uuid.uuid4())
    call("ceph-authtool", "-C", "osd.0.keyring", "-n", "osd.0", "--gen-key")
    secret = call("ceph-authtool", "osd.0.keyring", "-n", "osd.0", "-p").strip()
    call("ceph", "osd", "new", number, "-i", "-", given=json.dumps({"cephx_secret": secret}))
    call("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", number)


def _until_it_answers(url: str, log: Path, seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=60).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise TimeoutError(log.read_text(errors="replace")[-2000:])


__all__: Sequence[str] = ("S3", "radosgw")
