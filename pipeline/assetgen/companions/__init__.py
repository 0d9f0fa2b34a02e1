"""This file is the room of companions: texts made of what is known about pictures.

A companion is planned, published, checked, pruned and restored like a picture; only
its bytes come from here. To add a kind of text: give its composer a name and a version
in `steps.COMPOSERS`, a function in `compose.COMPOSERS`, and let the manifest put a
`File` with a `steps.Companion` among an asset's files. Whatever decides its bytes must
be in the companion's options, in the asset's name and `alt`, or in what is `Listed`:
that is what its recipe is made of. The same text must come out on every machine.
"""
