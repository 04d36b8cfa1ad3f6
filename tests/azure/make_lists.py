"""Writes what `az ml compute list -o json` prints, as the official SDK itself serialises it.

The REST pages beside this file (`rest-page-1.json`, `rest-page-2.json`) are the source. Each entry
is read by the SDK's own `_load_from_rest` and dumped by its own `_to_dict`, which is what the CLI
prints. Two releases print two spellings, so it is run once with each:

    azure-ai-ml==1.35.2
    azure-ai-ml==1.34.1 'marshmallow<4' six

    PYTHON tests/azure/make_lists.py            writes tests/azure/list-VERSION.json
    PYTHON tests/azure/make_lists.py -          prints it instead (used by the live test)
"""

import contextlib
import importlib.metadata
import io
import json
import logging
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

HERE = pathlib.Path(__file__).resolve().parent


def resources():
    """The entries of the REST pages, as the client's model of this release."""
    pages = [json.loads((HERE / f"rest-page-{n}.json").read_text("utf-8")) for n in (1, 2)]
    items = [item for page in pages for item in page["value"]]
    # The model class that this release's own entities are made from.
    from azure.ai.ml.entities._compute.compute_instance import ComputeResource

    if hasattr(ComputeResource, "deserialize"):
        return [ComputeResource.deserialize(item) for item in items]
    from azure.ai.ml._restclient.arm_ml_service._utils.model_base import _deserialize

    return [_deserialize(ComputeResource, item) for item in items]


def main():
    with contextlib.redirect_stdout(io.StringIO()):
        from azure.ai.ml.entities import Compute

        listed = [Compute._from_rest_object(resource)._to_dict() for resource in resources()]
    # The CLI turns every object it does not know into its text.
    text = json.dumps(listed, indent=2, default=str) + "\n"
    if sys.argv[1:] == ["-"]:
        sys.stdout.write(text)
        return
    version = importlib.metadata.version("azure-ai-ml")
    (HERE / f"list-{version}.json").write_text(text, "utf-8")


main()
