"""What the canvas draws, from below: the picture, the heat over it, the boxes."""
