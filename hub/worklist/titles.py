"""What a cause is about, in a few words."""

from collections.abc import Mapping
from typing import Final

TITLES: Final[Mapping[str, str]] = {
    "IN-UNDELIVERED": "No road to the recipient is left",
    "IN-NOROAD": "No rule gives it a road",
    "IN-CONFLICT": "Another document has its number",
    "IN-FORMAT": "The format is not known",
    "IN-GUIDE": "A guide is faulty",
    "IN-GONE": "The file gives fewer documents than before",
    "IN-HOSTILE": "The file went beyond the limits",
    "IN-TOO-LARGE": "The file is too large to be read",
    "IN-BUG": "The hub itself failed",
    "IN-CSV-GUIDE": "No guide fits the table",
    "IN-CSV-COLUMNS": "The columns are not those of the guide",
    "IN-PDF-LAYOUT": "No layout fits the PDF",
    "IN-PDF-SCAN": "A scan without text",
    "IN-IDOC-CODE": "A code that the guide does not know",
    "IN-IDOC-MESSAGE": "An IDoc that is no invoice",
    "IN-XML-4": "XML of another kind",
    "PM-WINDOW": "The envelope's window does not show the address",
    "PM-WINDOW-OTHER": "Something beside the address shows in the window",
    "PM-EDGE": "A letter is printed up to the edge",
    "PM-MARK": "Something stands where the sheet mark goes",
    "PM-CLEAR": "Something stands where the partner wants white",
    "PM-FONT": "A font is not in the letter's file",
    "PM-SIZE": "A letter is not A4",
    "PM-LOCKED": "A letter's file is encrypted",
    "PM-BROKEN": "A letter's file cannot be printed",
    "PM-INSERT": "The print partner has no such insert",
    "PM-ADDRESS": "There is no address to send a letter to",
}
"""Rule of ours to what it is about; those of EN 16931 are called by their business term."""
