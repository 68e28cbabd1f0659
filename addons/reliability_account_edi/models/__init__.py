from . import account_edi_document
