"""Video files -> pictures, and pictures -> video files. PyAV lives here, OpenCV in `imageops` alone.

Begin with `video.Video`, whose `video[n]` is exactly picture n. `indexing` finds out which packet that is, `reader`
decodes it, `decoder` does so ahead of a player. Refused: seeking by time (``round(t * fps)`` slips where rates vary,
and timestamps lie where a container has none), and trusting a seek without comparing the packets with the index.
"""
