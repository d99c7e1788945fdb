"""The records of source files as plain objects, whatever wrote them and without lakebed."""

import json
import xml.etree.ElementTree as ET


def read_events(file):
    """Every record of a file: keys without signs, one value where there is one, None where there is nothing."""
    text = file.read_text(encoding="utf-8-sig")
    if file.suffix == ".xml":
        return map(element, ET.fromstring(text).iter("meetpunt"))
    return (plain(record) for document in documents(text) for record in unwrapped(document))


def element(point):
    """A measuring point of the feed or of its configuration."""
    event = dict(point.attrib)
    for child in point:
        if child.tag == "meetdata":
            event.setdefault("meetdata", []).append(child.attrib | {leaf.tag: leaf.text for leaf in child})
        elif len(child):
            event[child.tag] = {leaf.tag: leaf.text for leaf in child}
        else:
            event[child.tag] = child.text
    return event


def documents(text):
    """The objects of a text that holds one after the other, with or without white space between them."""
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        document, at = decoder.raw_decode(text, at)
        yield document


def unwrapped(document):
    """The records of a document that another tool made of XML, or the document itself."""
    for wrapper in ("miv", "meetpunt", "data"):
        document = document.get(wrapper, document) if isinstance(document, dict) else document
    return document if isinstance(document, list) else [document]


def plain(value, key=None):
    """Without what the makers of JSON from XML add: `@` or `$` for attributes, lists of one, `{}` for nothing."""
    if isinstance(value, list):
        return [plain(one) for one in value] if key == "meetdata" or len(value) != 1 else plain(value[0])
    if isinstance(value, dict):
        value = value.get("$", {}) | {name: one for name, one in value.items() if name != "$"}
        return {name.removeprefix("@"): plain(one, name) for name, one in value.items()} or None
    return value


def flat(event):
    """As the stream flattens it: `<field>_klasse<1-5>` and `rekendata_<field>`."""
    for one in event.pop("meetdata", []):
        number = one.pop("klasse_id")
        event |= {f"{name}_klasse{number}": value for name, value in one.items()}
    event |= {f"rekendata_{name}": value for name, value in (event.pop("rekendata", None) or {}).items()}
    return event
