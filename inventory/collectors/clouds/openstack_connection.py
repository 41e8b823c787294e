"""The signed-in connection to an OpenStack, one question at a time, and in plain words why nothing came.

Only GET is ever sent. A service that does not answer is waited for once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from catalogs.errors import CollectError
from catalogs.words import Text
from inventory.collectors.clouds.masking import masked
from inventory.collectors.clouds.recording import Fault, reason

if TYPE_CHECKING:
    from openstack.connection import Connection

logger = logging.getLogger(__name__)

SIGN_IN_SECONDS = 15.0  # twice this at most: version discovery, then the token
ANSWER_SECONDS = 120.0  # a page of 1,000 servers takes a loaded nova some ten seconds
RETRIES = 2  # of a 503, after half a second and a second
_OK = 200


class RefusedError(Exception):
    """A service answered, but not with what was asked; `status` is its HTTP status, None where it did not answer."""

    def __init__(self, why: str, status: int | None = None) -> None:
        super().__init__(why)
        self.status = status


@dataclass(slots=True)
class Asker:
    """One connection; remembers which services do not answer, so that each is waited for once."""

    connection: Connection
    faults: list[Fault] = field(default_factory=list)
    silent: dict[str, str] = field(default_factory=dict)

    def get(self, service: str, path: str, version: str | None = None) -> Mapping[str, Any]:
        """One answer as JSON.

        Raises:
            RefusedError: the service is not there, does not answer, or answers with something else.
        """
        import requests
        from keystoneauth1 import exceptions as keystone
        from openstack import exceptions as sdk

        if service in self.silent:
            raise RefusedError(self.silent[service])
        try:
            answer = getattr(self.connection, service).get(
                path, microversion=version, raise_exc=False, status_code_retries=RETRIES
            )
        except (keystone.ClientException, sdk.SDKException, requests.RequestException, ValueError) as error:
            self.silent[service] = why_of(error)
            raise RefusedError(self.silent[service]) from error
        if answer.status_code != _OK:
            raise RefusedError(f"HTTP {answer.status_code}", answer.status_code)
        try:
            body: Mapping[str, Any] = answer.json()
        except ValueError as error:
            raise RefusedError("not JSON", answer.status_code) from error
        return body

    def fault(self, listing: str, service: str, error: RefusedError) -> None:
        """Keep that a listing is missing."""
        logger.info("openstack: %s (%s) not read: %s", listing, service, error)
        self.faults.append(Fault(listing=listing, service=service, status=error.status, why=str(error)))


def connect(cloud: str) -> Connection:
    """A signed-in connection to one cloud of clouds.yaml.

    Raises:
        CollectError: the cloud is not in clouds.yaml, refuses the password, or does not answer.
    """
    import openstack
    import requests
    from keystoneauth1 import exceptions as keystone
    from openstack import exceptions as sdk

    for noisy in ("keystoneauth", "openstack"):  # what they would warn of is said in our own message
        logging.getLogger(noisy).addHandler(logging.NullHandler())
    try:
        connection = openstack.connect(cloud=cloud, app_name="govcloud", api_timeout=SIGN_IN_SECONDS)
    except sdk.ConfigException as error:
        raise _unknown_cloud(cloud, error) from error
    except (keystone.AuthPluginException, ValueError) as error:
        raise CollectError(
            f"云 {cloud}：clouds.yaml 的设置不完整：{error}", f"cloud {cloud}: clouds.yaml is not complete: {error}"
        ) from error
    try:
        connection.session.get_token()
        connection.session.timeout = ANSWER_SECONDS
    except (keystone.ClientException, sdk.SDKException, requests.RequestException) as error:
        connection.close()
        raise _not_signed_in(cloud, error) from error
    return connection


def _unknown_cloud(cloud: str, error: Exception) -> CollectError:
    from openstack.config import OpenStackConfig

    known = sorted(name for name in OpenStackConfig().get_cloud_names() if name != "envvars")
    if cloud in known:
        return CollectError(
            f"云 {cloud}：clouds.yaml 的设置有误：{error}", f"cloud {cloud}: clouds.yaml is wrong: {error}"
        )
    names = "、".join(known)
    return CollectError(
        f"clouds.yaml 里没有名为 {cloud} 的云；现有：{names or '无（没有找到 clouds.yaml）'}",
        f"there is no cloud {cloud} in clouds.yaml; known: {', '.join(known) or 'none (no clouds.yaml was found)'}",
        hint=Text(
            "clouds.yaml 放在当前文件夹或 ~/.config/openstack/，或用 OS_CLIENT_CONFIG_FILE 指明",
            "put clouds.yaml into this folder or ~/.config/openstack/, or name it with OS_CLIENT_CONFIG_FILE",
        ),
    )


def _not_signed_in(cloud: str, error: Exception) -> CollectError:
    """Why signing in failed: the password, or the way to the identity service."""
    from keystoneauth1 import exceptions as keystone

    if isinstance(error, keystone.Unauthorized | keystone.MissingRequiredOptions):
        return CollectError(
            f"云 {cloud}：身份服务拒绝了账号或密码",
            f"cloud {cloud}: the identity service refused the user or password",
            hint=Text("检查 clouds.yaml（或 secure.yaml）的 username、password、project_name、user_domain_name",
                      "check username, password, project_name and user_domain_name in clouds.yaml or secure.yaml"),
        )  # fmt: skip
    said = reason(why_of(error), None)
    if isinstance(error, keystone.HttpServerError):
        return CollectError(
            f"云 {cloud}：身份服务答复说现在不能服务（{said.zh}），什么都没有采集",
            f"cloud {cloud}: the identity service says that it cannot serve now ({said.en}); nothing was collected",
            hint=Text(
                "过一会儿再采；一直这样，请云的运维查身份服务",
                "collect again later; if it stays so, ask the cloud's operators to look at its identity service",
            ),
        )
    return CollectError(
        f"云 {cloud}：身份服务没有应答（{said.zh}）",
        f"cloud {cloud}: the identity service does not answer ({said.en})",
        hint=Text(
            "检查 clouds.yaml 的 auth_url、网络和证书", "check auth_url in clouds.yaml, the network and the certificate"
        ),
    )


def why_of(error: BaseException) -> str:
    """Why nothing came: one of the words of `REASONS`, or the error itself in one line."""
    from keystoneauth1 import exceptions as keystone
    from openstack import exceptions as sdk

    found = error.__cause__ if isinstance(error, sdk.SDKException) and error.__cause__ is not None else error
    match found:
        case keystone.SSLError():
            return "certificate"
        case keystone.ConnectTimeout():
            return "timeout"
        case keystone.ConnectFailure() | keystone.UnknownConnectionError():
            return "unreachable"
        case keystone.EndpointNotFound() | keystone.CatalogException() | sdk.NotSupported() | sdk.ConfigException():
            return "no-endpoint"
        case sdk.ServiceDiscoveryException():
            return "no-version"
    return masked(" ".join(str(found).split())[:200]) or type(found).__name__
