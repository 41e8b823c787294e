"""The target cloud through openstacksdk: logging in with clear errors, and whether its quotas are large enough."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from catalogs.errors import ProvisionError
from catalogs.words import Text
from iac.faults import first_lines
from iac.model import SystemSpec
from iac.outcome import Outcome

if TYPE_CHECKING:
    from openstack.connection import Connection

ANSWER_SECONDS = 20
UNAUTHORIZED = 401


def connect(cloud: str) -> Connection:
    """Log in to a cloud of clouds.yaml.

    Raises:
        ProvisionError: no such cloud, a wrong password, or the cloud does not answer.
    """
    import openstack
    from keystoneauth1 import exceptions as refused
    from openstack.exceptions import ConfigException

    logging.getLogger("keystoneauth").setLevel(logging.ERROR)  # its warnings say again what is raised below
    try:
        # The environment's own OS_… variables must not change which cloud is built in: only the file is read.
        chosen = os.environ.get("OS_CLIENT_CONFIG_FILE")
        config = openstack.config.OpenStackConfig(load_envvars=False, config_files=[chosen] if chosen else None)
        connection = openstack.connection.Connection(config=config.get_one(cloud=cloud, api_timeout=ANSWER_SECONDS))
        connection.session.get_token()
    except ConfigException as error:
        raise ProvisionError(
            f"clouds.yaml 中没有云 {cloud}（或它的设置不全）：{first_lines(str(error))}",
            f"clouds.yaml does not have the cloud {cloud} (or not all of it): {first_lines(str(error))}",
            hint=Text(
                "用 OS_CLIENT_CONFIG_FILE 指明 clouds.yaml，用 --cloud 给出其中的名字。",
                "Say where clouds.yaml is with OS_CLIENT_CONFIG_FILE, and the name in it with --cloud.",
            ),
        ) from error
    except refused.ClientException as error:
        if getattr(error, "http_status", None) != UNAUTHORIZED:
            raise _no_answer(cloud, error) from error
        raise ProvisionError(
            f"云 {cloud} 拒绝登录：用户名或口令不对（{first_lines(str(error))}）",
            f"the cloud {cloud} refuses the log-in: wrong user or password ({first_lines(str(error))})",
            hint=Text("检查 clouds.yaml 中这个云的 auth。", "Check `auth` of this cloud in clouds.yaml."),
        ) from error
    return connection


def _no_answer(cloud: str, error: Exception) -> ProvisionError:
    said = first_lines(str(error)).partition("(Caused by")[0].partition(": HTTP")[0].strip()
    return ProvisionError(
        f"云 {cloud} 没有应答：{said}",
        f"the cloud {cloud} does not answer: {said}",
        hint=Text(
            "检查网络和 clouds.yaml 中的 auth_url，稍后再试。",
            "Check the network and `auth_url` in clouds.yaml; try again.",
        ),
    )


# resource type of the engine → the quota it counts against
COUNTED: Mapping[str, str] = {
    "openstack:compute/instance:Instance": "instances",
    "openstack:blockstorage/volume:Volume": "volumes",
    "openstack:networking/network:Network": "networks",
    "openstack:networking/subnet:Subnet": "subnets",
    "openstack:networking/router:Router": "routers",
    "openstack:networking/port:Port": "ports",
    "openstack:networking/secGroup:SecGroup": "security_groups",
    "openstack:networking/secGroupRule:SecGroupRule": "security_group_rules",
}


def needed(specs: Sequence[SystemSpec], preview: Outcome) -> Counter[str]:
    """What the creations of a preview take of each quota; memory in MiB, volumes in GiB."""
    total: Counter[str] = Counter()
    servers = {server.name: server for spec in specs for server in spec.servers}
    volumes = {volume.name: volume for spec in specs for volume in spec.all_volumes}
    for step in preview.steps_of("create"):
        if step.type in COUNTED:
            total[COUNTED[step.type]] += 1
        if step.type.endswith(":Instance"):
            total["cores"] += servers[step.name].vcpu
            total["ram"] += int(servers[step.name].memory_gib * 1024)
        if step.type.endswith(":Volume"):
            total["gigabytes"] += volumes[step.name].size_gib
        if step.type.endswith(":RouterInterface"):
            total["ports"] += 1
    return total


def free(connection: Connection) -> dict[str, int]:
    """What each quota of the project has left; a quota without a limit is not named."""
    compute = connection.compute.get_limits().absolute
    storage = connection.block_storage.get_limits().absolute
    pairs: dict[str, tuple[Any, Any]] = {
        "instances": (compute.instances, compute.instances_used),
        "cores": (compute.total_cores, compute.total_cores_used),
        "ram": (compute.total_ram, compute.total_ram_used),
        "volumes": (storage.max_total_volumes, storage.total_volumes_used),
        "gigabytes": (storage.max_total_volume_gigabytes, storage.total_gigabytes_used),
    }
    network = connection.network.get_quota(str(connection.current_project_id), details=True)
    for name in ("networks", "subnets", "routers", "ports", "security_groups", "security_group_rules"):
        detail = getattr(network, name)
        pairs[name] = (detail["limit"], detail["used"] + detail["reserved"])
    return {name: int(limit) - int(used) for name, (limit, used) in pairs.items() if limit is not None and limit >= 0}


def check_quota(connection: Connection, specs: Sequence[SystemSpec], preview: Outcome) -> None:
    """Refuse before anything is made rather than stop half-way.

    Raises:
        ProvisionError: a quota is too small; every one is named with what is needed and what is left.
    """
    left = free(connection)
    short = [
        (name, count, left[name])
        for name, count in sorted(needed(specs, preview).items())
        if count > left.get(name, count)
    ]
    if short:
        zh = "，".join(f"{name} 需 {count} 余 {have}" for name, count, have in short)
        en = ", ".join(f"{name} needs {count} has {have}" for name, count, have in short)
        raise ProvisionError(
            f"目标云项目配额不足，没有创建任何资源：{zh}",
            f"the quota of the project in the cloud is too small; nothing was created: {en}",
            hint=Text(
                "请云管理员提高配额：openstack quota set --cores … --routers … 项目。",
                "Ask for a larger quota: openstack quota set --cores … --routers … PROJECT.",
            ),
        )


# resource type of the engine → how the cloud lists things of that kind; their names are ours alone in the project
LISTED: Mapping[str, Callable[[Any, str], Any]] = {
    "openstack:compute/instance:Instance": lambda cloud, name: cloud.compute.servers(name=f"^{name}$"),
    "openstack:blockstorage/volume:Volume": lambda cloud, name: cloud.block_storage.volumes(name=name),
    "openstack:networking/network:Network": lambda cloud, name: cloud.network.networks(name=name),
    "openstack:networking/subnet:Subnet": lambda cloud, name: cloud.network.subnets(name=name),
    "openstack:networking/port:Port": lambda cloud, name: cloud.network.ports(name=name.removesuffix("-port")),
    "openstack:networking/router:Router": lambda cloud, name: cloud.network.routers(name=name),
    "openstack:networking/secGroup:SecGroup": lambda cloud, name: cloud.network.security_groups(name=name),
}


def check_unknown(connection: Connection, preview: Outcome) -> None:
    """Nothing that the state does not know has the name of something to be made: an earlier run may have been cut off.

    Raises:
        ProvisionError: there is such a thing; all are named with their ids.
    """
    found = sorted(
        (step.name, step.type.rpartition(":")[2], str(thing.id))
        for step in preview.steps_of("create")
        if step.type in LISTED
        for thing in LISTED[step.type](connection, step.name)
    )
    if found:
        listed = ", ".join(f"{kind} {name} {identifier}" for name, kind, identifier in found)
        raise ProvisionError(
            f"云中已有 {len(found)} 个同名资源不在状态里（上次运行可能被强行中断）：{listed}",
            f"the cloud has {len(found)} resources of these names that the state does not know (a run was cut off?): {listed}",
            hint=Text(
                "核对后在云中删除它们（数据卷先确认没有数据），再 up。",
                "Look at them and delete them in the cloud (volumes: only without data), then `up` again.",
            ),
        )
