// The same for tests that see tensors.
#pragma once
#include "test_pch.h"
#include "torch_pch.h"
