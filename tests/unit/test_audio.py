"""Audio, with an audio model: the engine gets the same from Accord and vLLM's server."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.audio_model import RATE, tone, write_audio_model
from tests.unit.test_vision import CHAT, Pair
from tests.vision_model import data_url, png

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPTIONS = ["--served-model-name", "m", "--max-model-len", "2048", "--enforce-eager", "--disable-log-stats"]
OPTIONS += ["--enable-auto-tool-choice", "--tool-call-parser", "hermes"]


def sound(data: str, kind: str = "wav") -> dict[str, Any]:
    return {"type": "input_audio", "input_audio": {"data": data, "format": kind}}


def chat(*parts: dict[str, Any]) -> dict[str, Any]:
    said = {"type": "text", "text": "What do you hear?"}
    return {"messages": [{"role": "user", "content": [said, *parts]}], "max_tokens": 5}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pair]:
    model: Path = write_audio_model(tmp_path_factory.mktemp("models") / "audio")
    arguments = ["--model", str(model), *OPTIONS]
    async with Pair.serving(arguments, tmp_path_factory.mktemp("cache")) as pair:
        yield pair


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3"])
async def test_the_engine_is_given_the_same_prompt_for_sound(servers: Pair, kind: str) -> None:
    data = tone(kind=kind.upper())
    at = {"type": "audio_url", "audio_url": {"url": f"data:audio/{kind};base64,{data}"}}
    theirs, ours = await servers.given(CHAT, chat(sound(data, kind), at, sound(tone(880, 0.5))))
    assert ours == theirs
    assert len(ours["mm_hashes"]["audio"]) == 3


async def test_sound_of_another_rate_is_as_long(servers: Pair) -> None:
    """Also without torchaudio, where vLLM's own server has none to resample it with."""
    lengths = []
    for rate in (RATE, RATE // 2, 44100):
        asked = await servers.accord.client.post(CHAT, json=chat(sound(tone(300, 0.5, rate))))
        assert asked.status_code == 200, asked.text
        lengths.append(servers.accord.given[-1]["prompt"]["mm_placeholders"]["audio"][0].length)
    assert lengths == [lengths[0]] * 3


async def test_a_decoder_that_is_missing_is_reported_once(
    servers: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    for hertz in (500, 600):
        asked = await servers.accord.client.post(CHAT, json=chat(sound(tone(hertz))))
        assert asked.status_code == 200, asked.text
    assert sum("torchcodec" in said for said in caplog.messages) <= 1


async def test_sound_that_cannot_be_read_is_refused(servers: Pair) -> None:
    refused = await servers.accord.client.post(CHAT, json=chat(sound("AAAA")))
    assert refused.status_code == 400, refused.text
    error = refused.json()["error"]
    assert error["param"] == "messages.0.content.1"
    assert error["message"].startswith("messages.0.content.1: the audio cannot be read: ")


async def test_sound_that_is_too_short_is_refused(servers: Pair) -> None:
    refused = await servers.accord.client.post(CHAT, json=chat(sound(tone(seconds=0.0005))))
    assert refused.status_code == 400, refused.text
    said = "messages: audio of 8 samples is too short for the model."
    assert refused.json()["error"]["message"] == said


async def test_unsupported_media_are_refused(servers: Pair) -> None:
    shown = {"type": "image_url", "image_url": {"url": data_url(png())}}
    refused = (await servers.accord.client.post(CHAT, json=chat(shown))).json()["error"]
    assert refused["message"] == "messages.0.content.1: the model takes text and audio, and this is an image."
