"""This folder is review: what a person decides about receipts and the journal."""
