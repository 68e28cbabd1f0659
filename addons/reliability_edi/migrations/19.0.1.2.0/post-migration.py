"""Documents of 19.0.1.1.0 have no class of their error."""


def migrate(cr, version):
    """Classify the errors of documents, as those of later ones are."""
    cr.execute(
        """
        UPDATE reliability_edi_document
           SET error_class = reliability_edi_error_class(
                   coalesce(error, ''), reliability_edi_http_status(record_id))
         WHERE state = 'failed' OR state = 'waiting' AND error <> ''
        """
    )
