"""A second judge of schemas: xmlschema, written apart from libxml2, over one file a syntax."""

import pytest
import xmlschema

from formats.cii.write import write_cii
from formats.ubl.write import write_ubl
from tests.hub.invoices import CLEAN
from tests.oracles.artefacts import artefact
from tests.oracles.verdicts import Verdicts


@pytest.mark.parametrize(
    ("name", "data"),
    [("ubl-invoice-xsd", write_ubl(CLEAN)), ("cii-xsd", write_cii(CLEAN))],
    ids=["ubl", "cii"],
)
def test_another_validator_accepts_what_we_write(name: str, data: bytes, verdict: Verdicts) -> None:
    schema = xmlschema.XMLSchema10(str(artefact(name)), allow="local", defuse="always")
    found = [error.reason for error in schema.iter_errors(data.decode())]
    verdict("XSD by xmlschema", name, agrees=not found, says=found)
