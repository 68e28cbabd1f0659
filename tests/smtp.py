"""A mail server for tests, which refuses one address."""

import socketserver
import threading
from contextlib import contextmanager


class Smtp(socketserver.StreamRequestHandler):
    """A mail server that accepts all mails except those to ``nobody@``."""

    def handle(self):
        self.answer("220 ready")
        for line in self.rfile:
            command = line.decode().strip().upper()
            if command == "QUIT":
                return self.answer("221 bye")
            if command == "DATA":
                self.answer("354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
            refused = command.startswith("RCPT TO:<NOBODY@")
            self.answer("550 no such person" if refused else "250 fine")
        return None

    def answer(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server():
    """Run a mail server for the block; give its port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()
