import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from accord.errors import InvalidRequest
from accord.generated import models
from accord.server.body_validators import body_adapter
from accord.server.validation import invalid_request, validated

CHAT: TypeAdapter[Any] = TypeAdapter(models.ChatCompletionRequest)
SCORING: TypeAdapter[Any] = TypeAdapter(models.GenerativeScoringRequest)


def refusal(body: Any, of: TypeAdapter[Any] = CHAT) -> InvalidRequest:
    data = json.dumps(body)
    with pytest.raises(ValidationError) as caught:
        of.validate_json(data, strict=True)
    return invalid_request(caught.value.errors(include_url=False), body)


def test_the_names_of_union_members_are_not_part_of_the_path() -> None:
    error = refusal({"messages": [{"role": "user", "content": [{"type": "text", "text": 1}]}]})
    assert error.param == "messages.0.content.0.text"
    assert error.message == "messages.0.content.0.text: Input should be a valid string (got 1)"


def test_a_value_that_fits_no_member_says_what_each_wanted() -> None:
    error = refusal({"messages": [{"role": "user", "content": True}]})
    assert error.param == "messages.0.content"
    assert "string" in error.message
    assert "array" in error.message
    assert "(got true)" in error.message


def test_an_unknown_tag_points_at_the_tag() -> None:
    error = refusal({"messages": [{"role": "king", "content": "hi"}]})
    assert error.param == "messages.0.role"
    assert "'king'" in error.message


def test_a_missing_field_is_named() -> None:
    assert refusal({}).message == "messages: Field required"


def test_a_long_value_is_truncated() -> None:
    error = refusal({"messages": "x" * 1000})
    assert len(error.message) < 200


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"label_token_ids": [1]}, "prompt"),
        ({"prompt": "a"}, "label_token_ids"),
        ({"prompt": 5, "label_token_ids": [1]}, "prompt"),
        ({"query": "a", "items": [], "label_token_ids": [1]}, "items"),
        ({"query": "a", "items": ["b", [1]], "label_token_ids": [1]}, "items.1"),
        ({"query": "a", "items": ["b"]}, "label_token_ids"),
    ],
)
def test_a_body_is_judged_by_the_form_that_it_is_closest_to(body: Any, param: str) -> None:
    assert refusal(body, SCORING).param == param


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_numbers_that_json_does_not_have_are_refused(number: str) -> None:
    body = '{"messages": [{"role": "user", "content": "hi"}], "temperature": %s}'
    with pytest.raises(ValidationError):
        CHAT.validate_json(body % number, strict=True)


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("place", ["chat_template_kwargs", "a_new_field"])
def test_they_are_refused_where_any_value_may_stand(constant: str, place: str) -> None:
    body = '{"messages": [{"role": "user", "content": "hi"}], ' + f'"{place}": {{"a": [{constant}]}}}}'
    with pytest.raises(InvalidRequest, match=f"not valid JSON: {constant}"):
        validated(CHAT, body.encode())


def test_a_text_may_say_them() -> None:
    body = b'{"messages": [{"role": "user", "content": "NaN is not Infinity"}]}'
    assert validated(CHAT, body).messages[0].content == "NaN is not Infinity"


def test_a_member_of_a_union_is_known_by_its_type() -> None:
    body = {"input": [{"type": "function_call", "call_id": "call_1", "name": "f"}]}
    with pytest.raises(ValidationError) as caught:
        models.ResponseRequest.model_validate_json(json.dumps(body), strict=True)
    error = invalid_request(caught.value.errors(include_url=False), body)
    assert error.message == "input.0.arguments: Field required"


def test_a_type_that_no_member_has_is_reported_with_those_that_are() -> None:
    body = {"input": "Hello", "text": {"format": {"type": "poem"}}}
    with pytest.raises(ValidationError) as caught:
        models.ResponseRequest.model_validate_json(json.dumps(body), strict=True)
    error = invalid_request(caught.value.errors(include_url=False), body)
    assert error.param == "text.format.type"
    assert "'json_schema'" in error.message


def test_the_first_member_of_a_union_that_fits_is_meant() -> None:
    items = [
        {"type": "custom_tool_call", "call_id": "c", "name": "f", "input": "x"},
        {"role": "user", "content": "Hi", "id": "msg_1"},
        {"id": "msg_1"},
        {"type": "from_the_future", "call_id": "c", "name": "f", "input": "x"},
    ]
    body = validated(body_adapter(models.ResponseRequest), json.dumps({"input": items}).encode())
    assert [type(item) for item in body.input] == [
        models.ResponseCustomToolCallParam,
        models.ResponseMessageParam,
        models.ResponseItemReferenceParam,
        models.ResponseOtherItemParam,
    ]
