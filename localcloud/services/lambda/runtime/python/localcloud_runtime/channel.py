# The private line between the process and the cloud, and what goes over it of stdout and stderr.
import json
import os
import select
from time import monotonic, sleep

OUTPUT_FD = 3
INPUT_FD = 4
MAX_LOG_TEXT = 1048576


class Channel:
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
                sleep(0.001)
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
