import os

from django.core.wsgi import get_wsgi_application

from mapping.recent import hand_on

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mapping.settings")
application = get_wsgi_application()
hand_on()
