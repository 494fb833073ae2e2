"""Reads a trace with dissect.etl to its end, or to the first event it cannot read; prints one line of JSON.

dissect_bench.py FILE walk    headers and times
dissect_bench.py FILE decode  headers, times and what it finds in the payload
"""

import json
import resource
import sys

from dissect.etl import ETL


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    path, mode = sys.argv[1:]
    events = named = failed = 0
    note = ""
    began = cpu()
    with open(path, "rb") as file:
        try:
            for buffer in ETL(file).buffers():
                for record in buffer:
                    events += 1
                    record.header.timestamp
                    if mode == "decode":
                        try:
                            event = record.event
                            event.event_values()
                            named += event.symbol() is not None
                        except Exception:  # its own defects are counted, not measured around
                            failed += 1
        except Exception as error:  # a reader that stops early is measured as far as it went
            note = f"stopped: {type(error).__name__}: {str(error)[:60]}"
    if mode == "decode":
        note = f"{named} events had a schema, {failed} raised an exception. {note}".strip()
    result = {"units": events, "cpuSeconds": cpu() - began}
    print(json.dumps(result | ({"note": note} if note else {})))


main()
