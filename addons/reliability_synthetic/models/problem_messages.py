"""Words for steps and their problems: what is wrong, and what to do."""

from odoo.addons.reliability.api import formatting

from ..problems import ERROR


def step_name(env, step):
    """Return what people call a step; its code if it is none of ours."""
    field = env["reliability.synthetic.step"]._fields["step"]
    implicit = {
        "prepare": env._("Preparation"),
        "commit": env._("What a commit would check"),
    }
    return (dict(field._description_selection(env)) | implicit).get(step, step)


def phase_name(env, phase):
    """Return what people call a phase of a run over HTTP."""
    of_answer = {
        "processing": env._("Wait for the answer"),
        "transfer": env._("Read the answer"),
    }
    return of_answer.get(phase) or step_name(env, phase)


def describe_problem(env, step, cause, error="", values=None):
    """Return what is wrong and what to do, without a full stop.

    :param step: its code
    :param cause: its code
    :param error: class and message of the error, masked
    :param values: what the sentence names
    """
    describe = _SENTENCES.get(cause, _SENTENCES[ERROR])
    known = {"step": step_name(env, step), "text": error, "class": ""}
    return describe(env, known | (values or {}))


def add_sentences(sentences):
    """Add sentences of other ways: cause → function of env and values."""
    _SENTENCES.update(sentences)


def _limit(env, values):
    return env._(
        "%(step)s has not ended within the limit of %(limit)s: the server or PostgreSQL"
        " is slow or hangs, see Platform › Lock Waits",
        limit=formatting.duration(env, values["seconds"]),
        **values,
    )


def _wrong_total(env, values):
    if not values["taxes"]:
        return env._(
            "The quotation has a total of %(found)s instead of %(expected)s, without"
            " any tax: check the default tax of the company, and its fiscal positions",
            **values,
        )
    return env._(
        "The quotation has a total of %(found)s instead of %(expected)s, with the taxes"
        " %(taxes)s on %(untaxed)s: check the default tax of the company, and its"
        " fiscal positions",
        **values,
    )


_PREPARATION = {
    "not_isolated": lambda env, values: env._(
        "This version of Odoo cannot be isolated, so nothing was rehearsed: see"
        " Settings for what is not instrumented",
        **values,
    ),
    "no_user": lambda env, values: env._(
        "The journey has no user: choose the one that it runs as", **values
    ),
    "user_archived": lambda env, values: env._(
        "The journey runs as %(user)s, who is archived: choose another user", **values
    ),
    "other_company": lambda env, values: env._(
        "The journey runs as %(user)s, who may not work in %(company)s: allow the"
        " company, or choose another user",
        **values,
    ),
    "company_archived": lambda env, values: env._(
        "The company %(company)s is archived: restore it, or archive the journey",
        **values,
    ),
    "no_warehouse": lambda env, values: env._(
        "%(company)s has no warehouse: create one, or archive the journey", **values
    ),
    "warehouse_archived": lambda env, values: env._(
        "The warehouse %(warehouse)s is archived: choose another one in the journey",
        **values,
    ),
    "no_stock_location": lambda env, values: env._(
        "The stock location of the warehouse %(warehouse)s is archived: restore it, or"
        " choose another warehouse",
        **values,
    ),
}
_BUSINESS = {
    "no_quotation": lambda env, values: env._(
        "%(step)s has no order: add the step Quotation before it", **values
    ),
    "not_confirmed_yet": lambda env, values: env._(
        "%(step)s has no delivery: add the step Confirm before it", **values
    ),
    "wrong_total": _wrong_total,
    "not_confirmed": lambda env, values: env._(
        "The order was confirmed, and is in the state %(state)s: check who must approve"
        " orders",
        **values,
    ),
    "no_delivery": lambda env, values: env._(
        "The order was confirmed, and the warehouse %(warehouse)s has no delivery of"
        " it: check the routes and rules of the warehouse",
        **values,
    ),
    "not_reserved": lambda env, values: env._(
        "%(operation)s is in the state %(state)s after the reservation, though the"
        " product is in stock: check the rules of the warehouse, and its removal"
        " strategy",
        **values,
    ),
    "other_location": lambda env, values: env._(
        "The reservation takes the product from %(location)s, where there is none:"
        " check the removal strategy",
        **values,
    ),
    "dialog": lambda env, values: env._(
        "%(operation)s is not validated, since the dialog %(dialog)s opens: users must"
        " answer it, too",
        **values,
    ),
    "not_validated": lambda env, values: env._(
        "%(operation)s was validated, and is in the state %(state)s: check what"
        " changes the validation of transfers",
        **values,
    ),
    "not_delivered": lambda env, values: env._(
        "All transfers are done, but the order is not delivered: check the routes and"
        " rules of the warehouse %(warehouse)s",
        **values,
    ),
    "quantity_left": lambda env, values: env._(
        "The delivery is done, but the product is still in %(location)s: check what"
        " changes the quantities in stock",
        **values,
    ),
    "missing_right": lambda env, values: env._(
        "The journey runs as %(user)s, who lacks a right; give it, or choose another"
        " user. Odoo: %(text)s",
        **values,
    ),
    "refused": lambda env, values: env._("Odoo refuses it: %(text)s", **values),
}
_DATABASE = {
    "locked": lambda env, values: env._(
        "Somebody else holds a lock that %(step)s waits for, see Platform › Lock Waits:"
        " %(text)s",
        **values,
    ),
    "serialization": lambda env, values: env._(
        "Somebody else has changed at the same time what %(step)s changes: %(text)s",
        **values,
    ),
    "read_only": lambda env, values: env._(
        "The database is read-only: check whether PostgreSQL has failed over, and"
        " whether Odoo connects to the primary server",
        **values,
    ),
    "disk_full": lambda env, values: env._(
        "The disk is full: free space for PostgreSQL and for Odoo's data folder",
        **values,
    ),
    "cancelled": lambda env, values: env._(
        "A query of %(step)s was cancelled by an administrator of PostgreSQL, or by a"
        " timeout",
        **values,
    ),
    "no_connection": lambda env, values: env._(
        "No connection to PostgreSQL is free: raise max_connections, or lower"
        " db_maxconn",
        **values,
    ),
    "connection_lost": lambda env, values: env._(
        "The connection to PostgreSQL is lost, or cannot be made: %(text)s", **values
    ),
    "constraint": lambda env, values: env._(
        "%(step)s violates the constraint %(constraint)s of the table %(table)s:"
        " %(text)s",
        **values,
    ),
}
_ISOLATION = {
    "refused_connection": lambda env, values: env._(
        "%(caller)s connects to %(target)s in %(step)s: this belongs after the"
        " commit, where a slow partner system delays no order",
        **values,
    ),
    "refused_lookup": lambda env, values: env._(
        "%(caller)s looks up the address of %(target)s in %(step)s: connections belong"
        " after the commit, where a slow partner system delays no order",
        **values,
    ),
    "refused_program": lambda env, values: env._(
        "%(caller)s starts the program %(target)s in %(step)s: this belongs after the"
        " commit",
        **values,
    ),
    "refused_thread": lambda env, values: env._(
        "%(caller)s starts the thread %(target)s in %(step)s: this belongs after the"
        " commit",
        **values,
    ),
    "refused_cursor": lambda env, values: env._(
        "%(caller)s opens another connection to the database %(target)s in %(step)s:"
        " what it commits there stays if the order fails",
        **values,
    ),
    "refused_commit": lambda env, values: env._(
        "%(caller)s commits in %(step)s: what it commits stays if the order fails",
        **values,
    ),
    "refused_rollback": lambda env, values: env._(
        "%(caller)s rolls back the whole transaction in %(step)s: use a savepoint"
        " there",
        **values,
    ),
    "refused_end": lambda env, values: env._(
        "%(caller)s ends the transaction by SQL in %(step)s: use a savepoint there",
        **values,
    ),
    "ended_transaction": lambda env, values: env._(
        "%(step)s ends the transaction by SQL: use a savepoint there", **values
    ),
}
_ANY = {
    "limit": _limit,
    ERROR: lambda env, values: env._(
        "%(step)s fails with an error: %(class)s: %(text)s", **values
    ),
}
_SENTENCES = {**_PREPARATION, **_BUSINESS, **_DATABASE, **_ISOLATION, **_ANY}
