"""What is taken is in the document, with its place; what is not is listed."""

from decimal import Decimal

from formats.binding.kinds import DATE, DECIMAL
from formats.binding.taking import Field, Form, every, part, text
from formats.binding.trail import Trail
from formats.xml.names import Element
from formats.xml.parsing import parse

FILE = b"""<a>
<Numero> 7 </Numero><Data>2026-02-30</Data>
<Nome>Prova</Nome><Cognome>Esempio</Cognome>
<Riga><Netto>1.50</Netto><Altro>x</Altro></Riga>
<Riga><Netto>2</Netto></Riga>
<Numero>8</Numero><Vuoto/>
</a>"""


def filled() -> tuple[Form, Element]:
    root = parse(FILE, what="an example")
    form = Form(Trail())
    form.take(root, Field("Numero", "number"), Field("Data", "issue_date", DATE))
    form.join("seller.name", [part(root, "Nome"), part(root, "Titolo"), part(root, "Cognome")])
    for row in every(root, "Riga"):
        form.add("lines", row).take(row, Field("Netto", "net", DECIMAL))
    form.leave_rest(root)
    return form, root


def test_what_is_taken_and_what_is_left() -> None:
    form, root = filled()
    reading = form.trail.reading()
    assert form.said("number") == "7"
    assert form.said("seller.name") == "Prova Esempio"
    assert [line["net"] for line in form.said("lines")] == [Decimal("1.50"), Decimal(2)]
    assert reading.sources["lines[1].net"] == "/a/Riga[2]/Netto (line 5)"
    assert dict(reading.unmapped) == {
        "/a/Riga[1]/Altro (line 4)": "x",
        "/a/Numero[2] (line 6)": "8",
    }
    (finding,) = reading.notices
    assert (finding.path, finding.place) == ("issue_date", "/a/Data (line 2)")
    assert text(root, "Vuoto") == text(root, "Riga/Nulla") == ""


def test_a_second_value_of_a_field_is_not_taken() -> None:
    form, root = filled()
    second = root.findall("Numero")[1]
    assert not form.put("number", "8", second)
    assert form.put("number", "7", second)
    assert form.read(root, "Data", DATE) is None
    assert form.said("buyer.address.country") is None
