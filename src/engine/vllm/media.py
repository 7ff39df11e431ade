"""Images, audio and video of a request: downloaded within limits, and refused with a sentence if unreadable.

vLLM loads media by a connector from its registry. Accord registers a subclass of vLLM's connector that
downloads with `accord.engine.fetching`.
"""

from __future__ import annotations

import binascii
import logging
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from importlib.util import find_spec
from typing import Any

from PIL import UnidentifiedImageError
from vllm import envs
from vllm.connections import HTTPConnection
from vllm.multimodal.media import (
    MEDIA_CONNECTOR_REGISTRY,
    AudioMediaIO,
    ImageMediaIO,
    MediaConnector,
    VideoMediaIO,
)
from vllm.v1.engine.async_llm import AsyncLLM

from accord.engine.fetching import MAX_REDIRECTS, Bounds, Fetcher, NotFetchedError, TooManyDownloadsError
from accord.engine.requests import Media
from accord.errors import ApiError, InvalidRequest, Overloaded

logger = logging.getLogger(__name__)

VLLMS_CONNECTOR = "http"
"""The name by which vLLM looks up its connector, unless VLLM_MEDIA_CONNECTOR names another one."""
MIB = 2**20
REQUEST_MIB = 256
"""vLLM's default of VLLM_MAX_MEDIA_REQUEST_DOWNLOAD_SIZE_MB, a variable that is new in 0.33."""
SECONDS = 30
"""The time limit where vLLM passes none."""

MODALITIES = ("image", "audio", "video")

_PIXELS = re.compile(r"\((\d+) pixels\) exceed the maximum of (\d+)")
_KINDS = {ImageMediaIO: "image", AudioMediaIO: "audio", VideoMediaIO: "video"}

_fetcher = Fetcher()
_media: ContextVar[Media | None] = ContextVar("media", default=None)


class UnreadableMedia(InvalidRequest):
    """One of a request's media cannot be read; `url` identifies it."""

    def __init__(self, url: str, kind: str, reason: str) -> None:
        super().__init__(f"the {kind} cannot be read: {reason}.", param="messages", code="unreadable_media")
        self.url = url

    def add_field(self, field: str | None) -> None:
        """Add the medium's position in the request, if it is known."""
        if field is not None:
            self.param = field
            self.message = f"{field}: {self.message}"


class Connection(HTTPConnection):  # type: ignore[misc]  # vllm is not followed
    """Downloads in place of vLLM's connection."""

    def __init__(self, domains: list[str]) -> None:
        super().__init__()
        self.domains = domains

    def get_bytes(self, url: str, **_: Any) -> bytes:
        raise NotFetchedError("it can be fetched for a request only")

    async def async_get_bytes(
        self,
        url: str,
        *,
        timeout: float | None = None,  # noqa: ASYNC109  vLLM's method has it
        allow_redirects: bool = True,
        max_bytes: int | None = None,
        **_: Any,
    ) -> bytes:
        """Return the content of the URL, downloaded once for a request."""
        media = _media.get() or Media()
        if (data := media.fetched.get(url)) is not None:
            return data
        bounds = Bounds(
            seconds=timeout or SECONDS,
            max_bytes=_least(max_bytes, _bytes("VLLM_MAX_MEDIA_DOWNLOAD_SIZE_MB")),
            tries=max(1, envs.VLLM_MEDIA_FETCH_MAX_RETRIES),
            redirects=MAX_REDIRECTS if allow_redirects else 0,
            domains=self.domains,
        )
        in_all = _bytes("VLLM_MAX_MEDIA_REQUEST_DOWNLOAD_SIZE_MB")

        def on_received(size: int) -> None:
            media.received += size
            if in_all is not None and media.received > in_all:
                raise NotFetchedError(f"what the request has fetched is larger than {in_all} bytes in all")

        try:
            data = await _fetcher.fetch(url, bounds, on_received)
        except TooManyDownloadsError as error:
            raise Overloaded(
                "Too much media is being downloaded for other requests.", code="media_full"
            ) from error
        media.fetched[url] = data
        return data


def _bytes(variable: str) -> int | None:
    """Return a limit that vLLM's variable sets in MiB; None if it sets none."""
    size: int = getattr(envs, variable, REQUEST_MIB)
    return size * MIB if size > 0 else None


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


class Connector(MediaConnector):  # type: ignore[misc]  # vllm is not followed
    """vLLM's connector, with download limits and a sentence for why something cannot be read."""

    def __init__(
        self,
        media_io_kwargs: dict[str, dict[str, Any]] | None = None,
        *,
        allowed_media_domains: list[str] | None = None,
        **named: Any,
    ) -> None:
        # vLLM checks the domain of the first URL only; the connection checks each redirect.
        super().__init__(media_io_kwargs, Connection(allowed_media_domains or []), **named)

    async def load_from_url_async(self, url: str, media_io: Any, **named: Any) -> Any:
        kind = next((word for its, word in _KINDS.items() if isinstance(media_io, its)), "file")
        try:
            _check_scheme(url, self.allowed_local_media_path is not None)
            return await super().load_from_url_async(url, media_io, **named)
        except ApiError:
            raise
        except Exception as error:
            logger.debug("Media of a request cannot be read.", exc_info=True)
            raise UnreadableMedia(url, kind, _reason(error)) from error


def _check_scheme(url: str, reads_files: bool) -> None:
    scheme, colon, _ = url[:16].partition(":")
    schemes = ["http", "https", "data", *(["file"] if reads_files else [])]
    if not colon or scheme.lower() not in schemes:
        known = ", ".join(f"{each}:" for each in schemes[:-1])
        raise NotFetchedError(f"a URL is expected that begins with {known} or {schemes[-1]}:")


def _reason(error: Exception) -> str:
    """Return why a medium cannot be read, without details of this server."""
    text = str(error)
    match error:
        case NotFetchedError():
            return text
        case binascii.Error() | NotImplementedError():
            return "a data URL has to be data:TYPE;base64, and then base64"
        case ImportError():
            return "this server has no package for its format"
        case OSError():
            return "there is no such file"
    if isinstance(error.__cause__, UnidentifiedImageError):
        return "it is not an image, or its format is unknown"
    if match := _PIXELS.search(text):
        return f"it has {match[1]} pixels; the most is {match[2]}"
    if text.startswith("Invalid data URL"):
        return "a data URL has to be data:TYPE;base64, and then base64"
    if "--allowed-local-media-path" in text:
        return "the file is not within the folder that this server reads from"
    if isinstance(error.__cause__, OSError):
        return "it is damaged, or cut off"
    return "it cannot be decoded"


def reading(media: Media | None) -> AbstractContextManager[None]:
    """Download each of a request's media once, and add the position to errors about them."""
    return _NO_MEDIA if media is None else _reading(media)


_NO_MEDIA = nullcontext()


@contextmanager
def _reading(media: Media) -> Iterator[None]:
    token = _media.set(media)
    try:
        yield
    except UnreadableMedia as error:
        error.add_field(media.field_of(error.url))
        raise
    finally:
        _media.reset(token)


class _Once(logging.Filter):
    """Lets a log message pass once: vLLM repeats for each audio that torchcodec is missing."""

    def __init__(self) -> None:
        super().__init__()
        self._logged: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        first = record.msg not in self._logged
        self._logged.add(record.msg)
        return first or record.levelno > logging.WARNING


_once = _Once()


def use_connector() -> None:
    """Make vLLM load media with Accord's connector, unless VLLM_MEDIA_CONNECTOR names another one."""
    MEDIA_CONNECTOR_REGISTRY.register(VLLMS_CONNECTOR)(Connector)
    logging.getLogger(AudioMediaIO.__module__).addFilter(_once)


def resample_without_torchaudio(renderer: Any) -> None:
    """Make soxr resample audio if torchaudio is not installed.

    vLLM's parsers choose torchaudio, of which PyPI has no build for the CPU's torch.
    """
    if find_spec("torchaudio") is not None or renderer.mm_processor is None:
        return
    resampler = renderer.mm_processor.info.data_parser.audio_resampler
    if resampler.method == "torchaudio":
        resampler.method = "soxr"


class forgotten_unless_sent:  # noqa: N801  named as contextlib names its own
    """Removes the media of prompts from vLLM's cache if the prompts are not sent to the engine.

    vLLM counts processed media as sent to the engine, which then fails on the next request that refers to
    them.
    """

    def __init__(self, renderer: Any, *engine_inputs: Any) -> None:
        self.renderer = renderer
        self.engine_inputs = engine_inputs

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            for engine_input in self.engine_inputs:
                forget(self.renderer, engine_input)


def forget(renderer: Any, engine_input: Any) -> None:
    """Make vLLM send a prompt's media again with the next prompt that has them."""
    cache = renderer.mm_processor_cache
    if cache is None or engine_input.get("type") != "multimodal":
        return
    for hashes in engine_input["mm_hashes"].values():
        for each in hashes:
            cache.invalidate(each)


def modalities_of(llm: AsyncLLM) -> frozenset[str]:
    """Return the modalities that the model accepts besides text, and that are not disabled."""
    if not llm.model_config.is_multimodal_model:
        return frozenset()
    limits = llm.renderer.get_mm_processor().info.allowed_mm_limits
    taken = {modality for modality, limit in limits.items() if limit}
    if "vision_chunk" in taken:  # images and videos, for models that treat them alike
        taken |= {"image", "video"}
    return frozenset(taken & set(MODALITIES))
