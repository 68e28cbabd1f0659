from odoo import models


class Base(models.AbstractModel):
    _inherit = "base"

    def _reliability_outcome(self, operation, result):
        """Return whether a measured method that returned has done its work.

        Override it, and call ``super()``, where returning does not mean done: what was
        so before the call is not done.  It must not query: it runs after each call,
        inside the caller's transaction.  Code inside the method can say what is done,
        see ``mark_done`` of the public API.

        :param str operation: code of the operation
        :param result: what the method returned when it was called on ``self``
        :return: ``"done"``; ``"failed"``; ``"not_done"``: the call is not counted; or
            the records that are done: without any, the call is not counted
        """
        return "done"
