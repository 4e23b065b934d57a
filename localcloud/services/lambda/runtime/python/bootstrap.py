# The runtime inside a Lambda execution environment of a Python function: loads the handler once, then runs one request
# at a time. It uses the same protocol as bootstrap.cjs: frames go out through file descriptor 3, requests come in
# through 4, and a frame counts only with the secret of the greeting.
#
# Texts of errors and logs are the same as in AWS's runtime: https://github.com/aws/aws-lambda-python-runtime-interface-client
import json
import os
import sys

from localcloud_runtime.channel import Channel, Output
from localcloud_runtime.cloud_time import CloudTime
from localcloud_runtime.context import LambdaContext
from localcloud_runtime.failure import error_text, failure
from localcloud_runtime.handler import RuntimeModules, load_handler, marshal
from localcloud_runtime.logs import set_up_logging

# A response is too large at 6 291 556 bytes. A text with more characters than that has at least as many bytes.
MAX_RESPONSE_LENGTH = 6291557
TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]


class Runtime:
    def __init__(self):
        self.request_id = None
        self.channel = Channel()
        self.timing = CloudTime(self.channel)
        sys.stdout, sys.stderr = Output(self.channel, 1), Output(self.channel, 2)
        sys.meta_path.append(RuntimeModules())
        sys.path[0:1] = [TASK_ROOT]

    def start(self):
        self.channel.send(type="process", pid=os.getpid())
        set_up_logging(self)
        began = self.timing.now()
        try:
            handler = load_handler(os.environ.get("_HANDLER", ""))
        except BaseException as error:
            self.fail_init(error)
        self.channel.send(type="ready", initMs=self.timing.now() - began)
        while True:
            message = json.loads(self.channel.read_line())
            if "requestId" in message:
                self.run(handler, message)

    def fail_init(self, error):
        found = failure(error)
        self.channel.log("log", error_text(found, self.request_id))
        self.flush()
        self.channel.send(type="initError", **found)
        self.channel.send(type="exiting", code=1)
        os._exit(1)

    def run(self, handler, request):
        self.timing.follow(request["clockOffsetMs"])
        self.request_id = request["requestId"]
        if request.get("traceId"):
            os.environ["_X_AMZN_TRACE_ID"] = request["traceId"]
        began = self.timing.now()
        self.timing.running = True
        fatal = False
        try:
            event = json.loads(request["event"] or "{}")
            payload = marshal(handler(event, LambdaContext(request, self.timing)))
            answer = {"type": "result", "payload": payload[:MAX_RESPONSE_LENGTH]}
        except SystemExit as error:
            self.channel.send(type="exiting", code=error.code if isinstance(error.code, int) else int(error.code is not None))
            self.flush()
            os._exit(error.code if isinstance(error.code, int) else int(error.code is not None))
        except BaseException as error:
            found = failure(error)
            self.channel.log("log", error_text(found, self.request_id))
            answer = {"type": "error", **found, "requestIdOfFailure": self.request_id}
            fatal = not isinstance(error, Exception)
        self.timing.running = False
        self.flush()
        self.channel.send(
            **answer,
            **({"fatal": True} if fatal else {}),
            requestId=self.request_id,
            durationMs=self.timing.now() - began,
            memory=memory(),
        )
        if fatal:
            os._exit(1)

    def flush(self):
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, Output):
                stream.flush()


def memory():
    try:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    except ImportError:
        return 0


runtime = Runtime()
runtime.start()
