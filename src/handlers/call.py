"""The arguments of a handler besides the body and the parameters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

import msgspec

from accord.dialects.derendering import within
from accord.dialects.media import Shown
from accord.dialects.messages.signatures import Signatures
from accord.dialects.pdf import PdfReader
from accord.engine import Engine, EngineState
from accord.errors import InvalidRequest, NotFound
from accord.generated import models
from accord.handlers.aliases import ModelAlias, aliased_model
from accord.handlers.background import PeerProcesses, RunningResponses
from accord.handlers.draining import Draining
from accord.mcp_servers import McpServers
from accord.store import Address, Storage
from accord.telemetry.request import current

if TYPE_CHECKING:
    from accord.store.completions import CompletionStore
    from accord.store.conversations import ConversationStore
    from accord.store.sql import ResponseStore


Read = TypeVar("Read")


class Unready(NamedTuple):
    """Reasons why the server is not ready."""

    message: str
    status: Literal["loading", "not_ready"]


_STORE_OPENS = Unready("The database of stored responses is not open yet.", "loading")
_STORE_FAILS = Unready(
    "The database of stored responses cannot be opened; the server's log says why.", "not_ready"
)
_OTHERS_BEGIN = Unready("Another process of the server is not ready yet.", "loading")
_UNREADY = {
    EngineState.LOADING: Unready("The model is loading.", "loading"),
    EngineState.RESTARTING: Unready("The engine has failed and is restarting.", "not_ready"),
    EngineState.FAILED: Unready("The engine has failed.", "not_ready"),
}


@dataclass(frozen=True, slots=True)
class Services:
    """Services that all handlers share, for as long as the server runs."""

    engine: Engine
    release: str
    contract_version: str
    storage: Storage = field(default_factory=lambda: Storage(Address(file=Path("responses.sqlite3"))))
    max_choices: int = 1024
    keep_alive_seconds: float = 0
    """Seconds without data after which a stream gets a comment or a ping; 0 for never."""
    aliases: Sequence[ModelAlias] = ()
    force_include_usage: bool = False
    """Whether every stream reports its usage, also in every chunk, as if a request asked for both."""
    signatures: Signatures = field(default_factory=Signatures)
    """Signs the model's thinking in messages."""
    mcp: McpServers = field(default_factory=McpServers)
    """The MCP servers that responses may use."""
    running: RunningResponses = field(default_factory=RunningResponses)
    draining: Draining = field(default_factory=Draining)
    pdfs: PdfReader = field(default_factory=PdfReader)
    peers: PeerProcesses | None = None
    """The other processes of this server, if there are any."""
    load: Callable[[], int] = lambda: 0
    """The number of requests that all processes of the server are handling."""
    all_ready: Callable[[], bool] = lambda: True
    """Whether all processes are ready: a client cannot choose which of them answers."""

    @property
    def unready(self) -> Unready | None:
        """Why the model is not available; None if it is."""
        state = self.engine.state
        if self.draining.begun:
            return Unready("The server is stopping.", "not_ready")
        if state is EngineState.READY:
            if not self.storage.is_open:
                return _STORE_FAILS if self.storage.failing else _STORE_OPENS
            return None if self.all_ready() else _OTHERS_BEGIN
        return _UNREADY[state]


class Call(msgspec.Struct):
    """One request. A handler may set the `status` and add to the `headers` of its response."""

    services: Services
    request_id: str
    owner: str = ""
    status: int = 200
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    ignored: list[str] = msgspec.field(default_factory=list)
    """Paths of ignored fields, for the header `x-ignored-parameters`."""
    created: int = msgspec.field(default_factory=lambda: int(time.time()))

    def leave_out(self, paths: Iterable[str]) -> None:
        """Report parts of the request as ignored, instead of fields inside them."""
        left_out = tuple(paths)
        inside = tuple(f"{path}." for path in left_out)
        self.ignored[:] = [*left_out, *(path for path in self.ignored if not path.startswith(inside))]

    def shown(self) -> Shown:
        """Return the `Shown` for the request's media, which reports what it leaves out."""
        return Shown(self.engine.modalities, self.ignored)

    async def read(self, reading: Callable[[Shown], Read], shown: Shown | None = None) -> Read:
        """Return the result of `reading`; it runs a second time once PDFs have been read."""
        if shown is None:
            shown = Shown(self.services.engine.modalities, self.ignored)
        named = shown.left_out[:]
        result = reading(shown)
        if shown.pdfs is None:
            return result
        shown.pdfs |= await self.services.pdfs.texts(shown.pdfs)
        shown.left_out[:] = named
        shown.media = None
        return reading(shown)

    @property
    def engine(self) -> Engine:
        return self.services.engine

    @property
    def store(self) -> ResponseStore:
        """The stored responses. Raises NotReady until the storage is open."""
        return self.services.storage.responses

    @property
    def conversations(self) -> ConversationStore:
        """The stored conversations. Raises NotReady until the storage is open."""
        return self.services.storage.conversations

    @property
    def completions(self) -> CompletionStore:
        """The stored chat completions. Raises NotReady until the storage is open."""
        return self.services.storage.completions

    def stream_options(self, asked: models.StreamOptions | None) -> models.StreamOptions | None:
        """Return the options of a stream."""
        if self.services.force_include_usage:
            return models.StreamOptions(include_usage=True, continuous_usage_stats=True)
        return asked

    def check_choices(self, prompts: int, n: int | None) -> None:
        """Raise InvalidRequest if `prompts` times `n` is more than one request may ask for."""
        if prompts * (n or 1) > self.services.max_choices:
            raise InvalidRequest(
                f"n: {prompts} prompts with n {n or 1} are {prompts * (n or 1)} answers; one request may ask "
                f"for {self.services.max_choices}.",
                param="n" if n and n > 1 else "prompt",
                code="too_many_choices",
            )

    def model(self, name: str | None) -> str:
        """Return the served model that the request names, or the first one without a name."""
        names = self.engine.model_names
        if name is None:
            name = names[0]
        elif name not in names:
            other = aliased_model(self.services.aliases, name)
            if other is None or other not in names:
                called = f"'{name}'" if other is None else f"'{name}', which is '{other}' here,"
                served = ", ".join(f"'{n}'" for n in names)
                raise NotFound(
                    f"The model {called} does not exist. Served: {served}.",
                    param="model",
                    code="model_not_found",
                )
            name = other
        current().model = name
        return name


def derendered_model(
    call: Call,
    name: str | None,
    original: models.ChatCompletionRequest | models.CompletionRequest | None,
    field: str,
) -> str:
    """Return the model that generated the tokens: the named one, else the original request's."""
    if name is not None or original is None:
        return call.model(name)
    with within(field):
        return call.model(original.model)
