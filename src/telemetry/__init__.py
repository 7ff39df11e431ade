"""What an operator sees: metrics, logs and traces. The other rooms report to it; it knows none of them."""
