"""This folder is the manifest: from YAML files to what is asked for, checked."""
