"""Samples from Gnocchi as Ceilometer fills it, through the session of clouds.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.metrics.series import Asked, no_answer, raw_table
from inventory.telemetry.form import instant_of

if TYPE_CHECKING:
    import pyarrow as pa

PAGE = 1000


def read_gnocchi(cloud: str, asked: Asked, sources: Mapping[str, Any]) -> Iterator[pa.Table]:
    """The metrics of sources.toml of every resource of type `instance`; a machine is called by its id.

    Args:
        cloud: its name in clouds.yaml.
        asked: time.
        sources: names and units.

    Raises:
        CollectError: no such cloud, no metric service, no answer.
    """
    import openstack
    from keystoneauth1.exceptions import ClientException
    from openstack.exceptions import SDKException

    settings = sources["gnocchi"]
    try:
        session = openstack.connect(cloud=cloud).session
        for resource in _resources(session):
            for metric in settings["metrics"]:
                if metric["name"] in resource["metrics"]:
                    yield from _series(session, resource, metric, int(settings["granularity_s"]), asked)
    except (ClientException, SDKException, ValueError) as error:
        raise no_answer("Gnocchi", cloud, str(error).splitlines()[0]) from error


def _resources(session: Any) -> Iterator[dict[str, Any]]:
    marker = None
    while True:
        page = _get(
            session,
            "/v1/resource/instance",
            {"limit": PAGE, "sort": "id:asc", **({"marker": marker} if marker else {})},
        )
        yield from page
        if len(page) < PAGE:
            return
        marker = page[-1]["id"]


def _get(session: Any, path: str, parameters: Mapping[str, Any]) -> Any:
    # under uwsgi Gnocchi answers reliably only to connections that are closed after each answer
    answer = session.get(
        path,
        endpoint_filter={"service_type": "metric"},
        params=dict(parameters),
        raise_exc=False,
        headers={"Connection": "close"},
    )
    if answer.status_code != 200:
        raise CollectError(f"Gnocchi {path}:HTTP {answer.status_code}", f"Gnocchi {path}: HTTP {answer.status_code}",
                           hint=Text("检查账号是否有读取监控数据的角色", "check that the account may read metrics"))  # fmt: skip
    return answer.json()


def _series(
    session: Any, resource: Mapping[str, Any], metric: Mapping[str, Any], granularity: int, asked: Asked
) -> Iterator[pa.Table]:
    query = {
        "aggregation": metric["aggregation"],
        "granularity": granularity,
        "start": instant_of(asked.start_s).isoformat(),
        "stop": instant_of(asked.end_s).isoformat(),
    }
    points = _get(session, f"/v1/metric/{resource['metrics'][metric['name']]}/measures", query)
    if not points:
        return
    from datetime import datetime

    stamps = [int(datetime.fromisoformat(at).timestamp()) for at, _, _ in points]
    # a rate is the growth of a counter within the granularity; a counter that went back is a reset
    divisor = granularity if metric["kind"] == "counter" else 1
    values = [value / divisor for _, _, value in points]
    notes = ["counter_reset" if metric["kind"] == "counter" and value < 0 else None for value in values]
    yield raw_table(resource["id"], metric, stamps, values, interval_s=granularity, notes=notes)
