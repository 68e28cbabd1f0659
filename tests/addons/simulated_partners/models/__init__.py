from . import simulated_partner, simulated_shop
