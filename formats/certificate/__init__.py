"""The validation certificate: which bytes were judged, by what, with which result, none skipped.

    judge.judge_file(data, name, at=..., day=...)      bytes to Certificate, bad input included
    judge.judge_document(document, syntax, ...)        one document to Judgement
    choice.choose(specification, syntax, day)          which rule sets a document claims to obey
    text.lines(certificate, width)                     the form for people

The JSON form is `msgspec.json.encode(certificate)`; its fields are those of the structs in `form`,
in their order. Fields are only ever added; `form` numbers the shape. Every official rule of a set
that was judged stands in exactly one of passed, failed, not_applicable and unjudged (with reason).
"""
