from . import acknowledge
