# Time as the cloud has it.
import json
import sys
import time

# A shorter sleep is over before the cloud has heard of it.
MIN_SLEEP_MS = 10

real_time, real_time_ns, real_sleep, monotonic = time.time, time.time_ns, time.sleep, time.monotonic


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


def in_main_thread():
    threading = sys.modules.get("threading")
    return threading is None or threading.current_thread() is threading.main_thread()
