"""Responses in the background."""

import json

import httpx

from tests.contract.document import Contract, sse_events
from tests.contract.responses import GREEDY, HELLO, LONG, RESPONSES, events_of, post, read, without_ids


def test_a_background_response_is_made_while_nobody_waits(client: httpx.Client, contract: Contract) -> None:
    response = post(client, GREEDY | {"background": True})
    contract.check(response)
    begun = read(response)
    assert (begun["status"], begun["output"]) == ("queued", [])
    while (answer := read(client.get(f"{RESPONSES}/{begun['id']}")))["status"] in ("queued", "in_progress"):
        pass
    assert without_ids(answer["output"]) == without_ids(read(post(client, GREEDY))["output"])
    assert answer["background"] is True
    again = client.post(f"{RESPONSES}/{begun['id']}/cancel")
    contract.check(again)
    assert again.json() == answer


def test_a_background_stream_is_replayed_byte_by_byte(client: httpx.Client, contract: Contract) -> None:
    created = post(client, GREEDY | {"background": True, "stream": True})
    contract.check(created)
    events = events_of(created)
    kinds = [event["type"] for event in events[:3]]
    assert kinds == ["response.created", "response.queued", "response.in_progress"]
    url = f"{RESPONSES}/{events[0]['response']['id']}"
    replayed = client.get(url, params={"stream": True})
    contract.check(replayed)
    assert replayed.content == created.content
    later = client.get(url, params={"stream": True, "starting_after": 3})
    assert created.text.endswith(later.text)
    assert json.loads(sse_events(later.text)[0].data)["sequence_number"] == 4
    assert client.get(url, params={"stream": True, "starting_after": len(events)}).content == b""


def test_a_background_stream_continues_without_its_client(client: httpx.Client, contract: Contract) -> None:
    body = GREEDY | LONG | {"max_output_tokens": 300, "background": True, "stream": True}
    with client.stream("POST", RESPONSES, json=body) as created:
        head = next(created.iter_bytes()).decode()
    id_ = json.loads(sse_events(head[: head.index("\n\n") + 2])[0].data)["response"]["id"]
    followed = client.get(f"{RESPONSES}/{id_}", params={"stream": True})
    contract.check(followed)
    assert followed.text.startswith(head)
    assert events_of(followed)[-1]["response"]["usage"]["output_tokens"] == 300


def test_a_background_response_is_cancelled(client: httpx.Client, contract: Contract) -> None:
    with client.stream("POST", RESPONSES, json=LONG | {"background": True, "stream": True}) as created:
        chunks = created.iter_bytes()
        text = next(chunks).decode()
        id_ = json.loads(sse_events(text[: text.index("\n\n") + 2])[0].data)["response"]["id"]
        unfinished = post(client, HELLO | {"previous_response_id": id_})
        cancelled = client.post(f"{RESPONSES}/{id_}/cancel")
        text += b"".join(chunks).decode()
    contract.check(unfinished)
    assert unfinished.json()["error"]["param"] == "previous_response_id"
    contract.check(cancelled)
    assert read(cancelled)["status"] == "cancelled"
    last = json.loads(sse_events(text)[-1].data)
    contract.validate({"$ref": "#/components/schemas/ResponseErrorEvent"}, last)
    assert last["code"] == "response_cancelled"
    assert read(client.get(f"{RESPONSES}/{id_}"))["status"] == "cancelled"


def test_only_background_responses_are_cancelled_or_replayed(
    client: httpx.Client, contract: Contract
) -> None:
    url = f"{RESPONSES}/{read(post(client, HELLO))['id']}"
    for refused in (client.post(f"{url}/cancel"), client.get(url, params={"stream": True})):
        assert refused.status_code == 400
        contract.check(refused)
        assert "background" in refused.json()["error"]["message"]
