"""vLLM's launcher and Accord's, run side by side with the same options, up to the engine's own start."""

from __future__ import annotations

import ast
import asyncio
import dataclasses
import inspect
import json
import textwrap
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import vllm.engine.arg_utils
import vllm.v1.engine.async_llm
from starlette.datastructures import State
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import PreTrainedTokenizerFast
from vllm.entrypoints.launchers.api_server import app_state, entry
from vllm.reasoning import ReasoningParserManager
from vllm.tool_parsers import ToolParserManager
from vllm.utils.argparse_utils import FlexibleArgumentParser

from accord.engine import Adapters, Engine
from accord.engine.vllm import launch
from accord.engine.vllm.compat import make_arg_parser, validate_parsed_serve_args
from accord.server.sources import configuration
from tests.unit.launch_steps import STEPS

GIB = 2**30
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 128,
    "intermediate_size": 256,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 4,
    "max_position_embeddings": 131072,
    "vocab_size": 1000,
    "torch_dtype": "bfloat16",
}


@dataclasses.dataclass(frozen=True)
class Machine:
    """What vLLM's defaults go by."""

    name: str
    memory: int
    is_cpu: bool = False


MACHINES = [
    Machine("cpu", 64 * GIB, is_cpu=True),
    Machine("NVIDIA A100-SXM4-80GB", 80 * GIB),
    Machine("NVIDIA H100 80GB HBM3", 80 * GIB),
    Machine("NVIDIA B200", 180 * GIB),
]
OPTIONS = [
    "",
    "--max-model-len 1k --max-num-seqs 7",
    "--max-model-len auto --performance-mode throughput",
    "--max-num-batched-tokens 16k --no-enable-prefix-caching --gpu-memory-utilization 0.5",
    "--tool-call-parser llama3_json --enable-auto-tool-choice --tool-strict-level parameter",
    "--reasoning-parser qwen3 --structured-outputs-config.backend xgrammar",
    "--disable-log-stats",
    "--enable-log-requests --aggregate-engine-logging --log-error-stack",
    "--no-enable-flash-late-interaction --shutdown-timeout 7",
    "--cohere-format cmd3 --chat-template-content-format openai --exclude-tools-when-tool-choice-none",
    "--trust-request-chat-template --trust-request-mm-kwargs --enable-lora --max-lora-rank 64",
    "--max-num-queued-reqs 5 --max-num-queued-tokens 10k --tensor-parallel-size 1 --dtype float16",
]


class Recorded(Exception):
    """Ends a launch where it has got to what was to be recorded."""


@dataclasses.dataclass
class Launch:
    """What one launcher gave to what it makes."""

    engine: dict[str, Any] = dataclasses.field(default_factory=dict)
    renderer: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def config(self) -> Any:
        return self.engine["vllm_config"]

    def from_vllm_config(self, **kwargs: Any) -> Any:
        """In the place of AsyncLLM's: an engine that has its configuration, and nothing else."""
        self.engine = kwargs

        async def nothing() -> None: ...

        config = kwargs["vllm_config"]
        return SimpleNamespace(
            vllm_config=config,
            model_config=config.model_config,
            renderer=SimpleNamespace(tokenizer=None),
            input_processor=None,
            reset_mm_cache=nothing,
            shutdown=lambda timeout: None,
        )

    def online_renderer(self, **kwargs: Any) -> Any:
        """In the place of OnlineRenderer."""
        self.renderer = kwargs
        raise Recorded


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("launched") / "llama"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(CONFIG))
    words = {word: number for number, word in enumerate(("<unk>", "<think>", "</think>"))}
    tokenizer = Tokenizer(WordLevel(words, unk_token="<unk>"))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(folder)
    return folder


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def pretend(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Has vLLM, and Accord, take this machine for another one."""
    real = vllm.engine.arg_utils.current_platform

    class Pretended:
        def __init__(self, machine: Machine) -> None:
            self.machine = machine

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def is_cpu(self) -> bool:
            return self.machine.is_cpu

        def get_device_name(self, device_id: int = 0) -> str:
            return self.machine.name

        def get_device_total_memory(self, device_id: int = 0) -> int:
            return self.machine.memory

    def pretending(machine: Machine) -> None:
        monkeypatch.setattr(vllm.engine.arg_utils, "current_platform", Pretended(machine))
        monkeypatch.setattr("accord.engine.deployment.device.is_cpu_build", lambda: machine.is_cpu)

    return pretending


def launched_by_vllm(model: Path, options: list[str]) -> Launch:
    """Run vLLM's launcher: what `main`, `run_server_worker` and `build_and_serve` do up to the renderer."""
    made = Launch()
    arguments = ["--model", str(model), "--served-model-name", model.name, *options]
    args = make_arg_parser(FlexibleArgumentParser()).parse_args(arguments)
    entry.configure_logging_from_args(args)
    validate_parsed_serve_args(args)

    async def run() -> None:
        async with entry.build_async_engine_client(args) as engine:
            await app_state.init_app_state(engine, State(), args, ("generate",))

    with pytest.MonkeyPatch.context() as patch, suppress(Recorded):
        patch.setattr(vllm.v1.engine.async_llm, "AsyncLLM", made)
        patch.setattr(app_state, "OnlineRenderer", made.online_renderer)
        asyncio.run(run())
    return made


def launched_by_accord(model: Path, options: list[str]) -> Launch:
    """Run ours, from Accord's command line on."""
    made = Launch()
    configured = configuration([str(model), *options])
    names, cache = configured.settings.served_model_names, configured.settings.cache_path
    engine = Engine(str(model), names, configured.vllm_arguments, cache, Adapters(None, None))
    args = launch.parsed(engine.vllm_arguments(str(model)))
    with pytest.MonkeyPatch.context() as patch, suppress(Recorded):
        patch.setattr(launch, "AsyncLLM", made)
        patch.setattr(launch, "OnlineRenderer", made.online_renderer)
        launch.prepare_parsers(args)
        launch.online_renderer(args, launch.start_engine(args))
    return made


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every field of a configuration, and of those within it, as text."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from leaves(getattr(value, field.name, None), f"{path}.{field.name}")
    else:
        yield path.removeprefix("."), repr(value)


def differing(one: Any, other: Any) -> set[str]:
    one, other = dict(leaves(one)), dict(leaves(other))
    return {path for path in one | other if one.get(path) != other.get(path)}


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_the_engine_is_configured_as_by_vllms_server(
    pretend: Any, model: Path, machine: Machine, options: str
) -> None:
    pretend(machine)
    theirs = launched_by_vllm(model, [*options.split(), *(["--enforce-eager"] if machine.is_cpu else [])])
    again = launched_by_vllm(model, [*options.split(), *(["--enforce-eager"] if machine.is_cpu else [])])
    ours = launched_by_accord(model, options.split())
    by_chance = differing(theirs.config, again.config)
    assert by_chance <= {"instance_id"}
    adapters = {"parallel_config.worker_extension_cls"} if "--enable-lora" in options else set()
    progress = {"load_config.use_tqdm_on_load"}
    assert differing(theirs.config, ours.config) - by_chance == adapters | progress


MADE = {"model_config", "renderer"}
"""What the launchers have made themselves; the configuration is compared above."""


@pytest.mark.parametrize("options", OPTIONS)
def test_the_engine_and_the_renderer_are_made_as_by_vllms_server(model: Path, options: str) -> None:
    theirs = launched_by_vllm(model, [*options.split(), "--enforce-eager"])
    ours = launched_by_accord(model, options.split())
    theirs.engine.pop("vllm_config"), ours.engine.pop("vllm_config")
    assert ours.engine == theirs.engine
    assert ours.renderer.keys() == theirs.renderer.keys()
    different = {name for name in ours.renderer.keys() - MADE if ours.renderer[name] != theirs.renderer[name]}
    expected = {
        "enable_auto_tools": "enable-auto-tool-choice" not in options,
        "tool_parser": "tool-call-parser" not in options,
        "request_logger": "enable-log-requests" in options,
    }
    assert different == {name for name, differs in expected.items() if differs}
    assert {f"OnlineRenderer.{name}" for name in expected} == {
        name for name in launch.DIFFERENCES if not name.startswith("VllmConfig.")
    }


def test_vllms_defaults_are_those_of_its_server(pretend: Any, model: Path) -> None:
    """They go by the usage context: without one, an H100 has 128 and 2,048."""
    defaults = {}
    for machine in MACHINES:
        pretend(machine)
        scheduler = launched_by_accord(model, []).config.scheduler_config
        defaults[machine.name] = (scheduler.max_num_seqs, scheduler.max_num_batched_tokens)
    assert defaults == {
        "cpu": (128, 2048),
        "NVIDIA A100-SXM4-80GB": (256, 2048),
        "NVIDIA H100 80GB HBM3": (1024, 8192),
        "NVIDIA B200": (1024, 16384),
    }


def test_tools_are_read_in_the_operators_format_or_in_hermes(model: Path) -> None:
    renderer = launched_by_accord(model, []).renderer
    assert (renderer["enable_auto_tools"], renderer["tool_parser"]) == (True, "hermes")
    renderer = launched_by_accord(model, ["--tool-call-parser", "llama3_json"]).renderer
    assert renderer["tool_parser"] == "llama3_json"


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A file that gives two known parsers new names."""
    file = tmp_path / "own_parsers.py"
    file.write_text(
        textwrap.dedent("""
        from vllm.reasoning import ReasoningParserManager
        from vllm.tool_parsers import ToolParserManager

        tools = ToolParserManager.get_tool_parser("hermes")
        ToolParserManager.register_module("own_tools", True, type("OwnTools", (tools,), {}))
        reasoning = ReasoningParserManager.get_reasoning_parser("qwen3")
        ReasoningParserManager.register_module("own_reasoning", True, type("OwnReasoning", (reasoning,), {}))
        """)
    )
    return file


def test_parsers_of_a_plugin_are_known_by_their_names(model: Path, plugin: Path) -> None:
    options = ["--tool-parser-plugin", str(plugin), "--tool-call-parser", "own_tools"]
    options += ["--reasoning-parser-plugin", str(plugin), "--reasoning-parser", "own_reasoning"]
    renderer = launched_by_accord(model, options).renderer
    assert (renderer["tool_parser"], renderer["reasoning_parser"]) == ("own_tools", "own_reasoning")
    assert ToolParserManager.get_tool_parser("own_tools").__name__ == "OwnTools"
    assert ReasoningParserManager.get_reasoning_parser("own_reasoning").__name__ == "OwnReasoning"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--tool-call-parser none_such", "invalid tool call parser: none_such (chose from { "),
        ("--reasoning-parser none_such", "invalid reasoning parser: none_such (chose from { "),
        ("--sse-keep-alive-interval -1", "--sse-keep-alive-interval must be a non-negative integer"),
        ("--data-parallel-rank 0 --data-parallel-start-rank 0", "more than one data parallel load balancing"),
    ],
)
def test_configuration_errors_are_reported_before_the_engine_starts(
    model: Path, options: str, message: str
) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  the text is compared below
        launch.prepare_parsers(launch.parsed(["--model", str(model), *options.split()]))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


class Loaded:
    """As much of an engine as the steps after its start are about."""

    def __init__(self, *tasks: str) -> None:
        self.tasks = tasks
        self.calls: list[str] = []

    async def reset_mm_cache(self) -> None:
        self.calls.append("reset_mm_cache")

    async def get_supported_tasks(self) -> tuple[str, ...]:
        return self.tasks

    async def do_log_stats(self) -> None:
        self.calls.append("do_log_stats")
        if self.calls.count("do_log_stats") == 2:
            raise Recorded


async def test_a_model_that_generates_nothing_is_refused() -> None:
    loaded: Any = Loaded("generate")
    await launch.begin_serving(loaded)
    assert loaded.calls == ["reset_mm_cache"]
    embedding: Any = Loaded("embed", "classify")
    with pytest.raises(ValueError, match="generates no text; it is for: embed, classify"):
        await launch.begin_serving(embedding)


async def test_statistics_are_logged_at_vllms_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vllm.envs, "VLLM_LOG_STATS_INTERVAL", 0)
    loaded: Any = Loaded()
    with pytest.raises(Recorded):
        await launch.log_stats(loaded)
    assert loaded.calls == ["do_log_stats", "do_log_stats"]


BEFORE_0_33 = {
    "ReasoningParserManager.import_reasoning_parser": "init_parser_plugin",
    "ToolParserManager.import_tool_parser": "init_parser_plugin",
}
"""What 0.32 calls, and the function that has it since."""
IGNORED = {"any", "cast", "dict", "getattr", "hasattr", "len", "max", "sum"}


@pytest.mark.parametrize("function", STEPS, ids=lambda function: function.__qualname__)
def test_every_step_of_vllms_launcher_is_known(function: Any) -> None:
    source = ast.parse(textwrap.dedent(inspect.getsource(function)))
    called = {ast.unparse(node.func) for node in ast.walk(source) if isinstance(node, ast.Call)}
    steps = {BEFORE_0_33.get(name, name) for name in called - IGNORED if not name.startswith("logger.")}
    assert steps == STEPS[function].keys()
