from . import account_edi_proxy_client_user, account_move_send
