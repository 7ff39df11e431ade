import random
from typing import Any

import httpx
import pytest

from tests.contract.document import Contract

HELLO = [{"role": "user", "content": "Hello"}]

TEXTS = [
    "Hello world",
    "",
    " ",
    "  spaces\n\ttabs\r\n  ",
    "Hello , world ! do n't , it 's",  # which a decoder that tidies up would change
    "naïve — 日本語 🎉 👩‍👩‍👧‍👦 ﷺ",
    "e\u0301 and \u00e9, \ufb01 and fi, \u212b and \u00c5",  # which a normalizer would merge
    "\u0000\u0001\u200b\u2028\ufeff\ufffd\U0010ffff",
    "<|im_start|>user\nHello<|im_end|>\n<|endoftext|>",
    "word " * 4000,  # longer than what the model takes
]


def any_text(seed: int) -> str:
    """A text of characters from all over, but for planes that have none and that few tokenizers spell."""
    source = random.Random(seed)
    ranges = [(0x20, 0x7F), (0x80, 0x3000), (0x4E00, 0xA000), (0x1F300, 0x1FA00), (0xE000, 0x20000)]
    return "".join(chr(source.randrange(*source.choice(ranges))) for _ in range(60))


@pytest.mark.parametrize("text", [*TEXTS, *map(any_text, range(20))], ids=lambda text: repr(text)[:24])
def test_detokenize_inverts_tokenize(client: httpx.Client, contract: Contract, text: str) -> None:
    tokenized = client.post("/tokenize", json={"prompt": text, "return_token_strs": True})
    contract.check(tokenized)
    answer = tokenized.json()
    assert answer["count"] == len(answer["tokens"]) == len(answer["token_strs"])
    back = client.post("/detokenize", json={"tokens": answer["tokens"]})
    contract.check(back)
    assert back.json()["prompt"] == text


def test_tokenize_inverts_detokenize_token_by_token(client: httpx.Client) -> None:
    for token_id in (0, 1, 2, 40, 905, 19556):
        text = client.post("/detokenize", json={"tokens": [token_id]}).json()["prompt"]
        assert client.post("/tokenize", json={"prompt": text}).json()["tokens"] == [token_id]


def test_a_text_and_its_tokens(client: httpx.Client, contract: Contract) -> None:
    tokenized = client.post("/tokenize", json={"model": "tiny", "prompt": "Hello world"})
    contract.check(tokenized)
    assert tokenized.json() == {"count": 2, "max_model_len": 2048, "tokens": [19556, 905]}
    back = client.post("/detokenize", json={"model": "tiny", "tokens": [9906, 1917]})
    assert back.status_code == 200
    contract.check(back)


def test_token_strings_come_when_asked_for(client: httpx.Client, contract: Contract) -> None:
    body = {"prompt": "Hello world<|im_end|>", "return_token_strs": True}
    response = client.post("/tokenize", json=body)
    contract.check(response)
    assert response.json()["token_strs"] == ["Hello", "Ġworld", "<|im_end|>"]
    chat = client.post("/tokenize", json={"messages": HELLO, "return_token_strs": True})
    contract.check(chat)
    assert chat.json()["token_strs"][0] == "<|im_start|>"
    for unasked in (None, False):
        response = client.post("/tokenize", json=body | {"return_token_strs": unasked})
        assert "token_strs" not in response.json()


def test_a_conversation_is_written_with_the_chat_template(client: httpx.Client, contract: Contract) -> None:
    response = client.post("/tokenize", json={"messages": HELLO})
    contract.check(response)
    text = client.post("/detokenize", json={"tokens": response.json()["tokens"]}).json()["prompt"]
    assert "<|im_start|>user\nHello<|im_end|>" in text
    assert text.endswith("<|im_start|>assistant\n")
    chat = client.post("/v1/chat/completions", json={"messages": HELLO, "max_tokens": 1})
    assert chat.json()["usage"]["prompt_tokens"] == response.json()["count"]


@pytest.mark.parametrize(
    ("fields", "ending"),
    [
        ({"add_generation_prompt": False}, "Hello<|im_end|>\n"),
        (
            {"messages": [*HELLO, {"role": "assistant", "content": "Yes"}], "continue_final_message": True},
            "<|im_start|>assistant\nYes",
        ),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]}, "assistant\n"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "assistant\n"),
    ],
    ids=str,
)
def test_how_a_conversation_ends(
    client: httpx.Client, contract: Contract, fields: dict[str, Any], ending: str
) -> None:
    response = client.post("/tokenize", json={"messages": HELLO} | fields)
    contract.check(response)
    text = client.post("/detokenize", json={"tokens": response.json()["tokens"]}).json()["prompt"]
    assert text.endswith(ending)


def test_a_conversation_of_any_length_is_counted(client: httpx.Client, contract: Contract) -> None:
    response = client.post("/tokenize", json={"messages": [{"role": "user", "content": "word " * 4000}]})
    contract.check(response)
    assert response.json()["count"] > response.json()["max_model_len"]


def test_of_a_text_and_a_conversation_one_is_ignored_and_named(client: httpx.Client) -> None:
    response = client.post("/tokenize", json={"messages": HELLO, "prompt": "Hello"})
    assert response.status_code == 200
    assert response.headers["x-ignored-parameters"] in ("prompt", "messages")


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"prompt": ["a"]}, "prompt"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "king", "content": "a"}]}, "messages.0.role"),
        (
            {"messages": HELLO, "add_generation_prompt": True, "continue_final_message": True},
            "continue_final_message",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x:"}}]}]},
            "messages.0.content.0",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_text_that_cannot_be_tokenized_is_refused(
    client: httpx.Client, contract: Contract, fields: dict[str, Any], param: str
) -> None:
    response = client.post("/tokenize", json=fields)
    contract.check_refused(response, param)


@pytest.mark.parametrize("body", [b'{"prompt": "\\ud800"}', b'{"prompt": "\xff"}'])
def test_invalid_unicode_is_refused(client: httpx.Client, contract: Contract, body: bytes) -> None:
    response = client.post("/tokenize", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    contract.check(response)


@pytest.mark.parametrize(
    ("tokens", "param"),
    [
        ([49152], "tokens"),
        ([5, 10_000_000], "tokens"),
        ([-1], "tokens.0"),
        ([2**31], "tokens.0"),
        ([1.5], "tokens.0"),
        ([True], "tokens.0"),
        (["a"], "tokens.0"),
        ("a", "tokens"),
        (None, "tokens"),
    ],
    ids=str,
)
def test_an_invalid_token_is_refused(
    client: httpx.Client, contract: Contract, tokens: Any, param: str
) -> None:
    response = client.post("/detokenize", json={"tokens": tokens})
    contract.check_refused(response, param)


def test_no_tokens_are_not_text(client: httpx.Client, contract: Contract) -> None:
    response = client.post("/detokenize", json={"tokens": []})
    contract.check(response)
    assert response.json() == {"prompt": ""}
