"""Selects the profile of a start, and lists profiles for `accord profiles`."""

from __future__ import annotations

from typing import Any

from accord.engine.deployment.deployment import Deployment, Fit
from accord.engine.deployment.model_files import ModelNotHere, ModelUnreadable
from accord.engine.deployment.profiles import Profile, gib
from accord.server.sources import Configuration, ConfigurationError, configuration

VARIABLE = "NIM_MODEL_PROFILE"


def configured_with_profile(arguments: list[str]) -> Configuration:
    """Return the configuration for `accord serve ARGUMENTS`, with the settings of its profile.

    The profile is the one that NIM_MODEL_PROFILE names; or, if the settings need more memory than there is,
    the first that this machine can run. Raises ConfigurationError.
    """
    configured = configuration(arguments)
    wanted = configured.settings.model_profile
    try:
        fits = deployment(configured).fits
    except (ModelNotHere, ModelUnreadable) as error:
        if wanted is not None:
            raise ConfigurationError(
                f"{VARIABLE}: got '{wanted}', and the profiles are not known. {error}"
            ) from error
        return configured
    chosen = _runnable(fits, wanted) if wanted is not None else _automatic(deployment(configured), fits)
    return configured if chosen is None else configuration(arguments, _settings(chosen), _options(chosen))


def deployment(configured: Configuration) -> Deployment:
    """Return the deployment of the configuration."""
    settings = configured.settings
    return Deployment(settings.model_source, configured.vllm_arguments, settings.cache_path)


def _runnable(fits: list[Fit], wanted: str) -> Profile:
    fit = next((fit for fit in fits if wanted in (fit.profile.id, fit.profile.name)), None)
    if fit is None:
        names = ", ".join(fit.profile.name for fit in fits if fit.shortcoming is None)
        raise ConfigurationError(
            f"{VARIABLE}: got '{wanted}'; expected the id or the name of a profile: {names}."
        )
    if fit.shortcoming is not None:
        shorter = f" It can with --max-model-len {fit.shorter}." if fit.shorter is not None else ""
        raise ConfigurationError(
            f"{VARIABLE}: got '{wanted}', which this machine cannot run: {fit.shortcoming}.{shorter}"
        )
    return fit.profile


def _automatic(deployed: Deployment, fits: list[Fit]) -> Profile | None:
    selected = next(fit for fit in fits if fit.profile == deployed.selected)
    if selected.shortcoming is None or selected.profile.device_count > 1:
        return None
    matching = (
        fit.profile
        for fit in fits
        if fit.shortcoming is None
        and (fit.profile.precision, fit.profile.lora) == (selected.profile.precision, selected.profile.lora)
    )
    return next(matching, None)


def _settings(profile: Profile) -> dict[str, Any]:
    return {
        "tensor_parallel_size": profile.tensor_parallel_size,
        "pipeline_parallel_size": profile.pipeline_parallel_size,
    }


def _options(profile: Profile) -> list[str]:
    """Return the profile as vLLM's options."""
    options = ["--quantization", "fp8"] if profile.precision == "fp8" else []
    return [*options, "--enable-lora"] if profile.lora else options


def listed(configured: Configuration) -> str:
    """Return the profiles of a model as text: those that this machine can run, and the others with reasons.

    Raises ConfigurationError if the model's files are missing or incomplete.
    """
    deployed = deployment(configured)
    try:
        fits = deployed.fits
        lines = [f"{deployed.files.name}, up to {deployed.max_model_len} tokens", *_devices(deployed), ""]
    except (ModelNotHere, ModelUnreadable) as error:
        raise ConfigurationError(str(error)) from error
    width = max(len(fit.profile.name) for fit in fits)
    groups = {
        "Runnable:": [fit for fit in fits if fit.shortcoming is None],
        "Runnable with a shorter --max-model-len:": [fit for fit in fits if fit.shorter is not None],
        "Not runnable:": [fit for fit in fits if fit.shortcoming is not None and fit.shorter is None],
    }
    for title, group in groups.items():
        lines += [title, *(_line(fit, deployed, width) for fit in group)] if group else []
    return "\n".join(lines)


def _devices(deployed: Deployment) -> list[str]:
    return [f"on {device.name}, {gib(device.memory)}" for device in deployed.devices] or ["on no GPU"]


def _line(fit: Fit, deployed: Deployment, width: int) -> str:
    profile = fit.profile
    length = fit.shorter or deployed.max_model_len
    needs = gib(profile.weights_bytes_per_device + profile.cache_bytes(length))
    each = f" on each of {profile.device_count}" if profile.device_count > 1 else ""
    mark = "*" if profile == deployed.selected else " "
    reason = f"  ({fit.shortcoming})" if fit.shortcoming else ""
    if fit.shorter is not None:
        reason = f"  (--max-model-len {fit.shorter})"
    return f"{mark} {profile.name:<{width}}  {profile.id}  {needs}{each}{reason}"
