from . import simulated_partner
