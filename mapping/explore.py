"""The map page, its fragments, and the drawing of it: the face of everything that is published."""

from typing import Any

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from mapping.browser import browser_config
from mapping.conditional import etag, fresh, not_modified, whole
from mapping.drawing import read_drawing
from mapping.legend import filter_groups, rows_of_legend, territory_choices
from mapping.panel import panel_context
from mapping.places import PAGE, list_jumps, list_places
from mapping.selection import Selection
from mapping.svg import draw
from mapping.view import first_box, found_box
from neighbourhoods.models import City
