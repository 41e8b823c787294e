"""Samples from Gnocchi as Ceilometer fills it, through the session of clouds.yaml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
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
        lacking: Counter[str] = Counter()
        for resource in _resources(session):
            for metric in settings["metrics"]:
                if metric["name"] in resource["metrics"]:
                    points = _points(session, resource, metric, int(settings["granularity_s"]), asked)
                    if points is None:
                        lacking[metric["name"]] += 1
                    else:
                        yield from _series(resource, metric, int(settings["granularity_s"]), points, asked)
        for name, count in sorted(lacking.items()):
            asked.remark(_not_archived(name, count, settings))
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


def _get(session: Any, path: str, parameters: Mapping[str, Any], *, may_lack: bool = False) -> Any:
    """The answer; `None` where it is that there is no such thing, and that may be."""
    # under uwsgi Gnocchi answers reliably only to connections that are closed after each answer
    answer = session.get(
        path,
        endpoint_filter={"service_type": "metric"},
        params=dict(parameters),
        raise_exc=False,
        headers={"Connection": "close"},
    )
    if may_lack and answer.status_code == 404:
        return None
    if answer.status_code != 200:
        raise CollectError(f"Gnocchi {path}：HTTP {answer.status_code}", f"Gnocchi {path}: HTTP {answer.status_code}",
                           hint=Text("检查账号是否有读取监控数据的角色", "check that the account may read metrics"))  # fmt: skip
    return answer.json()


def _points(
    session: Any, resource: Mapping[str, Any], metric: Mapping[str, Any], granularity: int, asked: Asked
) -> Any | None:
    """Stamps and values, from one step before what is asked for; `None` where the metric keeps no such aggregation."""
    query = {
        "aggregation": metric["aggregation"],
        "granularity": granularity,
        "start": instant_of(asked.start_s - granularity).isoformat(),
        "stop": instant_of(asked.end_s).isoformat(),
    }
    path = f"/v1/metric/{resource['metrics'][metric['name']]}/measures"
    found = _get(session, path, query, may_lack=True)
    return None if found is None else [(int(datetime.fromisoformat(at).timestamp()), value) for at, _, value in found]


def _series(
    resource: Mapping[str, Any],
    metric: Mapping[str, Any],
    granularity: int,
    points: list[tuple[int, float]],
    asked: Asked,
) -> Iterator[pa.Table]:
    """A rate is the growth of a counter within the granularity; one that went back is a reset.

    Behind a gap it is the growth of the whole gap, so no rate of that step.
    """
    counter = metric["kind"] == "counter"
    there = {at for at, _ in points}
    mine = [(at, value) for at, value in points if at >= asked.start_s]
    notes = [
        None if not counter else "counter_reset" if value < 0 else None if at - granularity in there else "counter_end"
        for at, value in mine
    ]
    values = [value / (granularity if counter else 1) for _, value in mine]
    if mine:
        yield raw_table(resource["id"], metric, [at for at, _ in mine], values, interval_s=granularity, notes=notes)


def _not_archived(name: str, count: int, settings: Mapping[str, Any]) -> Text:
    (kind,) = {metric["aggregation"] for metric in settings["metrics"] if metric["name"] == name}
    step = settings["granularity_s"]
    return Text(
        f"Gnocchi：{count} 台机器的 {name} 没有保存每 {step} 秒的 {kind}，没有读；在 sources.toml 里改 granularity_s 或 aggregation，或改归档策略",
        f"Gnocchi: {name} of {count} machines is not kept as {kind} every {step} seconds, and was not read; change granularity_s or aggregation in sources.toml, or the archive policy",
    )
