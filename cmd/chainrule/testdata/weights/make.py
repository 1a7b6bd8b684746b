"""Writes the files here: weights of other frameworks, and what these frameworks predict with them for rows.csv.

    python make.py torch     PyTorch 1.13, safetensors 0.8: a state dict, in float32, float16 and bfloat16
    python make.py keras     Keras 3.15 on TensorFlow, NumPy: variables by path, and get_weights()
    python make.py sklearn   scikit-learn 1.9, NumPy: a classifier with its scaler, a regressor with two

The tests need Go alone. rows.csv is every tenth row of Fisher's irises.
"""
import csv
import sys

import numpy as np

CLASSES = ["setosa", "versicolor", "virginica"]


def rows():
    with open("rows.csv") as f:
        return np.array([[float(v) for v in row] for row in list(csv.reader(f))[1:]])


def write_classes(name, probabilities):
    """Writes what chainrule predict prints."""
    with open(name, "w") as f:
        f.write(",".join(["class"] + CLASSES) + "\n")
        for p in probabilities:
            f.write(",".join([CLASSES[int(np.argmax(p))]] + [repr(float(v)) for v in p]) + "\n")


def torch():
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(1)
    nn = torch.nn
    net = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 6), nn.Tanh(), nn.Linear(6, 3))
    x = torch.tensor(rows(), dtype=torch.float32)
    for name, dtype in [("torch", torch.float32), ("torch_f16", torch.float16), ("torch_bf16", torch.bfloat16)]:
        # what the file holds is what predicts: PyTorch's CPU code wants float32
        state = {k: v.to(dtype) for k, v in net.state_dict().items()}
        save_file(state, name + ".safetensors")
        net.load_state_dict({k: v.float() for k, v in state.items()})
        with torch.no_grad():
            write_classes(name + ".csv", torch.softmax(net(x), 1).numpy())


def keras():
    import keras
    from keras import layers

    keras.utils.set_random_seed(1)
    random = keras.initializers.RandomNormal(0, 0.3)
    net = keras.Sequential([
        keras.Input((4,)),
        layers.Dense(6, activation="relu", bias_initializer=random),
        layers.Dense(6, activation="tanh", bias_initializer=random),
        layers.Dense(3, activation="softmax", bias_initializer=random),
    ])
    np.savez("keras.npz", **{v.path: v.numpy() for v in net.weights})
    np.savez("keras_list.npz", *net.get_weights())
    write_classes("keras.csv", net.predict(rows().astype("float32"), verbose=0))


def sklearn():
    from sklearn.datasets import load_iris
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import MinMaxScaler, StandardScaler

    def parameters(net):
        return {f"{kind}_{i}": w for kind in ("coefs", "intercepts") for i, w in enumerate(getattr(net, kind + "_"))}

    x, y = load_iris(return_X_y=True)
    scaler = StandardScaler().fit(x)
    net = MLPClassifier((6, 6), activation="tanh", max_iter=2000, random_state=1).fit(scaler.transform(x), y)
    np.savez("sklearn.npz", mean_=scaler.mean_, scale_=scaler.scale_, **parameters(net))
    write_classes("sklearn.csv", net.predict_proba(scaler.transform(rows())))

    # petal width from the other three
    inputs, target = StandardScaler().fit(x[:, :3]), MinMaxScaler().fit(x[:, 3:])
    net = MLPRegressor(hidden_layer_sizes=(5,), activation="logistic", max_iter=2000, random_state=1)
    net.fit(inputs.transform(x[:, :3]), target.transform(x[:, 3:]).ravel())
    np.savez_compressed("sklearn_width.npz", x_mean=inputs.mean_, x_scale=inputs.scale_, y_min=target.data_min_,
                        y_range=target.data_range_, **parameters(net))
    width = target.inverse_transform(net.predict(inputs.transform(rows()[:, :3]))[:, None])
    with open("sklearn_width.csv", "w") as f:
        f.write("petal_width\n" + "".join(repr(float(v)) + "\n" for v in width[:, 0]))


if __name__ == "__main__":
    {"torch": torch, "keras": keras, "sklearn": sklearn}[sys.argv[1]]()
