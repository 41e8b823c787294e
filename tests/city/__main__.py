"""`python -m tests.city OUT --systems 600 --servers 6000 --days 90 --seed 1`: write a fictional city below OUT."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from tests.city.clouds import recordings
from tests.city.habits import HABITS
from tests.city.ledgers import write_ledgers
from tests.city.make import make_city
from tests.city.rooms import write_rooms
from tests.city.samples import write_samples
from tests.city.truth import truth_of
from tests.city.usage import make_usage
from tests.city.web_logs import write_web_logs


def generate(
    out: Path,
    *,
    systems: int,
    servers: int,
    days: int,
    seed: int,
    layouts: str = "family",
    level: int = 1,
    habits: str = "first",
) -> dict[str, float]:
    """Write ledgers, clouds, samples and the truth; returns the seconds each took."""
    took: dict[str, float] = {}
    begun = time.perf_counter()

    def lap(name: str) -> None:
        took[name] = round(time.perf_counter() - begun - sum(took.values()), 2)

    out.mkdir(parents=True, exist_ok=True)
    city = make_city(systems, servers, days, seed, HABITS[habits])
    lap("city")
    ledgers = write_ledgers(out / "ledgers", city, layouts)
    write_rooms(out / "rooms", city)
    lap("ledgers")
    (out / "clouds").mkdir(exist_ok=True)
    for cloud, recording in recordings(city).items():
        _json(out / "clouds" / f"{cloud}.json", recording)
    lap("clouds")
    usage = make_usage(city)
    lap("usage")
    samples = write_samples(out / "samples", city, usage, level)
    write_web_logs(out / "logs", city)
    lap("samples")
    _json(out / "truth.json", truth_of(city, ledgers, usage, samples))
    lap("truth")
    return took


def _json(path: Path, value: object) -> None:
    """One item of a list a line: small, and a difference can be read."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text.replace('},{"', '},\n{"') + "\n", encoding="utf-8")


def main() -> None:
    """Read the command line, generate, say how long it took."""
    parser = argparse.ArgumentParser(prog="python -m tests.city", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--systems", type=int, default=600)
    parser.add_argument("--servers", type=int, default=6000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--layouts",
        choices=["family", "plain"],
        default="family",
        help="family: each department its own; plain: all the survey's",
    )
    parser.add_argument(
        "--level", type=int, default=1, help="gzip level of the samples; 9 for the cut that is checked in"
    )
    parser.add_argument(
        "--habits", choices=sorted(HABITS), default="first", help="second to ninth: the habits of held-out cities"
    )
    args = parser.parse_args()
    took = generate(
        args.out,
        systems=args.systems,
        servers=args.servers,
        days=args.days,
        seed=args.seed,
        layouts=args.layouts,
        level=args.level,
        habits=args.habits,
    )
    chosen = HABITS[args.habits]
    if chosen.centred or chosen.coastal or chosen.inland or chosen.bordering or chosen.industrial:
        systems = json.loads((args.out / "truth.json").read_text(encoding="utf-8"))["systems"]
        open_ones = [system for system in systems if system["expected_verdict"] == "unknown"]
        print(
            f"{len(open_ones)} of {len(systems)} systems cannot be told from the evidence and are not counted in recall"
        )
    print("  ".join(f"{name} {seconds:.1f} s" for name, seconds in took.items()), f" total {sum(took.values()):.1f} s")


if __name__ == "__main__":
    main()
