"""The window (PySide6). Begin with `app`, then `main_window`, then `state`.

`state/` holds what is open, shown and selected, as a few QObjects; widgets read them and call their methods, and never
each other. A widget holds drafts only. Everything that takes longer than a picture runs in a lane of `services.jobs`
and comes back through `bridge`. Importing this package loads no torch, no SQL and no decoder.
"""
