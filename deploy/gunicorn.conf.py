"""gunicorn behind nginx: `gunicorn --config deploy/gunicorn.conf.py mapping.wsgi:application`, in the checkout.

The same limits as `script/server` sets, which a test compares. GUNICORN_CMD_ARGS may change each.
"""

import os

bind = "unix:/run/mappa-comune/gunicorn.sock"
umask = 0o007  # nginx's user must be in the group of this one
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 30  # long downloads may end before a restart
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
limit_request_line = 8190
limit_request_fields = 100
forwarded_allow_ips = "127.0.0.1"
worker_tmp_dir = "/dev/shm"
loglevel = "warning"
control_socket_disable = True
