"""Notices of a day: one delivered, one parked with two faults, one file that nobody could read."""

from datetime import UTC, datetime

from formats.answers.notice import Cover, Notice, State
from formats.findings import Finding, Severity

AT = datetime(2026, 11, 20, 9, 30, 5, tzinfo=UTC)
COVER = Cover(
    serial=7,
    made_at=datetime(2026, 11, 20, 9, 31, tzinfo=UTC),
    company="Nordwind Werkzeuge GmbH",
    company_identifier="DE123456788",
)
CONTROL = {
    "MANDT": "100",
    "DOCNUM": "0000000007100101",
    "MESTYP": "INVOIC",
    "SNDPOR": "SAPERP",
    "SNDPRT": "LS",
    "SNDPRN": "ERPCLNT100",
    "RCVPOR": "FACTEUR",
    "RCVPRT": "LS",
    "RCVPRN": "POSTOFFICE",
}

DELIVERED = Notice(
    id="sap-sabc-1-3",
    at=AT,
    tenant="nordwind",
    sender="erp",
    submission="sabc",
    file="INVOIC_0000000007100101.xml",
    document="sabc-1",
    reference="0000000007100101",
    envelope=CONTROL,
    format="idoc",
    kind="invoice",
    number="90001234",
    issue_date="2026-11-20",
    currency="EUR",
    total="1190.00",
    customer="K1",
    customer_name="Müller & Söhne; Bremen",
    state=State.DELIVERED,
    words="delivered by peppol",
    channel="peppol",
    channel_state="delivered",
    reason="MLS AP: accepted by C3",
)
PARKED = Notice(
    id="sap-sabd-1-1",
    at=AT,
    tenant="nordwind",
    sender="erp",
    submission="sabd",
    file="IDOCS.txt",
    document="sabd-1",
    reference="0000000007100102",
    envelope={**CONTROL, "DOCNUM": "0000000007100102"},
    format="idoc",
    kind="credit_note",
    number="90001235",
    state=State.PARKED,
    words="parked: the buyer's country is missing",
    findings=(
        Finding(
            rule="BR-11",
            term="BT-55",
            place="E1EDKA1[RE].LAND1 (segment 9)",
            message="the buyer's country is missing",
            fix="fill LAND1",
        ),
        Finding(rule="BR-DEC-09", message="the sum has 3 decimals", severity=Severity.WARNING),
    ),
)
UNREAD = Notice(
    id="sap-sabe-1",
    at=AT,
    tenant="nordwind",
    sender="erp",
    submission="sabe",
    file="scan0001.dat",
    state=State.PARKED,
    words="parked: scan0001.dat is in no format that is known here",
    findings=(Finding(rule="IN-FORMAT", message="scan0001.dat is in no known format"),),
)
ALL = (DELIVERED, PARKED, UNREAD)
