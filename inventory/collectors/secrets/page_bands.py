"""Headers and footers of printed pages: no cells, yet people write accounts, passwords and secrecy marks into them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from catalogs.words import Text
from inventory.collectors.secrets.credentials import mask
from inventory.collectors.workbooks.grid import Grid
from inventory.model import Gap, Origin

_XLSX = re.compile(rb"<(?:x:)?(?:odd|even|first)(?:Header|Footer)\b[^>]*>([^<]*)<")
_XML_2003 = re.compile(rb"<(?:x:)?(?:Header|Footer)\b[^>]*?\bx?:?Data=\"([^\"]*)\"")
# &L&"宋体,常规"&12 before a text: where it stands and how it looks
_CODES = re.compile(r'&"[^"]*"|&K[0-9A-F]{6}|&\d{1,3}|&[A-Za-z]')


def plain_band(text: str) -> str:
    """A header or footer without the codes of its layout."""
    return " ".join(_CODES.sub(" ", text.replace("&&", "\x00")).replace("\x00", "&").split())


def bands_in_xlsx(xml: bytes) -> Iterator[str]:
    """The headers and footers in a piece of a sheet's XML."""
    if b"Header" in xml or b"Footer" in xml:
        yield from _texts(_XLSX.findall(xml))


def bands_in_xml_2003(content: bytes) -> tuple[str, ...]:
    """The headers and footers of all sheets of an Excel 2003 XML file."""
    return tuple(_texts(_XML_2003.findall(content)))


def _texts(found: Iterable[bytes]) -> Iterator[str]:
    for raw in found:
        if text := plain_band(html.unescape(raw.decode("utf-8", "replace"))):
            yield text


def warnings_of_bands(grid: Grid, place: Origin) -> Iterator[Gap]:
    """One warning for a sheet whose headers or footers hold an account or a password."""
    if any(mask(text)[1] for text in grid.bands):
        text = Text(
            "这张表的页眉或页脚里有账号或密码，没有读取；请删除（页面设置 › 页眉/页脚）",
            "accounts or passwords stand in the page header or footer of this sheet; they were not read, please remove them (Page Setup › Header/Footer)",
        )
        yield Gap(kind="credential", origin=place, field="credential", message=text, raw="***")
