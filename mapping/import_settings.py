"""The settings of the import pages: part of `settings.py`, which reads them in."""

import environ

env = environ.Env()

# The background work is started as soon as there is some; false leaves it to the timer.
IMPORTS_START_WORK = env.bool("IMPORTS_START_WORK", default=True)
# Hosts from which the timer may fetch files: host, or host:port. Nothing else is ever asked.
IMPORT_HOSTS = env.list("IMPORT_HOSTS", default=[])
# Addresses of this machine and of private networks are refused even for an allowed host, unless this is set.
IMPORT_PRIVATE_ADDRESSES = env.bool("IMPORT_PRIVATE_ADDRESSES", default=False)
# The uploads of the pages: bigger files are refused before they are kept.
IMPORT_MOST_BYTES = 200 * 1024 * 1024
