"""The official schemas refuse what we refuse, in spoilt files as in good ones."""

from functools import cache
from pathlib import Path
from random import Random

import pytest
import xmlschema
from lxml import etree

from formats.syntax.structure import structure_of
from formats.xml.names import Element
from formats.xml.parsing import parse
from formats.xml.payload import payload
from tests.formats.shared_examples import name_of_example, needs_corpora
from tests.oracles.artefacts import artefact
from tests.oracles.mutants import mutants
from tests.oracles.test_xsd import EXAMPLES, JUDGE, SCHEMAS, schema
from tests.oracles.value_mutants import value_mutants
from tests.oracles.verdicts import Verdicts

COUNT = 40
"""Spoilt files of each example, by each of the two mutators."""


@cache
def second(name: str) -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(str(artefact(name)), allow="local", defuse="never")


def refused(root: Element) -> list[str]:
    official = schema(SCHEMAS[etree.QName(root).localname])
    official.validate(etree.ElementTree(root))
    return str(official.error_log).splitlines()


def refused_by_the_other(root: Element) -> list[str]:
    """What xmlschema says, which reads no Base64 and no date as libxml2 does: as W3C has them."""
    errors = second(SCHEMAS[etree.QName(root).localname]).iter_errors(etree.tostring(root).decode())
    return [str(each.reason) for each in errors]


@needs_corpora
@pytest.mark.parametrize(
    "path", [path for _, path in EXAMPLES], ids=[name_of_example(path) for _, path in EXAMPLES]
)
def test_a_file_is_as_its_schema_wants_where_the_schema_says_so(
    path: Path, verdict: Verdicts
) -> None:
    if "RBT-002" in str(path):
        pytest.skip("no XML at all")
    root = payload(parse(path.read_bytes(), what="an example"), what="an example")
    stub = root.getparent() is not None
    random = Random(path.name)  # noqa: S311 (the same every time)
    spoilt: list[tuple[str, bytes]] = []
    if not stub:
        spoilt += mutants(root, count=COUNT, random=random)
        spoilt += value_mutants(root, count=COUNT, random=random)
    for how, data in [("as it is", etree.tostring(root)), *spoilt]:
        mutant = parse(data, what=how, blanks=False)
        official, ours = refused(mutant), structure_of(mutant).failed
        if bool(official) is not bool(ours):
            official = refused_by_the_other(mutant)
        if bool(official) is not bool(ours):
            verdict(JUDGE, f"{path.name}, {how}", agrees=False, says=(official, ours))
    verdict(JUDGE, f"schema of {name_of_example(path)}", agrees=True, files=1 + len(spoilt))
