"""Use by day as a picture for office files, which hold no SVG: columns by day, gaps grey, the rule's line dashed."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np

from report.use_svg import scale_of

WIDTH, HEIGHT, DASH = 1440, 300, 24
WHITE, NAVY, SKY, RED, GREY, RULE = (255, 255, 255), (31, 78, 121), (198, 214, 230), (176, 58, 46), (227, 231, 235), (213, 219, 225)  # fmt: skip


def use_png(daily: Sequence[float | None], *, line: float | None) -> bytes:
    """A PNG of 1440 × 300 points; its axis runs from 0 to `report.use_svg.scale_of` of all values.

    Args:
        daily: ratios 0–1 by day, `None` where nothing was measured: grey, never drawn as zero.
        line: the rule's limit.
    """
    top = scale_of([*(value for value in daily if value is not None), line or 0.0])
    picture = np.full((HEIGHT, WIDTH, 3), WHITE, np.uint8)

    def row(ratio: float) -> int:
        return round((HEIGHT - 4) * (1 - min(ratio / top, 1.0)))

    for share in (0.0, 0.5, 1.0):
        picture[row(share * top) : row(share * top) + 2] = RULE
    edges = [round(place * WIDTH / max(len(daily), 1)) for place in range(len(daily) + 1)]
    for value, left, right in zip(daily, edges, edges[1:], strict=False):
        if value is None:
            picture[:, left:right] = GREY
        else:
            picture[row(value) :, left:right] = SKY
            picture[row(value) : row(value) + 4, left:right] = NAVY
    if line is not None:
        for left in range(0, WIDTH, DASH):
            picture[row(line) : row(line) + 3, left : left + DASH // 2] = RED
    return _png(picture)


def _png(picture: np.ndarray) -> bytes:
    """PNG of 8-bit RGB (RFC 2083): signature, header, one compressed block of unfiltered rows, end."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width, _ = picture.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), picture.reshape(height, width * 3)], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)) + chunk(b"IEND", b"")  # fmt: skip
