"""The video's time as a drawing: ruler, scores, heat, a lane for each object, the clips.

Begin with `widget.Timeline`. `scale` maps frames to pixels, `pyramid` keeps scores at every scale, `lanes` turns the
document into what is drawn; `scene` is all of it at one moment, `painter` and `curves` draw it. `layout` says what lies
under the pointer, `drags` are what a pressed button does. It is painted by hand, not with a plotting library: bars,
diamonds and hatching have to be sharp to the pixel, and the cost has to follow what is visible, not what there is.
"""
