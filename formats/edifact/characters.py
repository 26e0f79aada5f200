"""What bytes an interchange may hold: its character set by UNB, and what senders do instead."""

import re
from dataclasses import dataclass, field

from formats.edi.faults import Faults
from formats.findings import Finding

CODECS = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso8859-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOL": "iso8859-15",
    "UNOW": "utf-8",
    "UNOY": "utf-8",
    "KECA": "euc-kr",
}
"""Syntax identifier (0001 in UNB) to codec: ISO 9735. UNOX switches sets by escape sequences."""
_CONTROLS = re.compile("[\x80-\x9f]")
"""No text has these; where ISO 8859-1 shows them, the bytes are of Windows."""


@dataclass(slots=True, kw_only=True)
class Characters:
    """Reads the text of one interchange, and notes where it is not in its character set.

    Attributes:
        declared: the syntax identifier; empty where there is no UNB.
        fallback: codec of what is neither as declared nor UTF-8.
        noted: codec that was used instead, to the finding that says so.
    """

    declared: str
    fallback: str
    faults: Faults
    noted: dict[str, Finding] = field(default_factory=dict)

    def read(self, text: str) -> str:
        r"""Return the text of bytes that were taken for one character each.

        >>> Characters(declared="UNOC", fallback="cp1252", faults=Faults("EDIFACT")).read("\xfc")
        'ü'
        """
        data = text.encode("latin-1")
        declared = CODECS.get(self.declared, "ascii")
        for codec in ("utf-8", declared, self.fallback):
            try:
                read = data.decode(codec)
            except UnicodeDecodeError:
                continue
            if codec != self.fallback and _CONTROLS.search(read):
                continue
            if codec != declared:
                self._note(codec)
            return read
        self._note("")
        return data.decode(self.fallback, errors="replace")

    def _note(self, codec: str) -> None:
        if codec not in self.noted:
            used = f"it was read as {codec}" if codec else "some of it cannot be read at all"
            self.noted[codec] = self.faults.charset(
                f"the text is not in the character set {self.declared or '(none)'} that UNB "
                f"declares; {used}",
                "declare the character set that is used, e.g. UNOC for ISO 8859-1, UNOW for UTF-8",
            )
