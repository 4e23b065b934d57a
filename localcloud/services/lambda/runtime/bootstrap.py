# The runtime inside a Lambda execution environment of a Python function: loads the handler once, then runs one request
# at a time. It speaks with the cloud as bootstrap.cjs does: frames go out through file descriptor 3, requests come in
# through 4, and a frame counts only with the secret of the greeting.
#
# The words of errors and logs are those of AWS's runtime: https://github.com/aws/aws-lambda-python-runtime-interface-client
import importlib
import importlib.machinery
import json
import logging
import os
import select
import sys
import sysconfig
import time
import traceback

OUTPUT_FD = 3
INPUT_FD = 4
MAX_LOG_TEXT = 1048576
# A shorter sleep is over before the cloud has heard of it.
MIN_SLEEP_MS = 10
# A response is too large at 6 291 556 bytes; no text that is longer than that is any shorter in bytes.
MAX_RESPONSE_LENGTH = 6291557
TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
JSON_LOGS = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
# What AWS's runtime carries beside the function's own code, where this computer has it.
# https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
RUNTIME_MODULES = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six"}

real_time, real_time_ns, real_sleep, monotonic = time.time, time.time_ns, time.sleep, time.monotonic


class Channel:
    """The private line between this process and the cloud."""

    def __init__(self):
        self.rest = b""
        greeting = json.loads(self.read_line())
        self.secret = greeting["secret"]
        self.clock_offset_ms = greeting["clockOffsetMs"]

    def send(self, kind="m", **message):
        # The first line break ends whatever the handler may have written there without one.
        data = ("\n" + self.secret + kind + json.dumps(message) + "\n").encode("utf-8")
        while data:
            try:
                data = data[os.write(OUTPUT_FD, data) :]
            except BlockingIOError:
                real_sleep(0.001)
            except BrokenPipeError:
                os._exit(0)

    def log(self, kind, text):
        if text:
            self.send("l", type=kind, text=text[:MAX_LOG_TEXT])

    def read_line(self, seconds=None):
        """The next line; None when `seconds` are over first. The process ends when the cloud is gone."""
        until = None if seconds is None else monotonic() + seconds
        while b"\n" not in self.rest:
            left = None if until is None else max(0, until - monotonic())
            if not select.select([INPUT_FD], [], [], left)[0]:
                return None
            data = os.read(INPUT_FD, 65536)
            if not data:
                os._exit(0)
            self.rest += data
        line, self.rest = self.rest.split(b"\n", 1)
        return line.decode("utf-8")


class CloudTime:
    """`time.time` shows the cloud's time, and `time.sleep` ends when the cloud's clock gets there."""

    def __init__(self, channel):
        self.channel = channel
        self.offset_ms = 0
        self.skipped_ms = 0
        self.sleeps = 0
        self.running = False
        self.follow(channel.clock_offset_ms)
        time.time = lambda: real_time() + self.offset_ms / 1000
        time.time_ns = lambda: real_time_ns() + int(self.offset_ms * 1000000)
        time.sleep = self.sleep

    def now(self):
        return monotonic() * 1000 + self.skipped_ms

    def follow(self, offset_ms):
        # Below a second it is only the time that the message took.
        self.offset_ms = 0 if abs(offset_ms) < 1000 else offset_ms

    def sleep(self, seconds):
        if not self.running or seconds * 1000 < MIN_SLEEP_MS or not in_main_thread():
            return real_sleep(seconds)
        self.sleeps += 1
        began = monotonic()
        self.channel.send(type="sleep", id=self.sleeps, ms=seconds * 1000)
        while True:
            line = self.channel.read_line(max(0, seconds - (monotonic() - began)))
            if line is None:
                return self.channel.send(type="awake")
            message = json.loads(line)
            if message.get("type") == "wake" and message.get("id") == self.sleeps:
                left = max(0, seconds - (monotonic() - began)) * 1000
                self.skipped_ms += left
                self.offset_ms += left
                return None


class Output:
    """stdout and stderr: whole lines go into the log, in order with the rest."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, channel, fd):
        self.channel, self.fd, self.rest = channel, fd, ""

    def write(self, text):
        *lines, self.rest = (self.rest + text).split("\n")
        self.channel.log("out", "\n".join(lines))
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        self.channel.log("out", self.rest)
        self.rest = ""

    def isatty(self):
        return False

    def fileno(self):
        return self.fd


class RuntimeModules:
    """Finds the modules of RUNTIME_MODULES and no others that happen to be installed here."""

    def find_spec(self, name, path=None, target=None):
        if path is not None or name not in RUNTIME_MODULES:
            return None
        return importlib.machinery.PathFinder.find_spec(name, [sysconfig.get_paths()["purelib"]])


class LambdaContext:
    def __init__(self, request, timing):
        self.aws_request_id = request["requestId"]
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = request["invokedFunctionArn"]
        self.client_context = client_context(request.get("clientContext"))
        self.identity = Fields(cognito_identity_id=None, cognito_identity_pool_id=None)
        self.tenant_id = None
        self._left = lambda: request["remainingMs"] - (timing.now() - started)
        started = timing.now()

    def get_remaining_time_in_millis(self):
        return max(0, int(self._left()))


class Fields:
    def __init__(self, **fields):
        self.__dict__.update(fields)


class LogHandler(logging.Handler):
    def emit(self, record):
        runtime.channel.log("log", self.format(record))


class RequestFilter(logging.Filter):
    def filter(self, record):
        record.aws_request_id = runtime.request_id or ""
        return True


class JsonFormatter(logging.Formatter):
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
        if runtime.request_id:
            line["requestId"] = runtime.request_id
        return json.dumps(line)


class RuntimeProblem(Exception):
    """What the runtime itself says about a handler that cannot be loaded, or about its answer."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind, self.trace = kind, list(trace)


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
        set_up_logging()
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
        self.channel.log("log", error_text(found))
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
            self.channel.log("log", error_text(found))
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


def load_handler(text):
    try:
        module_name, function_name = text.rsplit(".", 1)
    except ValueError as error:
        raise RuntimeProblem("Runtime.MalformedHandlerName", f"Bad handler '{text}': {error}") from None
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise RuntimeProblem("Runtime.ImportModuleError", message) from None
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise RuntimeProblem("Runtime.UserCodeSyntaxError", message, trace) from None
    handler = getattr(module, function_name, None)
    if handler is None:
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise RuntimeProblem("Runtime.HandlerNotFound", message)
    return handler


def marshal(value):
    try:
        # As AWS's runtime writes it: non-ASCII as it is.
        return json.dumps(value, ensure_ascii=False)
    except Exception as error:
        raise RuntimeProblem("Runtime.MarshalError", f"Unable to marshal response: {error}") from None


def failure(error):
    """The failure in the fields of a frame; the frames of this file are nobody's business."""
    if isinstance(error, RuntimeProblem):
        return {"errorType": error.kind, "errorMessage": str(error), "stack": "", "stackTrace": error.trace}
    own = os.path.abspath(__file__)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != own and "importlib" not in frame.filename]
    return {
        "errorType": type(error).__name__,
        "errorMessage": str(error),
        "stack": "",
        "stackTrace": traceback.format_list(frames),
    }


def error_text(found):
    if JSON_LOGS:
        line = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time())),
            "log_level": "ERROR",
            "errorMessage": found["errorMessage"],
            "errorType": found["errorType"],
            "requestId": runtime.request_id or "",
            "stackTrace": found["stackTrace"],
        }
        return json.dumps(line)
    text = f"[ERROR] {found['errorType']}: {found['errorMessage']}\nTraceback (most recent call last):"
    return "\n".join([text] + [indented(line) for one in found["stackTrace"] for line in one.rstrip("\n").split("\n")])


def indented(line):
    """CloudWatch would take a line that begins with a blank for the rest of the one before."""
    bare = line.lstrip(" ")
    return "\u00a0" * (len(line) - len(bare)) + bare


def set_up_logging():
    root = logging.getLogger()
    handler = LogHandler()
    if JSON_LOGS:
        handler.setFormatter(JsonFormatter())
        level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "INFO").upper()
        root.setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))
    else:
        text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
        formatter = logging.Formatter(text, "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
    handler.addFilter(RequestFilter())
    root.addHandler(handler)


def client_context(given):
    if not isinstance(given, dict):
        return None
    client = given.get("client")
    return Fields(
        client=Fields(**client) if isinstance(client, dict) else None,
        custom=given.get("custom"),
        env=given.get("env"),
    )


def in_main_thread():
    threading = sys.modules.get("threading")
    return threading is None or threading.current_thread() is threading.main_thread()


def memory():
    try:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    except ImportError:
        return 0


runtime = Runtime()
runtime.start()
