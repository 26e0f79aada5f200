"""The official schemas judge where elements stand as we do, in spoilt files as in good ones."""

from pathlib import Path
from random import Random

import pytest
from lxml import etree

from formats.syntax.structure import structure_of
from formats.xml import Element, parse, payload
from tests.formats.shared_examples import name_of_example, needs_corpora
from tests.oracles.mutants import mutants
from tests.oracles.test_xsd import EXAMPLES, JUDGE, SCHEMAS, schema
from tests.oracles.verdicts import Verdicts

COUNT = 40
ABOUT_ELEMENTS = ("not expected", "Missing child", "content is not allowed")
"""What libxml2 says of elements; whatever else it says is of values and attributes."""


def refused(root: Element) -> list[str]:
    official = schema(SCHEMAS[etree.QName(root).localname])
    official.validate(etree.ElementTree(root))
    said = str(official.error_log).splitlines()
    return [each for each in said if any(words in each for words in ABOUT_ELEMENTS)]


@needs_corpora
@pytest.mark.parametrize(
    "path", [path for _, path in EXAMPLES], ids=[name_of_example(path) for _, path in EXAMPLES]
)
def test_elements_have_their_place_where_the_schema_says_so(path: Path, verdict: Verdicts) -> None:
    if "RBT-002" in str(path):
        pytest.skip("no XML at all")
    root = payload(parse(path.read_bytes(), what="an example"), what="an example")
    stub = root.getparent() is not None
    random = Random(path.name)  # noqa: S311 (the same every time)
    spoilt = [] if stub else [*mutants(root, count=COUNT, random=random)]
    for how, data in [("as it is", etree.tostring(root)), *spoilt]:
        mutant = parse(data, what=how)
        official, ours = refused(mutant), structure_of(mutant).failed
        if bool(official) is not bool(ours):
            verdict(JUDGE, f"{path.name}, {how}", agrees=False, says=(official, ours))
    verdict(JUDGE, f"elements of {name_of_example(path)}", agrees=True, files=1 + len(spoilt))
