"""The ring and the area that a view asks for, as the server draws them over its map."""

import math

from mapping.frame import EARTH, Frame, mercator
from mapping.selection import Selection


def overlay(selection: Selection, frame: Frame) -> str:
    """SVG of what is asked for, in the pixels of the frame; empty where nothing is."""

    def pixels(longitude: float, latitude: float) -> tuple[float, float]:
        x, y = mercator(longitude, latitude)
        return (x - frame.west) * frame.scale, (frame.north - y) * frame.scale

    inside = ""
    if selection.area:
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in (pixels(*corner) for corner in selection.area))
        inside += f'<path d="M{path}Z"/>'
    if selection.near:
        longitude, latitude, metres = selection.near
        x, y = pixels(longitude, latitude)
        # Mercator draws a metre longer the farther it is from the equator.
        radius = metres / max(0.01, math.cos(math.radians(latitude))) * frame.scale
        inside += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{min(radius, EARTH):.1f}"/>'
    return f'<g class="here">{inside}</g>' if inside else ""
