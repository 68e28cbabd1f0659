"""Background work: signals that a run sends through what works in the background.

Each has a file of its own, which registers it; other addons bring more.
"""

from . import job, mail, scheduled_action
from .background_run import begin, progress, signals_of
