"""What an email says besides its attachment: subject, plain text and HTML, in five languages.

`wording` has the texts, which are data, with the operator's own on top; `facts` has what they say
of a document, by the figures and labels of the letters, so that mail and letter speak alike;
`message` puts both together.
"""
