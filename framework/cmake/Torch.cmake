# ag::torch - LibTorch as imported targets, from one of two places:
#   1. a LibTorch of the user's own, by CMAKE_PREFIX_PATH, as a CMake or an environment variable (a folder with
#      include/ and lib/libtorch_cpu.so);
#   2. .deps/libtorch, laid by launch/setup.sh from the torch wheel.
# We never call find_package(Torch): its config wants a CUDA toolkit whenever the wheel was built with one.
#
# The headers come by -idirafter: the wheel's include folder carries fmt, spdlog's dependencies and protobuf
# headers that would otherwise shadow the system's and break them.
set(_ag_torch_hints "${PROJECT_SOURCE_DIR}/.deps/libtorch/torch")
cmake_path(CONVERT "$ENV{CMAKE_PREFIX_PATH}" TO_CMAKE_PATH_LIST _ag_prefixes)
find_path(AG_TORCH_ROOT NAMES include/ATen/ATen.h
          PATHS ${CMAKE_PREFIX_PATH} ${_ag_prefixes} ${_ag_torch_hints} NO_DEFAULT_PATH)
if(NOT AG_TORCH_ROOT)
  message(FATAL_ERROR "LibTorch isn't there. Run launch/setup.sh, which lays it in .deps/, "
                      "or pass -DCMAKE_PREFIX_PATH=/path/to/libtorch.")
endif()
set(AG_TORCH_LIBRARY_DIR "${AG_TORCH_ROOT}/lib")
# Where libcudart and libcupti of the wheel's companions lie; empty for a LibTorch built without CUDA.
file(GLOB AG_TORCH_COMPANION_DIRS "${AG_TORCH_ROOT}/../nvidia/*/lib")

function(_ag_import_torch_library name)
  add_library(ag_${name} SHARED IMPORTED GLOBAL)
  set_target_properties(ag_${name} PROPERTIES IMPORTED_LOCATION "${AG_TORCH_LIBRARY_DIR}/lib${name}.so")
  list(APPEND AG_TORCH_LIBRARIES ag_${name})
  set(AG_TORCH_LIBRARIES ${AG_TORCH_LIBRARIES} PARENT_SCOPE)
endfunction()
_ag_import_torch_library(c10)
_ag_import_torch_library(torch_cpu)

add_library(ag_torch INTERFACE)
add_library(ag::torch ALIAS ag_torch)
set_target_properties(ag_torch PROPERTIES EXPORT_NAME torch)
foreach(dir "" /torch/csrc/api/include)
  target_compile_options(ag_torch INTERFACE
    "$<BUILD_INTERFACE:SHELL:-idirafter ${AG_TORCH_ROOT}/include${dir}>"
    "$<INSTALL_INTERFACE:SHELL:-idirafter $<INSTALL_PREFIX>/${CMAKE_INSTALL_INCLUDEDIR}/agtrain/libtorch${dir}>")
endforeach()
target_link_libraries(ag_torch INTERFACE ag_torch_cpu ag_c10)
# LibTorch has a BLAS in it, which its own calls find among all libraries of the program, in their order. So it stands before
# them: dlib brings another BLAS, slower by far, whose bits are others.
target_link_options(ag_torch INTERFACE
  "$<BUILD_INTERFACE:${AG_TORCH_LIBRARY_DIR}/libtorch_cpu.so>"
  "$<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${CMAKE_INSTALL_LIBDIR}/agtrain/libtorch_cpu.so>")
foreach(dir IN LISTS AG_TORCH_COMPANION_DIRS)
  target_link_options(ag_torch INTERFACE "$<BUILD_INTERFACE:LINKER:-rpath-link,${dir}>")
endforeach()

# One precompiled header for every room that sees tensors: parsing ATen takes seconds a file.
add_library(ag_torch_pch OBJECT "${CMAKE_CURRENT_LIST_DIR}/torch_pch.cpp")
target_link_libraries(ag_torch_pch PUBLIC ag_torch ag_toolchain)
target_precompile_headers(ag_torch_pch PUBLIC "${CMAKE_CURRENT_LIST_DIR}/torch_pch.h")

if(AG_WITH_CUDA)
  include(Cuda)  # ag::cuda
endif()
