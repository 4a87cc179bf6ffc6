"""Makes URL slugs: "Déjà vu, encore!" becomes "deja-vu-encore".

The full handler form: ``handle(event, context)`` gets the whole request and
returns the whole response. See README.md for the parameters.
"""

import json
from typing import Any

from slugify import slugify

MAX_TEXT = 10_000
DEFAULTS = {"text": None, "separator": "-", "max_length": 0}


class BadRequest(Exception):
    """The request cannot be served; the message says why."""


def media_type(headers: Any) -> str:
    """Return the media type of the body, without parameters, in lower case."""
    for name, value in headers.items():
        if name.lower() == "content-type":
            return value.partition(";")[0].strip().lower()
    return ""


def parameters(event: Any) -> dict[str, Any]:
    """Collect the parameters of a request: those of the body win over the query's."""
    found = {name: event.query.get(name, default) for name, default in DEFAULTS.items()}
    if event.method == "POST" and event.body:
        try:
            body = event.body.decode("utf-8")
            if media_type(event.headers) != "application/json":
                return found | {"text": body}
            fields = json.loads(body)
        except UnicodeDecodeError as error:
            raise BadRequest("the body is not UTF-8 text") from error
        except (ValueError, RecursionError) as error:
            raise BadRequest("the body is not valid JSON") from error
        if not isinstance(fields, dict):
            raise BadRequest("the JSON body must be an object")
        unknown = sorted(fields.keys() - DEFAULTS.keys())
        if unknown:
            raise BadRequest(f"unknown field: {unknown[0]}")
        found |= fields
    return found


def make_slug(text: Any, separator: Any, max_length: Any) -> str:
    """Check the parameters and make the slug."""
    if not isinstance(text, str) or not text.strip():
        raise BadRequest("text is missing")
    if len(text) > MAX_TEXT:
        raise BadRequest(f"text is longer than {MAX_TEXT} characters")
    if separator not in ("-", "_", ".", "~", ""):
        raise BadRequest("separator must be one of - _ . ~ or empty")
    # From the query the number is text, from JSON it is a number.
    if not str(max_length).isdecimal():
        raise BadRequest("max_length must be a whole number, 0 for no limit")
    try:
        limit = int(max_length)
    except ValueError as error:  # more digits than int() accepts
        raise BadRequest("max_length is too large") from error
    return slugify(text, separator=separator, max_length=limit, word_boundary=True)


def handle(event: Any, context: Any) -> dict[str, Any]:
    """Answer GET and POST requests with ``{"slug": ...}``, or an error and its status."""
    if event.method not in ("GET", "POST"):
        return {
            "statusCode": 405,
            "body": {"error": "use GET or POST"},
            "headers": {"Allow": "GET, POST"},
        }
    try:
        slug = make_slug(**parameters(event))
    except BadRequest as error:
        return {"statusCode": 400, "body": {"error": str(error)}, "headers": {}}
    return {"statusCode": 200, "body": {"slug": slug}, "headers": {}}
