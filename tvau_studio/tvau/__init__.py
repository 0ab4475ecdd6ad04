"""The network: frames -> features -> heatmap -> answer, after arXiv 2511.00524 (torch and transformers live here).

Begin with `ahd` (the Anomaly Heatmap Decoder) and `rae` (the Region-aware Anomaly Encoder), then `modeling_tvau`, which
joins them to an unforked Qwen2.5-VL. `host` is the edge to the rest of the program: numpy and str, no tensors.
"""
