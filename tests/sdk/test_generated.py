"""What the generators make of the document, and the gate that holds sdk/ to it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from codegen.__main__ import GENERATED
from codegen.sdk import __main__ as command
from codegen.sdk.documents import answer_schemas, calls, camel, request_schemas


@pytest.fixture
def document() -> dict[str, Any]:
    """A copy of the published document to change."""
    published: dict[str, Any] = json.loads((GENERATED / "openapi.json").read_text())
    return published


def test_an_edited_a_missing_and_a_stray_file_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sdk = Path(shutil.copytree(command.SDK, tmp_path / "sdk"))
    made = command.generate(json.loads((GENERATED / "openapi.json").read_text()))
    monkeypatch.setattr(command, "SDK", sdk)
    monkeypatch.setattr(command, "generate", lambda _: made)
    with (sdk / "python/src/accord_client/client.py").open("a") as file:
        file.write("# by hand\n")
    (sdk / "typescript/src/schema.ts").unlink()
    (sdk / "python/src/accord_client/helpers.py").write_text("")
    monkeypatch.setattr("sys.argv", ["codegen.sdk", "--check"])
    assert command.main() == 1
    named = {line.split()[0] for line in capsys.readouterr().out.splitlines()}
    package = "sdk/python/src/accord_client"
    assert named == {f"{package}/client.py", f"{package}/helpers.py", "sdk/typescript/src/schema.ts"}
    monkeypatch.setattr("sys.argv", ["codegen.sdk"])
    assert command.main() == 0
    monkeypatch.setattr("sys.argv", ["codegen.sdk", "--check"])
    assert command.main() == 0


def test_a_new_field_and_a_new_operation_reach_both(document: dict[str, Any]) -> None:
    document["components"]["schemas"]["Version"]["properties"]["mood"] = {"type": "string", "description": "How."}
    operation = document["paths"]["/v1/version"]["get"]
    document["paths"]["/v1/mood"] = {"get": operation | {"operationId": "get_mood"}}
    made = command.generate(document)
    assert "mood: " in made["python/src/accord_client/models.py"]
    assert "async def get_mood(self) -> models.Version:" in made["python/src/accord_client/client.py"]
    assert "mood?: string;" in made["typescript/src/schema.ts"]
    assert "getMood(options: CallOptions = {}): Promise<Version> {" in made["typescript/src/client.ts"]


def test_the_errors_of_a_stream_are_not_its_events(document: dict[str, Any]) -> None:
    answers = answer_schemas(document)
    assert {call.event for call in calls(document) if call.event} <= answers.keys()
    assert answers["ChatCompletionEvent"] == {"$ref": "#/components/schemas/ChatCompletionChunk"}
    kinds = answers["MessageStreamEvent"]["discriminator"]["mapping"].keys()
    assert "message_stop" in kinds
    assert "error" not in kinds


def test_functions_that_only_check_values_are_left_to_the_server(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    schemas["ChatCompletionRequest"]["properties"]["pattern"] = {"type": "string", "pattern": "^a"}
    request = request_schemas(document)["ChatCompletionRequest"]
    assert request["properties"]["pattern"] == {"type": "string"}
    assert '"minimum": ' not in json.dumps(request)


def test_names_in_typescript() -> None:
    assert camel("create_chat_completion") == "createChatCompletion"
