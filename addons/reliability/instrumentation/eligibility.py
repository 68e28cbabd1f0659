"""Eligibility: which methods may be measured.

Not eligible are methods that a wrapper would change, in what they do or in what Odoo
knows of them; methods that are called so often that measuring would slow Odoo down; and
methods that authenticate users.
"""

import inspect
from collections.abc import Iterator
from typing import Any

from odoo import api, models

_MACHINERY = ("base", "ir.", "res.users", "res.groups", "auth_", "auth.", "bus.")
_BUSINESS = ("ir.actions.report", "ir.actions.server", "ir.cron", "ir.mail_server")
"""Exceptions: models that do the work of a business, once for a document or a job."""

_AUTHENTICATION = ("authenticate", "login", "credential", "password", "totp")
_AUTOMATION = ("message_post",)
"""Automation rules delete attributes with these names from every model."""

_DECLARED = ("_depends", "_constrains", "_onchange", "_ondelete")
"""What Odoo's decorators set."""
_OF_A_FIELD = ("compute", "inverse", "search", "default", "selection", "group_expand")


class NotEligible(Exception):
    """A method cannot be measured; the message gives the reason and what is allowed."""


def check(env: api.Environment, model: str, method: str) -> None:
    """Check that a method may be measured.

    :raise NotEligible: it does not exist, or may not be measured
    """
    if model not in env.registry:
        raise NotEligible(
            env._(
                "There is no model %(model)s in this database. Enter the technical name"
                " of a model of an installed app, such as sale.order.",
                model=model,
            )
        )
    if model.startswith("reliability."):
        raise NotEligible(
            env._("%(model)s belongs to Reliability itself.", model=model)
        )
    if model.startswith(_MACHINERY) and model not in _BUSINESS:
        raise NotEligible(
            env._(
                "%(model)s is part of Odoo's framework: it authenticates users, or is"
                " called many times in each request. Measure a business document, or"
                " one of %(business)s.",
                model=model,
                business=", ".join(_BUSINESS),
            )
        )
    model_class = env.registry[model]
    layers = list(_layers(model_class, method))
    if not layers:
        raise NotEligible(
            env._(
                "%(model)s has no method %(method)s. Enter the name of a method that"
                " works on records, without brackets, such as action_confirm.",
                model=model,
                method=method,
            )
        )
    reason = _reason_against(env, model_class, method, layers)
    if reason:
        instead = env._(
            "Measure a business method of the model instead, such as the one behind a"
            " button or a scheduled action."
        )
        raise NotEligible("\n".join([reason, instead]))


def _layers(model_class: type, method: str) -> Iterator[Any]:
    """Yield the method as each class defines it, without and with its decorators."""
    for owner in model_class.__mro__:
        yield from layers_of(vars(owner).get(method))


def layers_of(method: Any) -> Iterator[Any]:
    """Yield a method and the functions that its decorators wrap, outermost first."""
    while method is not None:
        yield method
        method = getattr(method, "__wrapped__", None)


def _reason_against(env, model_class: type, method: str, layers: list) -> str:
    """Return the reason why a method may not be measured; empty if there is none."""
    _, name = env._, {"method": f"{model_class._name}.{method}"}
    if method.startswith("__"):
        return _("%(method)s cannot be measured: Python itself calls it.", **name)
    if hasattr(models.BaseModel, method):
        return _(
            "%(method)s cannot be measured: every model has it, and Odoo calls it"
            " everywhere.",
            **name,
        )
    if method in _AUTOMATION:
        return _(
            "%(method)s cannot be measured: automation rules replace and delete it on"
            " every model.",
            **name,
        )
    if any(word in method for word in _AUTHENTICATION):
        return _("%(method)s cannot be measured: it authenticates users.", **name)
    if any(isinstance(layer, classmethod | staticmethod) for layer in layers):
        return _("%(method)s cannot be measured: it is not called on records.", **name)
    if not all(inspect.isroutine(layer) for layer in layers):
        return _("%(method)s cannot be measured: it is not a method.", **name)
    if any(hasattr(layer, "__cache__") for layer in layers):
        return _(
            "%(method)s cannot be measured: its results are cached, since it is called"
            " often.",
            **name,
        )
    if any(map(_is_generator, layers)):
        return _(
            "%(method)s cannot be measured: it is a generator, which runs after the"
            " call has returned.",
            **name,
        )
    if any(hasattr(layer, one) for layer in layers for one in _DECLARED):
        return _(
            "%(method)s cannot be measured: Odoo calls it when fields or records"
            " change.",
            **name,
        )
    if any(
        getattr(field, role, None) == method
        for field in model_class._fields.values()
        for role in _OF_A_FIELD
    ):
        return _("%(method)s cannot be measured: a field uses it.", **name)
    return ""


def _is_generator(layer: Any) -> bool:
    return any(
        kind(layer)
        for kind in (
            inspect.isgeneratorfunction,
            inspect.iscoroutinefunction,
            inspect.isasyncgenfunction,
        )
    )
