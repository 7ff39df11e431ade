import httpx
import pytest

from tests.contract.document import Contract


@pytest.mark.parametrize("text", ["Hello world", "naïve — 日本語 🎉", "  spaces\n\ttabs  ", "x"])
def test_detokenize_inverts_tokenize(client: httpx.Client, contract: Contract, text: str) -> None:
    tokenized = client.post("/tokenize", json={"prompt": text})
    contract.check(tokenized)
    assert tokenized.json()["count"] == len(tokenized.json()["tokens"])
    back = client.post("/detokenize", json={"tokens": tokenized.json()["tokens"]})
    contract.check(back)
    assert back.json()["prompt"] == text


def test_token_strings_come_when_asked_for(client: httpx.Client, contract: Contract) -> None:
    response = client.post("/tokenize", json={"prompt": "Hello world", "return_token_strs": True})
    contract.check(response)
    assert len(response.json()["token_strs"]) == response.json()["count"]


def test_a_conversation_is_written_with_the_chat_template(client: httpx.Client, contract: Contract) -> None:
    messages = [{"role": "user", "content": "Hello"}]
    response = client.post("/tokenize", json={"messages": messages})
    contract.check(response)
    text = client.post("/detokenize", json={"tokens": response.json()["tokens"]}).json()["prompt"]
    assert "<|im_start|>user\nHello<|im_end|>" in text
    assert text.endswith("<|im_start|>assistant\n")
    chat = client.post("/v1/chat/completions", json={"messages": messages, "max_tokens": 1})
    assert chat.json()["usage"]["prompt_tokens"] == response.json()["count"]


def test_token_ids_outside_the_vocabulary_are_refused(client: httpx.Client, contract: Contract) -> None:
    response = client.post("/detokenize", json={"tokens": [10_000_000]})
    assert response.status_code == 400
    contract.check(response)
