"""The generated models and the published document accept the same bodies."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator, ValidationError, validators

from accord.errors import InvalidRequest
from accord.generated.operations import OPERATIONS
from accord.server.body_validators import body_adapter
from accord.server.validation import validated
from tests.contract.document import Contract
from tests.unit.bodies import Bodies

CONTRACT = Contract.published()
BODIES = Bodies(CONTRACT)
OPERATIONS_WITH_BODY = {o.body.__name__: o for o in OPERATIONS.values() if o.body is not None}
NAMES = sorted(OPERATIONS_WITH_BODY)


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """`pattern` as ECMA-262 has it, where `$` is the very end; to Python, a last line break may follow."""
    if isinstance(instance, str) and not re.search(re.sub(r"(?<!\\)\$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


Judge = validators.extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]  # as typeshed has it
_judges = {
    name: Judge({"$ref": f"#/components/schemas/{name}", "components": CONTRACT.document["components"]})
    for name in NAMES
}


def by_the_document(name: str, body: bytes) -> str | None:
    """What the document has against a body."""
    error = next(_judges[name].iter_errors(json.loads(body)), None)
    return error and f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"


def by_the_model(name: str, body: bytes) -> str | None:
    """What the generated model has against a body."""
    try:
        validated(body_adapter(OPERATIONS_WITH_BODY[name].body), body)
    except InvalidRequest as error:
        return error.message
    return None


def agree(name: str, body: Any) -> None:
    encoded = json.dumps(body).encode()
    document, model = by_the_document(name, encoded), by_the_model(name, encoded)
    assert (document is None) == (model is None), f"document: {document}; model: {model}; {body}"


short = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


@pytest.mark.parametrize("name", NAMES)
def test_a_valid_body_is_valid_to_both(name: str) -> None:
    @short
    @given(BODIES.valid({"$ref": f"#/components/schemas/{name}"}))
    def check(body: Any) -> None:
        encoded = json.dumps(body).encode()
        assert by_the_document(name, encoded) is None
        assert by_the_model(name, encoded) is None

    check()


HELLO: dict[str, Any] = {"messages": [{"role": "user", "content": "Hello"}]}


def _format(**fields: Any) -> dict[str, Any]:
    return HELLO | {"response_format": {"type": "json_schema", "json_schema": {"name": "a", **fields}}}


def _tool(type_: str) -> dict[str, Any]:
    return HELLO | {"max_tokens": 1, "tools": [{"type": type_}]}


@pytest.mark.parametrize(
    ("name", "body", "accepted"),
    [
        ("ChatCompletionRequest", HELLO | {"max_tokens": 1.0}, True),
        ("ChatCompletionRequest", HELLO | {"max_tokens": 1.5}, False),
        ("ChatCompletionRequest", HELLO | {"max_tokens": "1"}, False),
        ("ChatCompletionRequest", HELLO | {"max_tokens": True}, False),
        ("ChatCompletionRequest", HELLO | {"max_tokens": None}, True),
        ("ChatCompletionRequest", HELLO | {"temperature": True}, False),
        ("ChatCompletionRequest", HELLO | {"stream": 1}, False),
        ("ChatCompletionRequest", HELLO | {"seed": 2**63}, False),
        ("ChatCompletionRequest", HELLO | {"seed": -(2.0**63)}, True),
        ("ChatCompletionRequest", HELLO | {"cache_salt": "😀" * 128}, True),
        ("ChatCompletionRequest", HELLO | {"cache_salt": "😀" * 129}, False),
        ("ChatCompletionRequest", HELLO | {"logit_bias": {"1\n": 1}}, False),
        ("ChatCompletionRequest", HELLO | {"logit_bias": {"\u0661": 1}}, False),
        ("ChatCompletionRequest", _format(schema=5), False),
        ("ChatCompletionRequest", _format(schema_=5), True),  # the model's own name for it is no name here
        ("ChatCompletionRequest", _format(name="a\n"), False),
        ("MessageRequest", _tool("custom"), False),
        ("MessageRequest", _tool("custom\n"), True),
        ("DetokenizeRequest", {"tokens": [1.0, 2]}, True),
    ],
)
def test_both_agree_in_edge_cases(name: str, body: Any, accepted: bool) -> None:
    encoded = json.dumps(body).encode()
    assert (by_the_document(name, encoded) is None) == accepted
    assert (by_the_model(name, encoded) is None) == accepted


def test_a_whole_number_reaches_the_model_as_an_integer() -> None:
    body = json.dumps(HELLO | {"max_tokens": 3.0, "temperature": 0.5}).encode()
    request = validated(body_adapter(OPERATIONS["create_chat_completion"].body), body)
    assert repr(request.max_tokens) == "3"
    assert request.temperature == 0.5


@pytest.mark.parametrize(
    "value", ['"\\ud800"', "NaN", "1e400", "1" * 5000, "[" * 500 + "]" * 500], ids=lambda value: value[:8]
)
def test_ambiguous_json_is_refused(value: str) -> None:
    assert by_the_model("ChatCompletionRequest", f'{{"messages": [], "temperature": {value}}}'.encode())


@pytest.mark.parametrize("name", NAMES)
def test_both_agree_on_a_changed_body(name: str) -> None:
    @short
    @given(BODIES.mutated({"$ref": f"#/components/schemas/{name}"}))
    def check(body: Any) -> None:
        agree(name, body)

    check()
