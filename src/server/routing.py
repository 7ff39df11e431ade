"""Connexion's routing, with a dictionary for paths without parameters."""

from __future__ import annotations

from typing import Any

from connexion.middleware.abstract import ROUTING_CONTEXT
from connexion.middleware.routing import RoutingMiddleware
from starlette.types import Receive, Scope, Send


class Routing(RoutingMiddleware):  # type: ignore[misc]  # connexion is not typed
    """Finds a path without parameters in a dictionary, and other paths by Connexion's routes, one by one.

    A path with an extra slash at its end gets 404, as in the contract.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.operations: dict[tuple[str, str], str] = {}
        """Operations by method and path."""

    def add_api(self, *args: Any, **kwargs: Any) -> None:
        super().add_api(*args, **kwargs)
        self.router.redirect_slashes = False
        for api in self.router.routes:
            api.app.redirect_slashes = False
            for route in api.app.routes:
                if not route.param_convertors and not api.path:
                    self.operations |= dict.fromkeys(
                        ((method, route.path) for method in route.methods), route.app.operation_id
                    )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope.get("root_path"):
            await super().__call__(scope, receive, send)
            return
        operation = self.operations.get((scope["method"], scope["path"]))
        if operation is None:
            await super().__call__(scope, receive, send)
            return
        extensions = scope.setdefault("extensions", {})
        extensions[ROUTING_CONTEXT] = {"api_base_path": "", "operation_id": operation}
        await self.app(scope, receive, send)
