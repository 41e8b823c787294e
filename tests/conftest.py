"""What tests of several packages share: the real OpenStack of tests/lab, the real engine, and where they live."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from catalogs.words import set_language
from tests.lab import LAB, Lab, lab_is_up, the_lab

__all__ = ["Lab"]

# A run in the background inherits an ignored SIGINT, and so would the programs whose Ctrl-C is tested.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A landing is decided by the same examples on every run; `make soak` looks for new ones.
settings.register_profile("landing", derandomize=True, deadline=None)
settings.register_profile("soak", deadline=None)
settings.load_profile("soak" if os.environ.get("GOVCLOUD_SOAK") else "landing")


@pytest.fixture(autouse=True)
def chinese() -> None:
    """A command line with `--lang en` run inside a test sets the language of the process; the next test begins in Chinese."""
    set_language("zh")


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """The real OpenStack control plane. Started if it does not run, and then stopped at the end of the run."""
    started = not lab_is_up()
    if started:
        subprocess.run([str(LAB / "up.sh"), "--no-smoke"], check=True, timeout=3600)
    yield the_lab()
    if started:
        subprocess.run([str(LAB / "down.sh")], check=True, timeout=600)


@pytest.fixture(scope="session")
def engine() -> Any:
    """The real Pulumi engine with its provider; installed (built) if it is not there."""
    from iac.engine_install import install

    return install(lambda text: print(text.en, flush=True))
