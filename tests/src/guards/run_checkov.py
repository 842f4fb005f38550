"""Runs Checkov once a job, without starting Python anew: each line of standard input is {"checks": FOLDER, "texts": FOLDER}.

Prints, a line a job, the files below `texts` that a check refuses, and those that any check judged.
"""

import io
import json
import os
import sys
from contextlib import redirect_stdout

from checkov.main import Checkov

for line in sys.stdin:
    job = json.loads(line)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        printed = io.StringIO()
        try:
            with redirect_stdout(printed):
                Checkov(
                    argv=["--directory", job["texts"], "--external-checks-dir", job["checks"], "--output", "json", "--compact"]
                    + ["--check", "CKV_UNDENY_1,CKV_UNDENY_2", "--framework", "terraform", "cloudformation", "--skip-download"]
                ).run()
        except SystemExit:
            pass
        reports = json.loads(printed.getvalue() or "[]")
        reports = reports if isinstance(reports, list) else [reports]
        refused = sorted({check["file_path"] for one in reports for check in one.get("results", {}).get("failed_checks", [])})
        broken = sorted({name for one in reports for name in one.get("results", {}).get("parsing_errors", [])})
        seen = sorted(
            {check["file_path"] for one in reports for kind in ("failed_checks", "passed_checks") for check in one.get("results", {}).get(kind, [])}
        )
        with os.fdopen(writer, "w") as out:
            json.dump({"refused": refused, "broken": broken, "seen": seen}, out)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        print(answer.read(), flush=True)
    os.waitpid(child, 0)
