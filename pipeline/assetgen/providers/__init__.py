"""This folder is the vendors: their contract, their registry, one folder for each."""
