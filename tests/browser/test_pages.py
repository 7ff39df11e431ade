"""The documentation in a real browser, from a server with the default model."""

import json

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import element_to_be_clickable
from selenium.webdriver.support.ui import Select, WebDriverWait

from tests.browser.conftest import Browser, Operation

SECONDS = 60


def _found(driver: Chrome | WebElement, selector: str) -> WebElement:
    """Wait for the first element that `selector` finds."""
    return WebDriverWait(driver, SECONDS, poll_frequency=0.05).until(
        lambda within: within.find_element(By.CSS_SELECTOR, selector), f"nothing is {selector}"
    )


def _text(element: WebElement) -> str:
    """Return the element's whole text, also what is scrolled out of sight."""
    return str(element.get_property("textContent"))


def _block(browser: Browser, operation: Operation) -> WebElement:
    return _found(browser.driver, f"#operations-{operation.tag}-{operation.id}")


def test_the_explorer_shows_every_operation(browser: Browser, url: str, operations: list[Operation]) -> None:
    browser.open(f"{url}/docs")
    for operation in operations:
        block = _block(browser, operation)
        assert block.find_element(By.CSS_SELECTOR, ".opblock-summary-method").text == operation.method.upper()
        path = block.find_element(By.CSS_SELECTOR, ".opblock-summary-path").get_attribute("data-path")
        assert path == operation.path
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, ".opblock")) == len(operations)
    assert browser.errors() == []


def test_an_operation_of_each_tag_opens(browser: Browser, url: str, operations: list[Operation]) -> None:
    """One that takes a body, where a tag has one; opening all 54 takes minutes."""
    of_tag = {each.tag: each for each in sorted(operations, key=lambda each: each.method == "post")}
    browser.open(f"{url}/docs")
    for operation in of_tag.values():
        block = _block(browser, operation)
        summary = block.find_element(By.CSS_SELECTOR, ".opblock-summary-control")
        browser.driver.execute_script("arguments[0].click()", summary)
        _found(block, ".responses-table .response")
        browser.driver.execute_script(
            "arguments[0].click()", summary
        )  # the page writes all that is open anew
    assert browser.driver.find_elements(By.CSS_SELECTOR, ".errors-wrapper") == []
    assert browser.errors() == []


def test_nothing_comes_from_elsewhere(browser: Browser, url: str) -> None:
    for page, ready in (("docs", ".opblock"), ("redoc", "[data-section-id]")):
        browser.open(f"{url}/{page}")
        _found(browser.driver, ready)
        requested = browser.requested()
        assert f"{url}/openapi.json" in requested
        assert [address for address in requested if not address.startswith(url)] == []


def test_try_it_answers_from_the_model(browser: Browser, url: str) -> None:
    browser.open(f"{url}/docs#/chat/create_chat_completion")
    block = _found(browser.driver, "#operations-chat-create_chat_completion.is-open")
    answer = json.loads(_answered(browser, block))
    assert answer["model"] == "smollm2-135m-instruct"
    assert "Paris" in answer["choices"][0]["message"]["content"]
    assert browser.errors() == []


def test_try_it_shows_a_stream(browser: Browser, url: str) -> None:
    browser.open(f"{url}/docs#/chat/create_chat_completion")
    block = _found(browser.driver, "#operations-chat-create_chat_completion.is-open")
    Select(_found(block, ".examples-select select")).select_by_value("streamed")
    events = _answered(browser, block).strip().split("\n\n")
    assert events[-1] == "data: [DONE]"
    chunks = [json.loads(event.removeprefix("data: ")) for event in events[:-1]]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert browser.errors() == []


def _answered(browser: Browser, block: WebElement) -> str:
    """Press Execute; return the body that the explorer shows, as the model has answered it."""
    execute = _found(block, "button.execute")
    browser.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", execute)
    WebDriverWait(browser.driver, SECONDS, poll_frequency=0.05).until(
        element_to_be_clickable(execute)
    ).click()
    answer = _found(block, ".live-responses-table .response")
    assert answer.find_element(By.CSS_SELECTOR, ".response-col_status").text == "200"
    return _text(_found(answer, ".response-col_description .highlight-code code"))


def test_the_reference_shows_every_operation(browser: Browser, url: str, operations: list[Operation]) -> None:
    browser.open(f"{url}/redoc")
    for operation in operations:
        section = _found(browser.driver, f"[data-section-id='tag/{operation.tag}/operation/{operation.id}']")
        assert operation.path in _text(section)
    assert browser.errors() == []


def test_the_reference_finds_words(browser: Browser, url: str) -> None:
    browser.open(f"{url}/redoc")
    _found(browser.driver, "input[type=text]").send_keys("tokenize")
    assert _found(browser.driver, "[data-role='search:results'] li").text
    assert browser.errors() == []
