"""This room is how YAML is read: 1.2, quickly, with places for whoever asks.

`manifest.source` is its door. `values` builds plain values in one pass; `places` reads
again when somebody asks where something stands; `words` and `faults` say what is wrong.
"""
