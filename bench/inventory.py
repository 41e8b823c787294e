"""`python -m bench.inventory`: what collecting, keeping and merging 600 systems on 6,000 servers costs, in CPU seconds.

The city is that of tests/city, its clouds as recordings, its ledgers as the files departments send. CPU seconds are
those of this process: a busy machine changes them little. A real cloud's own time is not in them.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from catalogs.errors import CollectError
from catalogs.load import load_catalogs
from inventory.collectors.clouds.openstack import parse
from inventory.collectors.clouds.recording import read_recording
from inventory.collectors.columns.vocabulary import vocabulary
from inventory.collectors.spreadsheet import Options, collect
from inventory.ledger.identity import with_stable_ids
from inventory.merging.merge import inventory_at
from inventory.model import Collected
from inventory.names import Lineage
from inventory.storage.store import open_store
from tests.city.clouds import recordings
from tests.city.ledgers import write_ledgers
from tests.city.make import make_city
from tests.city.rooms import write_rooms

AS_OF = datetime(2026, 4, 1, tzinfo=UTC)


def main() -> None:
    """Generate, measure, print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.inventory", description=__doc__)
    parser.add_argument("--systems", type=int, default=600)
    parser.add_argument("--servers", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clouds, ledgers = _files(Path(folder), args.systems, args.servers, args.seed)
        _measure(Path(folder), clouds, ledgers)


def _files(folder: Path, systems: int, servers: int, seed: int) -> tuple[list[Path], list[Path]]:
    import json

    city = make_city(systems, servers, 2, seed)
    write_ledgers(folder / "ledgers", city, "family")
    write_rooms(folder / "rooms", city)
    clouds = []
    for cloud, recording in recordings(city).items():
        clouds.append(folder / f"{cloud}.json")
        clouds[-1].write_text(json.dumps(recording, ensure_ascii=False), encoding="utf-8")
    return clouds, [path for name in ("ledgers", "rooms") for path in sorted((folder / name).iterdir())]


def _measure(folder: Path, clouds: list[Path], ledgers: list[Path]) -> None:
    with _timed("catalogues read"):
        catalogs = load_catalogs(None)
    lineage, words = Lineage.of(catalogs.departments), vocabulary(catalogs.columns)
    with _timed(f"{len(clouds)} recordings parsed"):
        collected = [parse(read_recording(cloud)) for cloud in clouds]
    with _timed(f"{len(ledgers)} ledgers read"):
        collected += [found for path in ledgers if (found := _ledger(path, Options(words=words))) is not None]
    with open_store(str(folder / "store"), create=True) as store:
        with _timed("stable ids given, snapshots written"):
            for one in collected:
                done = with_stable_ids(one, store.identities(), lineage)
                store.add_snapshot(done.collected, taken_at=AS_OF, identities=done.identities)
        with _timed("inventory read and merged"):
            inventory = inventory_at(store, catalogs, AS_OF)
    linked = sum(server.system_id is not None for server in inventory.servers)
    print(
        f"{len(inventory.systems)} systems, {len(inventory.servers)} servers ({linked} linked), {len(inventory.gaps)} gaps"
    )


def _ledger(path: Path, options: Options) -> Collected | None:
    try:
        return collect(path, options)
    except CollectError as error:
        print(f"! {error.message.en}")
        return None


@contextmanager
def _timed(what: str) -> Iterator[None]:
    begun = time.process_time()
    yield
    print(f"{what:<40} {time.process_time() - begun:6.2f} s")


if __name__ == "__main__":
    main()
