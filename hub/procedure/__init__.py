"""Procedure documentation: what this hub does and how, as an auditor wants it, from its settings.

GoBD section 10.1 (Verfahrensdokumentation: general, user, technical and operating part, and the
internal controls), CGI art. 289 VII (piste d'audit fiable). One a company, in three languages, its
versions filed in that company's archive. It holds no secrets: names, hosts and fingerprints alone.
"""
