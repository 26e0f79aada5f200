"""What can be wrong with an IDoc: every finding of this reader, in one place."""

from formats.codec import Unreadable
from formats.findings import Actor, Finding, Severity
from formats.model.terms import term_of

ORDER = "IN-IDOC-ORDER"


def no_control_record(start: str) -> Unreadable:
    """Return the error: a flat file that does not begin with EDI_DC40."""
    older = start.startswith("EDI_DC ")
    return Unreadable(
        Finding(
            rule="IN-IDOC-CONTROL",
            message="the file is of SAP release 3.x: its control record is EDI_DC, not EDI_DC40"
            if older
            else "the file does not begin with the control record EDI_DC40",
            place="record 1",
            value=start[:10],
            fix="set the file port (WE21) to version 4.x" if older else "send the whole IDoc file",
        )
    )


def undecodable(error: UnicodeDecodeError, codec: str) -> Unreadable:
    """Return the error: these bytes are not text in a known code."""
    return Unreadable(
        Finding(
            rule="IN-IDOC-ENCODING",
            message=f"the file is neither UTF-8 nor {codec}",
            place=f"byte {error.start + 1}",
            value=error.object[error.start : error.start + 1].hex(),
            fix="set `encoding` in the sender's IDoc guide to the code page of the file port",
        )
    )


def no_idoc(root: str) -> Unreadable:
    """Return the error: XML without an IDOC element."""
    return Unreadable(
        Finding(
            rule="IN-IDOC-CONTROL",
            message=f"the XML has no IDOC element under its root {root[:80]}",
            place="root element",
            fix="send the IDoc as the XML port writes it: INVOIC02/IDOC/EDI_DC40, E1EDK01, …",
        )
    )


def no_control_element(place: str) -> Finding:
    """Return the fault: an IDOC element without EDI_DC40."""
    return Finding(
        rule="IN-IDOC-CONTROL",
        message="this IDOC has no control record EDI_DC40",
        place=place,
        fix="send the IDoc as the XML port writes it, with EDI_DC40",
    )


def no_invoice(idoc: str, message: str, basic: str) -> Finding:
    """Return the fault: an IDoc of another message."""
    return Finding(
        rule="IN-IDOC-MESSAGE",
        message=f"IDoc {idoc} is no invoice: its message is {message or '(none)'}, "
        f"its basic type {basic or '(none)'}",
        place="EDI_DC40.MESTYP (segment 0)",
        value=message or None,
        fix="send message INVOIC with basic type INVOIC01 or INVOIC02 to this door",
    )


def only_a_test(idoc: str) -> Finding:
    """Return the fault: the sender marked the IDoc as a test."""
    return Finding(
        rule="IN-IDOC-TEST",
        message=f"IDoc {idoc} is marked as a test and must not reach a customer",
        place="EDI_DC40.TEST (segment 0)",
        value="X",
        fix="clear the test flag in the partner profile (WE20) and send it again",
    )


def short_record(count: int, record: str) -> Finding:
    """Return the fault: a data record that ends inside its head."""
    return Finding(
        rule="IN-IDOC-RECORD",
        message=f"this record has {len(record)} characters, fewer than its head's 63",
        place=f"record {count}",
        value=record[:30].strip(),
        fix="send the file whole; it may have been cut off on its way",
    )


def may_be_cut(count: int, kind: str) -> Finding:
    """Return the warning: of records of full width the last ends inside its definition."""
    return Finding(
        rule="IN-IDOC-CUT",
        message=f"the file may be cut: its last record ends before the last field of {kind}, "
        "all others have their full width",
        severity=Severity.WARNING,
        place=f"record {count}",
        value=kind,
        fix="look whether the file is whole, and send it again if it is not",
    )


def other_document(segment: str, document: str) -> Finding:
    """Return the fault: a data record names another IDoc than the control record before it."""
    return Finding(
        rule="IN-IDOC-MIXED",
        message=f"{segment} belongs to IDoc {document}, not to the one before it",
        place=segment,
        value=document,
        fix="send each IDoc's records together, behind their own control record",
    )


def repeated_number(segment: str) -> Finding:
    """Return the fault: two segments of an IDoc have the same SEGNUM."""
    return Finding(
        rule="IN-IDOC-HIERARCHY",
        message=f"{segment} has the number of another segment of this IDoc",
        place=segment,
        fix="number the segments as SAP does: each SEGNUM once",
    )


def cut_character(segment: str) -> Finding:
    """Return the fault: a field begins or ends inside a character of several bytes."""
    return Finding(
        rule="IN-IDOC-ENCODING",
        message=f"a field of {segment} is cut inside a character",
        place=segment,
        fix='set `positions = "characters"` in the guide, or `encoding` to the file port\'s own',
        actor=Actor.OPERATOR,
    )


def miscounted(codec: str, *, by_bytes: bool) -> Finding:
    """Return the fault: records are of the right length in bytes, but not in characters, or so."""
    right, wrong = ("characters", "bytes") if by_bytes else ("bytes", "characters")
    return Finding(
        rule="IN-IDOC-WIDTH",
        message=f"the records are 1063 {right} long in {codec}, not {wrong}, so their fields are "
        "shifted behind the first character of several bytes",
        place="record 2",
        fix=f'set `positions = "{right}"` in the sender\'s IDoc guide',
        actor=Actor.OPERATOR,
    )


def too_few(kind: str, parent: str, least: int, count: int) -> Finding:
    """Return the fault: a segment that must be there is not."""
    return Finding(
        rule="IN-IDOC-HIERARCHY",
        message=f"{parent} has {count} {kind}, but must have at least {least}",
        place=parent,
        fix=f"send {kind}",
    )


def too_many(segment: str, kind: str, parent: str, most: int) -> Finding:
    """Return the fault: more segments of a type than there may be."""
    return Finding(
        rule="IN-IDOC-HIERARCHY",
        message=f"{segment} is one too many: {parent} may have {most} {kind}",
        place=segment,
        fix=f"send at most {most} {kind}, or the definitions of your release in the guide",
    )


def out_of_order(segment: str, before: str, table: str) -> Finding:
    """Return the warning: a segment stands behind one that it belongs in front of."""
    return Finding(
        rule=ORDER,
        message=f"{segment} stands behind {before}, but belongs in front of it ({table})",
        severity=Severity.WARNING,
        place=segment,
        fix="send the segments in the order of the basic type",
    )


def longer(kind: str, first: str, count: int) -> Finding:
    """Return the warning: segments with more in them than their known definition has fields for."""
    return Finding(
        rule="IN-IDOC-LONGER",
        message=f"{kind} is longer than its definition that is known here ({count} in this IDoc); "
        "what stands behind its last field is listed as SDATA",
        severity=Severity.WARNING,
        place=first,
        fix="name your release's definitions (transaction WE60) under `definitions` in the guide",
        actor=Actor.OPERATOR,
    )


def repeated_field(place: str) -> Finding:
    """Return the fault: an XML segment has two fields of one name."""
    return Finding(
        rule="IN-IDOC-FIELD",
        message=f"{place} is there twice",
        place=place,
        fix="send each field of a segment once",
    )


def stray_text(segment: str, text: str) -> Finding:
    """Return the fault: an XML segment has text beside its fields."""
    return Finding(
        rule="IN-IDOC-FIELD",
        message=f"{segment} has text that is in none of its fields: `{text[:80]}`",
        place=segment,
        value=text[:80],
        fix="send each text in its field",
    )


def unknown_parent(segment: str, number: str) -> Finding:
    """Return the fault: PSGNUM names a segment that has not come yet."""
    return Finding(
        rule="IN-IDOC-HIERARCHY",
        message=f"{segment} says it lies in segment {number}, which is not before it",
        place=segment,
        value=number,
        fix="send the segments in the order of the basic type, with their own PSGNUM",
    )


def wrong_parent(segment: str, wanted: str, parent: str) -> Finding:
    """Return the fault: a segment lies in one of the wrong type."""
    return Finding(
        rule="IN-IDOC-HIERARCHY",
        message=f"{segment} lies in {parent}, but belongs into {wanted}",
        place=segment,
        value=parent,
        fix=f"put it below {wanted}, as in the basic type",
    )


def no_parent(segment: str, wanted: str) -> Finding:
    """Return the fault: the segment that this one belongs into is missing."""
    return Finding(
        rule="IN-IDOC-HIERARCHY",
        message=f"{segment} has no {wanted} before it, into which it belongs",
        place=segment,
        fix=f"send {wanted} before it",
    )


def too_deep(segment: str) -> Finding:
    """Return the fault: a segment inside more segments than SAP can count."""
    return Finding(
        rule="IN-IDOC-HIERARCHY",
        message=f"{segment} lies in more than 99 others",
        place=segment,
        fix="send the segments in the hierarchy of the basic type",
    )


def wrong_value(place: str, path: str, text: str, error: ValueError) -> Finding:
    """Return the fault: a field cannot be read as what it holds."""
    return Finding(
        rule="IN-IDOC-VALUE",
        message=f"`{text}` {error}",
        term=term_of(path),
        path=path,
        place=place,
        value=text,
        fix="correct the field, or what the guide says about it",
    )


def no_meaning(place: str, path: str, text: str, table: str) -> Finding:
    """Return the fault: a code that the profile does not translate."""
    return Finding(
        rule="IN-IDOC-CODE",
        message=f"the guide does not say what `{text}` means",
        term=term_of(path),
        path=path,
        place=place,
        value=text,
        fix=f"add `{text}` to [codes.{table}] in the sender's IDoc guide",
        actor=Actor.OPERATOR,
    )


def cancels_nothing(place: str, kind: str, *, strict: bool) -> Finding:
    """Return the fault: a cancellation that does not say what it cancels."""
    return Finding(
        rule="IN-IDOC-CANCEL",
        message=f"billing type `{kind}` cancels a document, but none is named before it",
        severity=Severity.FATAL if strict else Severity.WARNING,
        term="BG-3",
        path="preceding",
        place=place,
        value=kind,
        fix="send the cancelled document's number (E1EDK02[087].BELNR), or name the field that has "
        'it under "preceding[0].number" in the guide',
    )


def incomplete(path: str) -> Finding:
    """Return the warning: a group lacks the value without which it means nothing."""
    return Finding(
        rule="IN-IDOC-INCOMPLETE",
        message=f"{path} has no value, so what belongs to it was left out",
        severity=Severity.WARNING,
        term=term_of(path),
        path=path,
    )


def turned_signs(idoc: str) -> Finding:
    """Return the warning: a credit memo with minus signs was turned."""
    return Finding(
        rule="IN-IDOC-SIGN",
        message=f"IDoc {idoc} is a credit memo with a negative total; its signs were turned, "
        "as a credit note credits what is positive",
        severity=Severity.WARNING,
        path="totals.with_vat",
        fix='set credit_memo_signs = "keep" in the guide if it is meant to claim money',
        actor=Actor.OPERATOR,
    )


def unknown_segment(kind: str, first: str, count: int) -> Finding:
    """Return the warning: segments of a type that the profile takes nothing from."""
    return Finding(
        rule="IN-IDOC-SEGMENT",
        message=f"{kind} is no segment of SAP's that is known here ({count} in this IDoc); "
        "nothing was taken from it",
        severity=Severity.WARNING,
        place=first,
        fix=f"map its fields in the guide; in flat files also give [segments] {kind}",
        actor=Actor.OPERATOR,
    )
