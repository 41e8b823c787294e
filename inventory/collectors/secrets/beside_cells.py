"""Credentials beside the cells of an xlsx: in comments, behind links, in text boxes, headers and footers. Told, never kept."""

from __future__ import annotations

import html
import io
import re
import zipfile
from urllib.parse import unquote

from catalogs.words import Text
from inventory.collectors.secrets.credentials import mask

_LARGEST = 8_000_000  # bytes of one part that are looked through
_PARTS: tuple[tuple[re.Pattern[str], Text], ...] = (
    (re.compile(r"^xl/(comments|threadedComments/).*\.xml$"), Text("批注", "comments")),
    (re.compile(r"^xl/comments/.*\.xml$"), Text("批注", "comments")),
    (re.compile(r"^xl/worksheets/_rels/.*\.rels$"), Text("超链接", "links")),
    (re.compile(r"^docProps/.*\.xml$"), Text("文档属性", "document properties")),
    (re.compile(r"^xl/workbook\.xml$"), Text("工作表名称或定义的名称", "names of sheets or defined names")),
    (re.compile(r"^xl/drawings/.*\.(xml|vml)$"), Text("文本框", "text boxes")),
)
_TAG = re.compile(r"<[^>]+>")
# 'Sheet1'!$A$2:$M$9, Sheet1!B3, $1:$2: the places that filters, print areas and names of ranges stand for
_PLACE = r"(?:\$?[A-Z]{1,3}\$?\d{1,7}|\$[A-Z]{1,3}|\$\d{1,7})"
_PLACES = re.compile(rf"(?:!|(?<![^\s,;(=+*/-])(?=\$)){_PLACE}(?::{_PLACE})?(?![\w@#$^!])|#REF!")
_TARGET = re.compile(r'Target="([^"]*)"')


def secrets_beside(content: bytes) -> tuple[Text, ...]:
    """Where, beside its cells, an xlsx holds accounts or passwords."""
    found: dict[str, Text] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for item in packed.infolist():
            kind = next((text for pattern, text in _PARTS if pattern.match(item.filename)), None)
            if kind is None or kind.zh in found or item.file_size > _LARGEST:
                continue
            xml = packed.read(item).decode("utf-8", "replace")
            pieces = _TARGET.findall(xml) if item.filename.endswith(".rels") else [_TAG.sub(" ", xml)]
            if item.filename == "xl/workbook.xml":
                pieces = [_PLACES.sub(" ", piece) for piece in pieces]
            if any(mask(unquote(html.unescape(piece)))[1] for piece in pieces):
                found[kind.zh] = kind
    return tuple(found.values())
