"""Generated requests for every operation, valid and invalid: each answer follows the document."""

import json
import os
import time
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import DeserializationContext, GenerationMode, Response
from schemathesis.config import (
    ChecksConfig,
    ExamplesPhaseConfig,
    GenerationConfig,
    PhasesConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
)
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario

from accord.generated.operations import OPERATIONS
from tests.contract.document import Contract, sse_events
from tests.serving import RunningServer
from tests.tiny_model import NAME

EXAMPLES = int(os.environ.get("ACCORD_FUZZ_EXAMPLES", "8"))
"""Cases an operation, besides those that schemathesis writes itself for each keyword of the schema."""
SECONDS = float(os.environ.get("ACCORD_FUZZ_SECONDS", "inf"))
"""For all operations together; each has the same share."""
RANDOM = "ACCORD_FUZZ_EXAMPLES" in os.environ
SAMPLED = {CoverageScenario.INCORRECT_TYPE, CoverageScenario.VALID_OBJECT}
"""Scenarios with most of the 45,000 cases that schemathesis writes. `make fuzz` sends them all."""
SAMPLE = 1 if RANDOM else 8
"""One of so many is sent. tests/unit/test_models_match_jsonschema.py and tests/fuzz check types, too."""
LONGEST = 4
"""Tokens that an answer may have; the model's text is random, and more of it shows nothing more."""

TOKENS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
MANY = ("n", "best_of", "min_tokens")


@schemathesis.deserializer("text/event-stream")
def _events(_: DeserializationContext, response: Response) -> list[Any]:
    """Return the events of a stream; schemathesis checks each by the stream's schema."""
    text = response.content.decode()
    return [json.loads(event.data) for event in sse_events(text) if event.data != "[DONE]"]


def _short(body: Any) -> None:
    """Limit what a body requests, where the contract says how."""
    if not isinstance(body, dict):
        return
    for name in TOKENS + MANY:
        value = body.get(name)
        if isinstance(value, int | float) and value > LONGEST:
            body[name] = LONGEST
    _short(body.get("sampling_params"))


@schemathesis.hook
def filter_case(_: Any, case: schemathesis.Case[Any]) -> bool:
    """Choose the cases of `SAMPLED`, by a checksum, so that each run has the same; no unknown headers."""
    if "x-schemathesis-unknown-property" in (case.headers or {}):
        return False  # HTTP lets a client send any header
    phase = case.meta.phase.data if case.meta else None
    if not isinstance(phase, CoveragePhaseData) or phase.scenario not in SAMPLED:
        return True
    return crc32(f"{case.operation.label} {case.body!r}".encode(errors="replace")) % SAMPLE == 0


LIMITS = {
    "create_chat_completion": "max_tokens",
    "create_completion": "max_tokens",
    "create_response": "max_output_tokens",
}


def _is_valid(case: schemathesis.Case[Any]) -> bool:
    return case.meta is not None and case.meta.generation.mode.is_positive


@schemathesis.hook
def before_call(_: Any, case: schemathesis.Case[Any], __: Any) -> None:
    operation = case.operation.definition.raw.get("operationId")
    _short(case.body)
    if _is_valid(case) and isinstance(case.body, dict) and isinstance(case.body.get("model"), str):
        case.body["model"] = NAME  # otherwise most of them would be answered with 404, and nothing generated
    if isinstance(case.body, dict) and operation in LIMITS and case.body.get(LIMITS[operation]) is None:
        case.body[LIMITS[operation]] = LONGEST
    if isinstance(case.body, dict) and operation == "generate":
        params = case.body.get("sampling_params")
        if params is None:
            case.body["sampling_params"] = {"max_tokens": LONGEST}
        elif isinstance(params, dict) and params.get("max_tokens") is None:
            params["max_tokens"] = LONGEST


CONFIG = schemathesis.Config(
    projects=ProjectsConfig(
        default=ProjectConfig(
            generation=GenerationConfig(
                modes=list(GenerationMode), deterministic=not RANDOM, max_examples=EXAMPLES
            ),
            # tests/e2e/test_examples.py sends the document's examples.
            phases=PhasesConfig(examples=ExamplesPhaseConfig(enabled=False)),
            checks=ChecksConfig(
                # What a schema accepts may still ask for what this model cannot do, such as look at an
                # image, or for what excludes each other, such as several choices at temperature 0: 400 then,
                # and the document says so in words. tests/unit/test_models_match_jsonschema.py shows that
                # validation accepts all that a schema accepts. 403: this server does not load adapters.
                positive_data_acceptance=PositiveDataAcceptanceConfig(
                    expected_statuses=["2xx", "400", "403", "404"],
                ),
            ),
        )
    )
)
api = schemathesis.openapi.from_dict(Contract.published().document, config=CONFIG)


SHORT = settings(
    max_examples=EXAMPLES,
    stateful_step_count=8,
    derandomize=not RANDOM,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


WAIT_SECONDS = 120
"""A valid request may have hundreds of prompts: on a slow machine more than schemathesis' 10 seconds."""
_ends: dict[str, float] = {}


@api.parametrize()
@SHORT
def test_every_operation(case: schemathesis.Case[Any], server: RunningServer) -> None:
    end = _ends.setdefault(case.operation.label, time.monotonic() + SECONDS / len(OPERATIONS))
    if time.monotonic() < end:
        case.call_and_validate(base_url=server.url, timeout=WAIT_SECONDS)


@pytest.mark.parametrize("tag", ["responses", "conversations"])
def test_stored_objects_are_created_read_updated_and_deleted_by_links(
    server: RunningServer, tag: str
) -> None:
    class Life(api.include(tag=tag).as_state_machine()):  # type: ignore[misc]  # made at run time
        def get_call_kwargs(self, case: schemathesis.Case[Any]) -> dict[str, Any]:
            return {"base_url": server.url}

    run_state_machine_as_test(Life, settings=SHORT)
