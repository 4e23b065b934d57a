# Reports a failure to the caller of the function and in the log.
import json
import os
import time
import traceback

from localcloud_runtime.logs import JSON_LOGS

RUNTIME_FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class RuntimeProblem(Exception):
    """What the runtime itself says about a handler that cannot be loaded, or about its answer."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind, self.trace = kind, list(trace)


def failure(error):
    """The failure in the fields of a frame; the frames of the runtime itself are nobody's business."""
    if isinstance(error, RuntimeProblem):
        return {"errorType": error.kind, "errorMessage": str(error), "stack": "", "stackTrace": error.trace}
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(RUNTIME_FOLDER) and "importlib" not in frame.filename]
    return {
        "errorType": type(error).__name__,
        "errorMessage": str(error),
        "stack": "",
        "stackTrace": traceback.format_list(frames),
    }


def error_text(found, request_id):
    if JSON_LOGS:
        line = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time())),
            "log_level": "ERROR",
            "errorMessage": found["errorMessage"],
            "errorType": found["errorType"],
            "requestId": request_id or "",
            "stackTrace": found["stackTrace"],
        }
        return json.dumps(line)
    text = f"[ERROR] {found['errorType']}: {found['errorMessage']}\nTraceback (most recent call last):"
    return "\n".join([text] + [indented(line) for one in found["stackTrace"] for line in one.rstrip("\n").split("\n")])


def indented(line):
    """CloudWatch would take a line that begins with a blank for the rest of the one before."""
    bare = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(bare)) + bare
