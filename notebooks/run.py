"""Executes the notebooks, each in a fresh kernel, and leaves them with their outputs in
target/notebooks. Usage: python notebooks/run.py [NOTEBOOK ..]; the program is $IDLEWISE, else the
newest build there is."""

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "target" / "notebooks"


def main():
    books = [Path(name) for name in sys.argv[1:]] or sorted(HERE.glob("*.ipynb"))
    assert books, f"no notebooks in {HERE}"
    OUT.mkdir(parents=True, exist_ok=True)
    for path in books:
        began = time.monotonic()
        book = nbformat.read(path, as_version=4)
        for cell in book.cells:
            assert not cell.get("outputs"), f"{path.name} is committed with outputs: clear them"
        client = NotebookClient(book, timeout=600, resources={"metadata": {"path": str(HERE)}})
        client.execute()
        nbformat.write(book, OUT / path.name)
        cells = sum(cell.cell_type == "code" for cell in book.cells)
        print(f"{path.name}: {cells} cells in {time.monotonic() - began:.1f} s")


main()
