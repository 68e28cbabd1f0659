"""The methods that a retry may call: addons list them, nobody enters them in Odoo.

A retry runs with the rights of the user who requests it, perhaps another one than the
user who has chosen the method.
"""

_methods: dict[str, set[str]] = {}


def register_repeatable(model: str, *methods: str) -> None:
    """List methods that may repeat a request to a partner system.

    ::

        register_repeatable("stock.picking", "action_send_label")

    :param model: technical name of the model of the document
    :param methods: of the model; they take no arguments
    """
    _methods.setdefault(model, set()).update(methods)


def repeatable_methods(model: str) -> list[str]:
    """Return the listed methods of a model, in the order of the alphabet."""
    return sorted(_methods.get(model, ()))
