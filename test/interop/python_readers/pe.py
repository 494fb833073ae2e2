"""What pefile reads of PE images, one JSON object for each path on standard input."""
import json
import sys

import pefile

TEXTS = ["OriginalFilename", "FileDescription", "ProductName", "CompanyName", "FileVersion"]


def version_of(pe):
    fixed = None
    if hasattr(pe, "VS_FIXEDFILEINFO"):
        info = pe.VS_FIXEDFILEINFO[0]
        high, low = info.FileVersionMS, info.FileVersionLS
        fixed = "%d.%d.%d.%d" % (high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF)
    strings = {}
    for part in getattr(pe, "FileInfo", [[]])[0]:
        for table in getattr(part, "StringTable", []):
            if not strings:
                strings = {key.decode(): text.decode("utf8", "replace").strip(" \0") for key, text in table.entries.items()}
    if fixed is None and not strings:
        return None
    texts = [strings.get(name) or None for name in TEXTS]
    return texts[:4] + [texts[4] or fixed]


for line in sys.stdin:
    path = line.rstrip("\n")
    pe = pefile.PE(path, fast_load=True)
    pe.parse_data_directories(directories=[1, 2])
    print(json.dumps({"path": path, "version": version_of(pe), "imphash": pe.get_imphash() or None}))
