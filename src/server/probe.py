"""`accord probe`: whether the server of this environment is live, for a container's health check."""

from __future__ import annotations

import os
import socket
import ssl
import sys
import urllib.request

TIMEOUT_SECONDS = 2.5


def probe() -> int:
    """Request the liveness probe; return 0 if the answer is 200, else 1.

    Mutual TLS refuses this client: there, without a health port, an open port suffices.
    """
    health = os.environ.get("NIM_HEALTH_PORT")
    mode = "DISABLED" if health else os.environ.get("NIM_SSL_MODE", "DISABLED").upper()
    port = int(health or os.environ.get("NIM_SERVER_PORT") or 8000)
    try:
        if mode == "MTLS":
            socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS).close()
            return 0
        scheme = "https" if mode == "TLS" else "http"
        # The server is on this machine, and its certificate names another host.
        trusting = ssl._create_unverified_context() if mode == "TLS" else None  # noqa: S323
        url = f"{scheme}://127.0.0.1:{port}/v1/health/live"
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS, context=trusting) as answer:  # noqa: S310
            return 0 if answer.status == 200 else 1
    except OSError as error:
        print(f"accord: port {port} is not live: {error}", file=sys.stderr)  # noqa: T201  for the log of checks
        return 1
