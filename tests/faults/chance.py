"""Seeded random choices, so that a run can be repeated."""

import os
import random


def seed() -> int:
    """Return the seed in ACCORD_FAULTS_SEED, or a new one; it is printed."""
    seed = int(os.environ.get("ACCORD_FAULTS_SEED") or random.SystemRandom().randrange(2**32))
    print(f"ACCORD_FAULTS_SEED={seed}", flush=True)  # noqa: T201  to do it again
    return seed


def dice() -> random.Random:
    """Return a random generator with that seed."""
    return random.Random(seed())
