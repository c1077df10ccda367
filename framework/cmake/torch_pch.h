// The headers that every file with tensors parses, precompiled once. Only what is narrow:
// <torch/torch.h> never.
#pragma once
#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>
