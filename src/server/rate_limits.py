"""Rate limits of API keys, so that one cannot use up the whole server.

Requests and tokens are counted in token buckets that refill continuously. The tokens of a request are known
only while it runs, so a key may start a request while its bucket is not empty; use beyond the limit delays
the next request.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Protocol

from accord.errors import RateLimited
from accord.telemetry.request import RequestRecord

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """The limits of one key; None is no limit."""

    concurrent: int | None = None
    requests: int | None = None
    """Requests per minute."""
    tokens: int | None = None
    """Tokens of prompts and answers per minute."""

    def __bool__(self) -> bool:
        return not self.concurrent is self.requests is self.tokens is None


class SharedKey(Protocol):
    """The shared state of one key in all processes of a server."""

    levels: tuple[float, float, float, float]
    """Level and time of the bucket of requests, then of the bucket of tokens; 0 is a new entry."""

    @property
    def running_elsewhere(self) -> int:
        """The number of its requests that other processes are handling."""
        ...

    def set_running(self, here: int) -> None:
        """Publish the number of this process."""
        ...


class SharedKeys(Protocol):
    """The shared state of all keys in all processes of a server."""

    def entry(self, owner: str) -> AbstractContextManager[SharedKey | None]:
        """Lock the shared state of a key; None if nothing is shared."""
        ...


class _Bucket:
    """A bucket that refills by a fixed amount per minute."""

    def __init__(self, limit: int, now: float) -> None:
        self.limit = limit
        self._level = float(limit)
        self._at = now

    def level(self, now: float) -> float:
        """Return the level; it is negative after use beyond the limit."""
        self._level = min(self.limit, self._level + (now - self._at) * self.limit / MINUTE)
        self._at = now
        return self._level

    @property
    def state(self) -> tuple[float, float]:
        """The level, and the time of it."""
        return self._level, self._at

    @state.setter
    def state(self, state: tuple[float, float]) -> None:
        self._level, self._at = state

    def take(self, amount: float, now: float) -> None:
        self._level = self.level(now) - amount

    def seconds_until(self, level: float, now: float) -> float:
        """Return the seconds until the bucket has refilled to `level`."""
        return max(0.0, (level - self.level(now)) * MINUTE / self.limit)


class _Key:
    """One key's buckets, and its running requests with the tokens that are already counted."""

    def __init__(self, limits: KeyLimits, now: float) -> None:
        self.requests = _Bucket(limits.requests, now) if limits.requests else None
        self.tokens = _Bucket(limits.tokens, now) if limits.tokens else None
        self.running: dict[int, tuple[RequestRecord, int]] = {}
        self.running_elsewhere = 0

    def read(self, shared: SharedKey) -> None:
        """Read the counts of other processes."""
        requests, requests_at, tokens, tokens_at = shared.levels
        if self.requests is not None and requests_at:
            self.requests.state = requests, requests_at
        if self.tokens is not None and tokens_at:
            self.tokens.state = tokens, tokens_at
        self.running_elsewhere = shared.running_elsewhere

    def write(self, shared: SharedKey) -> None:
        """Publish the counts of this process."""
        requests = self.requests.state if self.requests is not None else (0.0, 0.0)
        tokens = self.tokens.state if self.tokens is not None else (0.0, 0.0)
        shared.levels = (*requests, *tokens)
        shared.set_running(len(self.running))

    def count_tokens(self, now: float) -> None:
        """Take newly generated tokens from the bucket, and remove requests that have ended."""
        for key, (record, counted) in list(self.running.items()):
            taken = record.prompt_tokens + record.completion_tokens
            if self.tokens is not None and taken > counted:
                self.tokens.take(taken - counted, now)
            if record.ended and not record.in_background:
                del self.running[key]
            else:
                self.running[key] = record, taken


class RateLimits:
    """The limits of each key, by its owner's id."""

    def __init__(
        self, limits: KeyLimits, clock: Callable[[], float] = monotonic, shared_keys: SharedKeys | None = None
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._shared_keys = shared_keys
        self._keys: dict[str, _Key] = {}

    def begin(self, owner: str, record: RequestRecord, error_shape: str, retry_after: int) -> dict[str, str]:
        """Count a request; return the headers with the remaining amounts.

        `retry_after` is the usual duration of a request in seconds. Raises RateLimited, with the same
        headers, if the key is over a limit.
        """
        now = self._clock()
        key = self._keys.get(owner)
        if key is None:
            key = self._keys[owner] = _Key(self._limits, now)
        if self._shared_keys is None:
            refusal = self._begun(key, record, now, retry_after)
        else:
            with self._shared(self._shared_keys, owner, key):
                refusal = self._begun(key, record, now, retry_after)
        headers = _headers(key, now, error_shape)
        if refusal is None:
            return headers
        refusal.headers.update(headers)
        raise refusal

    def settle(self, owner: str) -> None:
        """Publish the tokens of a key's requests so far, and which of them have ended."""
        key = self._keys.get(owner)
        if key is not None and key.running and self._shared_keys is not None:
            now = self._clock()
            with self._shared(self._shared_keys, owner, key):
                key.count_tokens(now)

    def settle_all(self) -> None:
        """Publish the tokens and ends of the requests of every key."""
        for owner in self._keys:
            self.settle(owner)

    @contextmanager
    def _shared(self, shared_keys: SharedKeys, owner: str, key: _Key) -> Iterator[None]:
        with shared_keys.entry(owner) as shared:
            if shared is not None:
                key.read(shared)
            yield
            if shared is not None:
                key.write(shared)

    def _begun(self, key: _Key, record: RequestRecord, now: float, retry_after: int) -> RateLimited | None:
        """Count a request, or return why it is refused."""
        key.count_tokens(now)
        refusal = self._refusal(key, now, retry_after)
        if refusal is None:
            key.running[id(record)] = record, 0
            if key.requests is not None:
                key.requests.take(1, now)
        return refusal

    def _refusal(self, key: _Key, now: float, retry_after: int) -> RateLimited | None:
        limits = self._limits
        running = len(key.running) + key.running_elsewhere
        if limits.concurrent is not None and running >= limits.concurrent:
            message = f"The API key has {running} requests running, as many as it may at a time."
            return RateLimited(message, code="concurrent_requests_limit", retry_after=retry_after)
        if key.requests is not None and (seconds := key.requests.seconds_until(1, now)):
            message = f"The API key may make {limits.requests} requests a minute."
            return RateLimited(message, code="rate_limit_exceeded", retry_after=math.ceil(seconds))
        if key.tokens is not None and (seconds := key.tokens.seconds_until(1, now)):
            message = (
                f"The API key may take {limits.tokens} tokens a minute, of prompts and answers together."
            )
            return RateLimited(message, code="rate_limit_exceeded", retry_after=math.ceil(seconds))
        return None


def _headers(key: _Key, now: float, error_shape: str) -> dict[str, str]:
    """Return the remaining amount of each limit, in the headers that the API's official clients read."""
    headers: dict[str, str] = {}
    for kind, bucket in (("requests", key.requests), ("tokens", key.tokens)):
        if bucket is None:
            continue
        limit, remaining = str(bucket.limit), str(max(0, math.floor(bucket.level(now))))
        full_in = bucket.seconds_until(bucket.limit, now)
        if error_shape == "anthropic":
            reset = datetime.now(UTC) + timedelta(seconds=math.ceil(full_in))
            prefix = f"anthropic-ratelimit-{kind}"
            headers[f"{prefix}-limit"] = limit
            headers[f"{prefix}-remaining"] = remaining
            headers[f"{prefix}-reset"] = reset.strftime("%Y-%m-%dT%H:%M:%SZ")
        else:
            headers[f"x-ratelimit-limit-{kind}"] = limit
            headers[f"x-ratelimit-remaining-{kind}"] = remaining
            headers[f"x-ratelimit-reset-{kind}"] = f"{full_in:.3f}s"
    return headers
