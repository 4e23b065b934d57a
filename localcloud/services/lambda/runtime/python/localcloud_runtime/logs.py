# What the module logging writes, in the words and forms of AWS's runtime.
import json
import logging
import os
import time
import traceback

JSON_LOGS = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"


def set_up_logging(runtime):
    root = logging.getLogger()
    handler = LogHandler(runtime)
    if JSON_LOGS:
        handler.setFormatter(JsonFormatter(runtime))
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO").upper()
        root.setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))
    else:
        text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
        formatter = logging.Formatter(text, "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
    handler.addFilter(RequestFilter(runtime))
    root.addHandler(handler)


class LogHandler(logging.Handler):
    def __init__(self, runtime):
        super().__init__()
        self.runtime = runtime

    def emit(self, record):
        self.runtime.channel.log("log", self.format(record))


class RequestFilter(logging.Filter):
    def __init__(self, runtime):
        super().__init__()
        self.runtime = runtime

    def filter(self, record):
        record.aws_request_id = self.runtime.request_id or ""
        return True


class JsonFormatter(logging.Formatter):
    def __init__(self, runtime):
        super().__init__()
        self.runtime = runtime

    def format(self, record):
        line = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time())),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info:
            kind, error, trace = record.exc_info
            line["errorType"] = kind.__name__
            line["errorMessage"] = str(error)
            line["stackTrace"] = traceback.format_list(traceback.extract_tb(trace))
        if self.runtime.request_id:
            line["requestId"] = self.runtime.request_id
        return json.dumps(line)
