import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.serving import RunningServer

ALONE = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1000",
]


@dataclass(frozen=True)
class Operation:
    """An operation of the published document, as the pages name it."""

    tag: str
    id: str
    method: str
    path: str


@dataclass(frozen=True)
class Browser:
    """A real Chromium, with its requests and console errors."""

    driver: Chrome

    def open(self, url: str) -> None:
        self.driver.get("about:blank")
        self.driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's logs are not typed
        self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        self.driver.get(url)

    def errors(self) -> list[str]:
        """Return the errors in the console since the last call."""
        entries = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def requested(self) -> list[str]:
        """Return the URLs asked for since the last call, those made of nothing but data left out."""
        entries = self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        events = [json.loads(entry["message"])["message"] for entry in entries]
        urls = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
        return [url for url in urls if not url.startswith(("data:", "blob:"))]


def _program(name: str, package: str) -> str:
    path = shutil.which(name)
    assert path, f"{name} is missing: apt-get install {package}"
    return path


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    options = ChromeOptions()
    options.binary_location = _program("chromium", "chromium")
    for argument in [*ALONE, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"]:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = Chrome(options=options, service=Service(_program("chromedriver", "chromium-driver")))
    yield Browser(chrome)
    chrome.quit()


@pytest.fixture(scope="session")
def operations() -> list[Operation]:
    document: dict[str, Any] = json.loads(files("accord.generated").joinpath("openapi.json").read_text())
    return [
        Operation(operation["tags"][0], operation["operationId"], method, path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if "operationId" in operation
    ]


@pytest.fixture(scope="session")
def url(default_server: RunningServer) -> str:
    return default_server.url
