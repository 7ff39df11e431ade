"""`--validate-responses`: validates each message of a response against the published document.

An ASGI middleware around the application, added only if the setting is on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import Any, Literal

from jsonschema import Draft202012Validator, ValidationError, validators
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from accord.server.paths import operations_at

logger = logging.getLogger(__name__)

Schema = Mapping[str, Any]
OnViolation = Callable[[str, str], None]
"""Called with the operation and the part of each violation, such as `status 200 application/json`."""


class ContractViolation(Exception):
    """A response does not conform to the document."""


def _ignore(operation: str, place: str) -> None:
    pass


def _one_of(validator: Any, members: Any, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    """Validate `oneOf` against the member that the discriminator names, if it does, for a clear error."""
    chosen = None
    if (discriminator := schema.get("discriminator")) and isinstance(instance, dict):
        chosen = discriminator["mapping"].get(instance.get(discriminator["propertyName"]))
    if chosen is None:
        yield from Draft202012Validator.VALIDATORS["oneOf"](validator, members, instance, schema)
    else:
        yield from validator.descend(instance, {"$ref": chosen})


_Validator = validators.extend(Draft202012Validator, {"oneOf": _one_of})  # type: ignore[no-untyped-call]  # typeshed's


class Document:
    """The published document, with a validator for the schema of each response."""

    def __init__(self) -> None:
        self.document = json.loads(files("accord.generated").joinpath("openapi.json").read_text())
        self.responses: dict[str, Schema] = {}
        for item in self.document["paths"].values():
            for operation in item.values():
                if isinstance(operation, dict) and "operationId" in operation:
                    self.responses[operation["operationId"]] = operation["responses"]
        self.validators: dict[int, Any] = {}

    def operation(self, method: str, path: str) -> str | None:
        return next((each.id for each in operations_at(path) if each.method == method), None)

    def follow(self, node: Schema) -> Schema:
        while ref := node.get("$ref"):
            node = self.document
            for part in ref.removeprefix("#/").split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def problem(self, schema: Schema, data: bytes | str) -> str | None:
        """Return the violation of `schema` by a JSON value, with its path."""
        key = id(schema)  # the document keeps it alive
        if key not in self.validators:
            self.validators[key] = _Validator({**schema, "components": self.document["components"]})
        try:
            value = json.loads(data)
        except ValueError as error:
            return f"no JSON: {error}"
        worst = next(self.validators[key].iter_errors(value), None)
        return worst and f"{worst.json_path}: {worst.message[:500]}"


class ResponseValidation:
    """Counts and logs invalid messages and sends them, or raises instead if the setting is `raise`."""

    def __init__(
        self, app: ASGIApp, mode: Literal["log", "raise"], on_violation: OnViolation = _ignore
    ) -> None:
        self.app = app
        self.raises = mode == "raise"
        self.on_violation = on_violation
        self.document = Document()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operation = (
            self.document.operation(scope["method"], scope["path"]) if scope["type"] == "http" else None
        )
        if operation is None:
            await self.app(scope, receive, send)
            return
        checks = _ResponseValidator(self, operation)

        async def checked(message: Message) -> None:
            if (checked_message := checks.check(message)) is not None:
                await send(checked_message)

        await self.app(scope, receive, checked)

    def violated(self, operation: str, part: str, problem: str) -> None:
        logger.error("Contract violation in %s, %s: %s", operation, part, problem)
        self.on_violation(operation, part)
        if self.raises:
            raise ContractViolation(f"{operation}, {part}: {problem}")


class _ResponseValidator:
    """Validates one response, message by message."""

    def __init__(self, validation: ResponseValidation, operation: str) -> None:
        self.validation = validation
        self.operation = operation
        self.part = ""
        self.media_type = ""
        self.schema: Schema | None = None
        self.pieces: list[bytes] = []

    def check(self, message: Message) -> Message | None:
        """Validate a message, and return what to send: of a body in pieces the whole once it is complete."""
        if message["type"] == "http.response.start":
            self._start(message)
        elif self.schema is None:
            pass
        elif self.media_type == "text/event-stream":
            if message.get("body"):
                self._events(message["body"])
        else:
            self.pieces.append(message.get("body", b""))
            if message.get("more_body"):
                return None
            message = {**message, "body": b"".join(self.pieces)}
            if message["body"]:
                self._validate(message["body"])
        return message

    def _start(self, message: Message) -> None:
        status = str(message["status"])
        self.part = f"status {status}"
        described = self.validation.document.responses[self.operation].get(status)
        if described is None:
            self._violated("the status is not in the contract")
            return
        described = self.validation.document.follow(described)
        headers = {key.decode().lower(): value.decode("latin-1") for key, value in message["headers"]}
        for name, header in described.get("headers", {}).items():
            header = self.validation.document.follow(header)
            value = headers.get(name.lower())
            if value is None:
                if header.get("required"):
                    self._violated(f"the header {name} is missing")
            elif (schema := header.get("schema", {})).get("type") == "string" and (
                problem := self.validation.document.problem(schema, json.dumps(value))
            ):
                self._violated(f"header {name}: {problem}")
        self.media_type = headers.get("content-type", "").split(";")[0]
        content = described.get("content", {})
        if self.media_type in content:
            self.schema = content[self.media_type].get("schema") if self.media_type != "text/plain" else None
        elif content:
            self._violated(f"the content type '{self.media_type}' is not in the contract")

    def _events(self, sent: bytes) -> None:
        """Each send of a stream is one or several whole events."""
        if not sent.endswith(b"\n\n"):
            self._violated("an event does not end with its send")
        for event in sent.removesuffix(b"\n\n").split(b"\n\n"):
            lines = event.split(b"\n")
            data = b"\n".join(line.removeprefix(b"data: ") for line in lines if line.startswith(b"data: "))
            is_comment = all(line.startswith(b":") for line in lines)
            if data != b"[DONE]" and not is_comment:
                self._validate(data)

    def _validate(self, data: bytes) -> None:
        assert self.schema is not None
        if problem := self.validation.document.problem(self.schema, data):
            self._violated(problem)

    def _violated(self, problem: str) -> None:
        self.validation.violated(self.operation, f"{self.part} {self.media_type}".rstrip(), problem)
