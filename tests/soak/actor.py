"""A thread that repeats an action until it is stopped."""

import threading


class Actor(threading.Thread):
    """The base class; subclasses act until :meth:`is_over`."""

    def __init__(self):
        super().__init__(daemon=True)
        self._over = threading.Event()
        self._error = None

    def run(self):
        try:
            self.act()
        except BaseException as error:  # a step that fails ends its program
            self._error = error

    def act(self):
        """Do the work; an error ends the thread."""
        raise NotImplementedError

    def is_over(self, wait=0.0):
        """Whether it should stop; waits for that up to so many seconds."""
        return self._over.wait(wait)

    def stop(self):
        """Stop it and wait for its end.

        :raise RuntimeError: an error has ended it before
        """
        self._over.set()
        self.join()
        if self._error:
            raise RuntimeError(f"{type(self).__name__} failed") from self._error
