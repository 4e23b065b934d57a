"""Chalice-style: an object named app that Lambda calls, and its settings in .chalice/config.json."""

import json


class App:
    """Stands for chalice.Chalice, so that the example needs no packages."""

    def __call__(self, event, context):
        return {"statusCode": 200, "body": json.dumps({"hello": event.get("name", "World")})}


app = App()
