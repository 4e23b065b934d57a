"""A WSGI application, as Flask or Django would be."""

import json


def application(environ, start_response):
    start_response("200 OK", [("content-type", "application/json")])
    return [json.dumps({"path": environ["PATH_INFO"]}).encode()]
