"""The action's comment on a pull request: `comment.py FILE` writes it, or puts FILE in the place of the last one.

Needs nothing but Python. A token that may not write comments is no failure: the summary of the run has the same text.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

LIMIT = 65_000  # GitHub takes 65,536 characters
LEFT_OUT = "\n\n*More is in the summary of the run.*\n"


def main(file: str) -> None:
    marker = f"<!-- accord diff of {os.environ.get('PROJECT', '.').replace('--', '')} -->\n"
    body = marker + shortened(Path(file).read_text(encoding="utf-8"), LIMIT - len(marker))
    comments = f"/repos/{os.environ['GITHUB_REPOSITORY']}/issues/{int(os.environ['PULL_REQUEST'])}/comments"
    try:
        earlier = find(comments, marker.strip())
        if earlier is None:
            call("POST", comments, {"body": body})
        else:
            call("PATCH", f"/repos/{os.environ['GITHUB_REPOSITORY']}/issues/comments/{earlier}", {"body": body})
    except urllib.error.HTTPError as error:
        if error.code not in (401, 403):
            raise
        print(f"::notice::accord may not comment here ({error.code}): give the job `pull-requests: write`")


def find(comments: str, marker: str) -> int | None:
    """The comment that an earlier run wrote: by its marker, and only if a program wrote it."""
    page = 1
    while True:
        found = call("GET", f"{comments}?per_page=100&page={page}")
        for comment in found:
            if comment["user"]["type"] == "Bot" and comment["body"].startswith(marker):
                return int(comment["id"])
        if len(found) < 100:
            return None
        page += 1


def shortened(text: str, limit: int) -> str:
    """Whole changes only; each begins with `- ` at the start of a line, as nothing inside one does."""
    if len(text) <= limit:
        return text
    end = text.rfind("\n- ", 0, limit - len(LEFT_OUT))
    return text[: max(end, 0)] + LEFT_OUT


def call(method: str, path: str, body: dict[str, str] | None = None) -> Any:
    request = urllib.request.Request(
        os.environ["GITHUB_API_URL"] + path,
        data=json.dumps(body).encode() if body else None,
        method=method,
        headers={"Authorization": f"Bearer {os.environ['TOKEN']}", "Accept": "application/vnd.github+json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


if __name__ == "__main__":
    main(sys.argv[1])
