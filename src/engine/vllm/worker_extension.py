"""Methods that Accord adds to vLLM's workers, by `--worker-extension-cls`."""

from __future__ import annotations

from contextlib import suppress
from typing import Any


class AdapterWorker:
    """Loads LoRA adapters and returns errors instead of raising them.

    If several workers raise, vLLM's executor reads the first error and leaves the others in the queue, where
    it expects the answers of later calls: one bad adapter would end an engine of several GPUs.
    """

    def accord_add_adapter(self, name: str, id_: int, path: str, is_3d: bool) -> str | None:
        """Return None, or why the adapter cannot be loaded. A part that was loaded is removed."""
        from vllm.lora.request import LoRARequest

        worker: Any = self
        try:
            worker.add_lora(LoRARequest(name, id_, path, is_3d_lora_weight=is_3d))
        except Exception as error:
            self.accord_remove_adapter(id_)
            return " ".join(str(error).split()) or repr(error)
        return None

    def accord_remove_adapter(self, id_: int) -> None:
        """Unload an adapter."""
        worker: Any = self
        with suppress(Exception):  # it was not loaded
            worker.remove_lora(id_)
