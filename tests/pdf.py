"""PDFs for tests, written by hand."""

import base64


def pdf(*pages: str, content: bytes | None = None) -> str:
    """Return a PDF in base64, with a line of text on each page, or the same `content` on all."""
    bodies = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    bodies.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    if content is not None:
        bodies.append(_stream(content))
    for text in pages:
        if content is None:
            bodies.append(_stream(b"BT /F1 12 Tf 72 720 Td (%b) Tj ET" % text.encode("latin-1")))
            shown = len(bodies)
        else:
            shown = 4
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % shown
        )
        kids.append(b"%d 0 R" % len(bodies))
    bodies[1] = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b" ".join(kids), len(pages))
    return base64.b64encode(_file(bodies)).decode()


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)


def _file(bodies: list[bytes]) -> bytes:
    written = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(bodies) + 1,
        len(written),
    )
    return written + head + table + trailer
