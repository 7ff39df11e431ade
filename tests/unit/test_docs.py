"""The documentation's paths, without an engine and without a browser."""

import gzip
import json
from collections.abc import AsyncIterator

import httpx
import pytest
import yaml
from starlette.responses import PlainTextResponse

from accord.server.docs import ASSETS, Documentation, document_json
from accord.server.errors import ErrorMiddleware


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = ErrorMiddleware(Documentation(PlainTextResponse("the API")))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://accord") as client:
        yield client


@pytest.mark.parametrize("path", ASSETS)
async def test_every_path_answers_with_its_type(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == ASSETS[path].content_type
    assert answer.headers["x-request-id"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.content == ASSETS[path].read()


async def test_the_json_is_the_published_document(client: httpx.AsyncClient) -> None:
    assert (await client.get("/openapi.json")).content == document_json()


async def test_the_yaml_says_the_same(client: httpx.AsyncClient) -> None:
    assert yaml.load((await client.get("/openapi.yaml")).text, yaml.CSafeLoader) == json.loads(
        document_json()
    )


async def test_an_unchanged_asset_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/openapi.json")
    again = await client.get("/openapi.json", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
async def test_bodies_are_compressed_for_clients_that_accept_it(
    client: httpx.AsyncClient, accepted: str
) -> None:
    async with client.stream(
        "GET", "/docs/swagger-ui-bundle.js", headers={"accept-encoding": accepted}
    ) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert len(raw) == int(answer.headers["content-length"])
    assert ("content-encoding" in answer.headers) == (accepted == "gzip")
    script = gzip.decompress(raw) if accepted == "gzip" else raw
    assert script == ASSETS["/docs/swagger-ui-bundle.js"].read()


async def test_head_has_no_body(client: httpx.AsyncClient) -> None:
    answer = await client.head("/docs", headers={"accept-encoding": "identity"})
    assert answer.content == b""
    assert int(answer.headers["content-length"]) == len(ASSETS["/docs"].read())


async def test_another_method_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/openapi.json")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.json()["error"]["code"] == "method_not_allowed"


async def test_every_other_path_is_the_apis(client: httpx.AsyncClient) -> None:
    assert (await client.get("/docs/nothing")).text == "the API"


def test_redoc_fetches_no_logo() -> None:
    script = ASSETS["/docs/redoc.standalone.js"].read()
    assert b"cdn.redoc.ly" not in script
    assert b'src:"data:,"' in script
