"""IP addresses in one cell: lists, ranges and networks, expanded up to a limit; IPv6 in its normal form."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

MAX_EXPANDED = 1024  # addresses of one cell; a larger network is not a list of servers
_SEPARATORS = re.compile(r"[,，、;；\s|]+|(?<=\d)和(?=\d)|(?<=\d)及(?=\d)")
_RANGE = re.compile(r"((?:\d{1,3}\.){3})(\d{1,3})[-~～—至到]+(?:((?:\d{1,3}\.){3}))?(\d{1,3})")
_PORT = re.compile(r"^((?:\d{1,3}\.){3}\d{1,3})[：:](\d{1,5})$")
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_ONE = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")  # most cells hold one address
_LABEL = re.compile(r"^[\u4e00-\u9fffA-Za-z]+[：:]")
_NOTE = re.compile(r"[(（][^()（）]*[)）]")


@dataclass(frozen=True, slots=True)
class ReadAddresses:
    """The addresses, and the pieces that are none; `too_many` names a range over the limit."""

    found: tuple[str, ...]
    unreadable: tuple[str, ...] = ()
    too_many: str | None = None


def read_addresses(text: str) -> ReadAddresses:
    """Read normalised (NFKC) text; order is kept, repetitions are dropped."""
    if _ONE.fullmatch(text):
        return ReadAddresses((text,))
    found: dict[str, None] = {}
    unreadable: list[str] = []
    for piece in filter(None, _SEPARATORS.split(_NOTE.sub(" ", text))):
        expanded = _expand(piece)
        if expanded is None:
            unreadable.append(piece)
        elif len(expanded) + len(found) > MAX_EXPANDED:
            return ReadAddresses((), too_many=piece)
        else:
            found.update(dict.fromkeys(expanded))
    return ReadAddresses(tuple(found), tuple(unreadable))


def _expand(piece: str) -> list[str] | None:
    bare = piece if _is_ipv6(piece) else _LABEL.sub("", piece)
    if m := _PORT.match(bare):
        bare = m[1]
    if m := _RANGE.fullmatch(bare):
        return _range(m)
    try:
        if "/" in bare:
            host = ipaddress.ip_interface(bare)
            network = host.network
            if host.ip != network.network_address:  # 10.1.1.5/24 is one host, written with its mask
                return [str(host.ip)]
            if network.num_addresses > MAX_EXPANDED:
                return [""] * (MAX_EXPANDED + 1)
            return [str(address) for address in (network.hosts() if "/32" not in bare else [network[0]])]
        return [str(ipaddress.ip_address(bare.strip("[]")))]
    except ValueError:
        return None


def _is_ipv6(piece: str) -> bool:
    return piece.count(":") >= 2


def _range(m: re.Match[str]) -> list[str] | None:
    try:
        first = ipaddress.IPv4Address(m[1] + m[2])
        last = ipaddress.IPv4Address((m[3] or m[1]) + m[4])
    except ValueError:
        return None
    if last < first:
        return None
    if int(last) - int(first) >= MAX_EXPANDED:
        return [""] * (MAX_EXPANDED + 1)
    return [str(ipaddress.IPv4Address(number)) for number in range(int(first), int(last) + 1)]
