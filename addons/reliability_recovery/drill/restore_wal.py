"""PostgreSQL's ``restore_command`` in a drill: ask the process that has the network.

A program of its own, without imports of this package: it is started for each segment.
"""

import os
import socket
import sys

_ABORT = 255


def main(folder: str, name: str, path: str) -> int:
    """Fetch a file of WAL; return the exit code.

    :param folder: of the drill
    :param path: where PostgreSQL reads it
    """
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(f"{folder}/wal")
            connection.sendall(f"{name}\n".encode())
            with connection.makefile() as answer:
                code, text = int(answer.readline()), answer.read()
        if code == 0:
            os.replace(f"{folder}/fetched/{name}", path)
    except (OSError, ValueError) as error:
        code, text = _ABORT, f"{name} was not fetched: {error}\n"
    sys.stderr.write(text)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
