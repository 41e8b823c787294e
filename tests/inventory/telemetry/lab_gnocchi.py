"""Fills the lab's Gnocchi with two instances' metrics, and removes them again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from tests.lab import Lab

POLICY = "govcloud-test"
STEP = 300


@contextmanager
def filled(lab: Lab, begin: datetime) -> Iterator[tuple[str, str]]:
    """Two hours of samples from `begin`: a machine at 25 % of 4 vCPU, and one whose counter goes back half-way."""
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
    steady, reset = str(uuid.uuid4()), str(uuid.uuid4())
    for name in (steady, reset):
        metrics = {
            metric: {"archive_policy_name": POLICY, "unit": unit}
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
    for name in (steady, reset):
        counter = [growth * (n - 12 if name == reset and n >= 12 else n) for n in range(24)]
        series = {
            "cpu": [{"timestamp": at, "value": value} for at, value in zip(stamps, counter, strict=True)],
            "memory.usage": [{"timestamp": at, "value": 4096.0} for at in stamps],
        }
        call("POST", "/v1/batch/resources/metrics/measures", {name: series})
    try:
        for name in (steady, reset):
            wait_until_processed(call, name)
        yield steady, reset
    finally:
        for name in (steady, reset):
            call("DELETE", f"/v1/resource/instance/{name}")


def wait_until_processed(call: Any, name: str) -> None:
    metrics = call("GET", f"/v1/resource/instance/{name}")["metrics"]
    for _ in range(900):
        counts = [
            len(call("GET", f"/v1/metric/{metric}/measures?aggregation=mean&granularity={STEP}"))
            for metric in metrics.values()
        ]
        if counts == [24, 24]:
            return
        time.sleep(0.5)
    raise TimeoutError(counts)
