"""Describes deployments without torch: the model, its profiles, the hardware, and vLLM's options."""
