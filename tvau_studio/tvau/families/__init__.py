"""One file per model family: what differs between base models beside the sizes that their configuration carries."""
