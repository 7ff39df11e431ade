"""What a handler knows of the request besides its body and parameters."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from accord.engine import Engine
from accord.errors import InvalidRequest, NotFound
from accord.handlers.background import RunningResponses
from accord.handlers.draining import Draining
from accord.store import Address, Storage
from accord.telemetry.request import current

if TYPE_CHECKING:
    from accord.store.sql import ResponseStore


@dataclass(frozen=True, slots=True)
class Services:
    """What all handlers share, for as long as the server runs."""

    engine: Engine
    release: str
    contract_version: str
    storage: Storage = field(default_factory=lambda: Storage(Address(file=Path("responses.sqlite3"))))
    max_choices: int = 1024
    running: RunningResponses = field(default_factory=RunningResponses)
    draining: Draining = field(default_factory=Draining)


@dataclass(slots=True)
class Call:
    """One request. A handler may set the `status` and add to the `headers` of its response."""

    services: Services
    request_id: str
    owner: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def engine(self) -> Engine:
        return self.services.engine

    @property
    def store(self) -> ResponseStore:
        """The stored responses. Raises NotReady until they are there."""
        return self.services.storage.responses

    def check_choices(self, prompts: int, n: int | None) -> None:
        """Refuse to answer `prompts` prompts `n` times each, where that is more than one request may ask."""
        if prompts * (n or 1) > self.services.max_choices:
            raise InvalidRequest(
                f"n: {prompts} prompts with n {n or 1} are {prompts * (n or 1)} answers; one request may ask "
                f"for {self.services.max_choices}.",
                param="n" if n and n > 1 else "prompt",
                code="too_many_choices",
            )

    def model(self, name: str | None) -> str:
        """Return the name of the served model that the request means; the first one where it names none."""
        names = self.engine.model_names
        if name is None:
            name = names[0]
        elif name not in names:
            served = ", ".join(f"'{n}'" for n in names)
            raise NotFound(
                f"The model '{name}' does not exist. Served: {served}.", param="model", code="model_not_found"
            )
        current().model = name
        return name
