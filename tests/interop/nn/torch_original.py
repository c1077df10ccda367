"""The MobileNets of torchvision and timm."""
import numpy as np
import timm
import torch
import torchvision
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional

from original import Original, Run, moved_statistics, random_kernel, random_pictures, random_scale_and_shift

# The gradient of PyTorch's hardsigmoid holds 1/6 as a float whatever the tensor's type, and so is 3e-8 off in fp64. In
# fp64 both libraries get the same function made of others here.
hardsigmoid_of_pytorch = functional.hardsigmoid


def hardsigmoid(x, inplace=False):
    return functional.relu6(x + 3) / 6 if x.dtype == torch.float64 else hardsigmoid_of_pytorch(x, inplace)


functional.hardsigmoid = hardsigmoid

TIMM_NAMES = {
    "mobilenet_v1": "mobilenetv1_",
    "mobilenet_v2": "mobilenetv2_",
    "mobilenet_v3_small": "mobilenetv3_small_",
    "mobilenet_v3_large": "mobilenetv3_large_",
    "mobilenet_v4_conv_small": "mobilenetv4_conv_small_",
}
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))  # mean and deviation, of pixels in 0 to 1


def timm_name(family, width):
    name = f"{TIMM_NAMES[family]}{round(100 * width):03d}"
    return name.replace("conv_small_100", "conv_small")  # V4 says nothing of width 1


def build(case):
    """The network, and the mean and deviation of the pictures that it is given.

    timm has these of each file of weights; a family's are here those of the first one at width 1.
    """
    if case.library == "torchvision":
        make = getattr(torchvision.models, case.family)
        return make(width_mult=case.width, num_classes=case.classes, dropout=0.0), IMAGENET
    pictures = timm.get_pretrained_cfg(timm_name(case.family, 1.0))
    network = timm.create_model(timm_name(case.family, case.width), num_classes=case.classes)
    return network, (pictures.mean, pictures.std)


class TorchOriginal(Original):
    in_formats = (".pth", ".safetensors", ".legacy.pth", ".nested.pth")
    out_format = ".safetensors"

    def __init__(self, case, precision):
        self.case = case
        self.type = {"fp32": torch.float32, "fp64": torch.float64}[precision]
        self.model, (mean, deviation) = build(case)
        self.model.to(self.type)
        # (p + 1) / 2 is a pixel in 0 to 1 for p in [-1, 1].
        mean, deviation = (np.array(values).reshape(1, 3, 1, 1) for values in (mean, deviation))
        self.scale, self.offset = 0.5 / deviation, (0.5 - mean) / deviation
        self.norms = [module for module in self.model.modules() if isinstance(module, nn.BatchNorm2d)]
        with torch.no_grad():
            self.randomise(np.random.default_rng(case.seed()))

    def randomise(self, rng):
        def assign(tensor, values):
            tensor.copy_(torch.tensor(values, dtype=self.type))

        for module in self.model.modules():
            if isinstance(module, nn.BatchNorm2d):
                scale, shift = random_scale_and_shift(rng, module.num_features)
                assign(module.weight, scale)
                assign(module.bias, shift)
            elif isinstance(module, (nn.Conv2d, nn.Linear)):
                assign(module.weight, random_kernel(rng, module.weight.shape, module.weight[0].numel()))
                if module.bias is not None:
                    assign(module.bias, rng.normal(0, 0.1, module.bias.shape))
        momenta = [norm.momentum for norm in self.norms]
        for norm in self.norms:
            norm.momentum = 1.0
        self.model.train()(self.to_input(random_pictures(rng, 8, self.case.size)))
        for norm, momentum in zip(self.norms, momenta):
            norm.momentum = momentum
            mean, variance = moved_statistics(rng, norm.running_mean.numpy(), norm.running_var.numpy())
            assign(norm.running_mean, mean)
            assign(norm.running_var, variance)
        self.model.eval()

    def to_input(self, pictures):
        return torch.tensor(pictures * self.scale + self.offset, dtype=self.type)

    def save(self, path):
        state = self.model.state_dict()
        if path.endswith(".safetensors"):
            save_file(state, path)
        elif path.endswith(".nested.pth"):
            torch.save({"epoch": 3, "state_dict": {"module." + name: value for name, value in state.items()}}, path)
        else:
            torch.save(state, path, _use_new_zipfile_serialization=not path.endswith(".legacy.pth"))

    def load(self, path):
        self.model.load_state_dict(load_file(path))  # strict: every name must be there, and no other

    def forget(self):
        for tensor in self.model.state_dict().values():
            tensor.zero_()

    def tensors(self):
        state = self.model.state_dict()
        return {name: value.numpy().copy() for name, value in state.items() if "num_batches_tracked" not in name}

    def forward(self, x):
        if self.case.top:
            return self.model(x)
        return self.model.features(x) if self.case.library == "torchvision" else self.model.forward_features(x)

    def run(self, pictures, projection, training):
        self.model.train(training)
        self.model.zero_grad(set_to_none=True)
        x = self.to_input(pictures).requires_grad_()
        y = self.forward(x)
        (y * torch.tensor(projection, dtype=self.type)).sum().backward()
        used = [parameter for parameter in self.model.parameters() if parameter.grad is not None]
        norms = [norm for norm in self.norms if norm.weight.grad is not None]
        return Run(
            output=y.detach().numpy(),
            pictures_gradient=x.grad.numpy() * self.scale,
            gradients=[parameter.grad.numpy().copy() for parameter in used],
            statistics=[s.numpy().copy() for norm in norms for s in (norm.running_mean, norm.running_var)],
        )
