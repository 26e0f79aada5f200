"""Documents that cancel another one: they must say which."""

from formats.findings import Finding
from formats.idoc import faults
from formats.idoc.mapping import Index
from formats.idoc.profile import Profile
from formats.model import Invoice

_TYPE = "type_code"


def check(invoice: Invoice, index: Index, profile: Profile) -> list[Finding]:
    """Return the fault of a cancellation that names no other document before it (BG-3)."""
    if any(each.number for each in invoice.preceding):
        return []
    for rule in profile.invoice:
        for key, field in rule.places if rule.term.path == _TYPE else ():
            for segment in index.get(key, ()):
                kind = segment.fields.get(field)
                if kind in profile.cancellations:
                    return [
                        faults.cancels_nothing(segment.place(field), kind, strict=profile.strict)
                    ]
    return []
