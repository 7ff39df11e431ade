"""Reads the text of one PDF: reads base64; writes the number of pages and each page as lines of JSON.

`pdf.py` runs it as a separate program, because a malicious PDF can take any time and memory to read. Pages
that are written before its CPU time is used up count as read. If it ends early, an object on the last line
has the reason.
"""

import base64
import io
import json
import logging
import resource
import sys
from itertools import islice

MEMORY = 1024 * 1024 * 1024
PAGES = 1000
CHARACTERS = 4 * 1024 * 1024
"""Of all pages together. No model reads more."""


def main() -> None:
    """Read the PDF."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(base64.b64decode(sys.stdin.buffer.read())))
    _write(len(reader.pages))
    left = CHARACTERS
    for page in islice(reader.pages, PAGES):
        text = page.extract_text()
        left -= len(text)
        if left < 0:
            break
        _write(text)


def _write(what: int | str | dict[str, str]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    logging.disable()  # pypdf warns about every irregularity
    try:
        main()
    except Exception as error:
        _write({"error": f"{type(error).__name__}: {error}"[:300]})
