"""IDocs in any form, out of the same segments: the control record's fields, then the others."""

from xml.sax.saxutils import escape

from formats.idoc.layout import LAYOUTS, Layout

Row = tuple[str, dict[str, str]]

CONTROL: dict[str, str] = {
    "TABNAM": "EDI_DC40",
    "MANDT": "100",
    "DOCNUM": "0000000007200001",
    "IDOCTYP": "INVOIC02",
    "MESTYP": "INVOIC",
}


def padded(layout: Layout, fields: dict[str, str]) -> str:
    return "".join(fields.get(name, "").ljust(end - start) for name, start, end in layout.fields)


def flat(segments: list[Row], control: dict[str, str] = CONTROL) -> list[str]:
    """Return full-width records; segments name no parents, and are numbered from 1."""
    records = [padded(LAYOUTS["EDI_DC40"], control)]
    for number, (kind, fields) in enumerate(segments, start=1):
        if kind == "EDI_DS40":
            records.append(padded(LAYOUTS[kind], fields))
            continue
        name = kind.replace("E1", "E2", 1)
        head = f"{name:30}100{control['DOCNUM']}{number:06}00000002"
        data = fields["SDATA"] if "SDATA" in fields else padded(LAYOUTS[kind], fields)
        records.append(head + data.ljust(1000))
    return records


def xml(segments: list[Row], control: dict[str, str] = CONTROL) -> str:
    """Return the segments in an IDOC element, each inside the last one that it belongs into."""
    text = _element("EDI_DC40", control) + "</EDI_DC40>"
    opened: list[str] = []
    for kind, fields in segments:
        while opened and opened[-1] != LAYOUTS[kind].parent:
            text += f"</{opened.pop()}>"
        text += _element(kind, fields)
        opened.append(kind)
    ends = "".join(f"</{kind}>" for kind in reversed(opened))
    return f"<INVOIC02><IDOC BEGIN='1'>{text}{ends}</IDOC></INVOIC02>"


def _element(kind: str, fields: dict[str, str]) -> str:
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return f"<{kind} SEGMENT='1'>{inner}"
