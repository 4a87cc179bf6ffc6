#!/usr/bin/env python3
"""Writes sample.png, a 640x400 picture of a bird at sunset, with the standard library only."""

import struct
import zlib
from pathlib import Path

WIDTH, HEIGHT = 640, 400
SUN = (430, 210, 70)


def pixel(x: int, y: int) -> tuple[int, int, int]:
    """Return the colour (red, green, blue) of one pixel."""
    # A bird: two arcs that meet at (220, 130).
    wing = abs(abs(x - 220) - 45)
    if wing < 45 and abs(y - 105 - wing * wing // 80) < 5:
        return 30, 30, 50
    if y > 320 + (x - 200) * (x - 200) // 4000:
        return 40, 60, 45
    if (x - SUN[0]) ** 2 + (y - SUN[1]) ** 2 < SUN[2] ** 2:
        return 255, 225, 120
    return 90 + 150 * y // HEIGHT, 110 + 40 * y // HEIGHT, 190 - 90 * y // HEIGHT


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one PNG chunk: length, type, data and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main() -> None:
    """Write the picture next to this script."""
    rows = b"".join(
        b"\0" + bytes(value for x in range(WIDTH) for value in pixel(x, y)) for y in range(HEIGHT)
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )
    (Path(__file__).parent / "sample.png").write_bytes(png)


if __name__ == "__main__":
    main()
