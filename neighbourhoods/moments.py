"""A moment that every client reads alike."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class Moment(models.DateTimeField):
    """A published moment, cut to the millisecond, which is what GDAL keeps: with more digits Pyogrio 0.13 makes of a
    moment that ends in .9995 seconds or more microsecond 1,000,000, and gives up on the whole layer."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "timestamp(3) with time zone"

    def pre_save(self, model_instance: models.Model, add: bool) -> datetime | None:
        moment = cut(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, moment)
        return moment

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return super().get_db_prep_save(cut(value), connection)


def cut(moment: Any) -> Any:
    """A moment without what is under a millisecond; anything else as it is."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000) if isinstance(moment, datetime) else moment
