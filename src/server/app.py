"""The application: Connexion's stack around handlers, which mypy checks against the contract."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from functools import partial
from importlib.resources import files
from typing import Any, Never

from connexion import ConnexionMiddleware
from connexion.resolver import Resolver
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from accord.dialects.logprobs import WrittenAnswer
from accord.dialects.sse import EventStream
from accord.generated import handlers as contract
from accord.generated.operations import OPERATIONS
from accord.handlers import (
    chat,
    completions,
    conversations,
    generate,
    management,
    messages,
    models,
    responses,
    routing,
    scoring,
    tokens,
)
from accord.handlers.call import Call, Services
from accord.server.admission import Admission, Bounds, SharedCount
from accord.server.bodies import BodyLimits
from accord.server.dispatch import Dispatcher, Handler
from accord.server.docs import Documentation
from accord.server.errors import ErrorMiddleware
from accord.server.keys import Keys
from accord.server.rate_limits import RateLimits
from accord.server.request_validation import RequestValidation
from accord.server.routing import Routing
from accord.server.security import SecurityMiddleware, requiring_keys, security_map
from accord.server.validation import BodyValidator, NoUriParser, ParameterValidator, compile_models

Lifespan = Callable[[], AsyncGenerator[None, None]]

# A module whose handlers are missing or differ from the contract's types fails the type check here.
_chat: contract.ChatHandlers[Call, WrittenAnswer, EventStream] = chat
_completions: contract.CompletionsHandlers[Call, WrittenAnswer, EventStream] = completions
_conversations: contract.ConversationsHandlers[Call] = conversations
_generate: contract.GenerateHandlers[Call, WrittenAnswer, EventStream] = generate
_management: contract.ManagementHandlers[Call] = management
_messages: contract.MessagesHandlers[Call, Never, EventStream] = messages
_models: contract.ModelsHandlers[Call] = models
_scoring: contract.ScoringHandlers[Call] = scoring
_responses: contract.ResponsesHandlers[Call, WrittenAnswer, EventStream] = responses
_routing: contract.RoutingHandlers[Call] = routing
_tokens: contract.TokensHandlers[Call] = tokens

MODULES: dict[str, Any] = {
    "chat": _chat,
    "completions": _completions,
    "conversations": _conversations,
    "generate": _generate,
    "management": _management,
    "messages": _messages,
    "models": _models,
    "scoring": _scoring,
    "responses": _responses,
    "routing": _routing,
    "tokens": _tokens,
}


class _Resolver(Resolver):  # type: ignore[misc]  # connexion is not typed
    """Does not import handlers: the dispatcher has them, and Connexion only passes operation ids on."""

    def resolve_function_from_operation_id(self, operation_id: str) -> str:
        return operation_id


def handler_table() -> dict[str, Handler]:
    """Return the handler of each operation id."""
    return {o.id: getattr(MODULES[o.tag], o.id) for o in OPERATIONS.values()}


def connexion_app(
    services: Services,
    *,
    limits: BodyLimits | None = None,
    keys: Keys | None = None,
    metrics_open: bool = True,
    docs: bool = True,
    concurrent: int | None = None,
    seconds: float | None = None,
    rates: RateLimits | None = None,
    together: SharedCount | None = None,
) -> ASGIApp:
    """Return the ASGI application for all operations of the contract.

    With `keys`, requests need one of them, also for metrics unless these are open; `docs` adds the
    documentation. The other arguments limit concurrent requests, the duration of a request, and the rates of
    each key; `together` shares the count of requests with other processes.
    """
    compile_models()
    body_validator = BodyValidator.within(limits or BodyLimits())
    document = json.loads(files("accord.generated").joinpath("connexion.json").read_text())
    guards: list[Any] = []
    if keys is not None:
        document = requiring_keys(document, metrics_open)
        guards.append(SecurityMiddleware)
    if concurrent is not None or seconds is not None or rates is not None:
        bounds = Bounds(document, concurrent, seconds, rates, together)
        guards.append(partial(Admission, bounds=bounds))
        services = replace(services, load=lambda: bounds.load())
    pages = [Documentation] if docs else []
    app = ConnexionMiddleware(
        Dispatcher(services, handler_table()),
        middlewares=[ErrorMiddleware, *pages, Routing, *guards, RequestValidation],
        resolver=_Resolver(),
        uri_parser_class=NoUriParser,
        validator_map={"parameter": ParameterValidator, "body": {"application/json": body_validator}},
        security_map=security_map(keys) if keys is not None else None,
    )
    app.add_api(document)
    asgi: ASGIApp = app
    return asgi


class Application:
    """The whole ASGI application: `app` for requests, `lifespan` for start and stop."""

    def __init__(self, app: ASGIApp, lifespan: Lifespan) -> None:
        self.app = app
        self.lifespan = lifespan

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._run_lifespan(receive, send)
        elif scope["type"] == "http":
            await self.app(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _run_lifespan(self, receive: Receive, send: Send) -> None:
        lifespan = self.lifespan()
        await receive()
        await anext(lifespan)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await anext(lifespan, None)
        await send({"type": "lifespan.shutdown.complete"})
