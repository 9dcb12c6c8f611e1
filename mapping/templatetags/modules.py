"""The template tag that tells a browser of all modules of a script at once: it would find them one after the other."""

import re
from functools import cache
from posixpath import dirname, join, normpath

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()
IMPORTED = re.compile(r'^import [^"]*"(\.[^"]+)";', re.MULTILINE)


@register.simple_tag
def module_preloads(path: str) -> SafeString:
    """Links to everything that a module of ours imports, however deep: `{% module_preloads "js/map/city-map.js" %}`."""
    addresses = ((static(one),) for one in modules_of(path) if one != path)
    return format_html_join("\n  ", '<link rel="modulepreload" href="{}">', addresses)


@cache
def modules_of(path: str) -> tuple[str, ...]:
    """A module and all that it imports, by their paths below static/."""
    found, left = {path: None}, [path]
    while left:
        here = left.pop()
        text = (settings.BASE_DIR / "static" / here).read_text(encoding="utf-8")
        for target in IMPORTED.findall(text):
            one = normpath(join(dirname(here), target))
            if one not in found:
                found[one] = None
                left.append(one)
    return tuple(sorted(found))
