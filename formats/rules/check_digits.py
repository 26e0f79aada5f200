"""Whether a number can be one of its register: shape and check digits, as Peppol asks for them.

Each takes a text without blanks around it. They agree with the official tests, also where these
are milder than the register: a GLN of any length passes if its check digit is right.
"""

import re

PERSON = re.compile(r"[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}.{3}[0-9][A-Za-z]")
OFFICE = re.compile(r"[A-Za-z0-9]{6}")
ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
NUMBER = re.compile(r"\s*([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|-?INF)\s*")


def is_number(text: str) -> bool:
    """Whether XPath takes a text for a number; blanks around it do not count.

    >>> is_number("556677"), is_number("55 66"), is_number("")
    (True, False, False)
    """
    return NUMBER.fullmatch(text) is not None


def _digits(text: str) -> list[int]:
    """Return the digits; empty where there is anything else."""
    return [int(digit) for digit in text] if text.isascii() and text.isdigit() else []


def luhn(text: str) -> bool:
    """Whether the last digit is that of ISO/IEC 7812-1, annex B.

    >>> luhn("1234567897"), luhn("1234567898"), luhn("")
    (True, False, False)
    """
    digits = _digits(text)[::-1]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return bool(digits) and (sum(digits[::2]) + doubled) % 10 == 0


def gln(text: str) -> bool:
    """Whether the last digit is right by the GS1 General Specifications, 7.9.

    >>> gln("4000001000005"), gln("4000001000006"), gln("400000100000X")
    (True, False, False)
    """
    digits = _digits(text)[::-1]
    return bool(digits) and (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def norwegian(text: str) -> bool:
    """Whether this is an organisasjonsnummer: nine digits, modulus 11, Brønnøysundregistrene.

    >>> norwegian("123456785"), norwegian("123456786"), norwegian("000000000")
    (True, False, False)
    """
    digits = _digits(text)
    if len(digits) != 9 or not any(digits):
        return False
    weights = (3, 2, 7, 6, 5, 4, 3, 2)
    weighed = sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
    return (11 - weighed % 11) % 11 == digits[8]


def belgian(text: str) -> bool:
    """Whether this is an enterprise number: ten digits, the last two 97 minus the rest modulo 97.

    Source:
        Crossroads Bank for Enterprises, royal decree of 24 June 2003.

    >>> belgian("0123456749"), belgian("0123456748")
    (True, False)
    """
    if len(_digits(text)) != 10:
        return False
    return 97 - int(text[:8]) % 97 == int(text[8:])


def luxembourgish_vat(text: str) -> bool:
    """Whether this is a VAT number of Luxembourg: LU, six digits, and these modulo 89.

    >>> luxembourgish_vat("LU12345613"), luxembourgish_vat("LU12345614")
    (True, False)
    """
    digits = text[2:]
    if not text.startswith("LU") or len(digits) != 8 or not _digits(digits):
        return False
    return int(digits[:6]) % 89 == int(digits[6:])


def luxembourgish(text: str) -> bool:
    """Whether this is a matricule of a legal person: eleven digits, the last by modulus 11.

    Digits five and six say the legal form, from 20 on; 24 has two series of check digits.

    Source:
        Release notes of Peppol BIS Billing 3.0.22, PEPPOL-COMMON-R059.

    >>> luxembourgish("20002400007"), luxembourgish("20002400008"), luxembourgish("20002400009")
    (True, True, False)
    >>> luxembourgish("20002200008"), luxembourgish("20002200009"), luxembourgish("20001200000")
    (True, False, False)
    """
    digits = _digits(text)
    if len(digits) != 11 or digits[4] < 2:
        return False
    weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    weighed = sum(digit * weight for digit, weight in zip(digits, weights, strict=False))
    series = (11, 12) if text[4:6] == "24" else (11,)
    return digits[10] in {(modulus - weighed) % 11 for modulus in series}


def australian(text: str) -> bool:
    """Whether this is an Australian Business Number: eleven digits, weighed, modulo 89.

    >>> australian("51824753556"), australian("51824753557")
    (True, False)
    """
    digits = _digits(text)
    if len(digits) != 11:
        return False
    digits[0] -= 1
    return sum(a * b for a, b in zip(digits, ABN_WEIGHTS, strict=True)) % 89 == 0


def swedish(text: str) -> bool:
    """Whether the first ten characters are an organisationsnummer, the last digit by Luhn.

    >>> swedish("1234567897"), swedish("1234567898"), swedish("123456789")
    (True, False, False)
    """
    return len(_digits(text)) >= 10 and luhn(text[:10])


def greek(text: str) -> bool:
    """Whether the first nine characters are a tax number (AFM), modulus 11.

    >>> greek("123456783"), greek("123456784"), greek("12345678")
    (True, False, False)
    """
    digits = _digits(text[:9])
    if len(digits) != 9:
        return False
    weighed = sum(digit << place for digit, place in zip(digits, range(8, 0, -1), strict=False))
    return weighed % 11 % 10 == digits[8]


def italian_vat(text: str) -> bool:
    """Whether a VAT number of Italy has eleven digits, the last by Luhn; others are not judged.

    >>> italian_vat("IT12345678903"), italian_vat("IT12345678904"), italian_vat("FR1")
    (True, False, True)
    """
    if text[:2] not in {"IT", "it"}:
        return True
    return len(text) == 13 and luhn(text[2:])


def italian_tax_code(text: str) -> bool:
    """Whether this has the shape of a codice fiscale, of a company or a person; no check digit.

    >>> italian_tax_code("12345678903"), italian_tax_code("RSSMRA85T10A562S")
    (True, True)
    """
    return len(_digits(text)) == 11 or PERSON.fullmatch(text) is not None


def italian_office(text: str) -> bool:
    """Whether this has the shape of a codice IPA: six letters or digits.

    >>> italian_office("UFE0ZX"), italian_office("UFE-ZX")
    (True, False)
    """
    return OFFICE.fullmatch(text) is not None


def french_vat(text: str) -> bool | None:
    """Whether the key of a French VAT number is that of its SIREN; None if letters are in the key.

    The key is 12 and three times the SIREN, modulo 97.

    >>> french_vat("FR44732829320"), french_vat("FR45732829320"), french_vat("FRA4732829320")
    (True, False, None)
    """
    key, siren = text[2:4], _digits(text[4:])
    if not key.isdigit() and key.isalnum() and len(siren) == 9:
        return None
    number = int("".join(map(str, siren)) or 0)
    return len(siren) == 9 and _digits(key) == _digits(f"{(12 + 3 * number) % 97:02}")
