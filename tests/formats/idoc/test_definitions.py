"""A customer's own definitions, as SAP prints them: parser report and XML Schema."""

from pathlib import Path

import pytest

from formats.catalogue import completed
from formats.codec import Guide, Reading, Unreadable
from formats.guide import parse
from formats.idoc.definitions import table_of
from formats.idoc.layout import rows
from formats.idoc.making import profile
from formats.idoc.read import read
from formats.model import Invoice
from tests.formats.idoc.forms import CONTROL, flat

REPORT = """\
BEGIN_RECORD_SECTION
  BEGIN_CONTROL_RECORD
    BEGIN_FIELDS
      NAME                TABNAM
    END_FIELDS
  END_CONTROL_RECORD
END_RECORD_SECTION
BEGIN_SEGMENT_SECTION
  BEGIN_IDOC              INVOIC02
  EXTENSION               ZINVOIC02
    BEGIN_SEGMENT         E2EDK01005
      SEGMENTTYPE         E1EDK01
      QUALIFIED
      LEVEL               01
      STATUS              MANDATORY
      LOOPMIN             0000000001
      LOOPMAX             0000000001
      BEGIN_FIELDS
        NAME              CURCY
        TEXT              Currency
        TYPE              CHARACTER
        LENGTH            000003
        FIELD_POS         0001
        BYTE_FIRST        000064
        BYTE_LAST         000066
        NAME              BELNR
        TYPE              CHARACTER
        LENGTH            000035
        FIELD_POS         0002
        BYTE_FIRST        000067
        BYTE_LAST         000101
      END_FIELDS
    END_SEGMENT           E2EDK01005
    BEGIN_GROUP           1
      LEVEL               01
      STATUS              OPTIONAL
      LOOPMIN             0000000001
      LOOPMAX             9999999999
      BEGIN_SEGMENT       E2EDP01006
        SEGMENTTYPE       E1EDP01
        STATUS            MANDATORY
        LOOPMIN           0000000001
        LOOPMAX           0000000001
        BEGIN_FIELDS
          NAME            POSEX
          LENGTH          000006
          CHARACTER_FIRST 000064
          CHARACTER_LAST  000069
        END_FIELDS
      END_SEGMENT         E2EDP01006
      BEGIN_SEGMENT       Z2LOT001
        SEGMENTTYPE       Z1LOT
        STATUS            MANDATORY
        LOOPMIN           0000000001
        LOOPMAX           0000000002
        BEGIN_FIELDS
          NAME            LOT
          BYTE_FIRST      000064
          BYTE_LAST       000073
          NAME            BEST
          BYTE_FIRST      000074
          BYTE_LAST       000081
        END_FIELDS
      END_SEGMENT         Z2LOT001
    END_GROUP             1
  END_IDOC                INVOIC02
END_SEGMENT_SECTION
"""

XSD = """\
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">
 <xsd:element name="INVOIC02"><xsd:complexType><xsd:sequence>
  <xsd:element name="IDOC" type="INVOIC02.IDOC"/>
 </xsd:sequence></xsd:complexType></xsd:element>
 <xsd:complexType name="INVOIC02.IDOC"><xsd:sequence>
  <xsd:element name="EDI_DC40" type="EDI_DC40.INVOIC.INVOIC02"/>
  <xsd:element name="E1EDK01" type="INVOIC02.E1EDK01"/>
  <xsd:element name="E1EDP01" type="INVOIC02.E1EDP01" minOccurs="0" maxOccurs="9999999"/>
 </xsd:sequence><xsd:attribute name="BEGIN"/></xsd:complexType>
 <xsd:complexType name="INVOIC02.E1EDK01"><xsd:sequence>
  <xsd:element name="CURCY" type="C3" minOccurs="0"/>
  <xsd:element name="BELNR" minOccurs="0"><xsd:simpleType><xsd:restriction base="xsd:string">
   <xsd:maxLength value="35"/></xsd:restriction></xsd:simpleType></xsd:element>
 </xsd:sequence><xsd:attribute name="SEGMENT"/></xsd:complexType>
 <xsd:complexType name="INVOIC02.E1EDP01"><xsd:sequence>
  <xsd:element name="POSEX" type="C6" minOccurs="0"/>
  <xsd:element name="Z1LOT" type="INVOIC02.Z1LOT" maxOccurs="2"/>
 </xsd:sequence></xsd:complexType>
 <xsd:complexType name="INVOIC02.Z1LOT"><xsd:sequence>
  <xsd:element name="LOT" type="C10"/><xsd:element name="BEST" type="C8"/>
 </xsd:sequence></xsd:complexType>
 <xsd:simpleType name="C3"><xsd:restriction base="xsd:string"><xsd:maxLength value="3"/>
 </xsd:restriction></xsd:simpleType>
 <xsd:simpleType name="C6"><xsd:restriction base="xsd:string"><xsd:maxLength value="6"/>
 </xsd:restriction></xsd:simpleType>
 <xsd:simpleType name="C8"><xsd:restriction base="xsd:string"><xsd:maxLength value="8"/>
 </xsd:restriction></xsd:simpleType>
 <xsd:simpleType name="C10"><xsd:restriction base="xsd:string"><xsd:length value="10"/>
 </xsd:restriction></xsd:simpleType>
</xsd:schema>
"""

FACTS = {  # what each type lies in, how many there must and may be, its fields
    "E1EDK01": (None, 1, 1, (("CURCY", 0, 3), ("BELNR", 3, 38))),
    "E1EDP01": (None, 0, None, (("POSEX", 0, 6),)),
    "Z1LOT": ("E1EDP01", 1, 2, (("LOT", 0, 10), ("BEST", 10, 18))),
}


@pytest.mark.parametrize("text", [REPORT, XSD, REPORT.replace("\n", "\r\n")])
def test_both_exports_say_the_same(text: str) -> None:
    layouts = rows("own", table_of(text.encode(), "own"))
    for kind, facts in FACTS.items():
        found = layouts[kind]
        assert (found.parent, found.least, found.most, found.fields) == facts
    assert list(dict.fromkeys(each.type for each in layouts.values())) == list(FACTS)


FAULTS = {  # an export with a fault: what is said of it
    "<html/>": "its root is no XML Schema",
    "Dear colleague": "it has no line BEGIN_SEGMENT_SECTION; it defines no segments",
    XSD.replace('"IDOC"', '"DOC"'): "it has no element IDOC; it defines no segments",
    XSD.replace('type="C10"', 'type="xsd:string"'): "Z1LOT.LOT has no length",
    XSD.replace('name="BEST"', 'name="LOT"'): "Z1LOT.LOT is there twice",
    XSD.replace('"C10"/>', '"INVOIC02.Z1LOT"/>'): "LOT lies in more than 99 others",
    XSD.replace('value="35"', 'value="999"'): "E1EDK01 is 1002 characters long",
    REPORT.replace("000067", "000068"): "line 26: E2EDK01005.BELNR begins at 68, and not at 67",
    REPORT.replace("000101", "x"): "E2EDK01005.BELNR has no positions",
    REPORT.replace("000035", "000034"): "E2EDK01005.BELNR has another LENGTH",
    REPORT.replace("NAME              BELNR", "NAME  CURCY"): "E2EDK01005.CURCY is there twice",
    REPORT.replace("NAME            LOT", "NAME  Lot-No"): "`Lot-No` is no name of SAP's",
    REPORT.replace("    END_GROUP             1\n", ""): "IDOC ends where GROUP is open",
    REPORT.partition("    END_GROUP")[0]: "GROUP does not end",
}


@pytest.mark.parametrize("text", FAULTS, ids=range(len(FAULTS)))
def test_faults_of_an_export_are_named(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        table_of(text.encode(), "own")
    assert FAULTS[text] in caught.value.finding.message
    assert caught.value.finding.rule == "IN-GUIDE"


def test_all_faults_of_an_export_are_named_at_once() -> None:
    text = REPORT.replace("000067", "000068").replace("NAME            LOT", "NAME  Lot-No")
    with pytest.raises(Unreadable, match=r"begins at 68.*Lot-No"):
        table_of(text.encode(), "own")


GUIDE = """
format = "idoc"
definitions = ["new.txt", "old.txt"]
[line]
"item.attributes[0].name" = "Z1LOT.LOT"
"item.attributes[0].value" = "Z1LOT.BEST"
"""
OLD = REPORT.replace("E2EDP01006", "E2EDP01001").replace(
    """POSEX
          LENGTH          000006
          CHARACTER_FIRST 000064
          CHARACTER_LAST  000069""",
    """POSEX
          LENGTH          000003
          CHARACTER_FIRST 000064
          CHARACTER_LAST  000066""",
)


def guide(folder: Path, toml: str = GUIDE) -> Guide:
    (folder / "new.txt").write_text(REPORT)
    (folder / "old.txt").write_bytes(OLD.encode("utf-16"))
    return completed(parse("mine", toml), folder)


def file(*segments: tuple[str, str]) -> bytes:
    control = flat([], CONTROL)[0]
    records = (
        f"{name:30}100{CONTROL['DOCNUM']}{number:06}00000002{data}"
        for number, (name, data) in enumerate(segments, start=1)
    )
    return "\n".join([control, *records]).encode()


def reading_of(folder: Path, *segments: tuple[str, str]) -> Reading:
    (reading,) = read(file(*segments), [guide(folder)])
    return reading


def test_own_segments_and_releases_are_read_by_their_definitions(tmp_path: Path) -> None:
    assert OLD != REPORT
    reading = reading_of(
        tmp_path,
        ("E2EDK01005", "EUR90001"),
        ("E2EDP01006", "000010"),
        ("Z2LOT001", "LOT7      20270101"),
        ("E2EDP01001", "020"),
        ("Z2LOT002", "LOT8      20280101"),
    )
    invoice = reading.document
    assert isinstance(invoice, Invoice)
    assert (invoice.number, invoice.currency) == ("90001", "EUR")
    assert [line.id for line in invoice.lines] == ["000010", "020"]
    attributes = [line.item.attributes[0] for line in invoice.lines if line.item]
    assert [(each.name, each.value) for each in attributes] == [
        ("LOT7", "20270101"),
        ("LOT8", "20280101"),
    ]
    assert reading.notices == ()
    assert reading.sources["lines[1].item.attributes[0].value"] == "Z1LOT.BEST (segment 5)"


def test_what_definitions_ask_for_is_missed_by_segment_all_at_once(tmp_path: Path) -> None:
    reading = reading_of(
        tmp_path,
        ("E2EDP01006", "000010"),
        ("E2EDP01006", "000020"),
        *[("Z2LOT001", "LOT7      20270101")] * 4,
    )
    assert [(notice.rule, notice.message) for notice in reading.notices] == [
        ("IN-IDOC-HIERARCHY", "the IDoc has 0 E1EDK01, but must have at least 1"),
        ("IN-IDOC-HIERARCHY", "E1EDP01 (segment 1) has 0 Z1LOT, but must have at least 1"),
        (
            "IN-IDOC-HIERARCHY",
            "Z1LOT (segment 5) is one too many: E1EDP01 (segment 2) may have 2 Z1LOT",
        ),
    ]


def test_one_guide_asks_nothing_of_the_idocs_of_another(tmp_path: Path) -> None:
    strict = guide(tmp_path, GUIDE.replace("[line]", "[match]\nSNDPRN = 'ERP200'\n[line]"))
    told = read(file(("E2EDP01006", "000010")), [strict, parse("other", 'format = "idoc"')])
    assert [reading.notices for reading in told] == [()]


def test_files_of_definitions_that_cannot_be_used_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text("nothing")
    toml = 'format = "idoc"\ndefinitions = ["new.txt", "gone.txt"]'
    with pytest.raises(Unreadable, match=r"new.txt.*BEGIN_SEGMENT.*gone.txt: No such file"):
        completed(parse("mine", toml), tmp_path)
    with pytest.raises(Unreadable, match=r"definitions: new.txt was not read beside the guide"):
        profile(parse("mine", 'format = "idoc"\ndefinitions = "new.txt"'))
    with pytest.raises(Unreadable, match="definitions: a holds no rows"):
        profile(parse("mine", 'format = "idoc"\n[definitions]\na = "x"'))
