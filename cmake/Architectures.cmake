# The one place that lists CUDA architectures: machine code for each, and PTX of the newest for what
# comes after. CMake 3.25 predates CUDA 13, so its "all-major" cannot be used.
set(TOKENZIP_CUDA_ARCHITECTURES
    80-real 86-real 89-real 90-real 100-real 120-real 120-virtual
    CACHE STRING "CUDA architectures to compile for")
