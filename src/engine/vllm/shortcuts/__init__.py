"""Ways beside vLLM's own that cost less, one file each."""
