"""What is put to a path is in the built document at that path, and nothing else is."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from formats.model import Invoice
from formats.model.paths import Draft, Value, paths, term
from tests.formats.guided_samples import fields_of
from tests.properties.examples import examples

PATHS = sorted(path.replace("[]", "[0]") for path in paths())
VALUES: dict[type, st.SearchStrategy[Value]] = {
    str: st.text(min_size=1, max_size=5),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False, places=2),
    date: st.dates(),
}


@settings(max_examples=examples(25), deadline=None)
@given(st.data())
def test_what_is_put_is_there(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(PATHS), unique=True, max_size=12))
    put = {path: data.draw(VALUES[term(path).kind], label=path) for path in chosen}
    draft = Draft()
    for path, value in put.items():
        draft.put(term(path), value, f"place of {path}")
    invoice, incomplete = draft.build(Invoice)
    left = {path: place for path, place in draft.sources.items() if not _lost(path, incomplete)}
    assert draft.sources == {path: f"place of {path}" for path in left}
    assert fields_of(invoice) == {path for path in left if not path.endswith("scheme")}
    assert all(draft.get(term(path)) == put[path] for path in left)


def _lost(path: str, incomplete: tuple[str, ...]) -> bool:
    return any(path.startswith(f"{each.rpartition('.')[0]}.") for each in incomplete)
