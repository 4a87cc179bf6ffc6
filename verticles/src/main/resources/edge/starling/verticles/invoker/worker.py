"""Serves one Python function to the node that started this process.

Usage: worker.py HANDLER_FILE FUNCTION NAMESPACE

The first line of stdin is a secret; stdin then stays open for as long as the node lives, and the
process ends with it. The first and only line on stdout is the port, on the loopback address, on
which calls are taken: HTTP/1.1 requests that carry the secret. Both bodies are a frame: the length
of a head in four bytes, the head as JSON, then the function's own body. Each connection has a
thread of its own, so the node alone decides how many calls run at once.
"""

import hmac
import io
import json
import os
import signal
import socket
import struct
import sys
import threading

from starling_handler import Function, Raised

STRANGER_PATIENCE_SECONDS = 10
LINE_LIMIT = 8192
LINES_LIMIT = 64


class Server:
    """Takes calls of those who know the secret."""

    def __init__(self, function, secret):
        self._function = function
        self._secret = secret
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self._listener.getsockname()[1]

    def accept(self):
        while True:
            connection, _ = self._listener.accept()
            try:
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
            except RuntimeError:  # no thread to be had: the node sees the connection end
                connection.close()

    def _serve(self, connection):
        try:
            with connection, connection.makefile("rb", 65536) as stream:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.settimeout(STRANGER_PATIENCE_SECONDS)
                while self._serve_one(connection, stream):
                    pass
        except (OSError, ValueError, struct.error):
            pass  # the node went away in the middle, or it was not the node

    def _serve_one(self, connection, stream):
        fields = read_fields(stream)
        if fields is None:
            return False
        if not hmac.compare_digest(fields.get(b"x-starling-secret", b""), self._secret):
            connection.sendall(
                b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            )
            return False
        connection.settimeout(None)
        frame = stream.read(int(fields.get(b"content-length", b"")))
        (length,) = struct.unpack_from(">I", frame)
        head = json.loads(frame[4 : 4 + length])
        told, content = self._call(head, frame[4 + length :])
        told = json.dumps(told).encode()
        start = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b%b" % (
            4 + len(told) + len(content),
            struct.pack(">I", len(told)),
            told,
        )
        if len(content) <= 65536:
            connection.sendall(start + content)
        else:
            connection.sendall(start)
            connection.sendall(content)
        return True

    def _call(self, head, body):
        try:
            status, fields, content = self._function(head, body)
            return {"status": status, "headers": [text for field in fields for text in field]}, content
        except Raised as raised:
            log(raised.trace)
            return {"raised": str(raised)}, b""
        finally:
            log()


def read_fields(stream):
    """The header fields of the next request; None when there is none."""
    if not stream.readline(LINE_LIMIT):
        return None
    fields = {}
    for _ in range(LINES_LIMIT):
        line = stream.readline(LINE_LIMIT).strip()
        if not line:
            return fields
        name, _, value = line.partition(b":")
        fields[name.lower()] = value.strip()
    return None


class Log(io.TextIOWrapper):
    """What the handler prints, line by line."""

    unfinished = False

    def write(self, text):
        if text:
            self.unfinished = not text.endswith("\n")
        return super().write(text)


def log(lines=""):
    """Writes whole lines; what a call has left unfinished before becomes one."""
    try:
        sys.stderr.write("\n" * getattr(sys.stderr, "unfinished", False) + lines)
    except (AttributeError, OSError, ValueError):
        pass  # the handler has closed it, or put something else in its place


def take_streams():
    """Keeps stdin and stdout for the node; the handler gets an empty stdin, and stderr twice."""
    from_node = os.fdopen(os.dup(0), "rb", buffering=0)
    to_node = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stderr = Log(sys.stderr.buffer, "utf-8", errors="backslashreplace", line_buffering=True)
    sys.stdout = sys.stderr
    return from_node, to_node


def end_with(node):
    """Ends this process and those that it started when the node is gone."""
    while node.read(1):
        pass
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(1)


def main(path, name, namespace):
    os.setsid()
    from_node, to_node = take_streams()
    secret = from_node.readline().strip()
    threading.Thread(target=end_with, args=(from_node,), daemon=True).start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    server = Server(Function(path, name, namespace), secret)
    threading.Thread(target=server.accept, daemon=True).start()
    with to_node:
        to_node.write(b"%d\n" % server.port)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
