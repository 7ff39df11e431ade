import pytest
import yaml

from tests.helm.rendering import CASES, KUBERNETES, Json, Rendered, rendered

Cases = dict[str, Rendered]


@pytest.fixture(scope="session")
def everything_rendered() -> tuple[Cases, list[Json]]:
    values = [yaml.safe_load(path.read_text()) or {} for path in CASES]
    charts, lint = rendered(*values, valid_for=KUBERNETES)
    return {
        path.name.removesuffix("-values.yaml"): chart for path, chart in zip(CASES, charts, strict=True)
    }, lint


@pytest.fixture(scope="session")
def cases(everything_rendered: tuple[Cases, list[Json]]) -> Cases:
    """The chart with the values of each file in its folder `ci`."""
    return everything_rendered[0]
