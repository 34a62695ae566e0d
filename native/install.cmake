# Copyright 2026 The TokenZip Authors
# SPDX-License-Identifier: Apache-2.0
#
# `cmake --install`: the library, its headers, and the CMake package that C and C++ projects find
# them by: find_package(TokenZip), target TokenZip::tokenzip.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/TokenZip)
install(TARGETS tokenzip EXPORT TokenZipTargets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/tokenzip DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT TokenZipTargets
  FILE TokenZipConfig.cmake NAMESPACE TokenZip:: DESTINATION ${package_dir})
# While the major version is 0, only equal minor versions are compatible: see TKZ_ABI_VERSION.
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/TokenZipConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/TokenZipConfigVersion.cmake DESTINATION ${package_dir})
