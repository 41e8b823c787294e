"""Telemetry files in S3-compatible storage, so that a team shares them: the local folder is then a cache of the bucket.

Files are immutable and named by their hash: one is put there before the manifest names it, and fetched by whoever
misses it; its SHA-256 is checked. Address and credentials come from the usual places of AWS (`AWS_ENDPOINT_URL_S3`,
`AWS_PROFILE`, `AWS_ACCESS_KEY_ID`, the shared credentials file); none of them is stored by us.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from catalogs.errors import StoreError
from catalogs.words import Text

if TYPE_CHECKING:
    from inventory.storage.store import TelemetryFile

POINTER = "remote"  # a file in the telemetry folder that holds the address of the bucket
_IN_STORE = re.compile(r"[?&]telemetry=(s3://[^&]*)")


def split_remote(where: str) -> tuple[str, str | None]:
    """A store's address and its bucket: `postgresql+psycopg://host/db?telemetry=s3://bucket/prefix`, or `DIR?telemetry=…`."""
    found = _IN_STORE.search(where)
    return (where, None) if found is None else (where.replace(found[0], "", 1), found[1])


def point_to(folder: Path, url: str) -> None:
    """Remember which bucket a telemetry folder is a cache of.

    Raises:
        StoreError: no bucket is named, or the folder belongs to another one.
    """
    if not urlsplit(url).netloc:
        raise StoreError(f"{url}：没有写桶的名字", f"{url}: it names no bucket", hint=Text("形如 s3://桶/前缀", "as in s3://bucket/prefix"))  # fmt: skip
    pointer = folder / POINTER
    if pointer.exists() and pointer.read_text().strip() != url:
        raise StoreError(
            f"{folder} 是 {pointer.read_text().strip()} 的缓存，不是 {url} 的", f"{folder} is a cache of {pointer.read_text().strip()}, not of {url}",
            hint=Text("换一个存储文件夹", "use another store folder"),
        )  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    pointer.write_text(f"{url}\n")


def remote_of(folder: Path) -> Remote | None:
    """The bucket that a telemetry folder is a cache of, or `None` where the folder is all there is."""
    pointer = folder / POINTER
    return Remote(pointer.read_text().strip()) if pointer.exists() else None


@dataclass(frozen=True)
class Remote:
    """A bucket, or a part of one."""

    url: str

    def put(self, folder: Path, files: Iterable[TelemetryFile]) -> int:
        """Put files there that it does not have; returns how many."""
        count = 0
        for file in files:
            with self._said(file.path):
                if not self._has(file):
                    self._client.upload_file(str(folder / file.path), self._bucket, self._key(file.path))
                    count += 1
        return count

    def fetch(self, folder: Path, files: Iterable[TelemetryFile]) -> int:
        """Fetch files that the folder misses; returns how many.

        Raises:
            StoreError: the storage does not answer or refuses, a file is not there, or it is not what the manifest says.
        """
        from inventory.telemetry.form import sha256_of_file

        count = 0
        for file in files:
            target, temporary = folder / file.path, folder / "unfinished" / f"fetched-{os.getpid()}"
            if target.is_file():
                continue
            temporary.parent.mkdir(parents=True, exist_ok=True)
            with self._said(file.path):
                self._client.download_file(self._bucket, self._key(file.path), str(temporary))
            if sha256_of_file(temporary) != file.sha256:
                temporary.unlink()
                raise StoreError(
                    f"{self.url}/{file.path}：内容与清单的 SHA-256 不符，没有使用", f"{self.url}/{file.path}: not what the manifest's SHA-256 says; not used",
                    hint=Text("从备份恢复，或重新采集这一天", "restore it from a backup, or collect that day again"),
                )  # fmt: skip
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(temporary, target)  # noqa: PTH105 - atomic on one file system
            count += 1
        return count

    @property
    def _bucket(self) -> str:
        return urlsplit(self.url).netloc

    def _key(self, path: str) -> str:
        return f"{urlsplit(self.url).path.strip('/')}/{path}".lstrip("/")

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        # Servers that are older than these checksums refuse them; the SHA-256 of the manifest is what counts.
        return boto3.session.Session().client(
            "s3",
            config=Config(
                request_checksum_calculation="when_required", response_checksum_validation="when_required",
                s3={"addressing_style": "path"}, retries={"max_attempts": 3, "mode": "standard"}, connect_timeout=10, read_timeout=60,
            ),
        )  # fmt: skip

    def _has(self, file: TelemetryFile) -> bool:
        from botocore.exceptions import ClientError

        try:
            found = self._client.head_object(Bucket=self._bucket, Key=self._key(file.path))
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        return bool(found["ContentLength"] == file.about.get("bytes"))

    @contextmanager
    def _said(self, path: str) -> Iterator[None]:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except (Boto3Error, BotoCoreError, ClientError) as error:
            said = str(error).splitlines()[0]
            raise StoreError(
                f"{self.url}/{path}：对象存储出错：{said}", f"{self.url}/{path}: the object storage says: {said}",
                hint=Text("检查桶、AWS_ENDPOINT_URL_S3 和凭据（AWS_PROFILE 或 AWS_ACCESS_KEY_ID）", "check the bucket, AWS_ENDPOINT_URL_S3 and the credentials (AWS_PROFILE or AWS_ACCESS_KEY_ID)"),
            ) from error  # fmt: skip
