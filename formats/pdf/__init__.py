"""PDF as a container: opened within bounds, made PDF/A-3b, files embedded and taken out.

`source` opens hostile bytes; `embedded` reads and adds embedded files; `archival` makes PDF/A-3b
(`contents` sees what is drawn, `fonts` and `cmyk` supply what such a file must carry); `xmp` is the
metadata packet.

Knows pikepdf and findings; never what an invoice is. Every failure is an `Unreadable`.
"""
