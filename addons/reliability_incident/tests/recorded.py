"""Incidents with chosen stamps, and their figures as the pivot reads them."""

from odoo.tests import TransactionCase, new_test_user

from .common import NOON, after

MEASURES = ("incidents", "known", "coverage", "mean", "median", "p90")
_SUMS = ("incidents", "known")
_VIEWER = "base.group_user,reliability.group_viewer"


class RecordedCase(TransactionCase):
    """Two services without other incidents, and a viewer whose clock shows UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["reliability.incident"].search([]).unlink()
        cls.picking, cls.labels = cls.env["reliability.service"].create(
            [
                {"name": "Probed picking", "code": "probed_picking"},
                {"name": "Probed labels", "code": "probed_labels"},
            ]
        )
        cls.viewer = new_test_user(cls.env, "a reader", _VIEWER, tz="UTC")

    def record(self, services=None, **values):
        """Create an incident.

        :param services: the first by default
        :param values: of fields; stamps in minutes after noon of 2 March 2026, or
            moments
        """
        services = self.picking if services is None else services
        moments = {
            name: after(value) if isinstance(value, int) else value
            for name, value in ({"detected_at": NOON} | values).items()
            if name.endswith("_at")
        }
        fields = {
            "title": "The label printer is broken",
            "service_id": services[:1].id,
            "service_ids": [(6, 0, services.ids)],
            "company_id": self.env.company.id,
            "state": "closed" if moments.get("closed_at") else "open",
        }
        return self.env["reliability.incident"].create(fields | values | moments)

    def rows(self, *groups, domain=(), user=None):
        """Return what the pivot shows: values of the groups → measures.

        Without groups, the measures of its total.
        """
        figures = self.env["reliability.incident.figure"].with_user(user or self.viewer)
        ours = [("service_ids", "in", (self.picking + self.labels).ids), *domain]
        aggregates = [
            f"{name}:{'sum' if name in _SUMS else 'avg'}" for name in MEASURES
        ]
        (found,) = figures.formatted_read_grouping_sets(ours, [groups], aggregates)
        rows = {
            tuple(_label(row[group]) for group in groups): {
                name: row[spec] for name, spec in zip(MEASURES, aggregates, strict=True)
            }
            for row in found
        }
        return rows if groups else rows[()]

    def row(self, figure):
        """Return the measures of one time."""
        return self.rows("figure", domain=[("figure", "=", figure)]).get((figure,))


def _label(value):
    """Return the label of a value that a group has: records and dates have one."""
    return value[1] if isinstance(value, list | tuple) else value
