"""Responses that follow others, and stored responses."""

from typing import Any

import httpx
import pytest

from tests.contract.document import Contract
from tests.contract.responses import HELLO, RESPONSES, SEEDED, TOOL, VARIANTS, events_of, post, read, rendered


def test_a_response_follows_another(client: httpx.Client, contract: Contract) -> None:
    first = read(post(client, HELLO | {"input": "One", "instructions": "Be brief."}))
    second = read(post(client, HELLO | {"input": "Two", "previous_response_id": first["id"]}))
    assert second["previous_response_id"] == first["id"]
    assert second["instructions"] is None
    prompt = rendered(client, contract, {"input": "Three", "previous_response_id": second["id"]})
    said = [answer["output"][0]["content"][0]["text"] for answer in (first, second)]
    places = [prompt.index(text) for text in ("user\nOne", said[0], "user\nTwo", said[1], "user\nThree")]
    assert places == sorted(places)
    assert "Be brief." not in prompt


def test_the_output_of_a_call_follows_the_call(client: httpx.Client, contract: Contract) -> None:
    first = read(post(client, SEEDED | VARIANTS["a forced call"]))
    [call] = first["output"]
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "It is noted."}
    body = {"input": [output], "previous_response_id": first["id"], "tools": [TOOL]}
    assert "It is noted." in rendered(client, contract, body)
    read(post(client, HELLO | body))


def test_an_item_is_named_rather_than_repeated(client: httpx.Client, contract: Contract) -> None:
    first = read(post(client, HELLO))
    [message] = first["output"]
    user = {"role": "user", "content": "Go on."}
    named = {"input": [{"type": "item_reference", "id": message["id"]}, user]}
    assert rendered(client, contract, named) == rendered(client, contract, {"input": [message, user]})


def test_the_prompt_is_what_the_usage_counts(client: httpx.Client) -> None:
    body = {"input": "Hello", "instructions": "Be brief.", "tools": [TOOL]}
    tokens = post(client, body, "/render").json()["token_ids"]
    answer = read(post(client, body | {"max_output_tokens": 1}))
    assert answer["usage"]["input_tokens"] == len(tokens)


def test_truncation_drops_the_oldest_turns(client: httpx.Client, contract: Contract) -> None:
    turns = [{"role": "user", "content": f"turn{n} " + "word " * 300} for n in range(10)]
    body: dict[str, Any] = {"input": [{"role": "system", "content": "Be brief."}, *turns]}
    refused = post(client, body)
    contract.check(refused)
    assert refused.json()["error"]["code"] == "context_length_exceeded"
    assert refused.json()["error"]["param"] == "input"
    prompt = rendered(client, contract, body | {"truncation": "auto"})
    assert "Be brief." in prompt
    assert "turn9" in prompt
    assert "turn0" not in prompt
    answer = read(post(client, HELLO | body | {"truncation": "auto"}))
    assert 2048 - 2 * 310 < answer["usage"]["input_tokens"] < 2048


def test_input_items_come_in_pages(client: httpx.Client, contract: Contract) -> None:
    items = [{"role": "user", "content": str(number)} for number in range(5)]
    url = f"{RESPONSES}/{read(post(client, HELLO | {'input': items}))['id']}/input_items"

    def page(**query: Any) -> Any:
        response = client.get(url, params=query)
        assert response.status_code == 200, response.text
        contract.check(response)
        return response.json()

    everything = page()
    assert [item["content"][0]["text"] for item in everything["data"]] == list("43210")
    assert not everything["has_more"]
    first = page(limit=2, order="asc", include="message.input_image.image_url")
    assert [item["content"][0]["text"] for item in first["data"]] == list("01")
    assert first["has_more"]
    second = page(limit=10, order="asc", after=first["last_id"], **{"include[]": ["a", "b"]})
    assert [item["content"][0]["text"] for item in second["data"]] == list("234")
    for query in ({"after": "msg_x"}, {"limit": 0}, {"limit": 101}, {"limit": "x"}, {"order": "up"}):
        refused = client.get(url, params=query)
        assert refused.status_code == 400
        contract.check(refused)
        assert refused.json()["error"]["param"] == next(iter(query))


def test_a_deleted_response_is_gone(client: httpx.Client, contract: Contract) -> None:
    answer = read(post(client, HELLO))
    url = f"{RESPONSES}/{answer['id']}"
    deleted = client.delete(url)
    contract.check(deleted)
    assert deleted.json() == {"id": answer["id"], "object": "response", "deleted": True}
    for response in (
        client.get(url),
        client.get(f"{url}/input_items"),
        client.delete(url),
        client.post(f"{url}/cancel"),
    ):
        assert response.status_code == 404
        contract.check(response)
        assert answer["id"] in response.json()["error"]["message"]
    following = post(client, HELLO | {"previous_response_id": answer["id"]})
    assert following.status_code == 400
    assert following.json()["error"]["code"] == "previous_response_not_found"


@pytest.mark.parametrize("stream", [False, True])
def test_a_response_that_is_not_stored_cannot_be_retrieved(client: httpx.Client, stream: bool) -> None:
    response = post(client, HELLO | {"store": False, "stream": stream})
    answer = events_of(response)[-1]["response"] if stream else read(response)
    assert answer["store"] is False
    assert client.get(f"{RESPONSES}/{answer['id']}").status_code == 404
