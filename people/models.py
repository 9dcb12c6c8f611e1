from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """An account of a person. Our own from the first migration, so that it can grow."""
