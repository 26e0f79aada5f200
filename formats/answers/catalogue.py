"""The table of forms in which a sender can be told."""

from collections.abc import Mapping
from typing import Final

from formats.answers import aleaud, application_response, event, table
from formats.answers.notice import Form

FORMS: Final[Mapping[str, Form]] = {
    form.name: form for form in (table.FORM, *aleaud.FORMS, application_response.FORM, event.FORM)
}
