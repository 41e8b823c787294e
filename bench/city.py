"""The whole main job on the whole sample city, timed: `python -m bench.city [--systems 600 --servers 6000 --days 90]`.

Files → plan → report through the command line alone; each command is a process of its own, so that its peak memory is
its own. Goal: at most 120 s and 2 GB, the plan's time limit apart. The city is generated first and not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AS_OF = "2026-03-31"
GOAL_SECONDS, GOAL_GIB = 120.0, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What one command took. `counted_seconds` leaves the plan's time limit out; `cpu_seconds` tells a busy machine."""

    name: str
    seconds: float
    counted_seconds: float
    cpu_seconds: float
    peak_gib: float
    exit_code: int


def stages(city: Path, work: Path, plan_seconds: int) -> list[tuple[str, list[str]]]:
    """The commands of the main job, in order."""
    ledgers = [str(path) for folder in ("ledgers", "rooms") for path in sorted((city / folder).iterdir())]
    return [
        ("init", ["init", str(work / "workspace")]),
        ("collect ledger", ["collect", "ledger", *ledgers]),
        *((f"collect openstack {path.stem}", ["collect", "openstack", "--recorded", str(path)]) for path in sorted((city / "clouds").glob("*.json"))),
        ("collect metrics", ["collect", "metrics", str(city / "samples")]),
        ("inventory list", ["inventory", "list", "--json"]),
        ("usage show", ["usage", "show", "--json"]),
        ("zombies scan", ["zombies", "scan", "--json"]),
        ("plan make", ["plan", "make", "--time-limit", str(plan_seconds), "--out", str(work / "plan.json")]),
        ("report usage", ["report", "usage", "--out", str(work / "report")]),
        ("verify", ["verify", str(work / "report")]),
    ]  # fmt: skip


def measured(name: str, arguments: list[str], environment: dict[str, str], log: Path, limit: float) -> Stage:
    """Run one command as a process; its peak memory comes from the kernel (`wait4`)."""
    begun = time.perf_counter()
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [str(ROOT / ".venv" / "bin" / "govcloud"), *arguments],
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    return Stage(
        name=name,
        seconds=seconds,
        counted_seconds=max(0.0, seconds - limit),
        cpu_seconds=used.ru_utime + used.ru_stime,
        peak_gib=used.ru_maxrss / 2**20,
        exit_code=process.returncode,
    )


def run(city: Path, work: Path, plan_seconds: int) -> list[Stage]:
    """All stages; stops at the first that fails."""
    environment = {
        **os.environ,
        "GOVCLOUD_AS_OF": AS_OF,
        "GOVCLOUD_WORKSPACE": str(work / "workspace"),
        "GOVCLOUD_STORE": str(work / "store"),
        "GOVCLOUD_ACTOR": "bench",
    }
    done: list[Stage] = []
    for number, (name, arguments) in enumerate(stages(city, work, plan_seconds), 1):
        log = work / f"{number:02d}.log"
        stage = measured(name, arguments, environment, log, plan_seconds if name == "plan make" else 0)
        done.append(stage)
        print(
            f"{name:28s} {stage.seconds:7.1f} s  cpu {stage.cpu_seconds:6.1f} s  {stage.peak_gib:5.2f} GiB  exit {stage.exit_code}",
            flush=True,
        )
        if stage.exit_code not in {0, 9}:
            print(log.read_text(encoding="utf-8")[-2000:])
            break
    return done


def main() -> int:
    """Generate, run, print the table; 1 where a stage failed or the goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.city", description=__doc__)
    parser.add_argument("--systems", type=int, default=600)
    parser.add_argument("--servers", type=int, default=6000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plan-seconds", type=int, default=60)
    parser.add_argument("--city", type=Path, help="a city generated before")
    parser.add_argument("--keep", type=Path, help="work here and leave everything")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    args = parser.parse_args()
    work = args.keep or Path(tempfile.mkdtemp(prefix="city-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    try:
        city = args.city or work / "city"
        if args.city is None:
            subprocess.run(
                [sys.executable, "-m", "tests.city", str(city), "--systems", str(args.systems), "--servers", str(args.servers), "--days", str(args.days), "--seed", str(args.seed)],
                cwd=ROOT, check=True,
            )  # fmt: skip
        done = run(city, work, args.plan_seconds)
    finally:
        if args.keep is None:
            shutil.rmtree(work, ignore_errors=True)
    total, peak = sum(stage.counted_seconds for stage in done), max(stage.peak_gib for stage in done)
    met = total <= GOAL_SECONDS and peak < GOAL_GIB and done[-1].exit_code in {0, 9}
    print(
        f"{'all, plan time limit apart':28s} {total:7.1f} s  {peak:5.2f} GiB  goal {GOAL_SECONDS:.0f} s, {GOAL_GIB:.0f} GiB: {'met' if met else 'missed'}"
    )
    if args.json:
        args.json.write_text(
            json.dumps(
                {"stages": [asdict(stage) for stage in done], "counted_seconds": total, "peak_gib": peak, "met": met},
                indent=1,
            )
            + "\n",
            encoding="utf-8",
        )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
