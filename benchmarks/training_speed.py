"""How long an epoch of training takes: train beside scikit-learn, PyTorch, plain Python and the matrix products alone.

    make bench

All train the same network 64-32-10 from the same start on the same 1437 digits in the same order, in float64, with the
matrix library on one thread. They take turns in one process, many short rounds, and the tables show medians: of the
times, and of the ratios within a round, since a machine that is slow for a while slows all of a round alike. A short
round counts what a run does before its first epoch, of which scikit-learn does most: runs of 50 epochs, as chapter 9
trains, have a table of their own. Before all that, two epochs of each must end with the same loss. results.json beside
this file holds all medians and the machine.
"""

# ruff: noqa: E402
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[variable] = "1"  # read when NumPy is imported, so this stands before the imports

import gc
import json
import math
import platform
import time
import warnings
from functools import partial
from pathlib import Path

import numpy as np

from helpers.datasets import load_digits
from helpers.network import Network
from helpers.training import train

try:
    import sklearn
    from sklearn.neural_network import MLPClassifier
except ImportError:
    sklearn = None
try:
    import torch
except ImportError:
    torch = None

SIZES = (64, 32, 10)
LEARNING_RATE = 0.5
NUM_TRAIN = 1437
NUM_ROUNDS = 15
NUM_SCALAR = 256  # plain Python is slow: it gets so many images, and its time is scaled up to all
SECONDS = 0.03  # each measurement is about as long, in whole epochs


def digits():
    images, labels = load_digits()
    return images[:NUM_TRAIN].reshape(-1, 64) / 16, labels[:NUM_TRAIN]


def start(sizes=SIZES):
    return {name: array.copy() for name, array in Network(sizes, np.random.default_rng(0)).parameters.items()}


# Each of these trains for num_epochs and returns the seconds that took, and the loss of the last epoch.


def ours(X, labels, batch_size, num_epochs, sizes=SIZES):
    network = Network(sizes, np.random.default_rng(0))
    begin = time.perf_counter()
    *_, last = train(
        network, X, labels, num_epochs=num_epochs, batch_size=batch_size, learning_rate=LEARNING_RATE, shuffle=False
    )
    return time.perf_counter() - begin, last.loss


def by_sklearn(X, labels, batch_size, num_epochs):
    class FromStart(MLPClassifier):
        def _initialize(self, *arguments):
            super()._initialize(*arguments)
            W1, b1, W2, b2 = start().values()
            self.coefs_, self.intercepts_ = [W1, W2], [b1, b2]

    classifier = FromStart(
        SIZES[1:-1],
        activation="logistic",
        solver="sgd",
        alpha=0,
        batch_size=batch_size,
        learning_rate_init=LEARNING_RATE,
        max_iter=num_epochs,
        shuffle=False,
        tol=0,
        n_iter_no_change=num_epochs + 1,
        momentum=0,
        nesterovs_momentum=False,
    )
    with warnings.catch_warnings(action="ignore"):  # that it has not converged: the number of epochs is fixed here
        begin = time.perf_counter()
        classifier.fit(X, labels)
        return time.perf_counter() - begin, classifier.loss_


def by_torch(X, labels, batch_size, num_epochs):
    hidden, output = torch.nn.Linear(64, 32).double(), torch.nn.Linear(32, 10).double()
    W1, b1, W2, b2 = map(torch.tensor, start().values())
    with torch.no_grad():
        for parameter, value in ((hidden.weight, W1.T), (hidden.bias, b1), (output.weight, W2.T), (output.bias, b2)):
            parameter.copy_(value)
    model = torch.nn.Sequential(hidden, torch.nn.Sigmoid(), output)
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)
    loss_of = torch.nn.CrossEntropyLoss()
    X, labels = torch.tensor(X), torch.tensor(labels)
    begin = time.perf_counter()
    for _ in range(num_epochs):
        total = 0.0
        for first in range(0, len(X), batch_size):
            batch = labels[first : first + batch_size]
            optimizer.zero_grad()
            loss = loss_of(model(X[first : first + batch_size]), batch)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(batch)
    total = float(total)
    return time.perf_counter() - begin, total / len(X)


def in_plain_python(X, labels, batch_size, num_epochs):
    """Scalars in loops, as in chapter 7."""
    W1, b1, W2, b2 = (array.tolist() for array in start().values())
    hidden, classes = range(len(b1)), range(len(b2))
    X, labels = X.tolist(), labels.tolist()
    begin = time.perf_counter()
    for _ in range(num_epochs):
        total = 0.0
        for first in range(0, len(X), batch_size):
            batch = range(first, min(first + batch_size, len(X)))
            dW1, db1 = [[0.0] * len(b1) for _ in W1], [0.0] * len(b1)
            dW2, db2 = [[0.0] * len(b2) for _ in W2], [0.0] * len(b2)
            for example in batch:
                x = X[example]
                a1 = []
                for j in hidden:
                    z = b1[j]
                    for i, x_i in enumerate(x):
                        z += x_i * W1[i][j]
                    a1.append(1 / (1 + math.exp(-z)))
                z2 = []
                for j in classes:
                    z = b2[j]
                    for i in hidden:
                        z += a1[i] * W2[i][j]
                    z2.append(z)
                largest = max(z2)
                exponentials = [math.exp(z - largest) for z in z2]
                total_exponential = sum(exponentials)
                total += math.log(total_exponential) - (z2[labels[example]] - largest)
                delta2 = [e / total_exponential / len(batch) for e in exponentials]
                delta2[labels[example]] -= 1 / len(batch)
                for i in hidden:
                    upstream = 0.0
                    for j in classes:
                        dW2[i][j] += a1[i] * delta2[j]
                        upstream += delta2[j] * W2[i][j]
                    delta1 = upstream * a1[i] * (1 - a1[i])
                    db1[i] += delta1
                    for pixel, x_i in enumerate(x):
                        dW1[pixel][i] += x_i * delta1
                for j in classes:
                    db2[j] += delta2[j]
            for W, dW in ((W1, dW1), (W2, dW2)):
                for row, slopes in zip(W, dW, strict=True):
                    for j, slope in enumerate(slopes):
                        row[j] -= LEARNING_RATE * slope
            for b, db in ((b1, db1), (b2, db2)):
                for j, slope in enumerate(db):
                    b[j] -= LEARNING_RATE * slope
    return time.perf_counter() - begin, total / len(X)


def products_alone(X, labels, batch_size, num_epochs, sizes=SIZES):
    """The five matrix products of a step and nothing else, into memory that is there: the floor. It learns nothing."""
    d, h, k = sizes
    W1, _, W2, _ = start(sizes).values()
    by_size = {}
    for n in {min(batch_size, len(X)), len(X) % batch_size or batch_size}:
        A1, delta1, delta2 = np.ones((n, h)), np.ones((n, h)), np.ones((n, k))
        by_size[n] = (A1, delta1, delta2, np.empty((n, h)), np.empty((n, k)), np.empty((n, h)))
    dW1, dW2 = np.empty((d, h)), np.empty((h, k))
    begin = time.perf_counter()
    for _ in range(num_epochs):
        for first in range(0, len(X), batch_size):
            batch = X[first : first + batch_size]
            A1, delta1, delta2, Z1, Z2, upstream = by_size[len(batch)]
            np.matmul(batch, W1, out=Z1)
            np.matmul(A1, W2, out=Z2)
            np.matmul(A1.T, delta2, out=dW2)
            np.matmul(delta2, W2.T, out=upstream)
            np.matmul(batch.T, delta1, out=dW1)
    return time.perf_counter() - begin, math.nan


def milliseconds_per_epoch(contenders, num_epochs=None):
    """{name: one time a round}, of contenders {name: a function of num_epochs that returns seconds and a loss}."""
    if num_epochs is None:
        num_epochs = {name: max(1, round(SECONDS / run(2)[0] * 2)) for name, run in contenders.items()}
    rounds = {name: [] for name in contenders}
    for _ in range(NUM_ROUNDS):
        for name, run in contenders.items():
            gc.collect()
            rounds[name].append(1000 * run(num_epochs[name])[0] / num_epochs[name])
    return {name: np.array(times) for name, times in rounds.items()}


def medians(times):
    return {name: float(np.median(one)) for name, one in times.items()}


def ratios(times, name):
    """How many times as long `name` takes as each other, median of the ratios within a round."""
    return {other: float(np.median(times[name] / times[other])) for other in times if other != name}


def check_that_all_learn_the_same(learners, X, labels):
    few, few_labels = X[:NUM_SCALAR], labels[:NUM_SCALAR]
    losses = {name: run(few, few_labels, 32, 2)[1] for name, run in learners.items()}
    if max(losses.values()) - min(losses.values()) > 1e-12:
        raise SystemExit(f"The contenders must end with the same loss; got {losses}")


def print_table(title, header, rows):
    print(f"\n{title}\n")
    table = [header, *rows]
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    for row in table:
        print("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]))


def all_learners():
    learners = {"train": ours}
    if sklearn:
        learners["scikit-learn"] = by_sklearn
    if torch:
        torch.set_num_threads(1)
        learners["PyTorch"] = by_torch
    return learners


def beside_others(X, labels):
    learners = all_learners()
    check_that_all_learn_the_same({**learners, "plain Python": in_plain_python}, X, labels)
    results = {}
    for batch_size in (1, 32, 256, NUM_TRAIN):
        contenders = {name: partial(run, X, labels, batch_size) for name, run in learners.items()}
        contenders["products alone"] = partial(products_alone, X, labels, batch_size)
        contenders["plain Python"] = partial(
            in_plain_python, X[:NUM_SCALAR], labels[:NUM_SCALAR], min(batch_size, NUM_SCALAR)
        )
        times = milliseconds_per_epoch(contenders)
        times["plain Python"] *= NUM_TRAIN / NUM_SCALAR
        results[batch_size] = {"milliseconds": medians(times), "train_takes_times": ratios(times, "train")}
    names = list(times)
    print_table(
        f"Milliseconds per epoch of {NUM_TRAIN} digits, 64-32-10 (plain Python: scaled up from {NUM_SCALAR} digits)",
        ["batch", *names],
        [[str(size), *(f"{result['milliseconds'][name]:.2f}" for name in names)] for size, result in results.items()],
    )
    print_table(
        "train takes so many times as long as",
        ["batch", *names[1:]],
        [
            [str(size), *(f"{result['train_takes_times'][name]:.3g}" for name in names[1:])]
            for size, result in results.items()
        ],
    )
    return results


def over_50_epochs(X, labels):
    contenders = {name: partial(run, X, labels, 32) for name, run in all_learners().items()}
    contenders["products alone"] = partial(products_alone, X, labels, 32)
    times = milliseconds_per_epoch(contenders, dict.fromkeys(contenders, 50))
    results = {"milliseconds": medians(times), "train_takes_times": ratios(times, "train")}
    print_table(
        "Over 50 epochs, batch 32",
        ["", *times],
        [
            ["milliseconds per epoch", *(f"{results['milliseconds'][name]:.2f}" for name in times)],
            ["train takes so many times as long as", "", *(f"{v:.3g}" for v in results["train_takes_times"].values())],
        ],
    )
    return results


def growth_with_examples(X, labels):
    factors = (1, 2, 4, 8, 16, 32, 64)
    contenders = {factor: partial(ours, np.tile(X, (factor, 1)), np.tile(labels, factor), 32) for factor in factors}
    times = milliseconds_per_epoch(contenders, {factor: max(4, 16 // factor) for factor in factors})
    results = {
        factor: {"milliseconds": ms, "per_example_against_x1": float(np.median(times[factor] / factor / times[1]))}
        for factor, ms in medians(times).items()
    }
    print_table(
        "Growth with the number of examples, batch 32",
        ["examples", "ms per epoch", "per example, against x1"],
        [[f"x{factor}", *(f"{value:.2f}" for value in result.values())] for factor, result in results.items()],
    )
    return results


def growth_with_width(X, labels):
    results = {}
    for width in (8, 16, 32, 64, 128, 256, 512, 1024):
        sizes = (64, width, 10)
        times = milliseconds_per_epoch(
            {
                "train": partial(ours, X, labels, 32, sizes=sizes),
                "products alone": partial(products_alone, X, labels, 32, sizes=sizes),
            }
        )
        results[width] = {**medians(times), "ratio": ratios(times, "train")["products alone"]}
    print_table(
        "Growth with the hidden width, batch 32",
        ["width", "ms per epoch", "products alone", "ratio"],
        [[str(width), *(f"{value:.2f}" for value in result.values())] for width, result in results.items()],
    )
    return results


def machine():
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "processor": models[0] if models else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "blas": f"{blas['name']} {blas['version']}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__ if sklearn else None,
        "torch": torch.__version__ if torch else None,
    }


def main():
    about = machine()
    print(", ".join(f"{name} {value}" for name, value in about.items() if value))
    if not sklearn:
        print("No column for scikit-learn: it is not installed. .venv/bin/python -m pip install scikit-learn adds it.")
    if not torch:
        print("No column for PyTorch: it is not installed. .venv/bin/python -m pip install torch adds it.")
    X, labels = digits()
    results = {
        "machine": about,
        "rounds": NUM_ROUNDS,
        "beside_others": beside_others(X, labels),
        "over_50_epochs": over_50_epochs(X, labels),
        "growth_with_examples": growth_with_examples(X, labels),
        "growth_with_width": growth_with_width(X, labels),
    }
    target = Path(__file__).with_name("results.json")
    target.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(f"\nAll medians of {NUM_ROUNDS} rounds are in benchmarks/{target.name}.")


if __name__ == "__main__":
    main()
