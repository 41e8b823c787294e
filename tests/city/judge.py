"""`python -m tests.city.judge CITY WORK`: collect a generated city, judge it, and score the verdicts against its truth.

Recall is the strict one: every zombie counts, also one whose evidence the city has drowned, unless less than 80 % of its
samples exist (issue: an `unknown` counts as missed where coverage is at least 80 %).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from catalogs.load import load_catalogs
from inventory.merging.merge import inventory_at
from inventory.storage.store import open_store

ENOUGH = 0.8
ROOT = Path(__file__).resolve().parents[2]


def govcloud(work: Path, as_of: str, *arguments: str) -> Any:
    """The data of a command's `--json`; partial success (9) is one."""
    command = [sys.executable, str(ROOT / "govcloud.py"), *arguments, "--as-of", as_of, "--json"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 9}:
        raise SystemExit(f"{' '.join(arguments)}: {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)["data"]


def verdicts_of(city: Path, work: Path, as_of: str = "2026-03-31") -> dict[str, dict[str, Any]]:
    """Collect the city into a workspace where that is empty; returns the verdicts by system code."""
    if not (work / "store").exists():
        work.mkdir(parents=True, exist_ok=True)
        for folder in ("ledgers", "rooms"):
            govcloud(work, as_of, "collect", "ledger", str(city / folder))
        for recording in sorted((city / "clouds").glob("*.json")):
            govcloud(work, as_of, "collect", "openstack", "--recorded", str(recording))
        govcloud(work, as_of, "collect", "metrics", str(city / "samples"))
        if (city / "operator.json").exists():
            _name_the_operator(work, json.loads((city / "operator.json").read_text("utf-8")))
        if (city / "logs").exists():
            govcloud(work, as_of, "collect", "accesslog", str(city / "logs"))
    with open_store(str(work / "store")) as store:
        inventory = inventory_at(store, load_catalogs(work), datetime.fromisoformat(f"{as_of}T23:59:59+08:00"))
    codes = {system.id: str(system.fields.get("sys_code")) for system in inventory.systems}
    return {codes[one["system_id"]]: one for one in govcloud(work, as_of, "zombies", "scan")["verdicts"]}


def _name_the_operator(work: Path, operator: Mapping[str, list[str]]) -> None:
    """A profile of the workspace that is the sample city's, with the operator's addresses and accounts of this city."""
    text = (ROOT / "catalogs" / "policies" / "sample-city.yaml").read_text("utf-8")
    mark = json.dumps(
        {"service": "access", **operator, "about": "本市运维方", "source": "practice"}, ensure_ascii=False
    )
    (work / "catalogs" / "policies").mkdir(parents=True, exist_ok=True)
    (work / "catalogs" / "policies" / "sample-city.yaml").write_text(
        text.replace("  objection_days: 15\n", f"  objection_days: 15\n  operator: [{mark}]\n", 1), encoding="utf-8"
    )
    settings = work / "govcloud.yaml"
    if not settings.exists():
        settings.write_text("schema: govcloud/settings/1\nprofile: sample-city\n", encoding="utf-8")


def score(truth: Mapping[str, Any], verdicts: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Precision, strict recall, and every system that was judged otherwise than it truly is."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    false: list[str] = []
    missed: list[str] = []
    blamed: list[str] = []
    uncounted: list[str] = []
    hits = 0
    for system in truth["systems"]:
        verdict = verdicts.get(system["code"])
        state = "absent" if verdict is None else str(verdict["state"])
        seen[system["behaviour"]][state] += 1
        line = f"{system['id']} {system['name']} ({system['behaviour']}, {system['class']}): {state}: {'' if verdict is None else verdict['sentence']['zh']}"
        if system["expected_verdict"] == "unknown":
            blamed += [line] if state == "zombie" else []
        elif system["zombie"]:
            hits += state == "zombie"
            thin = state == "unknown" and verdict is not None and (verdict["coverage"] or 0) < ENOUGH
            if state != "zombie":
                (uncounted if thin else missed).append(line)
        elif state == "zombie":
            false.append(line)
    called, real = hits + len(false) + len(blamed), hits + len(missed)
    return {
        "precision": [hits, called], "recall": [hits, real], "false": false, "missed": missed, "blamed_without_data": blamed,
        "unknown_below_80_percent": uncounted, "by_behaviour": {name: dict(seen[name]) for name in sorted(seen)},
    }  # fmt: skip


def main() -> None:
    """Score one city, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("city", type=Path)
    parser.add_argument("work", type=Path)
    args = parser.parse_args()
    truth = json.loads((args.city / "truth.json").read_text("utf-8"))
    print(json.dumps(score(truth, verdicts_of(args.city.resolve(), args.work)), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
