# The second argument of a handler.
import os


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


def client_context(given):
    if not isinstance(given, dict):
        return None
    client = given.get("client")
    return Fields(
        client=Fields(**client) if isinstance(client, dict) else None,
        custom=given.get("custom"),
        env=given.get("env"),
    )
