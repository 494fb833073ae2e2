"""Reads an .etl file with a reader from PyPI and writes what it says of every event, as JSON.

    python read.py dissect FILE OUT
    python read.py etl-parser FILE OUT

The readers' own values are handed on; where a reader has a known fault, the comment says what is taken instead.
"""

import json
import sys
from uuid import UUID


def with_dissect(path):
    from dissect.etl.etl import ETL

    with open(path, "rb") as file:
        etl = ETL(file)
        for buffer in etl.buffers():
            for record in buffer:
                yield dissect_event(etl, record.header)


def dissect_event(etl, header):
    name = type(header).__name__
    event = {"header": name, "wide": header.is_64bit}
    if name == "ErrorHeader":  # it has no layout for it
        return event
    fields = header.header
    event["time"] = header.time_delta
    if header.time_delta is not None:
        event["filetime"] = etl.get_filetime_for_event(header.time_delta)
    # Behind the fixed header lie the extended items and the payload: dissect guesses at items also where the
    # header says that there are none, so they are compared together.
    event["rest"] = bytes(header.payload).hex()
    if name != "PerfinfoTraceHeader":
        event["pid"], event["tid"] = header.process_id, header.thread_id
    if name == "EventHeader":
        descriptor = header.descriptor
        # header.provider_id reads the GUID as big-endian.
        event["provider"] = str(UUID(bytes_le=bytes(fields.ProviderId)))
        event["activity"] = str(header.activity_id)
        for field in ("id", "version", "channel", "level", "opcode", "task", "keywords"):
            event[field] = getattr(descriptor, field)
    elif name in ("EventTraceHeader", "EventInstanceGUIDHeader"):
        event["provider"] = str(header.provider_id)
        # Class.Type, Class.Level and Class.Version are one number to it.
        event["opcode"], event["level"], event["version"] = (
            fields.Version & 0xFF,
            fields.Version >> 8 & 0xFF,
            fields.Version >> 16,
        )
    elif name == "MessageTraceHeader":
        event["provider"], event["id"] = str(header.provider_id), header.id
    else:
        event["version"], event["group"], event["opcode"] = fields.Version & 0xFF, header.group, header.opcode
    return event


def with_etl_parser(path):
    from etl.etl import IEtlFileObserver, build_from_stream

    events = []

    class Observer(IEtlFileObserver):
        def on_event_record(self, event):
            events.append(parser_event(event.source))

        def on_trace_record(self, event):
            events.append(parser_classic(event.source))

        def on_perfinfo_trace(self, event):
            events.append(parser_perfinfo(event.source))

        def on_system_trace(self, event):
            events.append(parser_system(event.source))

        def on_win_trace(self, event):
            events.append(parser_message(event.source))

    with open(path, "rb") as file:
        build_from_stream(file.read()).parse(Observer())
    return events


def parser_guid(guid):
    inner = guid.inner
    tail = bytes(inner.data4)
    head = "%08x-%04x-%04x" % (inner.data1, inner.data2, inner.data3)
    return "%s-%s-%s" % (head, tail[:2].hex(), tail[2:].hex())


def parser_event(source):
    header = source.event_header
    descriptor = header.event_descriptor
    return {
        "header": "event",
        "wide": int(header.marker.type.enum) == 0x13,
        "time": header.timestamp,
        "pid": header.process_id,
        "tid": header.thread_id,
        "provider": parser_guid(header.provider_id),
        "activity": parser_guid(header.activity_id),
        "id": descriptor.Id,
        "version": descriptor.Version,
        "channel": descriptor.Channel,
        "level": descriptor.Level,
        "opcode": descriptor.Opcode,
        "task": descriptor.Task,
        "keywords": descriptor.Keyword,
        "items": [[item.ext_type, item.data_item.hex()] for item in source.extended_data or []],
        "payload": source.user_data.hex(),
    }


def parser_classic(source):
    header = source.event_header
    kind = header["class"]
    return {
        "header": "full",
        "wide": int(header.marker.type.enum) == 0x14,
        "time": header.timestamp,
        "pid": header.process_id,
        "tid": header.thread_id,
        "provider": parser_guid(header.guid),
        "opcode": kind.type,
        "level": kind.level,
        "version": kind.version,
        "payload": source.user_data.hex(),
    }


def parser_kernel(marker, packet, time, data):
    return {
        "time": time,
        "version": marker.version & 0xFF,
        "group": int(packet.group),
        "opcode": packet.type,
        "payload": data.hex(),
    }


def parser_perfinfo(source):
    event = parser_kernel(source.marker, source.header, source.timestamp, source.mof_data)
    return {"header": "perfinfo", "wide": int(source.marker.type.enum) == 0x11, **event}


def parser_system(source):
    header = source.system_header
    event = parser_kernel(header.marker, header.header, header.system_time, source.mof_data)
    kind = int(header.marker.type.enum)
    name = "system" if kind <= 2 else "compact"
    return {"header": name, "wide": kind % 2 == 0, "pid": header.process_id, "tid": header.thread_id, **event}


def parser_message(source):
    header = source.event_header
    return {
        "header": "message",
        "id": header.event_id,
        "provider": parser_guid(header.provider_id),
        "pid": header.process_id,
        "tid": header.thread_id,
        "payload": source.user_data.hex(),
    }


if __name__ == "__main__":
    readers = {"dissect": with_dissect, "etl-parser": with_etl_parser}
    # 64-bit integers as text: JSON's readers have doubles.
    events = [
        {key: str(value) if key in ("time", "filetime", "keywords") else value for key, value in event.items()}
        for event in readers[sys.argv[1]](sys.argv[2])
    ]
    with open(sys.argv[3], "w") as out:
        json.dump(events, out)
