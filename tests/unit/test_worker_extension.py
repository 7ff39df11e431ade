"""Adapters in vLLM's workers, which report errors instead of raising them."""

from vllm.lora.request import LoRARequest

from accord.engine.vllm.worker_extension import AdapterWorker


class Worker(AdapterWorker):
    """One of vLLM's, with what is mixed in. It keeps what it could not activate, as vLLM's does."""

    def __init__(self) -> None:
        self.adapters: set[int] = set()

    def add_lora(self, request: LoRARequest) -> bool:
        self.adapters.add(request.lora_int_id)
        if request.lora_name == "bad":
            raise RuntimeError("The size of tensor a\nmust match.")
        return True

    def remove_lora(self, id_: int) -> bool:
        self.adapters.remove(id_)
        return True


def test_a_worker_returns_the_reason_and_removes_the_adapter() -> None:
    worker = Worker()
    assert worker.accord_add_adapter("good", 1, "/good", False) is None
    assert worker.accord_add_adapter("bad", 2, "/bad", False) == "The size of tensor a must match."
    worker.accord_remove_adapter(3)
    assert worker.adapters == {1}
