"""Transfers are counted by their validation: it becomes the main operation."""


def migrate(cr, version):
    """Put validations before reservations, unless somebody has put them in order."""
    cr.execute(
        """
        UPDATE reliability_operation AS operation
           SET sequence = shipped.after
          FROM (VALUES ('reservation', 20, 30), ('transfer_validation', 30, 20))
               AS shipped (code, before, after)
         WHERE operation.code = shipped.code
           AND operation.sequence = shipped.before
           AND (SELECT count(*) FROM reliability_operation
                 WHERE (code, sequence) IN (('reservation', 20),
                                            ('transfer_validation', 30))) = 2
        """
    )
