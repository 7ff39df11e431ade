"""Drop the requirements that an override has excluded, as `sys_platform == 'never'`, with their hashes."""

import sys

kept = True
for line in sys.stdin:
    if not line.startswith((" ", "#")):
        kept = "'never'" not in line
    if kept:
        sys.stdout.write(line)
