"""What engine and cloud say, in words of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogs.errors import CheckFailed, ProvisionError
from iac.faults import fault_of

SAID = [
    ("error: 1 error occurred:\n\t* creating OpenStack server: got 403 instead: Quota exceeded for cores", "the quota of the project"),
    ("Error: failed to authenticate: Authentication failed", "refuses the log-in"),
    ("Post \"http://127.0.0.1:9/v3/auth/tokens\": dial tcp 127.0.0.1:9: connect: connection refused", "does not answer"),
    ("Get \"https://nowhere.invalid/v3\": dial tcp: lookup nowhere.invalid: no such host", "does not answer"),
    ("write /state/x.json: no space left on device", "the disk is full"),
    ("error: the stack is currently locked by 1 lock(s). Either wait", "another run is at work"),
    ("error: incorrect passphrase", "the passphrase is wrong"),
    ("fault: No valid host was found. There are not enough hosts available.", "no host of the cloud"),
    ("no resource plugin 'pulumi-resource-openstack' found in the workspace", "does not find its OpenStack provider"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "meaning"), SAID)
def test_known_faults_have_a_meaning_and_a_hint(said: str, meaning: str) -> None:
    error = fault_of(RuntimeError("code: 255"), [said], Path("/f"))
    assert isinstance(error, ProvisionError)
    assert meaning in error.message.en
    assert error.hint is not None


def test_unknown_faults_keep_what_was_said_without_the_engines_frame() -> None:
    text = "\n code: 255\n stdout: \n\n* something new\nurn:pulumi:w::govcloud::a:b:C::his-01 failed"
    error = fault_of(RuntimeError(text), [], Path("/f"))
    assert isinstance(error, ProvisionError)
    assert "something new" in error.message.en
    assert "his-01 failed" in error.message.en
    assert "urn:" not in error.message.en


def test_our_own_errors_and_interrupts_stay() -> None:
    for error in (CheckFailed("甲", "a"), KeyboardInterrupt()):
        assert fault_of(error, ["quota exceeded"], Path("/f")) is error


def test_a_full_disk_is_named() -> None:
    error = fault_of(OSError(28, "No space left on device"), [], Path("/f"))
    assert isinstance(error, ProvisionError)
    assert "disk is full" in error.message.en
