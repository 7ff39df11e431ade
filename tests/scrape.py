"""A scrape of a running server's metrics, read by Prometheus' own parser."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.serving import http


@dataclass(frozen=True)
class Scrape:
    """Every family of one scrape."""

    families: list[Metric]

    @classmethod
    def of(cls, url: str) -> "Scrape":
        response = http.get(f"{url}/metrics", timeout=30)
        assert response.status_code == 200
        return cls(list(text_string_to_metric_families(response.text)))

    def value(self, name: str, /, **labels: str) -> float:
        """The sum of the samples with these labels."""
        samples = [s for family in self.families for s in family.samples if s.name == name]
        return sum(s.value for s in samples if labels.items() <= s.labels.items())

    @property
    def names(self) -> set[str]:
        """The names that queries can use."""
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
        return {f.name + suffix for f in self.families for suffix in suffixes.get(f.type, [""])}


def scrape_until(url: str, condition: Callable[[Scrape], bool], seconds: float = 30) -> Scrape:
    """Scrape until `condition` holds, as a monitor does; fail where it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition(scrape := Scrape.of(url)):
        assert time.monotonic() < deadline, "the metrics never came to that"
        time.sleep(0.05)
    return scrape
