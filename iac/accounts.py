"""What the engine wants to know of accounts: a passphrase for its state, a clouds.yaml even where no cloud is asked."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path


def passphrase() -> dict[str, str]:
    """What encrypts secrets in the state: the user's own setting, else a key file made once.

    The state holds no secret today; the key keeps it so should a later resource have one. It lies with the user's
    settings, not beside the state.
    """
    if "PULUMI_CONFIG_PASSPHRASE" in os.environ or "PULUMI_CONFIG_PASSPHRASE_FILE" in os.environ:
        return {}
    root = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    path = root / "govcloud" / "passphrase"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(".new")
        scratch.touch(mode=0o600)
        scratch.write_text(secrets.token_hex(32), encoding="ascii")
        scratch.replace(path)
    return {"PULUMI_CONFIG_PASSPHRASE_FILE": str(path)}


def stand_in(folder: Path, cloud: str) -> Path:
    """A clouds.yaml for a preview without the cloud: the provider wants one, and asks nobody."""
    path = folder / "no-cloud.yaml"
    account = {"auth_url": "http://127.0.0.1:9/v3", "username": "nobody", "password": "", "project_name": "none"}
    path.write_text(json.dumps({"clouds": {cloud: {"auth": account}}}), encoding="utf-8")  # JSON is YAML
    return path
