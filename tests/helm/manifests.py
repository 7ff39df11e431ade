"""Holds manifests to Kubernetes' own schemas, where those are installed.

`python -m tests.helm.manifests VERSION...` takes a JSON list of manifests on stdin, and prints what is
wrong, a line each.
"""

from __future__ import annotations

import json
import sys

from tests.helm.charts import wrongs

if __name__ == "__main__":
    for manifest in json.load(sys.stdin):
        for version in sys.argv[1:]:
            for wrong in wrongs(manifest, version):
                print(f"{manifest['kind']} in Kubernetes {version}: {wrong}")  # noqa: T201  its answer
