"""What else is made of a PDF than documents: a layout, a picture of its page, its pages apart."""

from collections.abc import Callable

from formats.codec import Unreadable
from formats.pdf.parts import parts
from formats.pdf_text.draft.draft import draft
from formats.pdf_text.pages import NotOpened
from formats.pdf_text.picture import NoPage, picture
from formats.pdf_text.words import TooMuch
from tests.properties.spoiling import Seed, judge


def judge_pages(given: Seed) -> None:
    """Do all of it, after it is read: each gives something, or is refused with a reason."""
    judge(given)
    assert outcome(lambda: draft(given.data, given.file))
    assert outcome(lambda: picture(given.data, 1))
    assert outcome(lambda: parts(given.data, [[1]]))


def outcome(attempt: Callable[[], object]) -> object:
    """Return what it gave, or why not."""
    try:
        return attempt()
    except Unreadable as refused:
        return refused.finding.fix
    except (NotOpened, NoPage, TooMuch) as refused:
        return str(refused)
