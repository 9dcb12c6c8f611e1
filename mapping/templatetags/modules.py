"""Template tags of scripts: what a module imports is asked for with the page, and not one level after the other."""

import posixpath
import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()
IMPORT = re.compile(r'^(?:import(?!\s*\()|export)\b[^"\n;]*?"(\.[^"]+)"|^} from "(\.[^"]+)"', re.MULTILINE)
STATIC = Path(settings.BASE_DIR) / "static"


def imports(name: str) -> list[str]:
    """Every module that this one imports when it is loaded, near and far, by its path below `static/`, itself first."""
    found, waiting = [], [name]
    while waiting:
        if (here := waiting.pop(0)) not in found:
            found.append(here)
            text = (STATIC / here).read_text()
            folder = posixpath.dirname(here)
            waiting += [posixpath.normpath(posixpath.join(folder, a or b)) for a, b in IMPORT.findall(text)]
    return found


known = lru_cache(maxsize=32)(imports)


@register.simple_tag
def preloads(name: str) -> SafeString:
    """Links that let a browser fetch a module and all it imports at once, after what the page is first shown with."""
    modules = (imports if settings.DEBUG else known)(name)
    link = '<link rel="modulepreload" href="{}" fetchpriority="low">'
    return format_html_join("\n", link, ((static(one),) for one in modules))
