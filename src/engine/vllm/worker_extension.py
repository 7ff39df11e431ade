"""What vLLM's workers do for Accord beside their own: vLLM mixes it in, by `--worker-extension-cls`."""

from __future__ import annotations

from contextlib import suppress
from typing import Any


class AdapterWorker:
    """Takes LoRA adapters without raising.

    Where several workers raise, vLLM's executor reads the first error and leaves the others where it looks
    for the answers of later calls: one bad adapter would end an engine of several GPUs.
    """

    def accord_add_adapter(self, name: str, id_: int, path: str, is_3d: bool) -> str | None:
        """Return None, or why the adapter cannot be run. What was loaded of it is removed then."""
        from vllm.lora.request import LoRARequest

        worker: Any = self
        try:
            worker.add_lora(LoRARequest(name, id_, path, is_3d_lora_weight=is_3d))
        except Exception as error:
            self.accord_remove_adapter(id_)
            return " ".join(str(error).split()) or repr(error)
        return None

    def accord_remove_adapter(self, id_: int) -> None:
        """Forget an adapter."""
        worker: Any = self
        with suppress(Exception):  # it was not there
            worker.remove_lora(id_)
