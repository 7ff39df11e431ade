"""The list of models for OpenAI's and Anthropic's clients, and the names of models in requests."""

from collections.abc import AsyncIterator
from dataclasses import replace

import anthropic
import httpx2
import openai
import pytest
import pytest_asyncio
from starlette.types import ASGIApp

from accord.handlers.aliases import ModelAlias
from accord.handlers.call import Services
from accord.server.app import connexion_app
from accord.server.response_validation import ResponseValidation

SAID = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def app(services: Services) -> ASGIApp:
    services.engine.served_model_names = ["one", "two", "three"]
    aliases = [ModelAlias.parsed("claude-*=two"), ModelAlias.parsed("gpt-*=gone")]
    return ResponseValidation(connexion_app(replace(services, aliases=aliases)), "raise")


@pytest_asyncio.fixture
async def anthropics(app: ASGIApp) -> AsyncIterator[anthropic.AsyncAnthropic]:
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app))
    async with anthropic.AsyncAnthropic(api_key="k", base_url="http://accord", http_client=http) as client:
        yield client


@pytest_asyncio.fixture
async def openais(app: ASGIApp) -> AsyncIterator[openai.AsyncOpenAI]:
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app))
    async with openai.AsyncOpenAI(api_key="k", base_url="http://accord/v1", http_client=http) as client:
        yield client


@pytest_asyncio.fixture
async def plain(app: ASGIApp) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://accord") as client:
        yield client


async def test_anthropics_client_lists_models_page_by_page(anthropics: anthropic.AsyncAnthropic) -> None:
    listed = [model async for model in anthropics.models.list(limit=2)]
    assert [model.id for model in listed] == ["one", "two", "three"]
    assert {(model.type, model.lifecycle, model.max_input_tokens) for model in listed} == {
        ("model", "active", 2048)
    }
    page = await anthropics.models.list(before_id="three", limit=1)
    assert ([model.id for model in page.data], page.has_more, page.first_id) == (["two"], True, "two")
    model = await anthropics.models.retrieve("two")
    assert (model.display_name, model.created_at.tzinfo is not None) == ("two", True)


async def test_openais_client_lists_all_models(openais: openai.AsyncOpenAI) -> None:
    listed = [model async for model in openais.models.list()]
    assert [model.id for model in listed] == ["one", "two", "three"]
    assert (await openais.models.retrieve("three")).object == "model"


async def test_a_context_is_reported_under_each_name_that_clients_look_for(plain: httpx2.AsyncClient) -> None:
    model = (await plain.get("/v1/models")).json()["data"][0]
    names = ("max_model_len", "max_input_tokens", "max_tokens", "context_length", "context_window")
    assert {model[name] for name in names} == {2048}


async def test_a_page_begins_at_a_model(plain: httpx2.AsyncClient) -> None:
    refused = await plain.get("/v1/models", params={"after_id": "four"})
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == "after_id"
    empty = (await plain.get("/v1/models", params={"after_id": "three"})).json()
    assert (empty["data"], empty["first_id"], empty["has_more"]) == ([], None, False)


async def test_health_checks_are_answered(plain: httpx2.AsyncClient) -> None:
    assert (await plain.get("/")).json()["name"] == "Accord"
    here = await plain.head("/")
    assert (here.status_code, here.content) == (200, b"")


async def test_a_name_that_fits_a_rule_means_a_served_model(
    anthropics: anthropic.AsyncAnthropic, openais: openai.AsyncOpenAI
) -> None:
    """The answer names the one that gave it."""
    message = await anthropics.messages.create(model="claude-opus-5", max_tokens=9, messages=SAID)  # type: ignore[arg-type]
    assert message.model == "two"
    chat = await openais.chat.completions.create(model="claude-x", messages=SAID)  # type: ignore[arg-type]
    assert chat.model == "two"
    assert (await openais.models.retrieve("claude-x")).id == "two"
    with pytest.raises(openai.NotFoundError, match="'gpt-9', which is 'gone' here, does not exist"):
        await openais.chat.completions.create(model="gpt-9", messages=SAID)  # type: ignore[arg-type]
    with pytest.raises(openai.NotFoundError, match="'other' does not exist"):
        await openais.chat.completions.create(model="other", messages=SAID)  # type: ignore[arg-type]
