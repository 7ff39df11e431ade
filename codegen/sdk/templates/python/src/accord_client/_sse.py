"""Server-sent events, as far as a server of this contract sends them."""

import json
from typing import Any

from accord_client._errors import AccordError

DONE = "[DONE]"


class EventData:
    """Collects the lines of one event, and says its data when its blank line comes."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def after(self, line: str) -> str | None:
        """The data of the event that `line` ends, if it ends one that has data."""
        if line.startswith("data:"):
            self._lines.append(line[5:].removeprefix(" "))
        elif not line and self._lines:
            data = "\n".join(self._lines)
            self._lines = []
            return data
        return None


def read(data: str, request_id: str | None) -> Any:
    """An event's data; an error among the events is raised."""
    event = json.loads(data)
    if event.get("type") == "error" or isinstance(event.get("error"), dict):
        raise AccordError(None, event, request_id)
    return event
