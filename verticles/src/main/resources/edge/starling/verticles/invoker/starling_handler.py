"""Calls the handler of a Python function: one way, whoever serves it.

A call is a head and the bytes of its body. The head is a dict: id, method, path, query (a text or
None), headers (names and values in turn).
"""

import importlib.machinery
import importlib.util
import inspect
import json
import os
import re
import socket
import sys
import traceback
import urllib.parse
from types import SimpleNamespace

TRACE_LIMIT = 4000
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


class Raised(Exception):
    """A handler raised; the text is the end of its traceback, which is there as a whole too."""

    def __init__(self, trace):
        super().__init__(trace[-TRACE_LIMIT:])
        self.trace = trace


class Function:
    """The handler, called in the form that it has."""

    def __init__(self, path, name, namespace):
        self._name = name
        self._namespace = namespace
        self._hostname = socket.gethostname()
        self._folder = os.path.join(os.path.dirname(os.path.abspath(path)), "")
        self._handle = load(path)
        self._takes_event = takes_event(self._handle, path)

    def __call__(self, head, body):
        """Returns status, header fields and the bytes of the answer; or raises Raised."""
        try:
            return self._call(head, body)
        except BaseException as raised:  # sys.exit in a handler ends the call, not the process
            trace = "".join(traceback.format_exception(type(raised), raised, of_handler(raised)))
            raise Raised(trace.replace(self._folder, "")) from None

    def _call(self, head, body):
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


def of_handler(raised):
    """The part of a traceback that is not of this file."""
    trace = raised.__traceback__
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace
