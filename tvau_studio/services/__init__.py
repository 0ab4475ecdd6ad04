"""One function per thing that a person wants; the window, the command line and scripts all come through here.

Nothing heavy is imported until a service that needs it is called.
"""
