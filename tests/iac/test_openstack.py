"""The component, with Pulumi's mocks: what it registers, what it protects, what hangs below what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pulumi
import pytest
from pulumi.runtime.mocks import MockMonitor

from iac.model import RuleSpec, SystemSpec, VolumeSpec
from tests.iac.builders import a_binding, a_server, a_spec

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Recorder(pulumi.runtime.Mocks):
    """Keeps what was registered; an id is the type and the name."""

    def __init__(self) -> None:
        self.made: dict[str, pulumi.runtime.MockResourceArgs] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[Any, Any]]:
        self.made[args.name] = args
        return f"{args.typ}/{args.name}", dict(args.inputs)

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        message = f"the program asks the cloud: {args.token}"
        raise AssertionError(message)


class Monitor(MockMonitor):
    """Keeps each registration as it would go to the engine, with its options."""

    def __init__(self, mocks: pulumi.runtime.Mocks) -> None:
        super().__init__(mocks)
        self.requests: dict[str, Any] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - gRPC's name
        self.requests[request.name] = request
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


def registered(specs: list[SystemSpec]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run the program of a wave against the mocks: inputs by name, and the registrations by name."""
    from iac.openstack import program

    recorder = Recorder()
    monitor = Monitor(recorder)
    pulumi.runtime.set_mocks(recorder, project="govcloud", stack="demo-2026-W14", preview=False, monitor=monitor)

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def run() -> None:
        program("lab", specs, a_binding())()

    run()
    return {name: args.inputs for name, args in recorder.made.items()}, monitor.requests


def kinds(requests: dict[str, Any]) -> dict[str, int]:
    types = [r.type.rpartition(":")[2] for r in requests.values() if r.type != "pulumi:pulumi:Stack"]
    return {kind: types.count(kind) for kind in set(types)}


def test_every_part_of_the_specification_is_registered() -> None:
    inputs, requests = registered([a_spec()])
    assert kinds(requests) == {
        "System": 1, "Network": 1, "Subnet": 2, "Router": 1, "RouterInterface": 2, "SecGroup": 1, "SecGroupRule": 4,
        "Port": 2, "Instance": 2, "Volume": 1, "VolumeAttach": 1, "openstack": 1,
    }  # fmt: skip
    server = inputs["his-01"]
    assert (server["flavorId"], server["imageId"]) == ("2", "11111111-1111-4111-8111-111111111111")
    assert server["metadata"]["govcloud:system"] == "sys-his"
    assert [ip["ipAddress"] for ip in inputs["his-01-port"]["fixedIps"]] == ["10.96.0.10", "fd00:96::10"]
    assert inputs["his-v6"]["ipv6AddressMode"] == "dhcpv6-stateful"
    assert inputs["his-sg"]["deleteDefaultRules"] is True
    assert inputs["his-router"]["externalNetworkId"] == "22222222-2222-4222-8222-222222222222"


def test_data_volumes_and_nothing_else_are_protected() -> None:
    _, requests = registered([a_spec()])
    assert {name for name, request in requests.items() if request.protect} == {"his-01-data1"}


def test_everything_hangs_below_its_system_in_the_one_provider() -> None:
    _, requests = registered([a_spec("his"), a_spec("pay")])
    own = {name: request for name, request in requests.items() if request.type.startswith("openstack:")}
    assert len(own) == 2 * 17
    for name, request in own.items():
        assert request.parent.endswith(f"::{name.partition('-')[0]}"), name
        assert "pulumi:providers:openstack::cloud" in request.provider, name


def test_a_new_image_replaces_no_server_and_a_rule_without_address_means_the_group() -> None:
    inputs, requests = registered([a_spec()])
    assert list(requests["his-01"].ignoreChanges) == ["imageId"]
    members = inputs["his-sg-members-v4"]
    assert members.get("remoteIpPrefix") is None
    assert members["remoteGroupId"].endswith("his-sg")
    assert inputs["his-sg-https-v4"].get("remoteGroupId") is None


def test_a_replica_of_data_only_has_volumes_and_no_server() -> None:
    volume = VolumeSpec(name="pay-dr-data1", size_gib=260)
    inputs, requests = registered([replace(a_spec("pay-dr", servers=()), volumes=(volume,), role="replica")])
    assert inputs["pay-dr-data1"]["size"] == 260
    assert requests["pay-dr-data1"].protect
    assert not {"Instance", "VolumeAttach"} & set(kinds(requests))


def test_a_system_without_an_exit_has_no_router() -> None:
    spec = a_spec("inner", servers=(a_server("inner-01"),))
    rule = RuleSpec(name="out-v4", direction="egress", ip_version=4, remote_cidr="0.0.0.0/0")
    spec = replace(
        spec,
        network=replace(spec.network, router=None, external_network=None),
        security_group=replace(spec.security_group, rules=(rule,)),
    )
    _, requests = registered([spec])
    assert not {"Router", "RouterInterface"} & set(kinds(requests))
    assert kinds(requests)["Instance"] == 1
