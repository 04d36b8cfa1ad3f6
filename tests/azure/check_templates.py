"""Validates the resources of ARM templates in a folder against the published schema, which needs
one repair: its `Compute` forbids `properties`. Parameters are put in, expressions stay."""

import json
import pathlib
import sys

from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

schemas, folder = map(pathlib.Path, sys.argv[1:3])
[provider] = schemas.glob("Microsoft.MachineLearningServices.*.json")
schema = json.loads(provider.read_text())
common = json.loads((schemas / "common-definitions.json").read_text())
del schema["definitions"]["Compute"]["allOf"][0]["additionalProperties"]
base = "https://schema.management.azure.com/schemas/"
uri = schema["id"].rstrip("#")
registry = Registry().with_resources(
    [
        (uri, Resource(schema, DRAFT4)),
        (base + "common/definitions.json", Resource(common, DRAFT4)),
    ]
)
validator = Draft4Validator(
    {"$ref": uri + "#/resourceDefinitions/workspaces_computes"}, registry=registry
)
[version] = schema["resourceDefinitions"]["workspaces_computes"]["properties"]["apiVersion"]["enum"]


def filled(value, parameters):
    if isinstance(value, dict):
        return {key: filled(inner, parameters) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, parameters) for inner in value]
    if isinstance(value, str) and value.startswith("[parameters('"):
        return parameters.get(value[13:-3], {}).get("value", value)
    return value


checked = 0
for path in sorted(folder.glob("*.json")):
    if path.name.endswith(".parameters.json"):
        continue
    template = json.loads(path.read_text())
    parameters = json.loads(path.with_suffix(".parameters.json").read_text())["parameters"]
    for resource in template["resources"]:
        resource = filled(resource, parameters)
        # Older versions have fewer properties of the same shapes, and only their own file's name.
        resource["apiVersion"] = version
        for error in validator.iter_errors(resource):
            deepest = max(error.context or [error], key=lambda inner: len(inner.absolute_path))
            print(f"{path.name}: {list(deepest.absolute_path)}: {deepest.message[:200]}")
        checked += 1
print(f"checked {checked}")
