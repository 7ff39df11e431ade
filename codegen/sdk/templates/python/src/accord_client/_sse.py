"""A parser of server-sent events, as an Accord server sends them."""

import json
from typing import Any

from accord_client._errors import AccordError

DONE = "[DONE]"


class EventData:
    """Collects the lines of an event, and returns its data at the blank line."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def after(self, line: str) -> str | None:
        """Return the data of the event that `line` ends, if it has data."""
        if line.startswith("data:"):
            self._lines.append(line[5:].removeprefix(" "))
        elif not line and self._lines:
            data = "\n".join(self._lines)
            self._lines = []
            return data
        return None


def read(data: str, request_id: str | None) -> Any:
    """Return an event's data. Raises an error that is an event."""
    event = json.loads(data)
    if event.get("type") == "error" or isinstance(event.get("error"), dict):
        raise AccordError(None, event, request_id)
    return event
