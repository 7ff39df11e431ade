import re
import shutil
from pathlib import Path

import pytest

from codegen.bundle import OPENAPI, ContractError, bundle
from codegen.connexion_document import connexion_document


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the contract to break."""
    return Path(shutil.copytree(OPENAPI, tmp_path / "openapi"))


def test_the_bundle_has_no_reference_to_a_file() -> None:
    assert ".yaml" not in repr(_references(bundle()))


def _references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in _references(value)]
    if isinstance(node, list):
        return [ref for value in node for ref in _references(value)]
    return []


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "paths" / "chat.yaml").unlink()
    with pytest.raises(ContractError, match=r"paths/chat\.yaml: no such file"):
        bundle(folder)


def test_a_dangling_reference_is_named(folder: Path) -> None:
    chat = folder / "paths" / "chat.yaml"
    chat.write_text(chat.read_text().replace("chat.yaml#/ChatCompletionRequest", "chat.yaml#/Nothing"))
    with pytest.raises(ContractError, match=r"schemas/chat\.yaml#/Nothing"):
        bundle(folder)


def test_a_name_used_twice_is_named(folder: Path) -> None:
    tokens = folder / "schemas" / "tokens.yaml"
    tokens.write_text(tokens.read_text().replace("common.yaml#/ModelName", "#/ModelName", 1))
    tokens.write_text(tokens.read_text() + "ModelName: {type: string}\n")
    with pytest.raises(ContractError, match="schema ModelName is in both"):
        bundle(folder)


def test_an_unused_component_is_named(folder: Path) -> None:
    root = folder / "openapi.yaml"
    root.write_text(root.read_text() + "    Spare:\n      description: Nobody refers to it.\n")
    with pytest.raises(ContractError, match="nothing refers to #/components/responses/Spare"):
        bundle(folder)


def test_an_unused_schema_is_named(folder: Path) -> None:
    tokens = folder / "schemas" / "tokens.yaml"
    tokens.write_text(tokens.read_text() + "Spare: {type: string}\n")
    with pytest.raises(ContractError, match=r"nothing refers to schemas/tokens\.yaml#/Spare"):
        bundle(folder)


def test_a_path_left_out_is_named(folder: Path) -> None:
    tokens = folder / "paths" / "tokens.yaml"
    tokens.write_text(tokens.read_text() + "/spare: {}\n")
    with pytest.raises(ContractError, match=r"nothing refers to paths/tokens\.yaml#/spare"):
        bundle(folder)


def test_a_path_comes_before_the_patterns_that_it_fits() -> None:
    paths = list(connexion_document(bundle())["paths"])
    for place, path in enumerate(paths):
        earlier = (re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(each)) for each in paths[:place])
        assert not [pattern for pattern in earlier if re.fullmatch(pattern, path)], path


def test_a_path_as_it_is_is_found_before_one_with_parameters() -> None:
    paths = list(connexion_document(bundle())["paths"])
    assert paths.index("/v1/chat/completions/render") < paths.index("/v1/chat/completions/{completion_id}")
