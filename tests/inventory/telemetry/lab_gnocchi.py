"""Fills the lab's Gnocchi with two instances' metrics, and removes them again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from tests.lab import Lab

POLICY = "govcloud-test"
HOURLY = "govcloud-test-hourly"
STEP = 300
SILENT = range(10, 15)  # steps without readings


@contextmanager
def filled(lab: Lab, begin: datetime) -> Iterator[tuple[str, str, str]]:
    """Two hours of samples from `begin`: a machine at 25 % of 4 vCPU, one whose counter goes back half-way, and one with a gap.

    The last one has no readings for 25 minutes, and its memory is kept in steps of an hour only.
    """
    session = lab.connect().session

    def call(method: str, path: str, body: object = None, ok: tuple[int, ...] = (200, 201, 202, 204)) -> Any:
        answer = session.request(
            path,
            method,
            endpoint_filter={"service_type": "metric"},
            json=body,
            raise_exc=False,
            headers={"Connection": "close"},
        )
        assert answer.status_code in ok, answer.text[:300]
        return answer.json() if "json" in answer.headers.get("Content-Type", "") and answer.text else None

    policy = {
        "name": POLICY, "back_window": 0, "definition": [{"granularity": "5m", "points": 8928}], "aggregation_methods": ["mean", "rate:mean"],
    }  # fmt: skip
    call("POST", "/v1/archive_policy", policy, ok=(201, 409))
    hourly = {
        "name": HOURLY,
        "back_window": 0,
        "definition": [{"granularity": "1h", "points": 744}],
        "aggregation_methods": ["mean"],
    }
    call("POST", "/v1/archive_policy", hourly, ok=(201, 409))
    steady, reset, gap = names = tuple(str(uuid.uuid4()) for _ in range(3))
    for name in names:
        metrics = {
            metric: {"archive_policy_name": HOURLY if (name, metric) == (gap, "memory.usage") else POLICY, "unit": unit}
            for metric, unit in (("cpu", "ns"), ("memory.usage", "MB"))
        }
        extra = dict.fromkeys(("host", "image_ref", "flavor_name"), "")
        call(
            "POST",
            "/v1/resource/instance",
            {"id": name, "project_id": None, "user_id": None, "display_name": name, "metrics": metrics, **extra},
        )
    stamps = [(begin + timedelta(seconds=STEP * n)).replace(tzinfo=None).isoformat() for n in range(24)]
    growth = STEP * 1e9  # ns of CPU time: one of four vCPU
    for name in names:
        counter = [growth * (n - 12 if name == reset and n >= 12 else n) for n in range(24)]
        series = {
            "cpu": [
                {"timestamp": at, "value": value}
                for n, (at, value) in enumerate(zip(stamps, counter, strict=True))
                if name != gap or n not in SILENT
            ],
            "memory.usage": [{"timestamp": at, "value": 4096.0} for at in stamps],
        }
        call("POST", "/v1/batch/resources/metrics/measures", {name: series})
    try:
        for name in names:
            wait_until_processed(
                call, name, {"cpu": 24 - (len(SILENT) if name == gap else 0), "memory.usage": 2 if name == gap else 24}
            )
        yield steady, reset, gap
    finally:
        for name in names:
            call("DELETE", f"/v1/resource/instance/{name}")


def wait_until_processed(call: Any, name: str, wanted: Mapping[str, int]) -> None:
    """Until each metric has so many means, in the steps that it is kept in."""
    metrics = call("GET", f"/v1/resource/instance/{name}")["metrics"]
    for _ in range(900):
        counts = {
            metric: len(call("GET", f"/v1/metric/{number}/measures?aggregation=mean"))
            for metric, number in metrics.items()
        }
        if counts == wanted:
            return
        time.sleep(0.5)
    raise TimeoutError(counts)
