"""IP addresses in one cell: lists, ranges and networks, expanded up to a limit; IPv6 in its normal form."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from itertools import pairwise

MAX_EXPANDED = 1024  # addresses of one cell; a larger network is not a list of servers
_WIDEST = 8  # bits; no department has more than a class A network
_SEPARATORS = re.compile(r"[,，、;；\s|]+|(?<=\d)和(?=\d)|(?<=\d)及(?=\d)")
_RANGE = re.compile(r"((?:\d{1,3}\.){3})(\d{1,3})[-~～—至到]+(?:((?:\d{1,3}\.){3}))?(\d{1,3})")
_PORT = re.compile(r"^((?:\d{1,3}\.){3}\d{1,3})[：:](\d{1,5})$")
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_ONE = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")  # most cells hold one address
_LABEL = re.compile(r"^[\u4e00-\u9fffA-Za-z]+[：:]")
_NOTE = re.compile(r"[(（][^()（）]*[)）]")
_ANY_ADDRESS = re.compile(r"\d+\.\d+|\d+[-~～—]\d+|::|^.\d+[)）]$")
_LABEL_ALONE = re.compile(r"^[\u4e00-\u9fffA-Za-z]+[:：]?(?=\d)")
_AROUND_RANGE = re.compile(r"(?<=[\d.])\s*([-~～—至到]+)\s*(\d)")
# 10.1.1.7/8/9, 10.1.1.7、8、9: the last parts of further hosts of one network, each larger than the one before
_LAST_PARTS = re.compile(
    rf"(?<![\d.])((?:{_OCTET}\.){{3}})({_OCTET}(?:/{_OCTET}){{2,}}|{_OCTET}(?:[、,，]{_OCTET})+)(?![\d./]|[-~～—:：])"
)
_SLASHED = re.compile(r"/(?=\d{1,3}\.\d)")  # 10.1.1.1/10.1.1.2


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
    for piece in filter(None, _SEPARATORS.split(_joined(text))):
        expanded = _expand(piece)
        if expanded is None:
            unreadable.append(piece)
        elif len(expanded) + len(found) > MAX_EXPANDED:
            return ReadAddresses((), too_many=piece)
        else:
            found.update(dict.fromkeys(expanded))
    return ReadAddresses(tuple(found), tuple(unreadable))


def _joined(text: str) -> str:
    """The text with ranges written together and without remarks; a remark that holds numbers is read like the rest."""
    plain = _NOTE.sub(lambda m: f" {_LABEL_ALONE.sub('', m[0][1:-1])} " if _ANY_ADDRESS.search(m[0]) else " ", text)
    plain = _LAST_PARTS.sub(_in_full, _AROUND_RANGE.sub(r"\1\2", plain))
    return _SLASHED.sub(" ", plain)


def _in_full(match: re.Match[str]) -> str:
    """10.1.1.7/8/9 as three addresses; as it stands where the numbers do not rise: 10.1.1.7/8 may be a network."""
    parts = [int(part) for part in re.split(r"[/、,，]", match[2])]
    rises = all(before < after for before, after in pairwise(parts))
    return " ".join(f"{match[1]}{part}" for part in parts) if rises else match[0]


def _expand(piece: str) -> list[str] | None:
    bare = piece if _is_ipv6(piece) else _LABEL.sub("", piece)
    if m := _PORT.match(bare):
        bare = m[1]
    if m := _RANGE.fullmatch(bare):
        return _range(m)
    try:
        return _network(bare) if "/" in bare else [str(ipaddress.ip_address(bare.strip("[]")))]
    except ValueError:
        return None


def _network(bare: str) -> list[str] | None:
    """One host written with its mask, or the hosts of a network; `None` for 10.1.1.1/2 and 10.1.1.23/24: they may be two hosts."""
    host = ipaddress.ip_interface(bare)
    network = host.network
    if host.version == 4 and (network.prefixlen < _WIDEST or int(host.ip) % 256 + 1 == network.prefixlen):
        return None
    if host.ip != network.network_address:
        return [str(host.ip)]
    if network.num_addresses > MAX_EXPANDED:
        return [""] * (MAX_EXPANDED + 1)
    return [str(address) for address in (network.hosts() if "/32" not in bare else [network[0]])]


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
