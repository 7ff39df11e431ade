"""Images, to a model that sees: the engine is given what vLLM's own server gives it; bad ones are refused.

Both servers run here, with a simulated EngineCore; see `both_servers`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import pytest_asyncio
from vllm import envs
from vllm.entrypoints.scale_out.token_in_token_out.mm_serde import encode_mm_kwargs_item

from tests.download_server import DownloadServer, serving_downloads
from tests.unit.both_servers import Server, accord_server, vllm_server
from tests.vision_model import TILE, TILE_TOKENS, data_url, png, write_vision_model

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPTIONS = ["--served-model-name", "m", "--max-model-len", "512", "--enforce-eager", "--disable-log-stats"]
OPTIONS += ["--trust-request-mm-kwargs", "--allowed-media-domains", "localhost", "other.test"]
OPTIONS += ["--enable-auto-tool-choice", "--tool-call-parser", "hermes"]

CHAT, RESPONSE, MESSAGE = "/v1/chat/completions", "/v1/responses", "/v1/messages"
GENERATE = "/inference/v1/generate"
RED, WIDE = data_url(png()), data_url(png(2 * TILE, TILE, "blue"))


def chat(*urls: str, **fields: Any) -> dict[str, Any]:
    images = [{"type": "image_url", "image_url": {"url": url, "detail": "low"}} for url in urls]
    parts = [{"type": "text", "text": "What is "}, *images, {"type": "text", "text": "?"}]
    return {"messages": [{"role": "user", "content": parts}], "max_tokens": 5} | fields


def response(*urls: str, **fields: Any) -> dict[str, Any]:
    images = [{"type": "input_image", "image_url": url, "detail": "low"} for url in urls]
    parts = [{"type": "input_text", "text": "What is "}, *images, {"type": "input_text", "text": "?"}]
    return {"input": [{"role": "user", "content": parts}], "max_output_tokens": 5, "store": False} | fields


def image_block(url: str) -> dict[str, Any]:
    head, _, data = url.partition(";base64,")
    if not data:
        return {"type": "image", "source": {"type": "url", "url": url}}
    source = {"type": "base64", "media_type": head.removeprefix("data:"), "data": data}
    return {"type": "image", "source": source}


def message(*urls: str, **fields: Any) -> dict[str, Any]:
    parts = [{"type": "text", "text": "What is "}, *map(image_block, urls), {"type": "text", "text": "?"}]
    return {"messages": [{"role": "user", "content": parts}], "max_tokens": 5} | fields


BODIES = {CHAT: chat, RESPONSE: response, MESSAGE: message}


class Pair(NamedTuple):
    """The two servers, of one model."""

    vllm: Server
    accord: Server

    @classmethod
    @asynccontextmanager
    async def serving(cls, arguments: list[str], cache: Path) -> AsyncIterator["Pair"]:
        """Run both with the same options, until they are let go."""
        pair = cls(
            await vllm_server([*arguments, "--enable-scale-out"]), await accord_server(arguments, "m", cache)
        )
        yield pair
        for server in pair:
            await server.close()

    async def given(self, path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
        """Send a request to both; return the prompt that each gives the engine."""
        found = []
        for server in self:
            server.given.clear()
            answer = await server.client.post(path, json={"model": "m"} | body)
            assert answer.status_code == 200, answer.text
            found.append(as_json(server.given[-1]["prompt"]))
        return found


def as_json(prompt: Any) -> dict[str, Any]:
    """Return the engine's input as what can be compared."""
    said = {name: value for name, value in prompt.items() if name != "arrival_time"}
    if "mm_kwargs" in said:
        said["mm_kwargs"] = {
            modality: [item and encode_mm_kwargs_item(item) for item in items]
            for modality, items in prompt["mm_kwargs"].items()
        }
    return said


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_vision_model(tmp_path_factory.mktemp("models") / "vision")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(model: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    arguments = ["--model", str(model), *OPTIONS]
    async with Pair.serving(arguments, tmp_path_factory.mktemp("cache")) as pair:
        yield pair


@pytest.fixture
def client(servers: Pair) -> httpx.AsyncClient:
    return servers.accord.client


@pytest.mark.parametrize("path", [CHAT, RESPONSE, MESSAGE])
async def test_the_engine_is_given_the_same_prompt_for_images(servers: Pair, path: str) -> None:
    theirs, ours = await servers.given(path, BODIES[path](RED, WIDE))
    assert ours == theirs
    assert len(ours["mm_hashes"]["image"]) == 2


async def test_the_engine_is_given_the_same_arguments_of_a_processor(servers: Pair) -> None:
    body = chat(WIDE, mm_processor_kwargs={"do_image_splitting": False})
    body |= {"media_io_kwargs": {"image": {"rgba_background_color": [0, 0, 0]}}}
    theirs, ours = await servers.given(CHAT, body)
    assert ours == theirs
    assert ours["mm_placeholders"]["image"][0].length == TILE_TOKENS + 3


@pytest.mark.parametrize("path", [CHAT, RESPONSE, MESSAGE])
async def test_a_rendered_request_continues_like_the_request_itself(servers: Pair, path: str) -> None:
    body = BODIES[path](data_url(png(colour={CHAT: "green", RESPONSE: "yellow", MESSAGE: "pink"}[path])))
    rendered = (await servers.accord.client.post(f"{path}/render", json=body)).json()
    theirs = (await servers.vllm.client.post(f"{path}/render", json={"model": "m"} | body)).json()
    assert rendered["token_ids"] == theirs["token_ids"]
    [said] = rendered["features"]["mm_placeholders"]["image"]
    [from_vllm] = theirs["features"].pop("mm_placeholders")["image"]
    assert said == from_vllm | {"is_embed": said["is_embed"]}, "vLLM leaves out which tokens are the image's"
    assert {**rendered["features"], **theirs["features"]} == rendered["features"]

    theirs, ours = await servers.given(GENERATE, rendered)
    assert {**ours, "mm_placeholders": None} == {**theirs, "mm_placeholders": None}
    assert ours["mm_kwargs"]["image"][0] is not None
    _, chatted = await servers.given(path, body)
    assert ours["prompt_token_ids"] == chatted["prompt_token_ids"]
    assert ours["mm_placeholders"] == chatted["mm_placeholders"]
    assert ours["mm_kwargs"] == chatted["mm_kwargs"], "what was only rendered counts as sent to the engine"


@pytest.mark.parametrize("path", [CHAT, RESPONSE, MESSAGE])
async def test_features_can_be_had_without_their_tensors(servers: Pair, path: str) -> None:
    body = BODIES[path](RED, mm_payload="none")
    rendered = (await servers.accord.client.post(f"{path}/render", json=body)).json()
    assert rendered["features"].keys() == {"mm_hashes", "mm_placeholders"}


async def test_media_are_given_beside_token_ids(servers: Pair) -> None:
    tokens = servers.accord.llm.renderer.tokenizer.encode("What is <image>?")
    parts = [{"type": "image_url", "url": data_url(png(colour="white"))}]
    theirs, ours = await servers.given(
        GENERATE, {"token_ids": tokens, "content_parts": parts, "sampling_params": {}}
    )
    assert ours == theirs
    [image] = ours["mm_placeholders"]["image"]
    assert len(ours["prompt_token_ids"]) == len(tokens) - 1 + image.length


async def test_placeholders_are_expanded_in_every_count(servers: Pair, client: httpx.AsyncClient) -> None:
    [_, prompt] = await servers.given(MESSAGE, message(RED))
    tokens = len(prompt["prompt_token_ids"])
    counted = await client.post("/v1/messages/count_tokens", json=message(RED))
    assert counted.json() == {"input_tokens": tokens}
    tokenized = await client.post("/tokenize", json=chat(RED))
    assert tokenized.json()["tokens"] == prompt["prompt_token_ids"]
    answered = await client.post(CHAT, json=chat(RED))
    assert answered.json()["usage"]["prompt_tokens"] == tokens


@pytest_asyncio.fixture(name="download_server", loop_scope="module")
async def running_download_server() -> AsyncIterator[DownloadServer]:
    async with serving_downloads() as server:
        server.files |= {"/red.png": png(), "/text.png": b"no image"}
        yield server


BAD = {
    data_url(b"no image"): "it is not an image, or its format is unknown",
    data_url(png(64, 64)[:90]): "it is damaged, or cut off",
    "data:image/png;base64,!!!": "a data URL has to be data:TYPE;base64, and then base64",
    "data:image/png,AAAA": "a data URL has to be data:TYPE;base64, and then base64",
    "data:": "a data URL has to be data:TYPE;base64, and then base64",
    "red.png": "a URL is expected that begins with http:, https: or data:",
    "ftp://localhost/red.png": "a URL is expected that begins with http:, https: or data:",
    "file:///etc/passwd": "a URL is expected that begins with http:, https: or data:",
    "http://": "it has no host",
    "http://10.0.0.1/red.png": "'10.0.0.1' is not among the hosts that this server fetches from",
    "http://other.test/red.png": "there is no host 'other.test'",
    "http://localhost:1/red.png": "its server cannot be reached, or broke off",
    "http://localhost:PORT/nothing.png": "its server answered with the status 404",
    "http://localhost:PORT/text.png": "it is not an image, or its format is unknown",
    "http://localhost:PORT/to-a-file": "only http and https are fetched, not 'file'",
}


@pytest.mark.parametrize(("url", "reason"), BAD.items())
async def test_an_image_that_cannot_be_read_is_refused(
    client: httpx.AsyncClient, download_server: DownloadServer, url: str, reason: str
) -> None:
    url = url.replace("PORT", str(download_server.port))
    refused = await client.post(CHAT, json=chat(RED, url))
    assert refused.status_code == 400, refused.text
    error = refused.json()["error"]
    assert error["message"] == f"messages.0.content.2: the image cannot be read: {reason}."
    assert error["param"] == "messages.0.content.2"
    assert error["code"] == "unreadable_media"


async def test_the_place_is_named_in_every_api(client: httpx.AsyncClient) -> None:
    bad = data_url(b"no image")
    refused = (await client.post(RESPONSE, json=response(bad))).json()["error"]
    assert refused["param"] == "input.0.content.1"
    for path in (MESSAGE, "/v1/messages/count_tokens"):
        said = await client.post(path, json=message(bad))
        assert said.status_code == 400
        assert said.json()["error"]["message"].startswith("messages.0.content.1: the image cannot be read: ")
    body = {"token_ids": [5, 6], "content_parts": [{"type": "image_url", "url": bad}]}
    refused = (await client.post(GENERATE, json=body)).json()["error"]
    assert refused["param"] == "content_parts.0"


async def test_an_image_that_is_too_large_is_refused(
    client: httpx.AsyncClient, download_server: DownloadServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(envs), "VLLM_MAX_IMAGE_PIXELS", 100)
    refused = (await client.post(CHAT, json=chat(RED))).json()["error"]
    assert refused["message"].endswith("the image cannot be read: it has 1024 pixels; the most is 100.")
    monkeypatch.setitem(vars(envs), "VLLM_MAX_MEDIA_DOWNLOAD_SIZE_MB", 1)
    download_server.files["/red.png"] = b"x" * 2**21
    refused = (await client.post(CHAT, json=chat(download_server.url("/red.png")))).json()["error"]
    assert refused["message"].endswith("the image cannot be read: it is larger than 1048576 bytes.")


async def test_more_than_the_model_takes_is_refused(client: httpx.AsyncClient) -> None:
    sound = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    body = {"messages": [{"role": "user", "content": [sound]}]}
    refused = await client.post(CHAT, json=body)
    assert refused.status_code == 400
    assert refused.json()["error"]["message"] == (
        "messages.0.content.0: the model takes text and images, and this is audio."
    )


async def test_a_conversation_that_is_shortened_is_fetched_once(
    client: httpx.AsyncClient, download_server: DownloadServer
) -> None:
    turns = [{"role": "user", "content": "word " * 100} for _ in range(6)]
    last = response(download_server.url("/red.png"))["input"]
    answered = await client.post(
        RESPONSE, json={"input": turns + last, "truncation": "auto", "store": False, "max_output_tokens": 5}
    )
    assert answered.status_code == 200, answered.text
    assert download_server.asked == ["/red.png"]


async def test_an_image_of_a_refused_request_is_sent_with_the_next_one(servers: Pair) -> None:
    client, black = servers.accord.client, data_url(png(colour="black"))
    long = chat(black)
    long["messages"][0]["content"].append({"type": "text", "text": "word " * 600})
    refused = await client.post(CHAT, json=long)
    assert refused.json()["error"]["code"] == "context_length_exceeded"
    [_, ours] = await servers.given(CHAT, chat(black))
    assert ours["mm_kwargs"]["image"][0] is not None


@pytest.mark.parametrize(
    ("features", "why"),
    [
        ({"mm_hashes": {"image": ["a"]}, "mm_placeholders": {}}, "must use the same modalities"),
        (
            {"mm_hashes": {"image": ["a"]}, "mm_placeholders": {"image": [{"offset": 1, "length": 9}]}},
            "a placeholder of mm_placeholders.image ends behind token_ids",
        ),
        (
            {"mm_hashes": {"image": ["a"]}, "mm_placeholders": {"image": [{"offset": 0, "length": 1}]}},
            "kwargs_data.image lacks one",
        ),
        (
            {
                "mm_hashes": {"image": ["a"]},
                "mm_placeholders": {"image": [{"offset": 0, "length": 1}]},
                "kwargs_data": {"image": ["AAAA"]},
            },
            "cannot be decoded",
        ),
    ],
)
async def test_invalid_features_are_refused(
    client: httpx.AsyncClient, features: dict[str, Any], why: str
) -> None:
    refused = await client.post(GENERATE, json={"token_ids": [5, 6], "features": features})
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert error["param"] == "features"
    assert why in error["message"]
