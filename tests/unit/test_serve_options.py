"""Every option of `vllm serve` is used, refused with a reason, or reported as without effect."""

import sys

import pytest

from accord.engine.deployment.options import (
    RELEASES,
    check_vllm_arguments,
    installed_release,
    vllm_options,
    without_effect,
)
from accord.engine.deployment.serve_options import SERVE_OPTIONS, Outcome
from accord.server import cli
from accord.server.settings import Settings
from accord.server.sources import configuration, serve_parser

NAMES = {option["name"] for option in vllm_options().values()}
OUTCOMES = {name: option for name, option in SERVE_OPTIONS.items() if name in NAMES}
"""Of the options of the installed release."""
REFUSED = [name for name, option in OUTCOMES.items() if option.refused]
WITHOUT_EFFECT = [name for name, o in OUTCOMES.items() if o.outcome is Outcome.WITHOUT_EFFECT]
ACCORDS = {option for action in serve_parser()._actions for option in action.option_strings}


def as_written(name: str) -> list[str]:
    """The option as a command line has it, with a value where it takes one."""
    option = vllm_options()[name]
    if option["flag"]:
        return [name]
    return [name, str(option["choices"][0]) if option["choices"] else "7"]


def test_every_option_of_vllms_server_is_one_of_its_engines_or_has_an_outcome() -> None:
    from accord.engine.vllm.options_writer import engine_options

    of_the_engine = NAMES & engine_options()
    assert NAMES - of_the_engine <= SERVE_OPTIONS.keys()
    assert SERVE_OPTIONS.keys() <= {o["name"] for each in RELEASES for o in vllm_options(each).values()}
    assert {name for name in SERVE_OPTIONS if name in of_the_engine} == {
        "--data-parallel-multi-port-external-lb"  # which is about servers
    }


def test_the_list_of_options_is_the_installed_vllms() -> None:
    from accord.engine.vllm.options_writer import installed_options

    assert vllm_options() == installed_options()


def test_the_installed_release_is_known_without_vllm() -> None:
    from vllm import __version__

    assert installed_release() in RELEASES
    assert __version__.startswith(f"{installed_release()}.")


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_has_a_table(release: str) -> None:
    options = vllm_options(release)
    assert all(options[option["name"]]["name"] == option["name"] for option in options.values())
    assert options["--no-enable-lora"].get("negated")
    assert not options["--enable-lora"].get("negated")


def test_an_unknown_release_is_taken_for_the_newest() -> None:
    assert vllm_options("99.0") == vllm_options(RELEASES[-1])


@pytest.mark.parametrize("name", sorted(NAMES - set(REFUSED)))
def test_everything_else_is_accepted(name: str) -> None:
    assert check_vllm_arguments(as_written(name)) is None


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_option_is_reported_with_the_reason(name: str) -> None:
    assert check_vllm_arguments(as_written(name)) == f"{name}: not an option here. {SERVE_OPTIONS[name].text}"


@pytest.mark.parametrize("name", [name for name in REFUSED if SERVE_OPTIONS[name].same_as_default])
def test_requesting_the_default_is_not_an_error(name: str) -> None:
    for value in SERVE_OPTIONS[name].same_as_default:
        assert check_vllm_arguments([name, value]) is None


def test_requesting_nothing_of_it_is_not_an_error() -> None:
    assert check_vllm_arguments(["--no-enable-log-outputs", "--no-allow-credentials"]) is None


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_options_without_effect_are_reported(name: str) -> None:
    assert without_effect(as_written(name)) == [f"{name} has no effect. {SERVE_OPTIONS[name].text}"]


def test_options_with_an_effect_are_not_listed_as_without() -> None:
    assert without_effect(["--tool-call-parser", "hermes", "--max-num-seqs", "8"]) == []


@pytest.mark.parametrize("name", [n for n, o in SERVE_OPTIONS.items() if o.outcome is Outcome.REPLACED])
def test_settings_that_replace_an_option_exist(name: str) -> None:
    variables = {str(info.validation_alias) for info in Settings.model_fields.values()}
    assert any(variable in SERVE_OPTIONS[name].text for variable in variables)


def test_options_that_are_accords_own_too_are_its_own() -> None:
    own = {name for name, option in SERVE_OPTIONS.items() if "of Accord's by the same name" in option.text}
    assert own <= ACCORDS
    assert (ACCORDS & SERVE_OPTIONS.keys()) == own


def test_an_invalid_option_has_a_hint_from_all_that_there_are() -> None:
    message = check_vllm_arguments(["--sreved-model-name"], ACCORDS)
    assert message is not None
    assert message.endswith("did you mean --served-model-name?")


def test_used_options_go_through_to_vllm() -> None:
    options = [
        "--chat-template-content-format",
        "openai",
        "--enable-auto-tool-choice",
        "--cohere-format=cmd3",
    ]
    assert configuration(options).vllm_arguments == options


@pytest.mark.parametrize(
    "arguments",
    [
        *("keys new --help", "keys hash -h", "keys new alice --help", "keys --help", "probe --help"),
        *("config --help", "profiles -h", "download Qwen/Qwen3-8B --help", "store check --help", "store -h"),
    ],
)
def test_asking_for_help_does_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["accord", *arguments.split()])
    with pytest.raises(SystemExit, match="0"):
        cli.main()
    printed = capsys.readouterr()
    assert printed.out.startswith(f"usage: accord {arguments.split()[0]} ")
    assert printed.err == ""


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("", "COMMAND"),
        ("sreve", "invalid choice: 'sreve'"),
        ("--headless", "COMMAND"),
        ("keys", "action"),
        ("keys new alice bob", "bob"),
        ("keys new --nothing", "--nothing"),
        ("store", "action"),
        ("store drop", "invalid choice: 'drop'"),
        ("probe me", "me"),
        ("download --to", "--to: expected one argument"),
        ("config --prot 9000", "--prot: neither Accord nor vLLM has this option; did you mean --port?"),
    ],
)
def test_an_invalid_command_line_is_refused_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: str, reason: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["accord", *arguments.split()])
    with pytest.raises(SystemExit, match="2"):
        cli.main()
    printed = capsys.readouterr()
    assert reason in printed.err
    assert printed.out == ""
