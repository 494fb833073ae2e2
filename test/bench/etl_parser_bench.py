"""Reads a trace with etl-parser to its end, or to the first event it cannot read; prints one line of JSON.

etl_parser_bench.py FILE walk    headers
etl_parser_bench.py FILE decode  headers and what its parsers find in the payload
"""

import json
import resource
import sys

from etl.etl import IEtlFileObserver, build_from_stream


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class Observer(IEtlFileObserver):
    def __init__(self, decode: bool) -> None:
        self.decode = decode
        self.events = self.known = self.failed = 0

    def see(self, parse) -> None:
        self.events += 1
        if not self.decode:
            return
        try:
            parse()
            self.known += 1
        except Exception:  # no parser for the event, or a defect of one
            self.failed += 1

    def on_event_record(self, event):
        self.see(event.parse_etw)

    def on_trace_record(self, event):
        self.see(lambda: event.source.user_data)

    def on_perfinfo_trace(self, event):
        self.see(event.get_mof)

    def on_system_trace(self, event):
        self.see(event.get_mof)

    def on_win_trace(self, event):
        self.see(event.parse_etw)


def main() -> None:
    path, mode = sys.argv[1:]
    observer = Observer(mode == "decode")
    note = ""
    began = cpu()
    with open(path, "rb") as file:
        try:
            build_from_stream(file.read()).parse(observer)
        except Exception as error:  # a reader that stops early is measured as far as it went
            note = f"stopped: {type(error).__name__}: {str(error)[:60]}"
    if mode == "decode":
        note = f"{observer.known} events had a schema, {observer.failed} had none or failed. {note}".strip()
    result = {"units": observer.events, "cpuSeconds": cpu() - began}
    print(json.dumps(result | ({"note": note} if note else {})))


main()
