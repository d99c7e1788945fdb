"""What the tables of the stock binary must hold, straight from the source files and without lakebed.

Usage: expected_miv.py TABLE FILE_OR_FOLDER...
"""

import json
import re
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path

from events import flat, read_events
from summary import summarise

CLASSES = {"motorcycle": 1, "car": 2, "van": 3, "rigid_lorry": 4, "articulated_lorry": 5}
SENTINELS = {251, 252, 254}

# Column: kind, key in the source. A kind is a word, a list of one kind, or the members of a struct.
COMMON = {
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
COMPUTED = {
    "occupancy": ("int16", "bezettingsgraad"),
    "availability": ("int16", "beschikbaarheidsgraad"),
    "unrest": ("int32", "onrustigheid"),
}
CLASS = {
    "class_id": ("int16", "klasse_id"),
    "count": ("int32", "verkeersintensiteit"),
    "speed": ("int16", "voertuigsnelheid_harmonisch"),
    "speed_arithmetic": ("int16", "voertuigsnelheid_rekenkundig"),
}
FLAT = {
    f"{name}_{member}": (kind, f"{key}_klasse{number}")
    for name, number in CLASSES.items()
    for member, (kind, key) in CLASS.items()
    if member != "class_id"
}


def nulls_in_pairs(values, prefix=""):
    if values[f"{prefix}speed"] in SENTINELS:
        values[f"{prefix}speed"] = values[f"{prefix}speed_arithmetic"] = None
    return values


@dataclass
class Table:
    """A table: its columns, those of its key, what makes a record of an event, and whether it has hours."""

    columns: dict
    needed: tuple
    event: callable = lambda event: event
    rules: callable = lambda values: values
    hourly: bool = True

    @property
    def partitions(self):
        return ["dt", "hour"] if self.hourly else []

    @property
    def kinds(self):
        return {name: kind_of(kind) for name, (kind, _) in self.columns.items()}


def measurement_rules(values):
    for name in CLASSES:
        nulls_in_pairs(values, f"{name}_")
    return values


def snapshot_rules(values):
    for one in values["classes"] or []:
        nulls_in_pairs(one)
    return values


TABLES = {
    "traffic_measurement": Table(
        COMMON | FLAT | {name: (kind, f"rekendata_{key}") for name, (kind, key) in COMPUTED.items()},
        ("point_id", "observed_at"),
        flat,
        measurement_rules,
    ),
    "traffic_snapshot": Table(
        COMMON | {"classes": ([CLASS], "meetdata"), "computed": (COMPUTED, "rekendata")},
        ("point_id", "observed_at"),
        rules=snapshot_rules,
    ),
    "measuring_point": Table(
        {
            "point_id": ("text", "unieke_id"),
            "point_name": ("text", "beschrijvende_id"),
            "full_name": ("text", "volledige_naam"),
            "road_number": ("text", "Ident_8"),
            "local_unit": ("int32", "lve_nr"),
            "kilometre_point": ("decimal(7,3)", "Kmp_Rsys"),
            "lane": ("text", "Rijstrook"),
            "lambert_x": ("decimal(11,5)", "X_coord_EPSG_31370"),
            "lambert_y": ("decimal(11,5)", "Y_coord_EPSG_31370"),
            "longitude": ("decimal(12,9)", "lengtegraad_EPSG_4326"),
            "latitude": ("decimal(12,9)", "breedtegraad_EPSG_4326"),
        },
        ("point_id",),
        hourly=False,
    ),
}


def kind_of(kind):
    """A kind without the keys of the source."""
    if isinstance(kind, dict):
        return {name: kind_of(member) for name, (member, _) in kind.items()}
    return [kind_of(kind[0])] if isinstance(kind, list) else kind


def milliseconds(value):
    """Milliseconds since 1970 of ISO text with an offset, or of epoch seconds as a number or as digits."""
    if isinstance(value, int) or value.isdigit():
        return int(value) * 1000
    moment = datetime.fromisoformat(value)
    assert moment.tzinfo is not None, f"no offset: {value}"
    return round(moment.timestamp() * 1000)


def convert(kind, value):
    if value is None or value in ("", "NULL"):
        return None
    if isinstance(kind, list):
        return [convert(kind[0], one) for one in (value if isinstance(value, list) else [value])]
    if isinstance(kind, dict):
        return {name: convert(member, value.get(key)) for name, (member, key) in kind.items()}
    if match := re.fullmatch(r"decimal\(\d+,(\d+)\)", kind):
        number = Decimal(value.replace(",", "."))
        exact = number.quantize(Decimal(1).scaleb(-int(match[1])))
        assert exact == number, f"more digits than {kind}: {value}"
        return exact
    return value if kind == "text" else milliseconds(value) if kind == "time" else int(value)


def row(table, event):
    """One row of the table, or None for an event that lacks what the table needs."""
    event = table.event(event)
    if any(event.get(table.columns[name][1]) is None for name in table.needed):
        return None
    values = table.rules({name: convert(kind, event.get(key)) for name, (kind, key) in table.columns.items()})
    if table.hourly:
        hour = datetime.fromtimestamp(values["observed_at"] / 1000, timezone.utc)
        values |= {"dt": f"{hour:%Y-%m-%d}", "hour": f"{hour:%H}"}
    return values


def read(name, paths):
    """Every row of the files, and of the files below the folders."""
    files = [file for path in paths for file in [path, *sorted(path.rglob("*"))] if file.is_file()]
    rows = (row(TABLES[name], event) for file in files for event in read_events(file))
    return [values for values in rows if values is not None]


def expected(name, paths):
    return summarise(read(name, paths), TABLES[name].kinds, TABLES[name].partitions)


if __name__ == "__main__":
    print(json.dumps(expected(sys.argv[1], [Path(path) for path in sys.argv[2:]]), indent=2))
