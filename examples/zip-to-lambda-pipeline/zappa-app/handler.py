"""Stands for zappa.handler, which `zappa package` copies here, so that the example needs no packages."""

import importlib

import zappa_settings


def lambda_handler(event, context):
    """Calls the application for a request of API Gateway."""
    module = importlib.import_module(zappa_settings.APP_MODULE)
    application = getattr(module, zappa_settings.APP_FUNCTION)
    answer = {}

    def start_response(status, headers):
        answer.update(statusCode=int(status.split()[0]), headers=dict(headers))

    body = b"".join(application({"PATH_INFO": event.get("path", "/")}, start_response))
    return {**answer, "body": body.decode()}
