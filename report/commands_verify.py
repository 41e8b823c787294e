"""`verify`: everything in a bundle hashed and calculated again, and compared with the reports beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalogs.console import Run, common
from catalogs.errors import CheckFailed, ReportError
from catalogs.words import Text, tr
from report.commands import BUNDLE_ENDING, REPORT_ENDINGS

if TYPE_CHECKING:
    from rich.console import Console

    from report.verify import Verification

VERIFY_SCHEMA = "govcloud/verification/1"


@click.command(
    help=tr(
        "核验：重算证据包的全部哈希和全部数字，并与报告逐项比较；改动任何一个字节都会被发现。",
        "Verify: hash and calculate everything in the bundle again and compare it with the reports; any changed byte is found.",
    ),
    epilog=tr(
        "PLACE 可以是证据包（zip 或文件夹）、报告文件（证据包在旁边）、或放着它们的文件夹。例：govcloud verify reports",
        "PLACE is a bundle (zip or folder), a report with its bundle beside it, or the folder of both. Example: govcloud verify reports",
    ),
)
@click.argument("place", type=click.Path(path_type=Path))
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=tr("一并比较的报告（可多次）", "reports to compare too (may be repeated)"),
)
@common
def verify(run: Run, place: Path, reports: tuple[Path, ...]) -> None:
    """Check one bundle or all bundles of a folder."""
    from report.verify import verify as check

    results = [check(bundle, beside) for bundle, beside in bundles_at(place, reports)]
    passed = all(result.passed for result in results)
    run.show(
        VERIFY_SCHEMA, [result.as_json() for result in results], human=lambda console: _print_checks(console, results)
    )
    if not passed:
        raise CheckFailed(
            "核验不通过：上面列出的内容与证据不符",
            "not verified: what is listed above does not agree with the evidence",
        )


def bundles_at(place: Path, reports: tuple[Path, ...]) -> list[tuple[Path, tuple[Path, ...]]]:
    """Bundles with the reports to compare: `place` is a bundle, a report beside its bundle, or a folder of both.

    Raises:
        ReportError: there is no bundle.
    """
    from report.evidence import MANIFEST

    if place.is_dir() and not (place / MANIFEST).exists():
        found = sorted(place.glob(f"*{BUNDLE_ENDING}"))
        if not found:
            raise _no_bundle(place)
        return [(bundle, (*_beside(bundle), *reports)) for bundle in found]
    if place.is_file() and place.name.endswith(REPORT_ENDINGS):
        ending = next(ending for ending in REPORT_ENDINGS if place.name.endswith(ending))
        bundle = place.with_name(place.name.removesuffix(ending) + BUNDLE_ENDING)
        if not bundle.exists():
            raise _no_bundle(place)
        return [(bundle, (place, *reports))]
    if not place.exists():
        raise _no_bundle(place)
    return [(place, reports)]


def _beside(bundle: Path) -> tuple[Path, ...]:
    stem = bundle.name.removesuffix(BUNDLE_ENDING)
    places = (bundle.with_name(stem + ending) for ending in REPORT_ENDINGS)
    return tuple(path for path in places if path.exists())


def _no_bundle(place: Path) -> ReportError:
    return ReportError(
        f"{place}：这里没有证据包（*{BUNDLE_ENDING}）", f"{place}: there is no evidence bundle here (*{BUNDLE_ENDING})",
        hint=Text("证据包由 govcloud report usage 与报告一起写出", "govcloud report usage writes the bundle beside the report"),
    )  # fmt: skip


def _print_checks(console: Console, results: list[Verification]) -> None:
    for result in results:
        console.print(f"{result.bundle}  {tr('根哈希', 'root')} {result.root_sha256}")
        for step in result.steps:
            console.print(f"  {'✔' if step.passed else '✘'} {step.name}", style="green" if step.passed else "red")
            for fault in step.faults[:20]:
                console.print(f"      {fault}")
            if len(step.faults) > 20:
                console.print(tr(f"      另有 {len(step.faults) - 20} 处", f"      {len(step.faults) - 20} more"))
        console.print(tr(f"  重算了 {result.figures} 个指标", f"  {result.figures} figures were calculated again"))
