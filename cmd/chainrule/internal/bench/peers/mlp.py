"""A dense network with one hidden layer in PyTorch, eager, on one thread: what chainrule bench --pytorch compares with.

    echo predict 100 | python3 mlp.py 64 32 10 relu 1    # nanoseconds of a forward pass of one sample, with softmax
    echo step 100 | python3 mlp.py 64 32 10 relu 32      # of forward, cross-entropy, backward and SGD on a batch
    python3 mlp.py                                       # what multiplies matrices
"""
import sys
import time

import torch
from torch import nn


def version():
    """Says which PyTorch this is, and whose matrix products it calls."""
    if torch.backends.mkl.is_available():
        return torch.__version__ + " with MKL"
    try:
        with open("/proc/self/maps") as maps:
            return torch.__version__ + (" with OpenBLAS" if "openblas" in maps.read() else " with a generic BLAS")
    except OSError:
        return torch.__version__


if len(sys.argv) == 1:
    print(version())
    sys.exit()

inputs, hidden, outputs = map(int, sys.argv[1:4])
activation = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid}[sys.argv[4]]
batch = int(sys.argv[5])

torch.set_num_threads(1)
torch.manual_seed(1)
net = nn.Sequential(nn.Linear(inputs, hidden), activation(), nn.Linear(hidden, outputs))
loss = nn.CrossEntropyLoss()
sgd = torch.optim.SGD(net.parameters(), lr=1e-6)
x = torch.rand(batch, inputs)
target = torch.randint(outputs, (batch,))


def forward():
    with torch.no_grad():
        net(x)


def predict():
    with torch.no_grad():
        torch.softmax(net(x), dim=1)


def step():
    sgd.zero_grad()
    loss(net(x), target).backward()
    sgd.step()


def measure(call, wanted):
    """Returns the nanoseconds of one call: of as many as take that long."""
    calls = 1
    while True:
        start = time.perf_counter_ns()
        for _ in range(calls):
            call()
        spent = time.perf_counter_ns() - start
        if spent >= wanted:
            return spent / calls
        calls = int(calls * min(100, 1.2 * wanted / max(1, spent))) + 1


for line in sys.stdin:
    name, milliseconds = line.split()
    call = {"forward": forward, "predict": predict, "step": step}[name]
    print(f"{measure(call, float(milliseconds) * 1e6):.3f}", flush=True)
