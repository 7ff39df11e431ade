"""Conversations with images and audio, in the form of each API."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from tests.audio_model import tone
from tests.families.asking import DIALECTS, Json, Question
from tests.families.forms import TOOLS
from tests.vision_model import TILE, data_url, png

SHORT = 12
"""Tokens of an answer: as many as tell whether the model was shown the same."""


def conversations(kind: str) -> dict[str, Json]:
    """Return chat requests with images or with audio, by name."""
    return {"image": _with_images, "audio": _with_sounds}[kind]()


def questions(kind: str) -> list[Question]:
    """Return the same conversations in every dialect that has such media."""
    dialects = DIALECTS if kind == "image" else ("chat",)
    return [
        Question(
            name,
            name,
            dialect,
            stream,
            tuple(TOOLS) if "tools" in request else (),
            messages=tuple(request["messages"]),
            max_tokens=SHORT,
        )
        for dialect in dialects
        for stream in (False, True)
        for name, request in conversations(kind).items()
        if request.keys() <= {"messages", "tools"}
    ]


def counted_first(kind: str) -> tuple[Json, Question]:
    """Return a chat request whose tokens are counted, and then the same for an answer, with unique media."""
    shown = image(data_url(png(colour="orange"))) if kind == "image" else sound(tone(550))
    talk = {"messages": [_user(text("What is this?"), shown)]}
    asked = Question("counted-first", "", "chat", False, messages=tuple(talk["messages"]), max_tokens=SHORT)
    return talk, asked


def text(said: str) -> Json:
    return {"type": "text", "text": said}


def image(url: str, **more: Any) -> Json:
    return {"type": "image_url", "image_url": {"url": url, **more}}


def _user(*parts: Json) -> Json:
    return {"role": "user", "content": list(parts)}


def _assistant(said: str) -> Json:
    return {"role": "assistant", "content": said}


CALL: Json = {"id": "call0000a", "type": "function", "function": {"name": "get_time", "arguments": "{}"}}
CALLED: Json = {"role": "assistant", "content": "", "tool_calls": [CALL]}


def _result(*parts: Json) -> Json:
    return {"role": "tool", "tool_call_id": CALL["id"], "content": list(parts)}


def _drawn(kind: str, mode: str = "RGB") -> str:
    """Return an image of two colours in this format, as a data URL."""
    from PIL import Image

    picture = Image.new("RGBA", (2 * TILE, TILE), (255, 0, 0, 255))
    picture.paste((0, 0, 255, 128), (0, 0, TILE, TILE))
    file = io.BytesIO()
    picture.convert(mode).save(file, kind)
    return data_url(file.getvalue(), f"image/{kind.lower()}")


@cache
def _with_images() -> dict[str, Json]:
    red, blue, green = (image(data_url(png(colour=each))) for each in ("red", "blue", "green"))
    wide = image(data_url(png(2 * TILE, TILE, "yellow")))
    what = text("What is this?")
    talks: dict[str, list[Json]] = {
        "image-last": [_user(what, red)],
        "image-first": [_user(red, what)],
        "image-between": [_user(text("Look at "), red, text(" and tell."))],
        "image-alone": [_user(red)],
        "images-two": [_user(what, red, blue)],
        "images-apart": [_user(red, text("and"), blue, text("and"), green)],
        "images-same": [_user(what, red, red)],
        "images-many": [_user(what, *[red, blue, green, wide] * 2)],
        "image-wide": [_user(what, wide)],
        "image-tall": [_user(what, image(data_url(png(TILE, 3 * TILE, "pink"))))],
        "image-large": [_user(what, image(data_url(png(20 * TILE, 11 * TILE, "white"))))],
        "image-odd": [_user(what, image(data_url(png(37, 91, "black"))))],
        "image-earlier": [_user(what, red), _assistant("It is red."), _user(text("Are you sure?"))],
        "images-in-turns": [_user(what, red), _assistant("It is red."), _user(text("And this?"), blue)],
        "image-system": [{"role": "system", "content": "You are brief."}, _user(what, red)],
        "image-unicode": [_user(text("Was ist das in Zürich 東京 🏳️‍🌈?"), red)],
        "texts-around": [_user(text("a"), text("b"), red, text("c"), text("d"))],
        "no-image": [_user(what)],
        "image-in-result": [_user(text("Look.")), CALLED, _result(text("Here:"), red)],
        "image-only-in-result": [_user(text("Look.")), CALLED, _result(red)],
        "image-after-result": [_user(what, blue), CALLED, _result(text("Done.")), _user(text("And?"), red)],
        "bad-no-image": [_user(what, image(data_url(b"no image")))],
        "bad-cut": [_user(what, image(data_url(png(64, 64)[:90])))],
    }
    found: dict[str, Json] = {name: {"messages": messages} for name, messages in talks.items()}
    found["image-tools"] = {
        "messages": [_user(what, red)],
        "tools": [{"type": "function", "function": tool} for tool in TOOLS],
    }
    for kind, mode in (
        ("PNG", "RGBA"),
        ("PNG", "L"),
        ("PNG", "P"),
        ("JPEG", "RGB"),
        ("GIF", "P"),
        ("WEBP", "RGB"),
    ):
        found[f"image-{kind}-{mode}".lower()] = {"messages": [_user(what, image(_drawn(kind, mode)))]}
    for detail in ("auto", "low", "high"):
        url = data_url(png(3 * TILE, 2 * TILE, "purple"))
        found[f"detail-{detail}"] = {"messages": [_user(what, image(url, detail=detail))]}
    shown = {"messages": [_user(what, wide)]}
    clear = {"messages": [_user(what, image(_drawn("PNG", "RGBA")))]}
    return found | {
        "arguments-processor": shown | {"mm_processor_kwargs": {"do_image_splitting": False}},
        "arguments-reading": clear | {"media_io_kwargs": {"image": {"rgba_background_color": [0, 9, 0]}}},
        "continued": {
            "messages": [_user(what, red), _assistant("It is")],
            "add_generation_prompt": False,
            "continue_final_message": True,
        },
        "no-generation-prompt": shown | {"add_generation_prompt": False},
    }


def sound(data: str, kind: str = "wav") -> Json:
    return {"type": "input_audio", "input_audio": {"data": data, "format": kind}}


def sound_at(data: str, kind: str = "wav") -> Json:
    return {"type": "audio_url", "audio_url": {"url": f"data:audio/{kind};base64,{data}"}}


@cache
def _with_sounds() -> dict[str, Json]:
    low, high = sound(tone(220)), sound(tone(1760, 0.5))
    what = text("What do you hear?")
    talks: dict[str, list[Json]] = {
        "sound-last": [_user(what, low)],
        "sound-first": [_user(low, what)],
        "sound-between": [_user(text("Listen to "), low, text(" and tell."))],
        "sound-alone": [_user(low)],
        "sounds-two": [_user(what, low, high)],
        "sounds-apart": [_user(low, text("and"), high, text("and"), low)],
        "sound-url": [_user(what, sound_at(tone(220)))],
        "sound-both": [_user(what, sound_at(tone(330)), high)],
        "sound-short": [_user(what, sound(tone(440, 0.1)))],
        "sound-longer": [_user(what, sound(tone(440, 7.3)))],
        "sound-too-long": [_user(what, sound(tone(440, 31)))],
        "sound-stereo": [_user(what, sound(tone(440, channels=2)))],
        "sound-flac": [_user(what, sound(tone(440, kind="FLAC"), "flac"))],
        "sound-ogg": [_user(what, sound(tone(440, kind="OGG"), "ogg"))],
        "sound-mp3": [_user(what, sound(tone(440, kind="MP3"), "mp3"))],
        "sound-earlier": [_user(what, low), _assistant("A tone."), _user(text("Are you sure?"))],
        "sounds-in-turns": [_user(what, low), _assistant("A tone."), _user(text("And this?"), high)],
        "sound-system": [{"role": "system", "content": "You are brief."}, _user(what, low)],
        "sound-in-result": [_user(text("Listen.")), CALLED, _result(text("Here:"), low)],
        "no-sound": [_user(what)],
        "bad-cut": [_user(what, sound(tone(440)[:80]))],
    }
    found: dict[str, Json] = {name: {"messages": messages} for name, messages in talks.items()}
    tools = [{"type": "function", "function": tool} for tool in TOOLS]
    return found | {
        "sound-tools": {"messages": [_user(what, low)], "tools": tools},
        "no-generation-prompt": {"messages": [_user(what, low)], "add_generation_prompt": False},
    }
