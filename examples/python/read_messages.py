#!/usr/bin/env python3
"""Prints the messages of a gateway as tab-separated rows, oldest first.

Needs Python 3.9 or later and nothing else:

    GATEWAY_API_KEY=... python3 read_messages.py https://chats.example.com/graphql

Rows go to standard output, the cursor to continue from to standard error. The exit status is 0 only when everything was read.
"""

from __future__ import annotations

import argparse
import email.utils
import http.client
import json
import os
import random
import sys
import time
import urllib.error
import urllib.request
from typing import Any, Iterator, Optional

QUERY = """
query Messages($filter: MessageFilter, $first: Int, $after: String) {
  # FAIL: rather no page than one in which a provider's messages are missing.
  messages(
    filter: $filter, orderBy: { direction: ASC }, first: $first, after: $after, onSourceFailure: FAIL
  ) {
    nodes { id sentAt channel { name } direction kind sender { displayName nativeId } text }
    pageInfo { hasNextPage endCursor }
  }
}
"""
MAX_ATTEMPTS = 5
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 60.0
TIMEOUT_SECONDS = 60.0
BUSY = {408, 429, 502, 503, 504}


class Failure(Exception):
    """The gateway did not bring what was asked for."""

    def __init__(self, message: str, retryable: bool, retry_after_seconds: Optional[float] = None) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.retry_after_seconds = retry_after_seconds


def ask(url: str, api_key: str, variables: dict[str, Any]) -> dict[str, Any]:
    """Asks once. Raises Failure."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if api_key:
        headers["Authorization"] = f"Bearer {api_key}"
    body = json.dumps({"query": QUERY, "variables": variables}).encode()
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        answer = exchange(request)
    except (OSError, http.client.HTTPException) as error:
        raise Failure(f"no answer: {error}", retryable=True) from error
    return to_data(*answer)


def exchange(request: urllib.request.Request) -> tuple[bytes, int, Optional[str]]:
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            return response.read(), response.status, None
    except urllib.error.HTTPError as error:
        # Refusals have a body that says why.
        return error.read(), error.code, error.headers.get("Retry-After")


def to_data(body: bytes, status: int, retry_after: Optional[str]) -> dict[str, Any]:
    seconds = to_seconds(retry_after)
    try:
        result = json.loads(body)
    except ValueError as error:
        raise Failure(f"HTTP {status} without JSON: is the URL that of the gateway?", status in BUSY, seconds) from error
    errors = result.get("errors") if isinstance(result, dict) else None
    if errors:
        extensions = errors[0].get("extensions", {})
        code, channel = extensions.get("code", "UNKNOWN"), extensions.get("channel")
        raise Failure(
            f"{code}{f' ({channel})' if channel else ''}: {errors[0]['message']}",
            extensions.get("retryable", status in BUSY or code == "RATE_LIMITED"),
            extensions.get("retryAfterSeconds", seconds),
        )
    if not isinstance(result, dict) or not result.get("data"):
        raise Failure(f"HTTP {status} with JSON that is not of GraphQL", status in BUSY, seconds)
    return result["data"]


def to_seconds(retry_after: Optional[str]) -> Optional[float]:
    """Retry-After is a number of seconds or a date."""
    if retry_after is None:
        return None
    if retry_after.isdigit():
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def ask_patiently(url: str, api_key: str, variables: dict[str, Any]) -> dict[str, Any]:
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            return ask(url, api_key, variables)
        except Failure as failure:
            pause = failure.retry_after_seconds
            if pause is None:
                pause = random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt)
            if not failure.retryable or attempt == MAX_ATTEMPTS or pause > LONGEST_PAUSE_SECONDS:
                raise
            print(f"waiting {pause:.1f} s: {failure}", file=sys.stderr)
            time.sleep(pause)
    raise AssertionError("unreachable")


def walk(url: str, api_key: str, variables: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yields pages. One may be short or empty though more follow: only hasNextPage tells the end."""
    while True:
        page = ask_patiently(url, api_key, variables)["messages"]
        yield page
        if not page["pageInfo"]["hasNextPage"]:
            return
        variables = {**variables, "after": page["pageInfo"]["endCursor"]}


def to_row(message: dict[str, Any]) -> str:
    sender = message["sender"]
    columns = [
        message["id"],
        message["sentAt"],
        message["channel"]["name"],
        message["direction"],
        message["kind"],
        sender["displayName"] or sender["nativeId"],
        message["text"] or "",
    ]
    return "\t".join(" ".join(column.split()) for column in columns)


def with_joined_cursor(arguments: list[str]) -> list[str]:
    """Makes "--after CURSOR" one argument: a cursor may begin with "-", which argparse would take for an option."""
    joined: list[str] = []
    for argument in arguments:
        if joined and joined[-1] == "--after":
            joined[-1] += f"={argument}"
        else:
            joined.append(argument)
    return joined


def main() -> int:
    parser = argparse.ArgumentParser(description="Prints the messages of a gateway, oldest first.")
    parser.add_argument("url", help="such as https://chats.example.com/graphql")
    parser.add_argument("--channel", action="append", help="a channel's name; may be given several times")
    parser.add_argument("--page-size", type=int, help="messages a page")
    parser.add_argument("--after", help="the cursor that an earlier run ended with, for the same channels")
    arguments = parser.parse_args(with_joined_cursor(sys.argv[1:]))

    cursor = arguments.after
    variables = {"filter": {"channels": arguments.channel}, "first": arguments.page_size, "after": cursor}
    try:
        for page in walk(arguments.url, os.environ.get("GATEWAY_API_KEY", ""), variables):
            for message in page["nodes"]:
                print(to_row(message))
            cursor = page["pageInfo"]["endCursor"] or cursor
    except Failure as failure:
        print(f"failed: {failure}", file=sys.stderr)
        print(f"continue with: --after {cursor}" if cursor else "nothing was read", file=sys.stderr)
        return 1
    print(f"end: {cursor}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
