"""The reader: a child process that turns an untrusted file into plain records.

It imports no Django and knows no database. `python -m mapping.importing.reader` is started by
`mapping.importing.child`, which explains what it may and may not do.
"""
