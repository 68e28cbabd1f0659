"""What a probe with the accounts of the synthetic company is to do."""

# What may refuse a plan is apart from what a synthetic company is.
# pylint: disable=consider-merging-classes-inherited

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..company.records import (
    PORTAL_GROUPS,
    PRICE,
    QUANTITY,
    REFERENCE,
    SERVICE_GROUPS,
)
from ..ways import ADDRESS_STEPS, HTTP, LOG_IN

MAX_TRANSFERS = 100_000
"""Transfers that may remain of a synthetic company: more than a year of runs, one in
each 15 minutes."""


class ReliabilitySyntheticCompany(models.Model):
    _inherit = "reliability.synthetic.company"

    @api.model
    def plan(self, journey):
        """Return what the probe of a journey is to do with its accounts, for JSON.

        Only the service user may call it, as all others of a probe.

        :param str journey: its code
        :return: ``steps`` are the codes after that of this call, ``values`` what they
            work on
        :raise UserError: what has to be done first, in words
        """
        one = self._of_service_user()
        one._check_records()
        one._check_rights()
        one._check_bound()
        return {"steps": one._planned_steps(journey), "values": one._values()}

    @api.model
    def _of_service_user(self):
        """Return the synthetic company of the present user, with all rights.

        :raise UserError: there is none
        :raise AccessError: the present user is another one
        """
        one = self.sudo().search([], limit=1)
        if not one:
            raise UserError(
                self.env._(
                    "There is no synthetic company: make one in Reliability ›"
                    " Configuration › Synthetic Company"
                )
            )
        if one.user_id != self.env.user:
            raise AccessError(
                self.env._(
                    "Only the user %(user)s runs synthetic checks over HTTP: press New"
                    " Accounts in Reliability › Configuration › Synthetic Company, and"
                    " give the file to the probe",
                    user=one.user_id.name,
                )
            )
        return one._in_company()

    def _check_records(self):
        """Check that nothing of it is archived."""
        _ = self.env._
        for record, sentence in (
            (self.company_id, _("The company %(name)s is archived: restore it")),
            (self.warehouse_id, _("The warehouse %(name)s is archived: restore it")),
            (self.product_id, _("The product %(name)s is archived: restore it")),
            (self.partner_id, _("The customer %(name)s is archived: restore it")),
            (self.portal_user_id, _("The user %(name)s is archived: restore it")),
        ):
            if not record.active:
                raise UserError(sentence % {"name": record.name})

    def _check_rights(self):
        """Check that its users may work in its company, and have their groups."""
        for user, groups in (
            (self.user_id, SERVICE_GROUPS),
            (self.portal_user_id, PORTAL_GROUPS),
        ):
            names = {"user": user.name, "company": self.company_id.name}
            if self.company_id not in user.company_ids:
                raise UserError(
                    self.env._(
                        "The user %(user)s may not work in %(company)s: allow the"
                        " company in Settings › Users",
                        **names,
                    )
                )
            for group in groups:
                if not user.has_group(group):
                    raise UserError(
                        self.env._(
                            "The user %(user)s lacks the group %(group)s: add it in"
                            " Settings › Users",
                            group=self.env.ref(group).full_name,
                            **names,
                        )
                    )

    def _check_bound(self):
        """Check that not too many documents remain."""
        if self.transfer_count >= MAX_TRANSFERS:
            raise UserError(
                self.env._(
                    "%(count)s transfers remain of synthetic checks: archive the"
                    " synthetic company in Reliability › Configuration, and make"
                    " another one",
                    count=self.transfer_count,
                )
            )

    def _planned_steps(self, code):
        """Return the steps of a journey after those of the address and the login."""
        _ = self.env._
        journeys = self.env["reliability.synthetic.journey"]
        journey = journeys.with_context(active_test=False).search([("code", "=", code)])
        if not journey:
            raise UserError(
                _(
                    "There is no journey %(code)s: name one of those in Platform ›"
                    " Synthetic Checks",
                    code=code,
                )
            )
        if not journey.active:
            raise UserError(
                _(
                    "The journey %(journey)s is archived: stop the probe, or restore"
                    " the journey in Platform › Synthetic Checks",
                    journey=journey.name,
                )
            )
        steps = journey.step_ids.mapped("step") if journey.way == HTTP else []
        planned = [step for step in steps if step not in (*ADDRESS_STEPS, LOG_IN)]
        if not planned:
            raise UserError(
                _(
                    "The journey %(journey)s makes no order over HTTP: name another"
                    " journey, or start the probe without accounts",
                    journey=journey.name,
                )
            )
        return planned

    def _values(self):
        return {
            "company_id": self.company_id.id,
            "warehouse_id": self.warehouse_id.id,
            "product_id": self.product_id.id,
            "partner_id": self.partner_id.id,
            "portal_partner_id": self.portal_user_id.partner_id.id,
            "price": PRICE,
            "quantity": QUANTITY,
            "reference": REFERENCE,
        }
