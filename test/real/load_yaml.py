"""Reads YAML texts, a JSON list on standard input, as docker-compose 1.x does; prints what they hold, with lists and mappings marked as such."""
import json
import sys

import yaml


def marked(value):
    if isinstance(value, dict):
        return {"mapping": [[marked(key), marked(item)] for key, item in value.items()]}
    if isinstance(value, list):
        return {"list": [marked(item) for item in value]}
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    return {"other": repr(value)}


json.dump([marked(yaml.safe_load(text)) for text in json.load(sys.stdin)], sys.stdout)
