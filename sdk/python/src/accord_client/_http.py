"""Sends requests, and reads responses and streams."""

from collections.abc import AsyncIterator, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter

from accord_client._errors import AccordError
from accord_client._sse import DONE, EventData, read

T = TypeVar("T")
Values = Mapping[str, Any]

TIMEOUT = httpx.Timeout(600, connect=10)


def _headers(api_key: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {api_key}"} if api_key else {}


def _given(values: Values | None) -> dict[str, Any]:
    return {name: value for name, value in (values or {}).items() if value is not None}


def _query(values: Values | None) -> dict[str, Any]:
    """Return the query parameters; an object becomes `name[member]=value` for each member."""
    query: dict[str, Any] = {}
    for name, value in _given(values).items():
        if isinstance(value, dict):
            query |= {f"{name}[{member}]": each for member, each in value.items()}
        else:
            query[name] = value
    return query


def _request(
    client: httpx.Client | httpx.AsyncClient,
    method: str,
    path: str,
    values: Values | None,
    body: Any,
    query: Values | None,
    headers: Values | None,
) -> httpx.Request:
    url = path.format_map({name: quote(str(value), safe="/") for name, value in (values or {}).items()})
    return client.build_request(
        method, url.lstrip("/"), json=body, params=_query(query), headers=_given(headers)
    )


def _request_id(response: httpx.Response) -> str | None:
    headers: Mapping[str, str] = response.headers
    return headers.get("x-request-id") or headers.get("request-id")


def _error(response: httpx.Response) -> AccordError:
    try:
        body = response.json()
    except ValueError:
        body = response.text
    return AccordError(response.status_code, body, _request_id(response))


class Transport:
    """A connection to one server, closed by `close` or at the end of `with`.

    `http_client` replaces httpx's own client where proxies, certificates or time limits are to be set.
    """

    def __init__(
        self, base_url: str, *, api_key: str | None = None, http_client: httpx.Client | None = None
    ) -> None:
        self._http = http_client or httpx.Client(timeout=TIMEOUT)
        self._http.base_url = base_url
        self._http.headers.update(_headers(api_key))

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _call(
        self,
        method: str,
        url: str,
        answer: TypeAdapter[T],
        *,
        path: Values | None = None,
        body: Any = None,
        query: Values | None = None,
        headers: Values | None = None,
    ) -> T:
        response = self._http.send(_request(self._http, method, url, path, body, query, headers))
        if response.is_error:
            raise _error(response)
        return answer.validate_json(response.content)

    def _text(self, method: str, url: str, *, body: Any = None) -> str:
        response = self._http.send(_request(self._http, method, url, None, body, None, None))
        if response.is_error:
            raise _error(response)
        return response.text

    def _stream(
        self,
        method: str,
        url: str,
        event: TypeAdapter[T],
        *,
        path: Values | None = None,
        body: Any = None,
        query: Values | None = None,
        headers: Values | None = None,
    ) -> Iterator[T]:
        request = _request(self._http, method, url, path, body, query, headers)
        response = self._http.send(request, stream=True)
        try:
            if response.is_error:
                response.read()
                raise _error(response)
            events = EventData()
            for line in response.iter_lines():
                data = events.after(line)
                if data == DONE:
                    return
                if data is not None:
                    yield event.validate_python(read(data, _request_id(response)))
        finally:
            response.close()


class AsyncTransport:
    """A connection to one server, closed by `close` or at the end of `async with`.

    `http_client` replaces httpx's own client where proxies, certificates or time limits are to be set.
    """

    def __init__(
        self, base_url: str, *, api_key: str | None = None, http_client: httpx.AsyncClient | None = None
    ) -> None:
        self._http = http_client or httpx.AsyncClient(timeout=TIMEOUT)
        self._http.base_url = base_url
        self._http.headers.update(_headers(api_key))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _call(
        self,
        method: str,
        url: str,
        answer: TypeAdapter[T],
        *,
        path: Values | None = None,
        body: Any = None,
        query: Values | None = None,
        headers: Values | None = None,
    ) -> T:
        response = await self._http.send(_request(self._http, method, url, path, body, query, headers))
        if response.is_error:
            raise _error(response)
        return answer.validate_json(response.content)

    async def _text(self, method: str, url: str, *, body: Any = None) -> str:
        response = await self._http.send(_request(self._http, method, url, None, body, None, None))
        if response.is_error:
            raise _error(response)
        return response.text

    async def _stream(
        self,
        method: str,
        url: str,
        event: TypeAdapter[T],
        *,
        path: Values | None = None,
        body: Any = None,
        query: Values | None = None,
        headers: Values | None = None,
    ) -> AsyncIterator[T]:
        request = _request(self._http, method, url, path, body, query, headers)
        response = await self._http.send(request, stream=True)
        try:
            if response.is_error:
                await response.aread()
                raise _error(response)
            events = EventData()
            async for line in response.aiter_lines():
                data = events.after(line)
                if data == DONE:
                    return
                if data is not None:
                    yield event.validate_python(read(data, _request_id(response)))
        finally:
            await response.aclose()
