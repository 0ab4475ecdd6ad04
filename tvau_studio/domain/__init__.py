"""Plain values: frames, boxes, labels, edits, the dialogue. Nothing here knows Qt, torch or SQL.

Begin with `frames`, then `labels` (the rows), `tracks` and `document` (what follows from them), `edits` and `actions`
(how they change).
"""
