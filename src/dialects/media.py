"""Images, audio, videos and files of a request: those for the model, and text in place of the others.

Media that the model does not support are refused in a user's message. In a tool result they become a line of
text, because the history keeps them and an error would end the client's session.
"""

from __future__ import annotations

import base64
from typing import Any

from msgspec import Struct, field

from accord.dialects.pdf import PdfText, is_pdf
from accord.engine import Media
from accord.errors import InvalidRequest

Part = dict[str, Any]

_WHAT = {"image": "an image", "audio": "audio", "video": "a video"}
_CANNOT = {"image": "see", "audio": "hear", "video": "see"}
_PLURAL = {"image": "images", "audio": "audio", "video": "videos"}
_TEXT_TYPES = ("application/json", "application/xml", "application/yaml", "application/x-yaml")


class Shown(Struct):
    """The media of a request, for a model that accepts `modalities`."""

    modalities: frozenset[str]
    left_out: list[str] = field(default_factory=list)
    """The paths of media that a line of text replaces."""
    media: Media | None = None
    """The media for the model, once there are any."""
    pdfs: dict[str, PdfText | None] | None = None
    """The PDFs, in base64, with their texts, once there are any; None until the text has been read."""

    def accepts(self, modality: str, source: str, field: str, *, in_result: bool = False) -> bool:
        """Whether the model gets the media at `field` (`source`: a URL or data), and not a line of text.

        Raises InvalidRequest for media in a user's message that the model does not accept.
        """
        if not source:
            raise InvalidRequest(f"{field}: has no URL, and no data.", param=field)
        if modality in self.modalities:
            self.media = self.media or Media()
            self.media.fields.append((source, field))
            return True
        if not in_result:
            raise InvalidRequest(
                f"{field}: the model takes {self._accepted()}, and this is {_WHAT[modality]}.", param=field
            )
        self.left_out.append(field)
        return False

    def still_accepts(self, modality: str) -> bool:
        """Whether the model gets media of an earlier request, perhaps to another server."""
        if modality in self.modalities:
            self.media = self.media or Media()
            return True
        return False

    def _accepted(self) -> str:
        if not self.modalities:
            return "text only"
        *others, last = ["text", *(plural for name, plural in _PLURAL.items() if name in self.modalities)]
        return f"{', '.join(others)} and {last}"

    def text_of(self, field: str, *, data: str | None, name: str | None, kind: str | None = None) -> str:
        """Return the text of a file (base64 or data URL), or a line about it if it has none.

        A PDF has text once it is in `pdfs`.
        """
        if data is not None and data.startswith("data:"):
            head, _, data = data[5:].partition(",")
            kind, *encoding = head.split(";")
            if "base64" not in encoding:
                data = None
        if data is not None and _is_text(data, kind):
            try:
                text = base64.b64decode(data, validate=True).decode()
            except ValueError:
                pass
            else:
                if "\0" not in text:
                    return f"{name}:\n{text}" if name else text
        if data is not None and is_pdf(data, kind):
            kind = "application/pdf"
            self.pdfs = self.pdfs or {}
            read = self.pdfs.setdefault(data, None)
            if read is not None and (text := str(read)):
                if not read.is_whole:
                    self.left_out.append(field)
                return f"{name}:\n{text}" if name else text
        self.left_out.append(field)
        return line_about_file(name, kind)


def _is_text(data: str, kind: str | None) -> bool:
    """Whether a file may be text: by its type, or because it has none."""
    if kind is None:
        return not is_pdf(data, kind)
    return kind.startswith("text/") or kind in _TEXT_TYPES


def text_only() -> Shown:
    """Return the `Shown` of a model that reads only text."""
    return Shown(frozenset())


def line_about(modality: str) -> str:
    """Return the line that replaces media which the model does not accept."""
    return f"[{_WHAT[modality]} that this model cannot {_CANNOT[modality]}]"


def line_about_file(name: str | None, kind: str | None) -> str:
    """Return the line that replaces a file which cannot be read."""
    what = "a PDF" if kind == "application/pdf" else f"a file of type {kind}" if kind else "a file"
    return f"[{what}{f', {name},' if name else ''} that this model cannot read]"
