"""A guide with most of the words that a table of invoice lines needs."""

TOML = """
format = "csv"
rows = "lines"
key = "Nr"
ignore = ["Memo"]
optional = ["Note"]
[file]
delimiter = ";"
decimal = ","
thousands = "."
date = "DD.MM.YYYY"
[columns]
"Nr" = "number"
"Date" = "issue_date"
"Scheme" = "buyer.electronic_address.scheme"
"Address" = "buyer.electronic_address.value"
"Note" = "notes[].text"
"Net" = "lines[].net"
"Unit" = "lines[].unit"
[values.Unit]
"St" = "H87"
[constants]
"currency" = "EUR"
"""
