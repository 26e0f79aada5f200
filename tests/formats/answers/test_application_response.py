"""UBL ApplicationResponse: valid, and each state and fault where a reader looks for it."""

import pytest
from lxml import etree
from msgspec.structs import replace

from formats.answers.application_response import CODES, write
from formats.answers.notice import Notice, State
from formats.xml.names import NAMESPACES
from formats.xml.parsing import parse
from tests.formats.answers.notices import ALL, COVER, DELIVERED, PARKED, UNREAD
from tests.formats.shared_examples import CORPORA

SCHEMA = "france-rfe/FNFE_RFE_INVOICE/UBL/1xsd_UBL2.1/maindoc/UBL-ApplicationResponse-2.1.xsd"


def found(notice: Notice, path: str) -> list[str]:
    root = parse(write([notice], COVER), what="an answer")
    return [element.text or "" for element in root.iterfind(path, NAMESPACES)]


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (DELIVERED, ("0000000007100101", "AP", "90001234", "380", "delivered")),
        (PARKED, ("0000000007100102", "UQ", "90001235", "381", "parked")),
        (UNREAD, ("sabe", "UQ", "scan0001.dat", "", "parked")),
    ],
    ids=["delivered", "parked", "unread"],
)
def test_the_document_and_its_state_are_told(notice: Notice, said: tuple[str, ...]) -> None:
    own = "cac:DocumentResponse/cac:Response"
    paths = (
        f"{own}/cbc:ReferenceID",
        f"{own}/cbc:ResponseCode",
        "cac:DocumentResponse/cac:DocumentReference/cbc:ID",
        "cac:DocumentResponse/cac:DocumentReference/cbc:DocumentTypeCode",
        f"{own}/cac:Status/cbc:ConditionCode",
    )
    assert tuple("".join(found(notice, path)) for path in paths) == said


def test_each_fault_is_a_line_with_its_place_rule_and_fix() -> None:
    line = "cac:DocumentResponse/cac:LineResponse"
    assert found(PARKED, f"{line}/cac:LineReference/cbc:LineID") == [
        "E1EDKA1[RE].LAND1 (segment 9)",
        "NA",
    ]
    assert found(PARKED, f"{line}/cac:Response/cbc:ReferenceID") == ["BR-11", "BR-DEC-09"]
    assert found(PARKED, f"{line}/cac:Response/cac:Status/cbc:StatusReasonCode") == ["BV", "BW"]
    assert found(PARKED, f"{line}/cac:Response/cac:Status/cbc:StatusReason") == ["fill LAND1"]


def test_every_state_has_a_code() -> None:
    assert set(CODES) == set(State)


def test_the_peers_own_words_are_kept() -> None:
    status = "cac:DocumentResponse/cac:Response/cac:Status"
    assert found(DELIVERED, f"{status}/cbc:StatusReason") == ["MLS AP: accepted by C3"]
    assert found(DELIVERED, f"{status}/cbc:Text") == ["peppol: delivered"]


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    path = CORPORA / "xsd" / SCHEMA
    if not path.exists():
        pytest.skip(f"no corpus at {CORPORA}: set FACTEUR_CORPORA")
    return etree.XMLSchema(etree.parse(str(path)))  # noqa: TID251 - OASIS's own file


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("notice", ALL, ids=["delivered", "parked", "unread"])
def test_oasis_schema_takes_it(notice: Notice, state: State, schema: etree.XMLSchema) -> None:
    root = parse(write([replace(notice, state=state)], COVER), what="an answer")
    assert schema.validate(root), schema.error_log
