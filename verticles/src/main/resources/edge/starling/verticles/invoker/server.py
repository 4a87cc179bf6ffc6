"""Serves one Python function over HTTP, in a container of its own, as OpenFaaS expects it.

Usage: server.py HANDLER_FILE FUNCTION NAMESPACE [PACKAGES_FOLDER]

From the environment, by the names that OpenFaaS gives them: port (8080); max_inflight, the most
calls at once (0: any number); exec_timeout, the most that a call may take (0: any time);
read_timeout and write_timeout, how long a client may keep the connection waiting (30s);
secret_mount_path, a folder of files that become SECRET_NAME in the function's environment. SIGTERM
ends it once the calls in progress are answered.
"""

import base64
import http
import os
import queue
import re
import signal
import site
import socket
import sys
import threading
import time
import uuid

from starling_handler import Function, Raised

LINE_LIMIT = 65536
LINES_LIMIT = 256
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
DIGITS = re.compile(r"[0-9]{1,18}")
HEX_DIGITS = re.compile(r"[0-9A-Fa-f]{1,15}")
DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ns|us|µs|ms|s|m|h))+")
PART = re.compile(r"([0-9.]+)(ns|us|µs|ms|s|m|h)")
UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
OF_ONE_CONNECTION = {
    "connection",
    "expect",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
PLAIN = [("Content-Type", "text/plain; charset=utf-8")]


class Unreadable(Exception):
    """A request that breaks the rules of HTTP, or one of the limits here."""

    def __init__(self, status, problem):
        super().__init__(problem)
        self.status = status


class Request:
    """A request as it comes in, with its body."""

    def __init__(self, line, stream, connection):
        parts = text(line).split(" ")
        if len(parts) != 3 or not TOKEN.fullmatch(parts[0]) or not parts[1]:
            raise Unreadable(400, "no request line")
        if parts[2] not in ("HTTP/1.0", "HTTP/1.1"):
            raise Unreadable(505, "this is HTTP/1.1")
        self.method, target, version = parts
        self.path, self.query = split(target)
        self.fields = list(read_fields(stream))
        self.keeps_connection = (
            version == "HTTP/1.1" and "close" not in self.tokens("connection")
        )
        if version == "HTTP/1.1" and "100-continue" in self.tokens("expect"):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.body = self._read_body(stream)

    def values(self, name):
        return [value for other, value in self.fields if other.lower() == name]

    def tokens(self, name):
        return [token.strip().lower() for token in ",".join(self.values(name)).split(",")]

    def head(self):
        """What the function is told of it."""
        call_ids = self.values("x-call-id")
        kept = [field for field in self.fields if field[0].lower() not in OF_ONE_CONNECTION]
        return {
            "id": call_ids[0] if call_ids else str(uuid.uuid4()),
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": [part for field in kept for part in field],
        }

    def _read_body(self, stream):
        lengths = set(self.values("content-length"))
        codings = self.values("transfer-encoding")
        if codings:
            if lengths:
                raise Unreadable(400, "a length and a transfer coding")
            if [coding.lower() for coding in codings] != ["chunked"]:
                raise Unreadable(501, "the only transfer coding is chunked")
            return b"".join(read_chunks(stream))
        if not lengths:
            return b""
        if len(lengths) > 1 or not DIGITS.fullmatch(min(lengths)):
            raise Unreadable(400, "no length that can be understood")
        return read_exactly(stream, int(min(lengths)))


def text(line):
    return line.decode("latin-1").rstrip("\r\n")


def split(target):
    """Path and query of a request's target; the query is None where there is none."""
    if not target.startswith("/") and "://" in target:
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    path, mark, query = target.partition("?")
    return path, query if mark else None


def read_line(stream):
    line = stream.readline(LINE_LIMIT + 1)
    if len(line) > LINE_LIMIT:
        raise Unreadable(431, f"a line has at most {LINE_LIMIT} bytes")
    if not line.endswith(b"\n"):
        raise ConnectionError("it ended in the middle of a line")
    return line


def read_exactly(stream, length):
    body = stream.read(length)
    if len(body) < length:
        raise ConnectionError("it ended in the middle of a body")
    return body


def read_fields(stream):
    for _ in range(LINES_LIMIT + 1):
        line = text(read_line(stream))
        if not line:
            return
        name, colon, value = line.partition(":")
        if not colon or not TOKEN.fullmatch(name):
            raise Unreadable(400, "a line is no header field")
        yield name, value.strip(" \t")
    raise Unreadable(431, f"there are at most {LINES_LIMIT} header fields")


def read_chunks(stream):
    while True:
        size = text(read_line(stream)).partition(";")[0].strip(" \t")
        if not HEX_DIGITS.fullmatch(size):
            raise Unreadable(400, "a chunk has no length")
        if int(size, 16) == 0:
            list(read_fields(stream))
            return
        yield read_exactly(stream, int(size, 16))
        if read_line(stream).strip():
            raise Unreadable(400, "a chunk is longer than it says")


class Gauge:
    """How many there are now, of at most so many; 0 is no limit."""

    def __init__(self, limit=0):
        self._limit = limit
        self._now = 0
        self._changed = threading.Condition()

    def enter(self):
        with self._changed:
            if self._limit and self._now >= self._limit:
                return False
            self._now += 1
            return True

    def leave(self):
        with self._changed:
            self._now -= 1
            self._changed.notify_all()

    def is_full(self):
        with self._changed:
            return bool(self._limit) and self._now >= self._limit

    def wait_for_none(self, seconds):
        with self._changed:
            self._changed.wait_for(lambda: self._now == 0, seconds)


class Server:
    """Takes calls from whoever reaches the container: its network is the only guard."""

    def __init__(self, function, environment):
        self._function = function
        self._max_inflight = int(environment.get("max_inflight") or 0)
        self._exec_timeout = seconds(environment.get("exec_timeout"), 0)
        self._read_timeout = seconds(environment.get("read_timeout"), 30) or None
        self._write_timeout = seconds(environment.get("write_timeout"), 30) or None
        self._calls = Gauge(self._max_inflight)
        self._exchanges = Gauge()
        self._is_ending = False
        self._listener = listen(int(environment.get("port") or 8080))
        self.port = self._listener.getsockname()[1]

    def accept(self):
        while not self._is_ending:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                time.sleep(0.01)  # out of file descriptors, until connections end
                continue
            try:
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
            except RuntimeError:  # no thread to be had
                connection.close()

    def end(self):
        """Takes no new connections, and returns when all that was asked is answered."""
        self._is_ending = True
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes whoever waits there, which closing does not
        self._listener.close()
        self._exchanges.wait_for_none(self._exec_timeout or self._write_timeout)

    def _serve(self, connection):
        try:
            with connection, connection.makefile("rb", 65536) as stream:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.settimeout(self._read_timeout)
                while self._serve_one(connection, stream):
                    connection.settimeout(self._read_timeout)
        except OSError:
            pass  # the client went away, or was too slow

    def _serve_one(self, connection, stream):
        line = stream.readline(LINE_LIMIT)
        if not line:
            return False
        self._exchanges.enter()
        try:
            return self._exchange(line, connection, stream)
        finally:
            self._exchanges.leave()

    def _exchange(self, line, connection, stream):
        try:
            request = Request(line, stream, connection)
            answer = self._answer(request)
            keeps = request.keeps_connection and not self._is_ending
            is_head = request.method == "HEAD"
        except Unreadable as problem:
            answer, keeps, is_head = plain(problem.status, str(problem)), False, False
        connection.settimeout(self._write_timeout)
        send(connection, answer, keeps, is_head)
        return keeps

    def _answer(self, request):
        if request.path == "/_/health":
            return plain(503, "it ends") if self._is_ending else plain(200, "OK")
        if request.path == "/_/ready":
            if self._is_ending:
                return plain(503, "it ends")
            return self._full() if self._calls.is_full() else plain(200, "OK")
        if not self._calls.enter():
            return self._full()
        return self._call_in_time(request) if self._exec_timeout else self._call(request)

    def _full(self):
        return plain(429, f"as many calls as it takes are in progress: {self._max_inflight}")

    def _call(self, request):
        try:
            return self._function(request.head(), request.body)
        except Raised as raised:
            print(raised, end="", file=sys.stderr, flush=True)
            return plain(500, str(raised))
        finally:
            self._calls.leave()

    def _call_in_time(self, request):
        answers = queue.SimpleQueue()
        call = threading.Thread(target=lambda: answers.put(self._call(request)), daemon=True)
        try:
            call.start()
        except RuntimeError:
            self._calls.leave()
            return plain(503, "there is no thread for the call")
        try:
            return answers.get(timeout=self._exec_timeout)
        except queue.Empty:  # it still runs, and counts until it has ended
            return plain(504, f"the call took longer than exec_timeout ({self._exec_timeout:g} s)")


def plain(status, message):
    return status, PLAIN, message.encode("utf-8", "surrogateescape")


def send(connection, answer, keeps, is_head):
    status, fields, content = answer
    try:
        phrase = http.HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in fields]
    if status not in (204, 304):
        lines.append(f"Content-Length: {len(content)}")
    if not keeps:
        lines.append("Connection: close")
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
    if is_head or status in (204, 304):
        content = b""
    if len(content) <= 65536:
        connection.sendall(head + content)
    else:
        connection.sendall(head)
        connection.sendall(content)


def listen(port):
    if socket.has_dualstack_ipv6():
        return socket.create_server(
            ("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=1024
        )
    return socket.create_server(("", port), backlog=1024)


def seconds(duration, default):
    """Of a number of seconds, or a duration such as 1m30s."""
    if not duration:
        return default
    if DURATION.fullmatch(duration):
        return sum(float(number) * UNITS[unit] for number, unit in PART.findall(duration))
    return float(duration)


def read_secrets(folder):
    """The variables for the files of a folder: as text, or encoded where no text can hold them."""
    try:
        names = [name for name in os.listdir(folder) if not name.startswith(".")]
    except FileNotFoundError:
        return {}
    found = {}
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            content = file.read()
        variable = "SECRET_" + name.upper().replace("-", "_")
        try:
            value = content.decode("utf-8")
            is_text = "\0" not in value
        except UnicodeDecodeError:
            is_text = False
        if is_text:
            found[variable] = value
        else:
            found[variable + "_BASE64"] = base64.b64encode(content).decode("ascii")
    return found


def add_packages(folder):
    """Makes them found after the standard library, and before what the image has itself."""
    own = [at for at, path in enumerate(sys.path) if path.endswith(("site-packages", "dist-packages"))]
    sys.path.insert(own[0] if own else len(sys.path), folder)
    site.addsitedir(folder)


def main(path, name, namespace, packages=None):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    settings = dict(os.environ)
    os.environ.update(read_secrets(settings.get("secret_mount_path") or "/var/openfaas/secrets"))
    if packages:
        add_packages(packages)
    server = Server(Function(path, name, namespace), settings)
    told, tell = os.pipe()
    signal.signal(signal.SIGTERM, lambda *_: os.write(tell, b"\n"))
    threading.Thread(target=server.accept, daemon=True).start()
    print(f"{name}.{namespace} listens on port {server.port}", file=sys.stderr, flush=True)
    os.read(told, 1)
    server.end()


if __name__ == "__main__":
    main(*sys.argv[1:])
