"""Settings: their sources, precedence and errors."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from accord.engine.deployment.device import longest_step
from accord.engine.vllm.shortcuts import NAMES
from accord.server.config_report import config_report
from accord.server.frontends.child import Sent
from accord.server.settings import Settings
from accord.server.sources import Configuration, ConfigurationError, configuration


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for info in Settings.model_fields.values():
        monkeypatch.delenv(str(info.validation_alias), raising=False)
    monkeypatch.delenv("NIM_PASSTHROUGH_ARGS", raising=False)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "llama"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


def refusal(*arguments: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        configuration(list(arguments))
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_the_default_model_needs_no_arguments() -> None:
    settings = configuration([]).settings
    assert settings.model_source is None
    assert settings.served_model_names == ["smollm2-135m-instruct"]
    assert settings.port == 8000


def test_a_folder_serves_under_its_own_name(model: Path) -> None:
    assert configuration([str(model)]).settings.served_model_names == ["llama"]


def test_a_hub_id_serves_under_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIM_MODEL_PATH", "hf://org/name")
    settings = configuration([]).settings
    assert settings.model_source == "org/name"
    assert settings.served_model_names == ["org/name"]


SOURCES = ["command line", "NIM_PASSTHROUGH_ARGS", "environment", "file", "profile", "default"]


@pytest.mark.parametrize("first", range(len(SOURCES)), ids=SOURCES)
def test_the_first_source_that_gives_a_value_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, first: int
) -> None:
    """Each source gives another length; those before `first` give none."""
    arguments = ["--max-model-len", "1"] if first <= 0 else []
    if first <= 1:
        monkeypatch.setenv("NIM_PASSTHROUGH_ARGS", "--max-model-len 2")
    if first <= 2:
        monkeypatch.setenv("NIM_MAX_MODEL_LEN", "3")
    file = tmp_path / "accord.yaml"
    file.write_text("max-model-len: 4" if first <= 3 else "port: 9000")
    profile: dict[str, Any] = {"max_model_len": 5} if first <= 4 else {}
    configured = configuration([*arguments, "--config", str(file)], profile)
    assert configured.settings.max_model_len == (first + 1 if first < 5 else None)
    assert configured.origins["max_model_len"].startswith(SOURCES[first])


def test_options_of_vllm_are_passed_on(tmp_path: Path) -> None:
    file = tmp_path / "accord.yaml"
    file.write_text("max_num_seqs: 4\nenable_prefix_caching: false\nport: 9000\n")
    configured = configuration(["--config", str(file), "--max-num-seqs", "8", "-tp", "2"])
    assert configured.settings.port == 9000
    assert configured.vllm_arguments == [
        *["--max-num-seqs", "4", "--no-enable-prefix-caching"],
        *["--max-num-seqs", "8", "-tp", "2"],
    ]


@pytest.mark.parametrize(
    ("variable", "value", "arguments"),
    [
        ("NIM_MAX_MODEL_LEN", "512", ["--max-model-len", "512"]),
        ("NIM_TENSOR_PARALLEL_SIZE", "2", ["--tensor-parallel-size", "2"]),
        ("NIM_PIPELINE_PARALLEL_SIZE", "3", ["--pipeline-parallel-size", "3"]),
        ("NIM_DISABLE_CUDA_GRAPH", "1", ["--enforce-eager"]),
    ],
)
def test_some_variables_are_options_of_vllm(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, arguments: list[str]
) -> None:
    monkeypatch.setenv(variable, value)
    assert configuration([]).vllm_arguments == arguments


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("ACCORD_ALLOW_RUNTIME_LORA_UPDATING", "1", True),
        ("VLLM_ALLOW_RUNTIME_LORA_UPDATING", "1", True),
        ("VLLM_ALLOW_RUNTIME_LORA_UPDATING", " True", True),
        ("VLLM_ALLOW_RUNTIME_LORA_UPDATING", "0", False),
        ("ACCORD_HOST", "::1", False),
    ],
)
def test_clients_may_change_adapters_if_that_is_allowed(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, allowed: bool
) -> None:
    monkeypatch.delenv("VLLM_ALLOW_RUNTIME_LORA_UPDATING", raising=False)
    monkeypatch.setenv(variable, value)
    assert configuration([]).settings.runtime_lora_updating is allowed


def test_lists_in_the_environment_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIM_SERVED_MODEL_NAME", "one, two")
    assert configuration([]).settings.served_model_names == ["one", "two"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("NIM_SERVER_PORT", "high"),
        ("NIM_SERVER_PORT", "70000"),
        ("NIM_HEALTH_PORT", "0"),
        ("NIM_LOG_LEVEL", "loud"),
        ("NIM_JSONL_LOGGING", "maybe"),
        ("NIM_MAX_MODEL_LEN", "0"),
        ("NIM_TENSOR_PARALLEL_SIZE", "two"),
        ("NIM_PIPELINE_PARALLEL_SIZE", "-1"),
        ("NIM_DISABLE_MODEL_DOWNLOAD", "2"),
        ("NIM_DISABLE_CUDA_GRAPH", "?"),
        ("NIM_PEFT_SOURCE", "/no/such/folder"),
        ("NIM_PEFT_REFRESH_INTERVAL", "0"),
        ("NIM_CORS_MAX_AGE", "-1"),
        ("NIM_SSL_MODE", "SOME"),
        ("NIM_SSL_CERTS_PATH", "/no/such/file"),
        ("NIM_SSL_KEY_PATH", "/no/such/file"),
        ("NIM_SSL_CA_CERTS_PATH", "/no/such/file"),
        ("ACCORD_DATABASE_URL", "mysql://host/accord"),
        ("ACCORD_RESPONSES_MAX_AGE", "-1"),
        ("ACCORD_RESPONSES_MAX_COUNT", "many"),
        ("ACCORD_SHORTCUTS", "steps,stpes"),
        ("ACCORD_SHORTCUTS", "all,steps"),
    ],
)
def test_an_invalid_variable_is_named_with_what_it_got(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    message = refusal()
    assert message.startswith(f"{variable}: got '{value}'; expected ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "x"], "--port: got 'x'; expected a port, 1 to 65535."),
        (["--dtype", "wide"], "--dtype: got 'wide'; expected auto, bfloat16,"),
        (["--max-num-seqs", "x"], "--max-num-seqs: got 'x'; expected a whole number."),
        (["--api-key", "secret"], "--api-key: not an option here. Use ACCORD_API_KEYS or "),
        (["--api_key=secret"], "--api-key: not an option here."),
        (["--grpc"], "--grpc: not an option here. Accord speaks HTTP only."),
        (["-asc", "0"], "--api-server-count: got '0'; expected a number of HTTP processes"),
        (
            ["--max-modl-len", "5"],
            "--max-modl-len: neither Accord nor vLLM has this option; did you mean --max-m",
        ),
        (
            ["--health-pord", "5"],
            "--health-pord: neither Accord nor vLLM has this option; did you mean --health-",
        ),
        (["--max-model-len", "1.5K"], "--max-model-len: got '1.5K'; expected a number of tokens"),
        (["--enforce-eager", "stray"], "stray: an argument that belongs to no option."),
        (["/no/such/model"], "--model: got '/no/such/model', which is not a folder"),
        (["--config", "/no/such/file"], "--config: got '/no/such/file', which cannot be read"),
        (["--ssl-mode", "tls"], "--ssl-mode: got 'TLS', which needs NIM_SSL_CERTS_PATH"),
        (["--health-port", "8000"], "--health-port: got 8000, which is the server's port"),
    ],
)
def test_invalid_arguments_are_named(arguments: list[str], message: str) -> None:
    assert refusal(*arguments).startswith(message)


def test_aliases_are_rules_of_which_there_can_be_several(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = ["claude-*=smollm2-135m-instruct", "gpt-*=smollm2-135m-instruct"]
    asked = configuration(["--model-alias", rules[0], "--model-alias", rules[1]]).settings.model_alias
    assert [str(alias) for alias in asked] == rules
    assert configuration(["--model-alias", *rules]).settings.model_alias == asked
    monkeypatch.setenv("ACCORD_MODEL_ALIAS", ", ".join(rules))
    assert configuration([]).settings.model_alias == asked


def test_an_alias_for_what_is_not_served_ends_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ACCORD_MODEL_ALIAS", "claude-*=sql")
    said = "ACCORD_MODEL_ALIAS: got 'claude-*=sql', but no 'sql' is served; smollm2-135m-instruct is."
    assert refusal() == said
    monkeypatch.setenv("NIM_PEFT_SOURCE", str(tmp_path))  # where an adapter of that name may come
    assert configuration([]).settings.model_alias[0].name == "sql"
    monkeypatch.setenv("ACCORD_MODEL_ALIAS", "claude-*")
    assert refusal().startswith("ACCORD_MODEL_ALIAS: got 'claude-*'; expected rules PATTERN=NAME")


def test_mcp_servers_are_named_in_the_variable_the_options_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = ["docs=https://docs.example/mcp", "wiki=http://10.0.0.5:8000/mcp"]
    asked = configuration(["--mcp-servers", *given]).settings.mcp_servers
    assert [str(server) for server in asked] == given
    monkeypatch.setenv("ACCORD_MCP_SERVERS", ",".join(given))
    assert configuration([]).settings.mcp_servers == asked
    monkeypatch.setenv("ACCORD_MCP_SERVERS", '{"docs": "https://docs.example/mcp"}')
    assert configuration([]).settings.mcp_servers == asked[:1]
    monkeypatch.delenv("ACCORD_MCP_SERVERS")
    file = tmp_path / "accord.yaml"
    file.write_text("mcp-servers:\n  docs:\n    url: https://docs.example/mcp\n")
    assert configuration(["--config", str(file)]).settings.mcp_servers == asked[:1]


def test_an_invalid_mcp_server_ends_the_start_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACCORD_MCP_SERVERS", "docs=https://me:hunter2@docs.example/mcp")
    assert refusal().startswith(
        "ACCORD_MCP_SERVERS: got 'docs=https://me:****@docs.example/mcp'; expected MCP"
    )


@pytest.mark.parametrize("given", ["1k", "1K", "1M", "25.6k", "8192", "-1", "auto", " 2g "])
def test_a_length_is_what_vllm_reads_in_it(given: str) -> None:
    from vllm.utils.argparse_utils import human_readable_int_or_auto

    configured = configuration([f"--max-model-len={given}"])
    assert configured.settings.max_model_len == human_readable_int_or_auto(given)
    assert configured.vllm_arguments == ["--max-model-len", str(human_readable_int_or_auto(given))]


def test_a_key_of_vllms_that_would_protect_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VLLM_API_KEY", "secret")
    assert refusal().startswith("VLLM_API_KEY: is not used by Accord")
    monkeypatch.setenv("ACCORD_API_KEYS", "another")
    assert configuration([]).settings.api_keys


def test_a_signing_key_is_kept_secret_and_the_same_in_every_process(monkeypatch: pytest.MonkeyPatch) -> None:
    made = configuration([])
    assert made.settings.signing_key != configuration([]).settings.signing_key
    assert Sent.of(made).received().settings.signing_key == made.settings.signing_key
    monkeypatch.setenv("ACCORD_SIGNING_KEY", "too short")
    assert refusal().startswith("ACCORD_SIGNING_KEY: got '****'; expected a secret of 16 characters or more")
    monkeypatch.setenv("ACCORD_SIGNING_KEY", "a secret of the replicas")
    given = configuration([])
    assert given.settings.signing_key.get_secret_value() == "a secret of the replicas"
    assert "a secret of" not in config_report(given) + repr(given)


def test_limits_of_a_key_need_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_KEY_TOKENS_PER_MINUTE", "1000")
    assert refusal().startswith("ACCORD_KEY_TOKENS_PER_MINUTE: got 1000; it limits each API key")


def test_a_length_from_a_file_may_be_a_number_or_a_text(tmp_path: Path) -> None:
    file = tmp_path / "accord.yaml"
    for written, read in (("4096", 4096), ("4k", 4000), ("-1", -1)):
        file.write_text(f"max_model_len: {written}")
        assert configuration(["--config", str(file)]).settings.max_model_len == read


def test_the_engine_hangs_when_vllm_should_have_given_its_step_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS", raising=False)
    assert configuration([]).settings.engine_hang_seconds == 330
    monkeypatch.setenv("VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS", "600")
    assert configuration([]).settings.engine_hang_seconds == 630
    assert configuration(["--engine-hang-seconds", "60"]).settings.engine_hang_seconds == 60
    assert configuration([]).settings.engine_stall_seconds == 60


def test_vllms_own_limit_for_a_step_is_known() -> None:
    import vllm.envs

    assert vllm.envs.environment_variables["VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS"]() == longest_step()


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("all", list(NAMES)),
        ("none", []),
        ("steps, handover", ["handover", "steps"]),
        ("-steps,-templates", [name for name in NAMES if name not in ("steps", "templates")]),
        ("rendering,templates,-templates", ["rendering"]),
    ],
)
def test_shortcuts_are_taken_or_left_out_by_name(
    monkeypatch: pytest.MonkeyPatch, value: str, names: list[str]
) -> None:
    monkeypatch.setenv("ACCORD_SHORTCUTS", value)
    assert configuration([]).settings.shortcut_names == names


def test_an_unknown_shortcut_is_refused_with_the_known_ones() -> None:
    assert refusal("--shortcuts", "stpes").endswith(f"to disable: {', '.join(NAMES)}.")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    assert "a folder without config.json" in refusal(str(tmp_path))


def test_a_model_that_must_not_be_fetched_must_be_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    assert "not in the cache" in refusal("org/name", "--disable-model-download")
    (tmp_path / "models--org--name").mkdir()
    assert configuration(["org/name", "--disable-model-download"]).settings.model_source == "org/name"


@pytest.fixture
def configured() -> Configuration:
    return configuration(["--port", "9000", "--hf-token", "hf_secret", "--ssl-key-path", __file__])


def test_the_configuration_shows_values_and_origins_and_no_secret(configured: Configuration) -> None:
    lines = config_report(configured).splitlines()
    [port] = [line for line in lines if line.startswith("NIM_SERVER_PORT")]
    assert port.split() == ["NIM_SERVER_PORT", "9000", "command", "line"]
    assert "hf_secret" not in "\n".join(lines)
    assert "--hf-token ****" in lines[-1]


def test_the_password_of_a_database_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCORD_DATABASE_URL", "postgresql://accord:s3cret@db/accord")
    text = config_report(configuration([]))
    assert "postgresql://accord:****@db/accord" in text
    monkeypatch.setenv("ACCORD_DATABASE_URL", "mysql://accord:s3cret@db/accord")
    assert "s3cret" not in text + refusal()


def test_the_cache_follows_nim_then_xdg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/b")
    assert configuration([]).settings.cache_path == Path("/b/accord")
    monkeypatch.setenv("NIM_CACHE_PATH", "/a")
    assert configuration([]).settings.cache_path == Path("/a")


@pytest.mark.parametrize("variable", ["ACCORD_API_KEYS", "ACCORD_API_KEYS_FILE"])
def test_keys_that_are_empty_do_not_open_the_server(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    """Else a compose file whose variable is not set would."""
    monkeypatch.setenv(variable, "")
    assert "unset it to serve without keys" in refusal()


def test_output_that_nobody_reads_ends_without_a_traceback() -> None:
    command = [sys.executable, "-m", "accord.server", "config"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == ""
