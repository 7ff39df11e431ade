"""PDFs that clients send: the model reads their text."""

import asyncio
import base64
import json
from typing import Any

import httpx2
import openai
import pytest

from accord.dialects import pdf as module
from accord.dialects.pdf import PdfReader, PdfText, is_pdf
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.response_validation import ResponseValidation
from accord.store import Address
from tests.pdf import pdf

LETTER = pdf("Dear Ada,", "Yours, Charles")


@pytest.fixture
def address(sqlite_address: Address) -> Address:
    return sqlite_address


async def read(reader: PdfReader, data: str) -> PdfText:
    return (await reader.texts([data]))[data]


async def test_pages_are_read_in_order() -> None:
    text = await read(PdfReader(), LETTER)
    assert (text.pages, text.is_whole) == (("Dear Ada,", "Yours, Charles"), True)
    assert str(text) == "Dear Ada,\n\nYours, Charles"


@pytest.mark.parametrize(
    "data",
    ["", "JVBERi0x", "%%%", "é", LETTER[:200], base64.b64encode(b"%PDF-1.7 and nothing").decode(), pdf()],
    ids=range(7),
)
async def test_a_file_that_is_not_a_pdf_has_no_text(data: str) -> None:
    assert str(await read(PdfReader(), data)) == ""


async def test_a_pdf_that_takes_too_long_is_read_as_far_as_it_goes() -> None:
    """The event loop goes on meanwhile, and the PDF costs nothing more when it comes again."""
    slow = pdf("", content=b"BT /F1 12 Tf " + b"1 0 0 1 7 7 Tm (a) Tj " * 400_000 + b"ET")
    reader = PdfReader(seconds=1)
    looks = 0

    async def look() -> None:
        nonlocal looks
        while True:
            await asyncio.sleep(0.01)
            looks += 1

    looking = asyncio.ensure_future(look())
    text = await read(reader, slow)
    looking.cancel()
    assert looks > 20
    assert (text.pages, text.page_count) == ((), 1)
    assert await read(reader, slow) is text  # kept, not read again


async def test_the_prompt_says_how_many_pages_were_read() -> None:
    text = PdfText(("One", "Two"), 5)
    assert str(text) == "One\n\nTwo\n\n[Only the first 2 of the PDF's 5 pages are here.]"


async def test_the_number_of_pdfs_in_a_request_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FILES", 1)
    reader = PdfReader()
    first, second = pdf("One"), pdf("Two")
    assert [str(text) for text in (await reader.texts([first, second])).values()] == ["One", ""]
    assert [str(text) for text in (await reader.texts([first, second])).values()] == ["One", "Two"]


async def test_the_oldest_texts_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_CHARACTERS", 150)
    reader = PdfReader()
    first, second = pdf("One"), pdf("Two")
    kept = await read(reader, first)
    await read(reader, second)
    assert await read(reader, first) is not kept


def test_a_pdf_is_known_by_its_type_or_its_beginning() -> None:
    assert is_pdf(LETTER, "application/pdf")
    assert is_pdf(LETTER, None)
    assert is_pdf(LETTER, "application/octet-stream")
    assert not is_pdf(LETTER, "text/plain")
    assert not is_pdf("aGk=", None)


async def post(services: Services, path: str, body: dict[str, Any]) -> tuple[str, str | None]:
    """Return the prompt, and what is named as ignored."""
    transport = httpx2.ASGITransport(ResponseValidation(connexion_app(services), "raise"))
    async with httpx2.AsyncClient(transport=transport, base_url="http://accord") as client:
        response = await client.post(path, json=body)
    assert response.status_code == 200, response.text
    return response.json()["prompt"], response.headers.get("x-ignored-parameters")


def url(data: str) -> str:
    return f"data:application/pdf;base64,{data}"


def chat(data: str) -> dict[str, Any]:
    part = {"type": "file", "file": {"filename": "letter.pdf", "file_data": url(data)}}
    return {"messages": [{"role": "user", "content": [part]}]}


def messages(data: str) -> dict[str, Any]:
    source = {"type": "base64", "media_type": "application/pdf", "data": data}
    return {
        "max_tokens": 5,
        "messages": [{"role": "user", "content": [{"type": "document", "source": source}]}],
    }


def responses(data: str) -> dict[str, Any]:
    part = {"type": "input_file", "filename": "letter.pdf", "file_data": url(data)}
    return {"input": [{"role": "user", "content": [part]}]}


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("/v1/chat/completions/render", chat, "messages.0.content.0"),
        ("/v1/messages/render", messages, "messages.0.content.0.source"),
        ("/v1/responses/render", responses, "input.0.content.0"),
    ],
)
async def test_the_model_reads_its_text_in_every_api(
    services: Services, path: str, body: Any, place: str
) -> None:
    for _ in range(2):
        prompt, ignored = await post(services, path, body(LETTER))
        assert json.dumps("Dear Ada,\n\nYours, Charles")[1:-1] in prompt
        assert ignored is None
    prompt, ignored = await post(services, path, body(pdf("")))
    assert "cannot read]" in prompt
    assert ignored == place


async def test_it_is_kept_as_its_text(accord: openai.AsyncOpenAI) -> None:
    answer = await accord.responses.create(model="tiny", **responses(LETTER))
    items = await accord.responses.input_items.list(answer.id)
    [item] = items.data
    assert item.to_dict()["content"] == [
        {"type": "input_text", "text": "letter.pdf:\nDear Ada,\n\nYours, Charles"}
    ]


async def test_one_in_a_tools_result_is_read(services: Services) -> None:
    source = {"type": "base64", "media_type": "application/pdf", "data": LETTER}
    result = {
        "type": "tool_result",
        "tool_use_id": "toolu_1",
        "content": [{"type": "document", "source": source}],
    }
    body = {"max_tokens": 5, "messages": [{"role": "user", "content": [result]}]}
    prompt, ignored = await post(services, "/v1/messages/render", body)
    assert json.loads(prompt)[0]["content"] == "Dear Ada,\n\nYours, Charles"
    assert ignored is None
