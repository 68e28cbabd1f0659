"""What screens have read lately: twenty that look at one warehouse read it once.

Rollups change when a server brings what it measured, and never in between.  So what was
read since the last visit of each server is read again for nobody, in this process.
"""

from odoo.tools.lru import LRU

_QUESTIONS = 512
_answers = LRU(_QUESTIONS)


def lately(env, visits, question, read):
    """Return what was read since servers last brought something, or read it.

    :param dict visits: when each server was last here, as the transaction sees it
    :param tuple question: tells answers apart; the database is added
    :param read: returns the answer, which nobody may change
    """
    question = env.cr.dbname, *question
    known, answer = _answers.get(question, (None, None))
    if known != visits:
        answer = read()
        _answers[question] = dict(visits), answer
    return answer


def forget():
    """Let everything be read again, as in a new process."""
    _answers.clear()
