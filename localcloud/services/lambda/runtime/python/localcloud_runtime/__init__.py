# What bootstrap.py is made of. The name is one that no function has for a module of its own.
