"""The field's figures, on plain arrays and texts: no network, no file, no video.

`frames` (micro and macro AUC), `pixels` (AUROC, AP, PRO, IoU), `detection` (RBDC, TBDC), `localisation` (pointing,
rank, fires), `language` (Yes/No, From and To, BLEU-4, colours) and `bootstrap` (intervals over videos). Begin with
`frames`; what is run over a labelled set, and told with its protocol, is `services.evaluating`. Each figure is made of
counts per video (`summary`), so that a bootstrap only adds them up anew; that is why AUC and AP are a few lines here,
checked against scikit-learn. BLEU is sacrebleu's. Refused: torchmetrics and anomalib, which bring torch and more.

Where a figure is not defined (one class only, no box) it is None, never 0 or 0.5.
"""

from __future__ import annotations

from tvau_studio.evaluation.detection import rbdc_tbdc

__all__ = ["rbdc_tbdc"]
