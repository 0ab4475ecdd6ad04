"""Plain values: frames, boxes, labels, edits, the dialogue. Standard library (and platformdirs); nothing here knows Qt, torch or SQL.

Begin with `frames`, then `labels`, then `edits`.
"""
