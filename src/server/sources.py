"""Reads settings from their sources, in order of precedence, and explains what is wrong in one line."""

from __future__ import annotations

import os
import shlex
from argparse import SUPPRESS, ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

from accord.engine.deployment.options import check_vllm_arguments
from accord.server.keys import read_keys
from accord.server.nim_variables import WrongVariable, vllm_options
from accord.server.settings import API_KEYS, API_KEYS_FILE, NO_OPTION, REPEATED, Settings
from accord.store.address import without_passwords
from accord.store.folders import network_file_system

PASSTHROUGH = "NIM_PASSTHROUGH_ARGS"
CONFIG = "ACCORD_CONFIG"
MODEL_NAME = "NIM_MODEL_NAME"


class ConfigurationError(Exception):
    """A setting is wrong. The message is one line: its name, its value and what was expected."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The settings with their sources, and the options for vLLM."""

    settings: Settings
    origins: dict[str, str]
    vllm_arguments: list[str]

    def called(self, name: str) -> str:
        """Return the name that the source uses for a setting: its option or variable."""
        return _called(name, self.origins[name])


class _Parser(ArgumentParser):
    """Raises argparse's error instead of printing it and exiting."""

    def error(self, message: str) -> NoReturn:
        raise ConfigurationError(message)


@dataclass(slots=True)
class _SourceValues:
    """The contents of one source: values of settings, and options for vLLM."""

    origin: str
    values: dict[str, Any] = field(default_factory=dict)
    vllm_arguments: list[str] = field(default_factory=list)


class _Source(PydanticBaseSettingsSource):
    """Given values as a source of pydantic-settings."""

    def __init__(self, settings_class: type[BaseSettings], values: dict[str, Any]) -> None:
        super().__init__(settings_class)
        self.values = values

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        return self.values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return self.values


def serve_parser() -> ArgumentParser:
    """Return the parser of `accord serve`. Unknown options are vLLM's."""
    parser = _Parser(
        prog="accord serve",
        usage="accord serve [MODEL] [options] [options of vllm serve]",
        description="Serve a model over OpenAI's and Anthropic's APIs.",
        allow_abbrev=False,
        argument_default=SUPPRESS,
    )
    parser.add_argument("--config", metavar="FILE", help=f"a YAML file of these settings ({CONFIG})")
    for name, info in Settings.model_fields.items():
        if info.json_schema_extra == NO_OPTION:
            continue
        option = f"--{name.replace('_', '-')}"
        extra = info.json_schema_extra
        text = f"{info.description} ({info.validation_alias})"
        if info.annotation is bool:
            parser.add_argument(option, action=BooleanOptionalAction, help=text)
        elif info.json_schema_extra == REPEATED:
            parser.add_argument(option, nargs="+", action="extend", help=text)
        elif "list[str]" in str(info.annotation):
            parser.add_argument(option, nargs="+", help=text)
        elif isinstance(extra, dict) and "alone" in extra:
            parser.add_argument(option, help=text, metavar="VALUE", nargs="?", const=extra["alone"])
        elif isinstance(extra, dict):
            parser.add_argument(option, str(extra["short"]), help=text, metavar="VALUE")
        else:
            parser.add_argument(option, help=text, metavar="VALUE")
    return parser


def _from_arguments(origin: str, arguments: list[str]) -> tuple[_SourceValues, str | None]:
    """Return the contents of a command line, and the config file that it names."""
    model = None
    if arguments and not arguments[0].startswith("-"):
        model, *arguments = arguments
    own: Namespace
    own, rest = serve_parser().parse_known_args(arguments)
    values = vars(own)
    if model is not None:
        values["model"] = model
    return _SourceValues(origin, values, rest), values.pop("config", None)


def _from_file(path: str) -> _SourceValues:
    try:
        content = yaml.safe_load(Path(path).read_text())
    except OSError as error:
        raise ConfigurationError(
            f"--config: got {path!r}, which cannot be read: {error.strerror}."
        ) from error
    except yaml.YAMLError as error:
        raise ConfigurationError(
            f"--config: {path!r} is not YAML: {' '.join(str(error).split())}."
        ) from error
    if not isinstance(content, dict):
        raise ConfigurationError(f"--config: {path!r} has no settings; expected `name: value` lines.")
    given = _SourceValues(f"file {path}")
    for name, value in content.items():
        known = str(name).replace("-", "_")
        if known in Settings.model_fields:
            given.values[known] = value
        else:
            given.vllm_arguments += _option(str(name).replace("_", "-"), value)
    return given


def _option(name: str, value: Any) -> list[str]:
    """Return an option of vLLM from a config file as command line arguments."""
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    if isinstance(value, list):
        return [f"--{name}", *map(str, value)]
    return [f"--{name}", str(value)]


def _from_environment() -> _SourceValues:
    found = EnvSettingsSource(Settings)()
    names = {str(info.validation_alias): name for name, info in Settings.model_fields.items()}
    if found.get(API_KEYS) == "" or found.get(API_KEYS_FILE) == "":
        # Every other empty value counts as not set; this one would open the server to everyone.
        raise ConfigurationError(
            f"{API_KEYS}, {API_KEYS_FILE}: got nothing in one of them; unset it to serve without keys."
        )
    values = {names[variable]: value for variable, value in found.items() if value != ""}
    _set_model_name(values, os.environ.get(MODEL_NAME))
    try:
        return _SourceValues("environment", values, vllm_options(os.environ))
    except WrongVariable as error:
        raise ConfigurationError(str(error)) from error


def _set_model_name(values: dict[str, Any], name: str | None) -> None:
    """Use the model that NIM_MODEL_NAME names if NIM_MODEL_PATH names none.

    NVIDIA's operator sets it to the folder of its cache. If the model is in that folder, NIM_MODEL_PATH,
    which the operator sets, too, has the model's id.
    """
    path = values.get("model")
    if not name:
        return
    if path is None:
        values["model"] = name
    elif path.startswith("hf://") and (Path(name) / "config.json").is_file():
        values["model"] = name
        values.setdefault("served_model_name", path.removeprefix("hf://"))


def configuration(
    arguments: list[str], profile: dict[str, Any] | None = None, profile_options: Sequence[str] = ()
) -> Configuration:
    """Return the configuration for `accord serve ARGUMENTS`. Raises ConfigurationError.

    `profile` holds the settings that a profile gives, `profile_options` those that are vLLM's.
    """
    command, file = _from_arguments("command line", arguments)
    passthrough, passed_file = _from_arguments(PASSTHROUGH, shlex.split(os.environ.get(PASSTHROUGH, "")))
    file = file or passed_file or os.environ.get(CONFIG)
    given = [command, passthrough, _from_environment()]
    given += [_from_file(file)] if file else []
    given += [_SourceValues("profile", profile, list(profile_options))] if profile else []
    settings = _validated(given)
    origins = {
        name: next((g.origin for g in given if name in g.values), "default") for name in Settings.model_fields
    }
    # vLLM's parser takes the last of several values: the highest precedence comes last.
    vllm = [a for g in reversed(given) for a in g.vllm_arguments]
    own = [option for action in serve_parser()._actions for option in action.option_strings]
    if wrong := check_vllm_arguments(vllm, own):
        raise ConfigurationError(wrong)
    configured = Configuration(settings, origins, settings.vllm_arguments() + vllm)
    _check_together(configured)
    _check_aliases(configured, vllm)
    return configured


def _validated(given: list[_SourceValues]) -> Settings:
    class Merged(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: Any, **__: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(_Source(settings_cls, g.values) for g in given)

    try:
        return Merged()
    except ValidationError as error:
        raise ConfigurationError(_one_line(error, given)) from error


def _one_line(error: ValidationError, given: list[_SourceValues]) -> str:
    first = error.errors(include_url=False)[0]
    location = str(first["loc"][0])
    name = next(n for n, i in Settings.model_fields.items() if location in (n, i.validation_alias))
    info = Settings.model_fields[name]
    source = next(g for g in given if name in g.values)
    value = source.values[name]
    if info.json_schema_extra == NO_OPTION:
        value = "****"
    called = _called(name, source.origin)
    return f"{called}: got {without_passwords(repr(value))}; expected {info.description}."


def _called(name: str, origin: str) -> str:
    option = name.replace("_", "-")
    if origin in ("environment", "default"):
        return str(Settings.model_fields[name].validation_alias)
    return f"--{option}" if origin == "command line" else f"{option} ({origin})"


def _check_together(configured: Configuration) -> None:
    """Check settings that depend on each other: the files for TLS, and that the model exists."""
    settings = configured.settings
    needed = {"DISABLED": [], "TLS": ["ssl_certs_path", "ssl_key_path"]}.get(
        settings.ssl_mode, ["ssl_certs_path", "ssl_key_path", "ssl_ca_certs_path"]
    )
    for name in needed:
        if getattr(settings, name) is None:
            variable = Settings.model_fields[name].validation_alias
            raise ConfigurationError(
                f"{configured.called('ssl_mode')}: got '{settings.ssl_mode}', which needs {variable} "
                "to name a file."
            )
    file = settings.database.file
    if settings.database_url is not None and file is not None and (kind := network_file_system(file)):
        raise ConfigurationError(
            f"{configured.called('database_url')}: got '{settings.database_url}', which is on a network file "
            f"system ({kind}), on which a SQLite file may be damaged; use a local disk, or PostgreSQL."
        )
    if os.environ.get("VLLM_API_KEY") and settings.api_keys is None and settings.api_keys_file is None:
        raise ConfigurationError(
            f"VLLM_API_KEY: is not used by Accord and would protect nothing; set the key in {API_KEYS}."
        )
    if settings.api_keys is None and settings.api_keys_file is None:
        for name in ("key_concurrent_requests", "key_requests_per_minute", "key_tokens_per_minute"):
            if (limit := getattr(settings, name)) is not None:
                raise ConfigurationError(
                    f"{configured.called(name)}: got {limit}; it limits each API key, "
                    f"and there are none. Give them in {API_KEYS} or {API_KEYS_FILE}."
                )
    if settings.health_port == settings.port:
        raise ConfigurationError(
            f"{configured.called('health_port')}: got {settings.port}, which is the server's port; "
            "expected another port."
        )
    if settings.api_keys_file is not None:
        try:
            read_keys(settings.api_keys_file)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise ConfigurationError(
                f"{configured.called('api_keys_file')}: got '{settings.api_keys_file}', which is not a file "
                f"of keys: {reason}."
            ) from None
    _check_model(configured)


def _check_aliases(configured: Configuration, vllm_arguments: list[str]) -> None:
    """Check model aliases. Without adapters, an alias must name one of the model's own names."""
    settings = configured.settings
    names = settings.served_model_names
    adapters = settings.peft_source is not None or settings.runtime_lora_updating
    if adapters or any("lora" in argument for argument in vllm_arguments):
        return
    for alias in settings.model_alias:
        if alias.name not in names:
            raise ConfigurationError(
                f"{configured.called('model_alias')}: got '{alias}', but no '{alias.name}' is served; "
                f"{', '.join(names)} is."
            )


def _check_model(configured: Configuration) -> None:
    settings = configured.settings
    source = settings.model_source
    if source is None:
        return
    called = configured.called("model")
    takes = Settings.model_fields["model"].description
    folder = settings.model_folder
    if folder is not None:
        if not (folder / "config.json").is_file() and not list(folder.glob("*.gguf")):
            raise ConfigurationError(f"{called}: got '{source}', a folder without config.json.")
    elif source.startswith("ngc://"):
        raise ConfigurationError(
            f"{called}: got '{source}'. NGC's models are for NIM containers; give a folder or hf://ID."
        )
    elif source.startswith(("/", ".", "~")) or source.count("/") > 1:
        raise ConfigurationError(f"{called}: got '{source}', which is not a folder; expected {takes}.")
    elif settings.disable_model_download and not _in_hub_cache(source):
        raise ConfigurationError(
            f"{called}: got '{source}', which is not in the cache, "
            f"and {configured.called('disable_model_download')} forbids downloading it."
        )


def _in_hub_cache(model: str) -> bool:
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    cache = Path(os.environ.get("HF_HUB_CACHE") or home / "hub")
    return (cache / f"models--{model.replace('/', '--')}").is_dir()
