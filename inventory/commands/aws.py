"""`collect aws`: an EC2- and S3-compatible cloud of the AWS configuration files, or a recording of it, into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common, progress
from catalogs.errors import UsageError
from catalogs.words import tr
from inventory.commands.cloud import iso, keep_and_show

if TYPE_CHECKING:
    from inventory.collectors.clouds.recording import Recording


@click.command(
    help=tr(
        "采集一朵兼容 AWS 接口（EC2、S3）的云：云主机、云硬盘、网络、存储桶。密钥只在 AWS 的配置文件里。",
        "Collect an EC2- and S3-compatible cloud: instances, volumes, networks, buckets. Keys stay in the AWS files.",
    ),
    epilog=tr(
        "例：govcloud collect aws --profile city --region cn-north-1 --record city.json",
        "Example: govcloud collect aws --profile city --region cn-north-1 --record city.json",
    ),
)
@click.option("--profile", metavar="NAME", help=tr("~/.aws/config 里的名字", "its name in ~/.aws/config"))
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="NAME",
    help=tr("地域，可多次；默认用配置里的", "region, repeatable; default: the profile's"),
)
@click.option(
    "--bucket-sizes",
    is_flag=True,
    help=tr("列出每个桶的对象，算出大小（每千个对象一次请求）", "add up each bucket's objects (one call a thousand)"),
)
@click.option(
    "--recorded",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=tr("从录制文件读，不连云", "read a recording, no cloud"),
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=tr("同时把原始应答录成文件", "also record the raw answers"),
)
@common
def aws(
    run: Run,
    *,
    profile: str | None,
    regions: tuple[str, ...],
    bucket_sizes: bool,
    recorded: Path | None,
    record: Path | None,
) -> None:
    """Read the cloud or the recording, keep what it says, say what is missing."""
    from inventory.collectors.clouds.aws import parse

    recording = _recording(run, profile, regions, recorded, bucket_sizes=bucket_sizes)
    if record is not None:
        recording.write(record)
    keep_and_show(run, recording, parse)


def _recording(
    run: Run, profile: str | None, regions: tuple[str, ...], recorded: Path | None, *, bucket_sizes: bool
) -> Recording:
    """The cloud's answers, live or from a file."""
    from inventory.collectors.clouds.aws_fetch import LISTINGS, fetch
    from inventory.collectors.clouds.recording import read_recording

    if recorded is not None:
        return read_recording(recorded, "aws")
    if profile is None:
        raise UsageError("要写明 --profile 名称，或 --recorded 文件", "give --profile NAME or --recorded FILE")
    with progress(tr(f"采集云 {profile}", f"collecting cloud {profile}"), total=len(LISTINGS)) as done:
        return fetch(
            profile,
            regions=regions,
            recorded_at=iso(run.as_of),
            bucket_sizes=bucket_sizes,
            told=lambda _listing: done(1),
        )
