"""Media features between a server that renders and one that generates, as in vLLM's scale-out endpoints.

The rendering server returns the output of the model's processor, and the positions of the media among the
tokens. The engine caches it under hashes that the client chooses, so a server accepts it from trusted clients
only. Other clients send the media themselves.
"""

from __future__ import annotations

from typing import Any

import torch
from pydantic import ValidationError
from vllm.entrypoints.scale_out.token_in_token_out.mm_features import (
    extract_mm_features,
    mm_kwargs_from_features,
)
from vllm.entrypoints.scale_out.token_in_token_out.protocol import MultiModalFeatures
from vllm.inputs import EngineInput, TokensPrompt, mm_input
from vllm.multimodal.inputs import MultiModalKwargsItems, PlaceholderRange
from vllm.renderers.chat_utils import AsyncMultiModalItemTracker
from vllm.renderers.online_renderer import OnlineRenderer

from accord.engine.requests import Prompt
from accord.errors import InvalidRequest


def processed_features(renderer: OnlineRenderer, engine_input: EngineInput, tensors: bool) -> dict[str, Any]:
    """Return the processed media of a prompt that has some, with the tensors or without."""
    parser = renderer.renderer.get_mm_processor().info.data_parser
    features = extract_mm_features(
        engine_input,
        metadata_fields_for=parser.placeholder_metadata_fields,
        mm_payload="tensors" if tensors else "none",
    )
    fields: dict[str, Any] = {
        name: value for name, value in features.model_dump().items() if value is not None
    }
    for modality, ranges in engine_input["mm_placeholders"].items():
        for each, placeholder in zip(fields["mm_placeholders"][modality], ranges, strict=True):
            if placeholder.is_embed is not None:
                each["is_embed"] = placeholder.is_embed.tolist()
    return fields


def features_input(renderer: OnlineRenderer, prompt: Prompt, cache_salt: str | None) -> EngineInput:
    """Return the engine's input for a prompt whose media another server has processed."""
    if not renderer.trust_request_mm_kwargs:
        raise _refused("are taken only from clients that are trusted (--trust-request-mm-kwargs)")
    assert prompt.features is not None
    [token_ids] = prompt.inputs
    try:
        features = MultiModalFeatures.model_validate(prompt.features)
        items = mm_kwargs_from_features(features)
    except ValidationError as error:
        raise _refused(f"are wrong: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from error
    except Exception as error:  # the decoder raises errors of any kind
        raise _refused("are wrong: kwargs_data or mm_metadata cannot be decoded") from error
    fields = prompt.features["mm_placeholders"]
    placeholders = {
        modality: [_placeholder(each, f"mm_placeholders.{modality}", len(token_ids)) for each in ranges]
        for modality, ranges in fields.items()
    }
    _check_handles(renderer, items, features.mm_hashes)
    return mm_input(
        prompt_token_ids=token_ids,
        mm_kwargs=MultiModalKwargsItems(items),
        mm_hashes=features.mm_hashes,
        mm_placeholders=placeholders,
        cache_salt=cache_salt,
    )


def _placeholder(fields: dict[str, Any], param: str, tokens: int) -> PlaceholderRange:
    offset, length, is_embed = fields["offset"], fields["length"], fields.get("is_embed")
    if offset + length > tokens:
        raise _refused(f"are wrong: a placeholder of {param} ends behind token_ids")
    if is_embed is None:  # vLLM's own endpoints omit it
        return PlaceholderRange(offset=offset, length=length)
    if len(is_embed) != length:
        raise _refused(f"are wrong: is_embed of {param} has {len(is_embed)} places for {length} tokens")
    return PlaceholderRange(offset=offset, length=length, is_embed=torch.tensor(is_embed, dtype=torch.bool))


def _check_handles(renderer: OnlineRenderer, items: Any, hashes: dict[str, list[str]]) -> None:
    cache = renderer.renderer.mm_processor_cache
    for modality, of_modality in items.items():
        for item, its_hash in zip(of_modality, hashes[modality], strict=True):
            if item is None:
                raise _refused(f"are wrong: kwargs_data.{modality} lacks one")
            if cache is not None:
                cache.validate_input_item(item, its_hash)


def _refused(why: str) -> InvalidRequest:
    return InvalidRequest(f"features: they {why}.", param="features")


async def with_media(renderer: OnlineRenderer, prompt: Prompt, cache_salt: str | None) -> EngineInput:
    """Return the engine's input for token ids in which each medium is one placeholder, to be expanded."""
    [token_ids] = prompt.inputs
    tracker = AsyncMultiModalItemTracker(renderer.model_config)
    parser = tracker.create_parser()
    parse = {
        "image_url": parser.parse_image,
        "audio_url": parser.parse_audio,
        "video_url": parser.parse_video,
    }
    for kind, url in prompt.content_parts or ():
        parse[kind](url)
    data, uuids = await tracker.resolve_items()
    tokens = TokensPrompt(prompt_token_ids=token_ids, multi_modal_data=data, multi_modal_uuids=uuids)
    if cache_salt is not None:
        tokens["cache_salt"] = cache_salt
    [engine_input] = await renderer.renderer.render_cmpl_async([tokens])
    return engine_input
