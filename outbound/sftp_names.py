"""Names of files and folders at a partner's: templates of known words, plain, and never upwards."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from unicodedata import normalize

from outbound.channel import Enclosure, Parcel, Refused

_LABELS = (
    "number",
    "kind",
    "tenant",
    "document_id",
    "syntax",
    "seller_name",
    "seller_country",
    "seller_endpoint",
)
_COMPUTED = ("date", "year", "month", "day", "recipient", "country", "language", "copy")
FOLDER_WORDS = (*_LABELS, *_COMPUTED)
"""What a folder may be called after; `date` is the document's, as 2026-11-04; `copy` is `copy` or
`original`."""
FILE_WORDS = ("key", "suffix", *FOLDER_WORDS)
"""The same of a file: `key` is the delivery's, `suffix` that of the content, with its dot."""
MARKER_WORDS = ("name", "sha256", "size_bytes", "count", *FOLDER_WORDS)
"""What a marker may say: of the document's file, and how many files there are."""

COPY = "copy"
"""What the label of that name says of one."""

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_KEY_AS_IT_IS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SPELLED = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)
"""Letters that are not one of A to Z with a sign."""
_VALUE_CHARACTERS_MAX = 40
_NAME_CHARACTERS_MAX = 120


@dataclass(frozen=True, slots=True)
class Template:
    """A text with words in braces; nothing but a word may stand in them.

    >>> Template("{year}/{tenant}").filled({"year": "2026", "tenant": "nordwind"})
    '2026/nordwind'
    """

    text: str

    def words(self) -> list[str]:
        """Return the words in braces.

        Raises:
            ValueError: there is more in the braces than a word, or they do not match.
        """
        words = []
        for _, word, form, conversion in Formatter().parse(self.text):
            if word is not None:
                if not word.isidentifier() or form or conversion:
                    raise ValueError(f"only a word may stand in braces, not {{{word}…}}")
                words.append(word)
        return words

    def checked(self, setting: str, known: tuple[str, ...]) -> "Template":
        """Return this template if it can be filled.

        Raises:
            ValueError: it names words that nobody knows, or is no template.
        """
        try:
            unknown = [word for word in self.words() if word not in known]
        except ValueError as error:
            raise ValueError(f"{setting}: {error}") from error
        if unknown:
            raise ValueError(f"{setting}: unknown {{{unknown[0]}}}; known: {', '.join(known)}")
        return self

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with its words replaced.

        Raises:
            Refused: a value is missing.
        """
        said = []
        for literal, word, _, _ in Formatter().parse(self.text):
            said.append(literal)
            if word is not None and word not in values:
                raise Refused(f"the name {self.text} needs the label {word}, the parcel has none")
            said.append(values[word] if word is not None else "")
        return "".join(said)


def values_of(parcel: Parcel) -> dict[str, str]:
    """Return what a template may say of a parcel: plain, and short."""
    labels, to = parcel.labels, parcel.destination
    date = labels.get("issue_date") or parcel.created.date().isoformat()
    year, month, day = (*date.split("-"), "", "")[:3]
    said = {word: labels[word] for word in _LABELS if word in labels}
    said |= {"date": date, "year": year, "month": month, "day": day}
    said |= {"recipient": to.name, "country": to.country or "", "language": to.language}
    said |= {"copy": COPY if is_copy(parcel) else "original"}
    return {word: plain(value)[:_VALUE_CHARACTERS_MAX] for word, value in said.items()}


def is_copy(parcel: Parcel) -> bool:
    """Whether a parcel carries a copy of what goes another way, or may be there."""
    return parcel.labels.get("copy") == COPY


def file_name(template: Template, parcel: Parcel, enclosure: Enclosure, position: int) -> str:
    """Return the name of one file of a parcel: `[A-Za-z0-9._-]{1,120}`, first a letter or digit.

    A copy whose name would not tell it has `-copy` before its suffix.

    Args:
        template: of FILE_WORDS, `{key}` among them.
        parcel: gives labels and key; a key that is no file name stands there as its hash.
        enclosure: gives the suffix.
        position: 0 for the document itself; the others are numbered.

    Raises:
        Refused: the template needs a label that the parcel does not have, or gets too long.
    """
    key = parcel.key
    if not _KEY_AS_IT_IS.fullmatch(key):
        key = hashlib.sha256(key.encode()).hexdigest()[:32]
    _, dot, ending = enclosure.name.rpartition(".")
    suffix = plain(dot + ending)[:12] if dot else ""
    numbered = f"{key}-{position + 1}" if position else key
    if is_copy(parcel) and "copy" not in template.words():
        suffix = f"-{COPY}{suffix}"
    name = plain(template.filled(values_of(parcel) | {"key": numbered, "suffix": suffix}))
    name = name.lstrip("._-")
    if len(name) > _NAME_CHARACTERS_MAX:
        raise Refused(f"the file name {name} is longer than {_NAME_CHARACTERS_MAX} characters")
    return name


def folder_name(template: Template, parcel: Parcel) -> str:
    """Return a folder below which only more folders come, "" or ending in a slash.

    A value is one step of the path at most, and never a hidden or an upper one.

    Raises:
        Refused: a value is missing, or a name holds other characters than file names do.
    """
    values = {word: value.lstrip("._-") for word, value in values_of(parcel).items()}
    for word in template.words():
        if word in values and not values[word]:
            raise Refused(f"the folder {template.text} needs {word}, the parcel has none")
    return _path(template.filled(values)) + _path(parcel.destination.folder or "", below=True)


def plain(value: str) -> str:
    """Return text in the characters that any file system takes.

    >>> plain("Bäckerei & Co/../x")
    'Backerei_Co_.._x'
    """
    decomposed = normalize("NFKD", value.translate(_SPELLED)).encode("ascii", "ignore").decode()
    return _NOT_IN_NAMES.sub("_", decomposed)


def _path(text: str, *, below: bool = False) -> str:
    names = [name for name in text.split("/") if name]
    for name in names:
        if name in {".", ".."} or _NOT_IN_NAMES.search(name):
            raise Refused(f"the folder name {name!r} holds other characters than A-Z a-z 0-9 . _ -")
    root = "/" if text.startswith("/") and not below else ""
    return root + "".join(f"{name}/" for name in names)
