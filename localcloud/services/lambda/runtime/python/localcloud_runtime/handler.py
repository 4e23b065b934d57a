# Finds a handler in the function's code, and writes its answer.
import importlib
import importlib.machinery
import json
import sysconfig

from localcloud_runtime.failure import RuntimeProblem

# What AWS's runtime carries beside the function's own code, where this computer has it.
# https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
RUNTIME_MODULES = {"boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six"}


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


class RuntimeModules:
    """Finds the modules of RUNTIME_MODULES and no others that happen to be installed here."""

    def find_spec(self, name, path=None, target=None):
        if path is not None or name not in RUNTIME_MODULES:
            return None
        return importlib.machinery.PathFinder.find_spec(name, [sysconfig.get_paths()["purelib"]])
