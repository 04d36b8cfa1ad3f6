"""Prints the REST body the official SDK makes of every CLI file in a folder, one JSON per line."""

import json
import logging
import pathlib
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

from azure.ai.ml import load_compute  # noqa: E402

for path in sorted(pathlib.Path(sys.argv[1]).glob("*.yml")):
    line = {"stem": path.stem}
    try:
        instance = load_compute(str(path))
        # Else a subnet that is only named becomes an empty object.
        instance._set_full_subnet_name("00000000-0000-0000-0000-000000000000", "rg")
        line["name"] = instance.name
        line["body"] = instance._to_rest_object().as_dict()
    except BaseException as error:  # a refusal may be a bare TypeError
        line["error"] = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    print(json.dumps(line, default=str))
