"""The share of the prompts that the prefix cache had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.scrape import Scrape


class CachedTokens:
    """Counts the tokens of prompts, and the cached ones among them."""

    def __init__(self, url: str) -> None:
        self.url = url

    def _counted(self) -> tuple[float, float]:
        scrape = Scrape.of(self.url)
        return scrape.value("vllm:prefix_cache_hits_total"), scrape.value("vllm:prefix_cache_queries_total")

    @contextmanager
    def at_least(self, share: float) -> Iterator[None]:
        """Assert that at least this share of the prompts' tokens was cached meanwhile."""
        hits_before, queries_before = self._counted()
        yield
        hits, queries = self._counted()
        asked = queries - queries_before
        cached = (hits - hits_before) / asked
        print(f"{cached:.1%} of {asked:.0f} tokens were cached")  # noqa: T201
        assert cached >= share, f"{cached:.1%} of {asked:.0f} tokens were cached"
