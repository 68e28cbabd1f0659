"""A part of an evaluation that may fail while everything else goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from logging import Logger, LoggerAdapter

from psycopg2 import OperationalError

from odoo.sql_db import BaseCursor


@contextmanager
def isolated(cr: BaseCursor, logger: Logger | LoggerAdapter, problem: str) -> Iterator:
    """Undo and log what fails within, and go on after it.

    :param problem: what is logged, such as "Objectives are not evaluated"
    :raise OperationalError: such as a serialization failure, for which Odoo repeats the
        whole transaction
    """
    try:
        with cr.savepoint():
            yield
    except OperationalError:
        raise
    except Exception:
        logger.exception(problem)
