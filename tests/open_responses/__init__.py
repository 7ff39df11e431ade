"""Validation of responses and events against the Open Responses specification. See `schema.json`."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SPECIFICATION: dict[str, Any] = json.loads((Path(__file__).parent / "schema.json").read_text())


def check_response(response: Any) -> None:
    """Validate a response against the specification."""
    _check(SPECIFICATION["response"], response)


def check_event(event: Any) -> None:
    """Validate an event against the specification, which may not have its type."""
    assert event["type"] in SPECIFICATION["events"], event["type"]
    _check(SPECIFICATION["events"][event["type"]], event)


def _check(name: str, value: Any) -> None:
    schema = {"$ref": f"#/$defs/{name}", "$defs": SPECIFICATION["$defs"]}
    Draft202012Validator(schema).validate(value)
