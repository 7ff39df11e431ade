"""What runs where: the model, its profiles, the hardware, and vLLM's options, all without torch."""
