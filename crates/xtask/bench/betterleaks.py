"""How long Betterleaks takes to scan the texts in the files given: for each, one line of JSON with the times of each run in milliseconds."""

import json
import sys
import time

from pybetterleaks import scan_text

RUNS = 30
PATIENCE = 3.0

scan_text("warm up")
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    times = []
    while len(times) < RUNS and (len(times) < 3 or sum(times) < PATIENCE):
        started = time.perf_counter()
        result = scan_text(text)
        times.append(time.perf_counter() - started)
        if result.errors:
            sys.exit(f"Betterleaks could not scan {path}: {result.errors}")
    print(json.dumps([1e3 * took for took in times]))
