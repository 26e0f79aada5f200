"""The process around Saxon, on stylesheets of our own; skipped where there is no Saxon."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.engine.saxon import (
    BrokenDown,
    Fired,
    NotAvailable,
    NothingJudged,
    Saxon,
    python_with_saxon,
)

SHEET = """
<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:svrl="http://purl.oclc.org/dsdl/svrl">
  <xsl:template match="/">
    <svrl:schematron-output>
      <xsl:if test="/a"><svrl:fired-rule context="/a"/></xsl:if>
      <xsl:if test="/a/@n &lt; 2">
        <svrl:failed-assert test="/a/@n &gt; 1" id="R-1" flag="fatal" location="/a">
          <svrl:text>n &lt; 2, it is <xsl:value-of select="/a/@n"/></svrl:text>
        </svrl:failed-assert>
      </xsl:if>
      <xsl:if test="/a/@n = 9"><xsl:value-of select="error((), 'nine')"/></xsl:if>
      <xsl:if test="/a/@n = 8">
        <xsl:value-of select="count(for $a in 1 to 100000, $b in 1 to 100000 return $a * $b)"/>
      </xsl:if>
    </svrl:schematron-output>
  </xsl:template>
</xsl:stylesheet>
"""


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sheets") / "rules.xslt"
    path.write_text(SHEET)
    return path


@pytest.fixture(scope="module")
def saxon() -> Iterator[Saxon]:
    try:
        python_with_saxon()
    except NotAvailable as error:
        pytest.skip(str(error))
    made = Saxon(timeout_seconds=30)
    yield made
    made.close()


def document(n: int) -> bytes:
    return f'<a n="{n}"/>'.encode()


def test_what_fires_is_told_in_the_words_of_the_rules(saxon: Saxon, sheet: Path) -> None:
    assert saxon.run(sheet, document(2)) == ()
    assert saxon.run(sheet, document(1)) == (Fired("R-1", "fatal", "/a", "n < 2, it is 1"),)


def test_a_sheet_that_breaks_down_gives_no_verdict_and_the_next_document_does(
    saxon: Saxon, sheet: Path, tmp_path: Path
) -> None:
    with pytest.raises(BrokenDown, match="nine"):
        saxon.run(sheet, document(9))
    (tmp_path / "broken.xslt").write_text("<xsl:none/>")
    with pytest.raises(BrokenDown, match=r"broken\.xslt"):
        saxon.run(tmp_path / "broken.xslt", document(1))
    with pytest.raises(BrokenDown):
        saxon.run(sheet, b"<a>")
    assert saxon.run(sheet, document(2)) == ()


def test_a_document_that_no_rule_looks_at_is_not_passed_by_that(
    saxon: Saxon, sheet: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.xslt"
    empty.write_text(f"{SHEET[: SHEET.index('<xsl:template')]}</xsl:stylesheet>")
    for rules, judged in ((sheet, b"<b/>"), (empty, document(2))):
        with pytest.raises(NothingJudged, match=f"{rules.name}: none of its rules"):
            saxon.run(rules, judged)


@pytest.mark.scenario
@pytest.mark.usefixtures("saxon")
def test_one_that_takes_too_long_is_killed_and_replaced(sheet: Path) -> None:
    hasty = Saxon(timeout_seconds=3)
    try:
        assert hasty.run(sheet, document(2)) == ()
        with pytest.raises(BrokenDown, match="longer than 3 s"):
            hasty.run(sheet, document(8))
        assert hasty.run(sheet, document(2)) == ()
    finally:
        hasty.close()


def test_one_that_dies_is_replaced(saxon: Saxon, sheet: Path) -> None:
    assert saxon.run(sheet, document(2)) == ()
    child = saxon._child
    assert child is not None
    child.kill()
    child.wait()
    with pytest.raises(BrokenDown, match="gave no answer"):
        saxon.run(sheet, document(2))
    assert saxon.run(sheet, document(2)) == ()


def test_a_machine_without_saxon_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTEUR_SAXON", "/nowhere/python")
    with pytest.raises(NotAvailable, match="install saxonche"):
        Saxon().run(Path("any.xslt"), b"<a/>")
