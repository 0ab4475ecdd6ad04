"""The picture and what lies over it. `canvas` is the widget, and draws `layers` over each other: picture, heat, boxes.
`player` joins the canvas with the card of the heatmap, notices and the transport."""
