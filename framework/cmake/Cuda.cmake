# ag::cuda - what the NCCL communicator needs: CUDA's run-time library, NCCL, and LibTorch's small GPU library. Each
# comes from an installed toolkit or from the wheels that launch/setup.sh --cuda lays beside LibTorch.
#
# libtorch_cuda.so isn't linked: it asks for cuDNN, cuBLAS and more, which must be there only where a GPU is. It is
# loaded when one is found.
find_program(AG_NVCC nvcc PATHS /usr/local/cuda/bin "${AG_TORCH_ROOT}/../nvidia/cu13/bin")
cmake_path(GET AG_NVCC PARENT_PATH _ag_nvcc_folder)
set(_ag_cuda_roots "$ENV{CUDA_HOME}" "${_ag_nvcc_folder}/.." /usr/local/cuda "${AG_TORCH_ROOT}/../nvidia/cu13"
                   "${AG_TORCH_ROOT}/../nvidia/nccl")
find_path(AG_CUDA_INCLUDE cuda_runtime_api.h PATHS ${_ag_cuda_roots} PATH_SUFFIXES include)
find_path(AG_NCCL_INCLUDE nccl.h PATHS ${_ag_cuda_roots} PATH_SUFFIXES include)
find_library(AG_CUDART NAMES cudart libcudart.so.13 PATHS ${_ag_cuda_roots} PATH_SUFFIXES lib64 lib)
find_library(AG_NCCL NAMES nccl libnccl.so.2 PATHS ${_ag_cuda_roots} PATH_SUFFIXES lib64 lib)

foreach(part AG_CUDA_INCLUDE AG_NCCL_INCLUDE AG_CUDART AG_NCCL)
  if(NOT ${part})
    message(FATAL_ERROR "${part} wasn't found. Run launch/setup.sh --cuda, or set CUDA_HOME to a CUDA 13 toolkit with NCCL.")
  endif()
endforeach()
if(NOT EXISTS "${AG_TORCH_LIBRARY_DIR}/libc10_cuda.so")
  message(FATAL_ERROR "The LibTorch in ${AG_TORCH_ROOT} is for CPUs alone. Run launch/setup.sh --cuda.")
endif()

_ag_import_torch_library(c10_cuda)
add_library(ag_cuda INTERFACE)
add_library(ag::cuda ALIAS ag_cuda)
set_target_properties(ag_cuda PROPERTIES EXPORT_NAME cuda)
target_include_directories(ag_cuda SYSTEM INTERFACE
  "$<BUILD_INTERFACE:${AG_CUDA_INCLUDE}>" "$<BUILD_INTERFACE:${AG_NCCL_INCLUDE}>")
target_compile_definitions(ag_cuda INTERFACE AG_WITH_CUDA)
target_link_libraries(ag_cuda INTERFACE ag_c10_cuda ${CMAKE_DL_LIBS}
  "$<BUILD_INTERFACE:${AG_NCCL};${AG_CUDART}>"
  # Installed, they lie with LibTorch or where the system's loader finds a toolkit's.
  "$<INSTALL_INTERFACE:-L$<INSTALL_PREFIX>/lib/agtrain;-l:libnccl.so.2;-l:libcudart.so.13>")
target_link_options(ag_cuda INTERFACE "LINKER:--allow-shlib-undefined")
