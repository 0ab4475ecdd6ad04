"""How T-VAU networks are trained, from nothing or from a Qwen2.5-VL (arXiv 2511.00524, training).

Begin with `loop`: every training is a `Stage` that it runs. From a network that is nothing to one that answers:
`base` (tokenizer, vision tower with an AHD, language part), then the parts of the paper on a frozen base: `heatmap`
(the AHD), `region` (the RAE), `language` (LoRA, or the whole small language model). `datasets` reads the studio's
training export; `streams` holds pairs that are rendered while the training runs; `calibration` makes p > .5 mean
something.

Refused: a trainer framework (our loops are a page long, and a resumed run must equal an uninterrupted one bit for bit).
"""
