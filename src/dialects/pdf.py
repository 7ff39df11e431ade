"""The text of PDFs that clients send, read in a process with limits on CPU time and memory."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import sys
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from accord.errors import Overloaded

logger = logging.getLogger(__name__)

SECONDS = 10
"""Seconds of CPU time for one PDF."""
WAIT_SECONDS = 60.0
"""Seconds to read a PDF on a busy machine."""
MAX_CONCURRENT = 2
MAX_FILES = 20
"""The most uncached PDFs of one request. The prompt says that others were not read."""
KEPT_CHARACTERS = 32 * 1024 * 1024
"""The size of the cache of texts, in characters: the history repeats a PDF in each turn."""
_BEGINNING = "JVBERi"
"""The beginning of a PDF, in base64."""


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text of a PDF, as far as it could be read; it may be empty."""

    pages: tuple[str, ...] = ()
    page_count: int = 0

    def __str__(self) -> str:
        text = "\n\n".join(page for page in self.pages if page.strip())
        if not text or self.is_whole:
            return text
        return f"{text}\n\n[Only the first {len(self.pages)} of the PDF's {self.page_count} pages are here.]"

    @property
    def is_whole(self) -> bool:
        """Whether all pages were read."""
        return len(self.pages) == self.page_count


def is_pdf(data: str, kind: str | None) -> bool:
    """Whether a file in base64 is a PDF by its type, or without a type by its first bytes."""
    return kind == "application/pdf" or (
        kind in (None, "application/octet-stream") and data.startswith(_BEGINNING)
    )


class PdfReader:
    """Reads PDFs, and caches the texts of the last ones."""

    def __init__(self, seconds: int = SECONDS) -> None:
        self._seconds = seconds
        self._known: OrderedDict[bytes, PdfText] = OrderedDict()
        self._cached = 0
        self._turn = asyncio.Semaphore(MAX_CONCURRENT)

    async def texts(self, files: Iterable[str]) -> dict[str, PdfText]:
        """Return the text of each PDF by its base64.

        Raises Overloaded if the machine is too busy to read one.
        """
        left = MAX_FILES
        texts: dict[str, PdfText] = {}
        for data in files:
            given = data.encode(errors="replace")
            key = (await asyncio.to_thread(hashlib.sha256, given)).digest()
            if key in self._known:
                self._known.move_to_end(key)
                texts[data] = self._known[key]
            elif left:
                left -= 1
                texts[data] = await self._new_text(key, given)
            else:
                texts[data] = PdfText()
        return texts

    async def _new_text(self, key: bytes, data: bytes) -> PdfText:
        async with self._turn:
            text = self._known.get(key) or await _read(data, self._seconds)
        self._keep(key, text)
        return text

    def _keep(self, key: bytes, text: PdfText) -> None:
        if key in self._known:
            return
        self._known[key] = text
        self._cached += _size(text)
        while self._cached > KEPT_CHARACTERS:
            self._cached -= _size(self._known.popitem(last=False)[1])


def _size(text: PdfText) -> int:
    return 100 + sum(map(len, text.pages))


async def _read(data: bytes, seconds: int) -> PdfText:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        str(Path(__file__).with_name("pdf_child.py")),
        str(seconds),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            output, _ = await process.communicate(data)
    except TimeoutError as error:
        raise Overloaded(
            f"The server was too busy to read a PDF within {WAIT_SECONDS:g} seconds.", code="pdf_not_read"
        ) from error
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await asyncio.shield(process.wait())
    lines = [json.loads(line) for line in output.splitlines(keepends=True) if line.endswith(b"\n")]
    if lines and isinstance(lines[-1], dict):
        logger.info("A PDF could not be read completely: %s", lines.pop()["error"])
    return PdfText(tuple(lines[1:]), lines[0]) if lines else PdfText()
