import hashlib
import struct
from pathlib import Path

import pytest

from accord.dialects.licenses import license_info, license_text
from accord.engine.deployment import default_model
from accord.engine.deployment.gguf_metadata import gguf_metadata
from accord.engine.deployment.model_files import ModelFiles
from accord.engine.deployment.model_license import model_license
from accord.licenses import License, own_license

ROOT = Path(__file__).parents[2]


def test_the_servers_license_is_the_repositorys() -> None:
    own = own_license()
    assert own.name == "Apache-2.0"
    assert own.text == (ROOT / "LICENSE").read_text()
    info = license_info(own)
    assert info.size == len(own.text)
    assert info.sha == hashlib.sha1(own.text.encode()).hexdigest()


def of(folder: Path, origin: Path | None = None) -> License | None:
    return model_license(ModelFiles(folder, "model", "file:///model", origin))


def test_a_model_without_a_license(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# A model\n")
    assert of(tmp_path) is None
    assert "modelLicense" not in license_text(own_license(), None).model_dump(exclude_unset=True)


@pytest.mark.parametrize("name", ["LICENSE", "license.txt", "LICENCE.md", "COPYING"])
def test_a_text_in_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("\n  # My License\n\nDo as you like.\n")
    found = of(tmp_path)
    assert found == License("My License", tmp_path / name, "\n  # My License\n\nDo as you like.\n")
    told = license_text(own_license(), found).model_dump(exclude_unset=True)["modelLicense"]
    assert told["content"] == found.text
    assert told["size"] == len(told["content"])


def test_a_name_in_the_card(tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    card.write_text("---\nlanguage: en\nlicense: apache-2.0\n---\n# A model\n")
    assert of(tmp_path) == License("apache-2.0", card)
    card.write_text("---\nlicense: other\nlicense_name: qwen\nlicense_link: https://example.org/l\n---\n")
    assert of(tmp_path) == License("qwen", card, url="https://example.org/l")
    (tmp_path / "LICENSE").write_text("Qwen LICENSE AGREEMENT\n")
    assert of(tmp_path) == License(
        "qwen", tmp_path / "LICENSE", "Qwen LICENSE AGREEMENT\n", "https://example.org/l"
    )


@pytest.mark.parametrize("front", ["---\n[\n---\n", "---\n- a\n---\n", "---\nlicense: [mit]\n---\n", "---\n"])
def test_a_model_card_without_a_license(tmp_path: Path, front: str) -> None:
    (tmp_path / "README.md").write_text(front)
    assert of(tmp_path) is None


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def gguf(*entries: bytes) -> bytes:
    return struct.pack("<4sIQQ", b"GGUF", 3, 0, len(entries)) + b"".join(entries)


def test_a_gguf_file_says_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    languages = struct.pack("<IIQ", 9, 8, 2) + text("en") + text("fr")
    file.write_bytes(
        gguf(
            text("general.license") + struct.pack("<I", 8) + text("mit"),
            text("general.languages") + languages,
            text("general.version") + struct.pack("<If", 6, 1.5),
            text("tokenizer.ggml.tokens") + b"never read",
        )
    )
    assert gguf_metadata(file) == {
        "general.license": "mit",
        "general.languages": ["en", "fr"],
        "general.version": 1.5,
    }
    assert of(tmp_path, file) == License("mit", file)


def test_a_file_that_is_not_gguf(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"PK\3\4" + bytes(40))
    with pytest.raises(ValueError, match="is not a GGUF file"):
        gguf_metadata(file)


def test_the_default_models_own_file_names_its_license(tmp_path: Path) -> None:
    found = of(tmp_path, default_model.source())
    assert found is not None
    assert found.name == "apache-2.0"
