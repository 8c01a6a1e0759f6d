"""Papers for invented cases: tiny real PDF and PNG files made by code, the same bytes in every run."""

from __future__ import annotations

import struct
import zlib

from cprac.services.uploads import Upload

PAGE_WIDTH, PAGE_HEIGHT = 595, 842  # A4 in points


def pdf(name: str, title: str, *lines: str) -> Upload:
    """A PDF of one page with a title and a few lines, named *name*."""
    shown = [("F2", 16, 770, title)] + [("F1", 11, 735 - 18 * row, line) for row, line in enumerate(lines)]
    text = "\n".join(f"BT /{font} {size} Tf 60 {top} Td ({_escaped(line)}) Tj ET" for font, size, top, line in shown)
    stream = text.encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R"
        b" >> >> >>" % (PAGE_WIDTH, PAGE_HEIGHT),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    file = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return Upload(name, file)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def photo(name: str, seed: int, width: int = 240, height: int = 160) -> Upload:
    """A PNG named *name* that stands for a photograph: ground, sky and a dark spot where *seed* puts it."""
    spot_x, spot_y = 60 + seed * 37 % 120, 100 + seed * 13 % 40
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # each row says that it is not filtered
        for x in range(width):
            if (x - spot_x) ** 2 + 4 * (y - spot_y) ** 2 < 900:
                rows += bytes((52, 47, 45))
            elif y < height // 2:
                rows += bytes((150 + y // 2, 180 + y // 3, 215))
            else:
                rows += bytes((120 - y // 8, 118 - y // 8, 112 - y // 8))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return Upload(name, b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
