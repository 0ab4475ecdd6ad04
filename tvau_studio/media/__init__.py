"""Video files -> pictures, and pictures -> video files (PyAV lives here)."""
