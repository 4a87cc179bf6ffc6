"""Serves one Python function to the node that started this process.

Usage: worker.py HANDLER_FILE FUNCTION NAMESPACE

The first line of stdin is a secret; stdin then stays open for as long as the node lives, and the
process ends with it. The first and only line on stdout is the port, on the loopback address, on
which calls are taken: HTTP/1.1 requests that carry the secret. Both bodies are a frame: the length
of a head in four bytes, the head as JSON, then the function's own body. Each connection has a
thread of its own, so the node alone decides how many calls run at once.
"""

import hmac
import importlib.machinery
import importlib.util
import inspect
import io
import json
import os
import re
import signal
import socket
import struct
import sys
import threading
import traceback
import urllib.parse
from types import SimpleNamespace

# The function's own: where it lies is no caller's business.
FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")
TRACE_LIMIT = 4000
STRANGER_PATIENCE_SECONDS = 10
LINE_LIMIT = 8192
LINES_LIMIT = 64
FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FIELD_VALUE = re.compile(r"[^\r\n\0]*")
FRAMING = {"content-length", "transfer-encoding", "connection"}
ENVELOPE = {"statusCode", "body", "headers"}


class Headers(dict):
    """Header fields, found in whatever case; the values of a repeated one are joined."""

    def __init__(self, fields):
        super().__init__()
        for name, value in fields:
            name = name.title()
            first = super().get(name)
            super().__setitem__(name, value if first is None else f"{first}, {value}")

    def __getitem__(self, name):
        return super().__getitem__(name.title())

    def __contains__(self, name):
        return super().__contains__(name.title())

    def get(self, name, default=None):
        return super().get(name.title(), default)


class Query(dict):
    """Query parameters with their first values; getlist tells all of them."""

    def __init__(self, text):
        super().__init__()
        self._pairs = urllib.parse.parse_qsl(text or "", keep_blank_values=True)
        for name, value in self._pairs:
            self.setdefault(name, value)

    def getlist(self, name):
        return [value for other, value in self._pairs if other == name]


class Function:
    """The handler, called in the form that it has."""

    def __init__(self, path, name, namespace):
        self._name = name
        self._namespace = namespace
        self._hostname = socket.gethostname()
        self._handle = load(path)
        self._takes_event = takes_event(self._handle, path)

    def __call__(self, head, body):
        """Returns status, header fields and the bytes of the answer."""
        if not self._takes_event:
            # Bytes that are no UTF-8 survive the way into text and back.
            content, kind = encoded(self._handle(body.decode("utf-8", "surrogateescape")))
            return 200, [("Content-Type", kind)] if kind else [], content
        event = SimpleNamespace(
            method=head["method"],
            path=head["path"],
            query=Query(head["query"]),
            headers=Headers(pairs(head["headers"])),
            body=body,
        )
        context = SimpleNamespace(
            hostname=self._hostname,
            call_id=head["id"],
            function_name=self._name,
            namespace=self._namespace,
        )
        return answered(self._handle(event, context))


def load(path):
    folder, file = os.path.split(os.path.abspath(path))
    sys.dont_write_bytecode = True
    sys.path[0] = folder
    loader = importlib.machinery.SourceFileLoader("handler", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("handler", loader))
    sys.modules["handler"] = module
    loader.exec_module(module)
    handle = getattr(module, "handle", None)
    if not callable(handle):
        sys.exit(f'{file} defines no function "handle"')
    return handle


def takes_event(handle, path):
    parameters = inspect.signature(handle).parameters.values()
    places = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = sum(p.default is p.empty for p in places)
    needed_by_name = [p for p in parameters if p.kind == p.KEYWORD_ONLY and p.default is p.empty]
    takes_any = any(p.kind == p.VAR_POSITIONAL for p in parameters)
    if needed > 2 or needed_by_name or not (places or takes_any):
        file = os.path.basename(path)
        sys.exit(f"{file}: handle takes (req) or (event, context), not {inspect.signature(handle)}")
    return len(places) >= 2


def pairs(flat):
    return zip(flat[::2], flat[1::2])


def encoded(value):
    """The bytes of what a handler returned, and their content type."""
    if value is None:
        return b"", None
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape"), "text/plain; charset=utf-8"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value), "application/octet-stream"
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8"), "application/json"


def answered(returned):
    """Status, header fields and content of what an event handler returned."""
    if not isinstance(returned, dict) or not ENVELOPE & returned.keys():
        returned = {"body": returned}
    status = returned.get("statusCode")
    status = 200 if status is None else int(status)
    if not 200 <= status <= 599:
        raise ValueError(f"statusCode is 200 to 599, not {status}")
    content, kind = encoded(returned.get("body"))
    fields = list(checked(returned.get("headers") or {}))
    if kind and not any(name.lower() == "content-type" for name, _ in fields):
        fields.append(("Content-Type", kind))
    return status, fields, content


def checked(headers):
    """The fields of an answer. What frames it on the wire is not the handler's to say."""
    for name, values in headers.items() if hasattr(headers, "items") else headers:
        for value in values if isinstance(values, (list, tuple)) else [values]:
            name, value = str(name), str(value)
            if not FIELD_NAME.fullmatch(name) or not FIELD_VALUE.fullmatch(value):
                raise ValueError(f"{name!r}: {value!r} is no header field")
            if name.lower() not in FRAMING:
                yield name, value


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
        except BaseException as raised:  # sys.exit in a handler ends the call, not the worker
            trace = "".join(traceback.format_exception(type(raised), raised, of_handler(raised)))
            trace = trace.replace(FOLDER, "")
            log(trace)
            return {"raised": trace[-TRACE_LIMIT:]}, b""
        finally:
            log()


def of_handler(raised):
    """The part of a traceback that is not of this file."""
    trace = raised.__traceback__
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


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
