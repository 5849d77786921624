"""Write digits.csv.gz from the copy of the data that scikit-learn ships. See README.md beside this file.

python -m venv sklearn-env
sklearn-env/bin/python -m pip install scikit-learn
sklearn-env/bin/python data/make_digits.py
"""

import gzip
import hashlib
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits


def main():
    digits = load_digits()
    rows = np.column_stack([digits.data, digits.target]).astype(int)
    header = ",".join([*(f"pixel_{index}" for index in range(64)), "label"])
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    content = ("\n".join(lines) + "\n").encode("ascii")
    # mtime=0: gzip would write the time into the file, and two runs would differ.
    Path(__file__).with_name("digits.csv.gz").write_bytes(gzip.compress(content, mtime=0))
    print(f"{len(rows)} images, labels {np.bincount(rows[:, -1]).tolist()}")
    print(f"SHA-256 of the decompressed content: {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
