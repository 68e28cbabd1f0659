"""PostgreSQL's ``restore_command`` in a drill: ask the process that has the network.

A program of its own, without imports of this package: it is started for each segment.
"""

import os
import socket
import sys

SOCKET, FETCHED = "wal", "fetched"
"""In the folder of a drill: the socket, and the folder of what was fetched."""
ABORT = 255
"""PostgreSQL ends with an error; at another code it takes WAL as ended."""


def main(folder: str, name: str, path: str) -> int:
    """Fetch a file of WAL; return the exit code.

    :param folder: of the drill
    :param path: where PostgreSQL reads it
    """
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(f"{folder}/{SOCKET}")
            connection.sendall(f"{name}\n".encode())
            with connection.makefile() as answer:
                code, text = int(answer.readline()), answer.read()
        if code == 0:
            os.replace(f"{folder}/{FETCHED}/{name}", path)
    except (OSError, ValueError) as error:
        code, text = ABORT, f"{name} was not fetched: {error}\n"
    sys.stderr.write(text)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
