"""What the engine and the cloud say when they refuse, in words a person can act on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from catalogs.errors import GovcloudError, ProvisionError
from catalogs.words import Text

# pattern in what was said → what it means, what to do. The first that fits counts.
FAULTS: tuple[tuple[str, Text, Text], ...] = (
    (
        r"no space left on device|ENOSPC|Errno 28",
        Text("磁盘已满", "the disk is full"),
        Text(
            "腾出空间后重试；已完成的部分记录在状态中。",
            "Free some space and try again; what was done is in the state.",
        ),
    ),
    (
        r"the stack is currently locked by",
        Text("另一个运行正在处理这个批次", "another run is at work on this wave"),
        Text(
            "等它完成；若它已不在运行，删除状态文件夹下 .pulumi/locks 中的文件。",
            "Wait for it; if it no longer runs, delete the files below .pulumi/locks in the state folder.",
        ),
    ),
    (
        r"failed to load checkpoint",
        Text("状态文件已损坏，副本也不能用", "the state file is damaged, and so is its copy"),
        Text(
            "从备份恢复 state 文件夹（.pulumi/backups 中也有历史副本）。",
            "Restore the folder `state` from a backup (.pulumi/backups has older copies).",
        ),
    ),
    (
        r"incorrect passphrase|passphrase must be set",
        Text("口令不对，状态无法解密", "the passphrase is wrong: the state cannot be read"),
        Text(
            "设置创建该状态时的 PULUMI_CONFIG_PASSPHRASE，或放回原来的 govcloud/passphrase 文件。",
            "Set PULUMI_CONFIG_PASSPHRASE as when the state was made, or put back the file govcloud/passphrase.",
        ),
    ),
    (
        r"Authentication failed|requires authentication|\b401\b|Unauthorized",
        Text("目标云拒绝登录：用户名或口令不对", "the cloud refuses the log-in: wrong user or password"),
        Text("检查 clouds.yaml 中这个云的 auth。", "Check `auth` of this cloud in clouds.yaml."),
    ),
    (
        r"[Qq]uota exceeded|OverQuota|exceeded the quota|exceeds allowed .*quota|Quota has been met",
        Text("目标云项目的配额不足", "the quota of the project in the cloud is used up"),
        Text(
            "请云管理员提高配额后再次 up：已建好的不会重建。",
            "Ask for a larger quota, then `up` again: what stands is not made twice.",
        ),
    ),
    (
        r"[Nn]o valid host",
        Text("目标云没有放得下这台服务器的主机", "no host of the cloud has room for this server"),
        Text(
            "腾出资源池容量，或在目录中换规格，再次 up。",
            "Free capacity in the pool or choose another flavour, then `up` again.",
        ),
    ),
    (
        r"already exists|already has a port on subnet|SecurityGroupRuleExists|overlaps with",
        Text("云中已有状态不知道的同类资源", "the cloud has something that the state does not know"),
        Text(
            "上次运行可能被强行中断：按提示在云中删除它，再 up。",
            "An earlier run may have been cut off: delete what is named in the cloud, then `up` again.",
        ),
    ),
    (
        r"connection refused|no such host|i/o timeout|connect: |context deadline exceeded|Connection refused|timed out",
        Text("目标云没有应答", "the cloud does not answer"),
        Text(
            "检查网络和 clouds.yaml 中的 auth_url，稍后再试。",
            "Check the network and `auth_url` in clouds.yaml; try again.",
        ),
    ),
    (
        r"clouds\.yaml|cloud .* does not exist|Missing input for argument \[auth_url\]|One of .auth_url. or .cloud.",
        Text("clouds.yaml 中没有这个云", "clouds.yaml does not have this cloud"),
        Text(
            "用 OS_CLIENT_CONFIG_FILE 指明 clouds.yaml，用 --cloud 给出其中的名字。",
            "Say where clouds.yaml is with OS_CLIENT_CONFIG_FILE, and the name in it with --cloud.",
        ),
    ),
    (
        r"no resource plugin|plugin .* not found",
        Text("引擎找不到 OpenStack 驱动", "the engine does not find its OpenStack provider"),
        Text("安装：govcloud engine install。", "Install it: govcloud engine install."),
    ),
)


def fault_of(error: BaseException, diagnostics: Sequence[str], folder: Path) -> BaseException:
    """The error to raise for one of the engine or of a library; ours and interrupts stay as they are."""
    if isinstance(error, GovcloudError | KeyboardInterrupt):
        return error
    said = "\n".join(diagnostics) or str(error)
    shown = first_lines(said)
    for pattern, meaning, hint in FAULTS:
        if re.search(pattern, said) or re.search(pattern, str(error)):
            return ProvisionError(f"{meaning.zh}（{shown}）", f"{meaning.en} ({shown})", hint=hint)
    if isinstance(error, OSError):
        return ProvisionError(f"{folder}：{error.strerror}", f"{folder}: {error.strerror}")
    return ProvisionError(
        f"引擎报告错误：{shown}",
        f"the engine reports: {shown}",
        hint=Text(
            "已完成的部分记录在状态中，可以再次 up。", "What was done is in the state; `up` may be called again."
        ),
    )


def first_lines(said: str) -> str:
    """The telling part of a long complaint: its first lines with text, without resource names of the engine."""
    lines = [
        re.sub(r"urn:pulumi:\S+", lambda urn: urn.group().rpartition("::")[2], line).strip()
        for line in said.splitlines()
    ]
    telling = [
        line for line in lines if line and not re.fullmatch(r"code: -?\d+|stdout:.*|[*\d ]*errors? occurred:", line)
    ]
    return "；".join(telling[:3])[:400] or "?"
