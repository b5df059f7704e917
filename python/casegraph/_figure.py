"""A figure that a notebook shows."""

from __future__ import annotations

import os
from typing import Union


class Figure:
    """A figure as SVG, which a notebook shows inline.

    >>> import casegraph as cg
    >>> figure = cg.open().run("survival/overall").plot()
    >>> figure.svg.startswith("<svg")
    True
    """

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def save(self, path: Union[str, os.PathLike[str]]) -> None:
        """Writes the SVG to a file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.svg)

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"<casegraph figure, {len(self.svg)} bytes of SVG>"
