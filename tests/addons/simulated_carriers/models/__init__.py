from . import simulated_carriers
