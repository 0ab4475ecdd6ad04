"""Dialogs that stand beside the window and never block it. Errors are told in them, at the place they concern."""
