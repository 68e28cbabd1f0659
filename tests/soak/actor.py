"""A thread that goes on with something until it is told to stop."""

import threading


class Actor(threading.Thread):
    """Subclasses act until :meth:`is_over`."""

    def __init__(self):
        super().__init__(daemon=True)
        self._over = threading.Event()
        self._trouble = None

    def run(self):
        try:
            self.act()
        except BaseException as error:  # a step that fails ends its program
            self._trouble = error

    def act(self):
        """What it does; an error ends it."""
        raise NotImplementedError

    def is_over(self, wait=0.0):
        """Whether it is to stop, which may be told within so many seconds."""
        return self._over.wait(wait)

    def stop(self):
        """Let it come to its end.

        :raise RuntimeError: an error had ended it before
        """
        self._over.set()
        self.join()
        if self._trouble:
            raise RuntimeError(f"{type(self).__name__} gave up") from self._trouble
