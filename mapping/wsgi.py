import os

from django.core.wsgi import get_wsgi_application

from mapping.recent import handing_on

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mapping.settings")
application = handing_on(get_wsgi_application())
