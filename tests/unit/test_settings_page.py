"""docs/configuration.md has every setting."""

import pytest

from accord.server.settings import Settings
from codegen.settings_page import GROUPS, OTHERS, PAGE, section, tables


@pytest.mark.parametrize("name", ["settings", "vllm"])
def test_the_tables_are_those_of_the_settings(name: str) -> None:
    assert section(PAGE.read_text(), name) == tables()[name], "python -m codegen.settings_page writes it"


def test_every_setting_has_its_place() -> None:
    named = [name for names in GROUPS.values() for name in names]
    assert len(named) == len(set(named))
    assert set(named) == set(Settings.model_fields)
    assert f"### {OTHERS}" not in tables()["settings"]
