"""Reads vLLM's environment variables once, and not again for each token."""

from __future__ import annotations

from vllm import envs

from accord.engine.vllm.shortcuts.shortcut import Shortcut, missing, other_parameters


class ReadOnce(Shortcut):
    """Enables the cache that vLLM enables in its engine's processes."""

    name = "variables"
    what = "Reads vLLM's environment variables once, not for each token."

    def fits(self) -> str | None:
        reason = (
            missing(envs, "environment_variables", "_is_envs_cache_enabled")
            or other_parameters(envs, "enable_envs_cache", "")
            or other_parameters(envs, "disable_envs_cache", "")
        )
        if reason is not None:
            return reason
        if envs._is_envs_cache_enabled():
            return "vLLM has done so already"
        return self._differs()

    def _differs(self) -> str | None:
        read = _values()
        envs.enable_envs_cache()
        try:
            differing = sorted(name for name, value in _values().items() if value != read[name])
        finally:
            envs.disable_envs_cache()
        return f"kept values of {', '.join(differing)} are not those that are read" if differing else None

    def install(self) -> None:
        envs.enable_envs_cache()

    def uninstall(self) -> None:
        envs.disable_envs_cache()


def _values() -> dict[str, object]:
    return {name: getattr(envs, name) for name in envs.environment_variables}


SHORTCUT = ReadOnce
