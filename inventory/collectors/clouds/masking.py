"""What clouds keep in tags and texts and nobody else should read: accounts in addresses, values that are credentials."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECRET_KEY = re.compile(
    r"pass|pwd|secret|token|credential|private|(api|access|ssh)[-_ .]?key|密码|口令|密钥", re.IGNORECASE
)
_USER_INFO = re.compile(r"(://)[^/@\s:]+:[^/@\s]+@")
MASK = "***"


def masked(text: str) -> str:
    """Text without the account and password of an address."""
    return _USER_INFO.sub(rf"\1{MASK}@", text)


def masked_tags(tags: Mapping[str, object]) -> dict[str, str]:
    """Tags with the values masked whose keys speak of credentials."""
    return {key: MASK if _SECRET_KEY.search(key) else masked(str(value)) for key, value in tags.items()}
