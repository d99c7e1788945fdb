"""What the table traffic_measurement must hold, straight from the source files and without lakebed.

Usage: expected_miv.py FILE_OR_FOLDER...
"""

import json
import sys
import xml.etree.ElementTree as ET
from datetime import datetime, timezone
from pathlib import Path

from summary import summarise

CLASSES = {"motorcycle": 1, "car": 2, "van": 3, "rigid_lorry": 4, "articulated_lorry": 5}
SENTINELS = {251, 252, 254}
PARTITIONS = ["dt", "hour"]

# Column: kind, key in the flat event.
COLUMNS = {
    "point_id": ("text", "unieke_id"),
    "point_name": ("text", "beschrijvende_id"),
    "local_unit": ("int32", "lve_nr"),
    "observed_at": ("time", "tijd_waarneming"),
    "updated_at": ("time", "tijd_laatst_gewijzigd"),
    "recent": ("int16", "actueel_publicatie"),
    "available": ("int16", "beschikbaar"),
    "defect_level": ("int16", "defect"),
    "doubt_level": ("int16", "geldig"),
}
for name, number in CLASSES.items():
    COLUMNS[f"{name}_count"] = ("int32", f"verkeersintensiteit_klasse{number}")
    COLUMNS[f"{name}_speed"] = ("int16", f"voertuigsnelheid_harmonisch_klasse{number}")
    COLUMNS[f"{name}_speed_arithmetic"] = ("int16", f"voertuigsnelheid_rekenkundig_klasse{number}")
COLUMNS["occupancy"] = ("int16", "rekendata_bezettingsgraad")
COLUMNS["availability"] = ("int16", "rekendata_beschikbaarheidsgraad")
COLUMNS["unrest"] = ("int32", "rekendata_onrustigheid")


def json_events(text):
    """The objects of a text that holds one after the other, with or without white space between them."""
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        event, at = decoder.raw_decode(text, at)
        yield event


def xml_events(text):
    """The feed's measuring points, as the flat events that the stream makes of them."""
    for point in ET.fromstring(text).iter("meetpunt"):
        event = dict(point.attrib)
        for child in point:
            if child.tag == "meetdata":
                event |= {f"{leaf.tag}_klasse{child.get('klasse_id')}": leaf.text for leaf in child}
            elif child.tag == "rekendata":
                event |= {f"rekendata_{leaf.tag}": leaf.text for leaf in child}
            else:
                event[child.tag] = child.text
        yield event


def milliseconds(value):
    """Milliseconds since 1970 of ISO text with an offset, or of epoch seconds as a number or as digits."""
    if isinstance(value, int) or value.isdigit():
        return int(value) * 1000
    moment = datetime.fromisoformat(value)
    assert moment.tzinfo is not None, f"no offset: {value}"
    return round(moment.timestamp() * 1000)


def row(event):
    """One row of the table, or None for an event that has no key or no time."""
    values = {name: convert(kind, event.get(key)) for name, (kind, key) in COLUMNS.items()}
    if values["point_id"] is None or values["observed_at"] is None:
        return None
    for name in CLASSES:
        if values[f"{name}_speed"] in SENTINELS:
            values[f"{name}_speed"] = values[f"{name}_speed_arithmetic"] = None
    hour = datetime.fromtimestamp(values["observed_at"] / 1000, timezone.utc)
    return values | {"dt": f"{hour:%Y-%m-%d}", "hour": f"{hour:%H}"}


def convert(kind, value):
    if value is None or kind == "text":
        return value
    return milliseconds(value) if kind == "time" else int(value)


def read(paths):
    """Every row of the files, and of the files below the folders."""
    rows = []
    for path in paths:
        for file in [path, *sorted(path.rglob("*"))]:
            if file.is_file():
                events = xml_events if file.suffix == ".xml" else json_events
                rows += map(row, events(file.read_text(encoding="utf-8")))
    return [values for values in rows if values is not None]


def expected(paths):
    return summarise(read(paths), {name: kind for name, (kind, _) in COLUMNS.items()}, PARTITIONS)


if __name__ == "__main__":
    print(json.dumps(expected([Path(path) for path in sys.argv[1:]]), indent=2))
