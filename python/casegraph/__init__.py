"""Published cancer cases as a knowledge graph, asked from Python.

The package asks the program ``casegraph``, which stands beside it, or a server that runs it. It computes nothing
itself, so its numbers are those of the command line.

>>> import casegraph as cg
>>> s = cg.open()                       # the study that the program carries
>>> r = s.run("response/by-partner")
>>> r.rows["response"].dtype.name
'category'
"""

from ._errors import CasegraphError, NotFound, ParameterError, ProgramNotFound, TimeLimit
from ._figure import Figure
from ._result import Result
from ._study import Study, open

__all__ = [
    "CasegraphError",
    "Figure",
    "NotFound",
    "ParameterError",
    "ProgramNotFound",
    "Result",
    "Study",
    "TimeLimit",
    "open",
]
