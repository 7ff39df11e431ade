"""The Open Responses specification as the judge of responses and their events. See `schema.json`."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SPECIFICATION: dict[str, Any] = json.loads((Path(__file__).parent / "schema.json").read_text())


def check_response(response: Any) -> None:
    """Hold a response to the specification."""
    _check(SPECIFICATION["response"], response)


def check_event(event: Any) -> None:
    """Hold an event to the specification, which may have no event of its type."""
    assert event["type"] in SPECIFICATION["events"], event["type"]
    _check(SPECIFICATION["events"][event["type"]], event)


def _check(name: str, value: Any) -> None:
    schema = {"$ref": f"#/$defs/{name}", "$defs": SPECIFICATION["$defs"]}
    Draft202012Validator(schema).validate(value)
