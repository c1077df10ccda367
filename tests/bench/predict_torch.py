"""The network in PyTorch: timm's trunk with agtrain's head, of the weights that agtrain exported. See predict.sh.

usage: predict_torch.py WEIGHTS PICTURES THREADS MODEL WIDTH

WEIGHTS is safetensors with timm's names, PICTURES has "pictures" as the flavour scales them. In evaluation, float,
channels-last, BatchNorms folded into the convolutions, under inference_mode, in one of these modes:

eager    as it is
script   traced, frozen and optimised for inference by TorchScript, which gives it oneDNN's layouts
compile  torch.compile with inductor's freezing, of one shape each. mode="max-autotune" chooses among kernels for the dense
         layers alone on a CPU, a tenth of a millisecond of 32 faces, and takes a minute to do so.

eager16 and compile16 are these with weights and features in bfloat16.
"""
import argparse
import copy

import timm
import torch
import torch._inductor.config
from safetensors.torch import load_file
from timm.layers import BatchNormAct2d
from timm.models.efficientnet import _gen_mobilenet_v1
from torch.nn.utils.fusion import fuse_conv_bn_eval

from predict_timing import median_call, serve

AGES = 101


class FaceNetwork(torch.nn.Module):
    def __init__(self, model, width, weights):
        super().__init__()
        self.trunk = make_trunk(model, width)
        self.trunk.load_state_dict({name: one for name, one in weights.items() if not name.startswith("head.")})
        self.hidden, self.age, self.gender = (dense(weights, name) for name in ("hidden", "age", "gender"))
        self.register_buffer("years", torch.arange(AGES, dtype=torch.float32))

    def forward(self, pictures):
        features = torch.relu(self.hidden(self.trunk(pictures)))
        ages = torch.softmax(self.age(features).float(), 1)
        return ages, ages @ self.years, torch.softmax(self.gender(features).float(), 1)


def make_trunk(model, width):
    if model == "mobilenet_v1":
        return _gen_mobilenet_v1("mobilenetv1_100", width, num_classes=0)
    if (model, width) != ("mobilenet_v3_large", 1):
        raise ValueError(f"{model} at width {width} isn't measured")
    body = timm.create_model("mobilenetv3_large_100", num_classes=0)
    # timm's own wide layer after the pool: agtrain's head stands in its place.
    body.conv_head, body.norm_head, body.act2 = (torch.nn.Identity() for _ in range(3))
    return body


def dense(weights, name):
    weight, bias = weights[f"head.{name}.weight"], weights[f"head.{name}.bias"]
    layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
    layer.load_state_dict({"weight": weight, "bias": bias})
    return layer


def fold(module):
    """timm's BatchNormAct2d stands behind its convolution, and keeps its activation."""
    before = None
    for name, child in list(module.named_children()):
        if isinstance(child, torch.nn.Conv2d):
            before = name, child
        elif isinstance(child, BatchNormAct2d) and before:
            setattr(module, before[0], fuse_conv_bn_eval(before[1], child))
            setattr(module, name, child.act)
            before = None
        else:
            fold(child)


class Modes:
    """The network in each mode and for each batch, made when first asked for."""

    def __init__(self, network):
        self.network = network
        self.made = {}

    def get(self, mode, pictures):
        key = mode, len(pictures)
        if key not in self.made:
            self.made[key] = getattr(self, mode)(pictures)
        return self.made[key]

    def eager(self, pictures):
        return self.network

    def script(self, pictures):
        frozen = torch.jit.freeze(torch.jit.trace(self.network, pictures))
        return torch.jit.optimize_for_inference(frozen)

    def compile(self, pictures):
        return self.compiled(self.network)

    def eager16(self, pictures):
        return self.in_bfloat16()

    def compile16(self, pictures):
        return self.compiled(self.in_bfloat16())

    def in_bfloat16(self):
        network = copy.deepcopy(self.network).to(torch.bfloat16)
        network.years = self.network.years
        return network

    @staticmethod
    def compiled(network):
        torch._inductor.config.freezing = True
        return torch.compile(network, dynamic=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights")
    parser.add_argument("pictures")
    parser.add_argument("threads", type=int)
    parser.add_argument("model")
    parser.add_argument("width", type=float)
    told = parser.parse_args()
    torch.set_num_threads(told.threads)
    network = FaceNetwork(told.model, told.width, load_file(told.weights)).eval()
    fold(network)
    modes = Modes(network.to(memory_format=torch.channels_last))
    pictures = load_file(told.pictures)["pictures"]

    @torch.inference_mode()
    def answer(question):
        batch = pictures[:question["batch"]].contiguous(memory_format=torch.channels_last)
        if question["mode"].endswith("16"):
            batch = batch.to(torch.bfloat16)
        run = modes.get(question["mode"], batch)
        if "seconds" not in question:
            _, years, gender = run(batch)
            return {"age_years": years.tolist(), "male": gender[:, 1].tolist()}
        run(batch)  # TorchScript and torch.compile are quick from the second or third call on
        run(batch)
        return median_call(lambda: run(batch), question["seconds"], question["fewest"])

    serve(answer)


if __name__ == "__main__":
    main()
