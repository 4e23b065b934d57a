"""`zappa package` writes this: where the application is."""

APP_MODULE = "app"
APP_FUNCTION = "application"
