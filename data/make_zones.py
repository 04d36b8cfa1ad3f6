"""Makes windows_zones.csv and iana_windows.csv.

    python data/make_zones.py SDK_NAMES.txt     # needs: tzlocal 5.4.5, tzdata 2026.6

SDK_NAMES.txt holds the names of azure.ai.ml.constants.TimeZone (azure-ai-ml 1.35.2), one per line.
The mapping between Windows and IANA names is CLDR's (windowsZones.xml, territory 001), as shipped in
tzlocal (CLDR: Unicode License v3; tzlocal: MIT; tzdata: public domain). The standard offset is the one in force outside DST on 2026-01-01 according to tzdata: it
is what the label showed while nearly all recorded activity happened. Four zones moved for good
later in 2026 (Alberta, British Columbia, Manitoba, Morocco); the label's older offset stays.
"""

import csv
import datetime
import sys
import zoneinfo
from pathlib import Path

from tzlocal.windows_tz import tz_win, win_tz

zoneinfo.reset_tzpath(to=[])  # the tzdata package, never the system's older files
DATE = "2026-11-23"
CLDR = "CLDR windowsZones via tzlocal 5.4.5; tzdata 2026f"
# In the SDK, not in CLDR. Mid-Atlantic is a retired label that covers no inhabited place.
SDK_ONLY = {
    "Mid-Atlantic Standard Time": ("Etc/GMT+2", "not in CLDR: label UTC-02:00 without a place (taken as fixed)"),
    "Kamchatka Standard Time": ("Asia/Kamchatka", "not in CLDR: retired label of Petropavlovsk-Kamchatsky"),
}
# Names that IANA knows and this CLDR table leaves out; the first five as CLDR mapped them until 2024.
IANA_ONLY = {
    "CST6CDT": "Central Standard Time",
    "EST5EDT": "Eastern Standard Time",
    "MST7MDT": "Mountain Standard Time",
    "PST8PDT": "Pacific Standard Time",
    "GMT": "UTC",
    "Europe/Uzhgorod": "FLE Standard Time",
    "Europe/Zaporozhye": "FLE Standard Time",
}


def standard_offset_minutes(iana):
    zone = zoneinfo.ZoneInfo(iana)
    at = datetime.datetime(2026, 1, 1, 12, tzinfo=zone)
    return int((at.utcoffset() - at.dst()).total_seconds()) // 60


def write(name, header, rows):
    with open(Path(__file__).with_name(name), "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


sdk = set(Path(sys.argv[1]).read_text().split("\n")) - {""}
zones = {name: (iana, CLDR) for name, iana in win_tz.items()} | SDK_ONLY
assert sdk <= zones.keys(), sdk - zones.keys()
write(
    "windows_zones.csv",
    ["windows_name", "iana", "standard_offset_minutes", "in_sdk", "source", "date"],
    [
        [name, iana, standard_offset_minutes(iana), "yes" if name in sdk else "no", source, DATE]
        for name, (iana, source) in sorted(zones.items())
    ],
)
write(
    "iana_windows.csv",
    ["iana", "windows_name"],
    sorted((item for item in (tz_win | IANA_ONLY).items() if item[0])),
)
