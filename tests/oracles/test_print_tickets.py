"""CIP4's schema judges the job tickets that we write as XJDF."""

import pytest

from formats.xml.parsing import parse
from outbound.print_mail.batches import Make
from outbound.print_mail.xjdf import xjdf
from tests.oracles.schemas import schema
from tests.oracles.verdicts import Verdicts

pytestmark = pytest.mark.oracle

MAKES = {
    "duplex": Make(colour="colour", paper="A4 80 g/m2", envelope="DL"),
    "simplex with inserts": Make(
        duplex=False, colour="mono", paper="A4 <recycled>", envelope="C5", inserts=("flyer", "AGB")
    ),
    "nothing is named": Make(),
}


@pytest.mark.parametrize("case", MAKES)
def test_a_ticket_is_what_the_schema_of_xjdf_says(case: str, verdict: Verdicts) -> None:
    official = schema("xjdf-xsd")
    written = parse(xjdf("post-20261122-1", MAKES[case], sheets=6, pieces=4), what="the ticket")
    agrees = official.validate(written)
    verdict("XSD of XJDF 2.1 (CIP4)", case, agrees=agrees, says=official.error_log)
