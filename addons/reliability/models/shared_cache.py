"""What screens have read lately: twenty that look at the same read it once.

Rollups change when a server brings what it measured, and never in between.  So what was
read since the last visit of each server is read again for nobody, in this process.
"""

from odoo.tools.lru import LRU

_QUESTIONS = 512
_answers = LRU(_QUESTIONS)


def lately(env, since, question, read):
    """Return what was read since something happened, or read it.

    :param since: what tells what has happened, as the transaction sees it, such as when
        each server was last here; where it is empty, nothing is remembered
    :param tuple question: tells answers apart; the database is added
    :param read: returns the answer, which nobody may change
    """
    if not since:
        return read()
    question = env.cr.dbname, *question
    known, answer = _answers.get(question, (None, None))
    if known != since:
        answer = read()
        _answers[question] = since, answer
    return answer


def forget():
    """Let everything be read again, as in a new process."""
    _answers.clear()
