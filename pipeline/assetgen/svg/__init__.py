"""This folder is drawings: SVG that a person wrote, believed only after a look.

Nothing here makes pixels; that is done by `images/raster`.
"""
