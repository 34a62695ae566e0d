// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Library, context and error text.
#include <thread>

#include "expect.h"
#include "tensors.h"

using namespace test;

namespace {

void build_info_is_one_line() {
  const std::string info = tkz_build_info();
  EXPECT_EQUAL(info.find("TokenZip " EXPECTED_VERSION " (commit "), 0u);
  EXPECT_EQUAL(info.find('\n'), std::string::npos);
  EXPECT_EQUAL(info.find("CPU (") != std::string::npos, true);
  EXPECT_EQUAL(tkz_build_info() == tkz_build_info(), true);
}

void backends_are_reported() {
  EXPECT_EQUAL(tkz_has_backend(TKZ_BACKEND_CPU), 1);
  EXPECT_EQUAL(tkz_device_count(TKZ_BACKEND_CPU), 1);
  EXPECT_EQUAL(tkz_has_backend(3), 0);
  EXPECT_EQUAL(tkz_device_count(3), 0);
  EXPECT_EQUAL(std::string(tkz_last_error()),
               "tkz_device_count: backend must be 0 (CPU), 1 (CUDA) or 2 (emulation), got 3");
}

void absent_backend_is_refused() {
  for (const int32_t backend : {TKZ_BACKEND_CUDA, TKZ_BACKEND_EMULATION}) {
    if (tkz_has_backend(backend)) continue;
    tkz_ctx* ctx = nullptr;
    EXPECT_EQUAL(tkz_ctx_create(backend, 0, 0, &ctx), int32_t{TKZ_NOT_BUILT});
    EXPECT_EQUAL(ctx == nullptr, true);
    EXPECT_EQUAL(std::string(tkz_last_error()).find("tkz_ctx_create: expected a build with the "),
                 0u);
  }
}

/// The library is there before the driver is: it loads, and says what it misses.
void a_machine_without_a_gpu_is_explained() {
  if (!tkz_has_backend(TKZ_BACKEND_CUDA) || tkz_device_count(TKZ_BACKEND_CUDA) > 0) return;
  const std::string reason = tkz_last_error();
  EXPECT_EQUAL(reason.find("tkz_device_count: expected CUDA to accept the call, got cudaError"),
               0u);
  EXPECT_EQUAL(tkz_last_cuda_error() != 0, true);
  tkz_ctx* ctx = nullptr;
  EXPECT_EQUAL(tkz_ctx_create(TKZ_BACKEND_CUDA, 0, 0, &ctx), int32_t{TKZ_CUDA_ERROR});
  EXPECT_EQUAL(ctx == nullptr, true);
  EXPECT_EQUAL(std::string(tkz_last_error()).find("tkz_ctx_create: expected "), 0u);
  EXPECT_EQUAL(tkz_ctx_create(TKZ_BACKEND_CPU, 0, 0, &ctx), int32_t{TKZ_OK});
  tkz_ctx_destroy(ctx);
}

void context_arguments_are_checked() {
  tkz_ctx* ctx = nullptr;
  EXPECT_EQUAL(tkz_ctx_create(TKZ_BACKEND_CPU, 0, 0, nullptr), int32_t{TKZ_INVALID_ARGUMENT});
  EXPECT_EQUAL(std::string(tkz_last_error()),
               "tkz_ctx_create: out must point to a tkz_ctx*, got null");
  EXPECT_EQUAL(tkz_ctx_create(-1, 0, 0, &ctx), int32_t{TKZ_INVALID_ARGUMENT});
  EXPECT_EQUAL(std::string(tkz_last_error()),
               "tkz_ctx_create: backend must be 0 (CPU), 1 (CUDA) or 2 (emulation), got -1");
  EXPECT_EQUAL(tkz_ctx_create(TKZ_BACKEND_CPU, 1, 0, &ctx), int32_t{TKZ_UNSUPPORTED_DEVICE});
  EXPECT_EQUAL(std::string(tkz_last_error()),
               "tkz_ctx_create: device must be below the number of CPU devices, 1, got 1");
  EXPECT_EQUAL(tkz_ctx_create(TKZ_BACKEND_CPU, 0, -2, &ctx), int32_t{TKZ_INVALID_ARGUMENT});
  EXPECT_EQUAL(std::string(tkz_last_error()), "tkz_ctx_create: threads must be 0 or more, got -2");
  EXPECT_EQUAL(tkz_preload(nullptr), int32_t{TKZ_INVALID_ARGUMENT});
  EXPECT_EQUAL(std::string(tkz_last_error()), "tkz_preload: ctx must be a context, got null");
  tkz_ctx_destroy(nullptr);
}

void every_backend_preloads() {
  for (const int32_t backend : backends())
    EXPECT_EQUAL(tkz_preload(Context(backend)), int32_t{TKZ_OK});
}

void error_text_belongs_to_a_thread() {
  tkz_preload(nullptr);
  const std::string mine = tkz_last_error();
  std::string others_before, others_after;
  std::thread([&] {
    others_before = tkz_last_error();
    tkz_device_count(7);
    others_after = tkz_last_error();
  }).join();
  EXPECT_EQUAL(others_before, "");
  EXPECT_EQUAL(others_after,
               "tkz_device_count: backend must be 0 (CPU), 1 (CUDA) or 2 (emulation), got 7");
  EXPECT_EQUAL(std::string(tkz_last_error()), mine);
  EXPECT_EQUAL(tkz_last_cuda_error(), 0);
}

}  // namespace

int main() {
  run("build_info_is_one_line", build_info_is_one_line);
  run("backends_are_reported", backends_are_reported);
  run("absent_backend_is_refused", absent_backend_is_refused);
  run("context_arguments_are_checked", context_arguments_are_checked);
  run("every_backend_preloads", every_backend_preloads);
  run("error_text_belongs_to_a_thread", error_text_belongs_to_a_thread);
  run("a_machine_without_a_gpu_is_explained", a_machine_without_a_gpu_is_explained);
  return result();
}
