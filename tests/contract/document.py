"""Validation of the server's answers against the published document."""

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from accord.generated.operations import OPERATIONS


@dataclass(frozen=True)
class Contract:
    """The document, and validation of responses and events by its schemas."""

    document: dict[str, Any]

    @classmethod
    def published(cls) -> "Contract":
        return cls(json.loads(files("accord.generated").joinpath("openapi.json").read_text()))

    def follow(self, node: dict[str, Any]) -> dict[str, Any]:
        while ref := node.get("$ref"):
            target: Any = self.document
            for part in ref.removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def validate(self, schema: dict[str, Any], value: Any) -> None:
        rooted = schema | {"components": self.document["components"]}
        Draft202012Validator(rooted, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)

    def operation(self, method: str, path: str) -> dict[str, Any]:
        exact = [item for name, item in self.document["paths"].items() if name == path]
        for item in (*exact, *self.document["paths"].values()):
            spec = item.get(method.lower())
            if spec and re.fullmatch(OPERATIONS[spec["operationId"]].pattern, path):
                found: dict[str, Any] = spec
                return found
        raise AssertionError(f"the contract has no {method} {path}")

    def check_refused(self, response: httpx.Response, param: str | None) -> None:
        """Check that a response is a 400 that names the parameter."""
        assert response.status_code == 400, response.text
        self.check(response)
        assert response.json()["error"]["param"] == param

    def check(self, response: httpx.Response) -> None:
        """Validate a response: its status, its headers, and its body or each of its events."""
        request = response.request
        spec = self.operation(request.method, request.url.path)
        assert str(response.status_code) in spec["responses"], response.status_code
        described = self.follow(spec["responses"][str(response.status_code)])
        for name, header in described.get("headers", {}).items():
            header = self.follow(header)
            if header.get("required"):
                assert name in response.headers, f"no header {name}"
        media_type = response.headers["content-type"].split(";")[0]
        schema = described["content"][media_type].get("schema")
        if media_type == "text/event-stream":
            for event in sse_events(response.text):
                if event.data != "[DONE]":
                    self.validate(schema, json.loads(event.data))
        elif media_type == "application/json":
            self.validate(schema, response.json())


@dataclass(frozen=True)
class SseEvent:
    """One server-sent event."""

    name: str | None
    data: str


def sse_events(text: str) -> list[SseEvent]:
    """Parse a whole event stream; anything but events and comments fails."""
    events = []
    for block in text.removesuffix("\n\n").split("\n\n"):
        if block.startswith(": "):  # while the engine was silent
            continue
        name = None
        data = []
        for line in block.split("\n"):
            field, _, value = line.partition(": ")
            assert field in ("event", "data"), line
            if field == "event":
                name = value
            else:
                data.append(value)
        events.append(SseEvent(name, "\n".join(data)))
    return events
