"""Server-rendered pages for clerk, mailroom and auditor. Holds no rule of its own."""
