"""Heat maps -> connected components -> linked tracks: what a model proposes to a person.

Begin with `components`, then `linking`. Plain numpy and scipy: no network is needed to look at a map.
"""
