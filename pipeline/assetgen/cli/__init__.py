"""This folder is the command line: one file per command, imported when it is named."""
