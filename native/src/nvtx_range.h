// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// Ranges for Nsight: domain "tokenzip", one range per operator, named like
// "visionzip_select B=8 H=16 N=577 d=64". Only in CUDA builds; -DTOKENZIP_NVTX=OFF leaves them out.
#pragma once

#if defined(TKZ_WITH_NVTX)
#include <nvtx3/nvToolsExt.h>

#include <cstdio>
#include <cstring>
#endif

namespace tkz {

#if defined(TKZ_WITH_NVTX)

/// The name of a range as it grows. Too long a name is cut.
class RangeName {
 public:
  /// `function` is that of the C ABI, "tkz_" included.
  explicit RangeName(const char* function) {
    snprintf(text_, sizeof text_, "%s",
             strncmp(function, "tkz_", 4) == 0 ? function + 4 : function);
  }
  void add(const char* label, long long value) {
    const size_t used = strlen(text_);
    snprintf(text_ + used, sizeof text_ - used, " %s=%lld", label, value);
  }
  const char* text() const { return text_; }

 private:
  char text_[120];
};

/// add_<member>: the size called <member>, where an operator's arguments have one.
#define TKZ_SIZE(member, label)                                 \
  template <class Args>                                         \
  auto add_##member(RangeName& name, const Args& args, int)     \
      ->decltype(static_cast<long long>(args.member), void()) { \
    name.add(label, static_cast<long long>(args.member));       \
  }                                                             \
  template <class Args>                                         \
  void add_##member(RangeName&, const Args&, long) {}
TKZ_SIZE(batch, "B")
TKZ_SIZE(heads, "H")
TKZ_SIZE(tokens, "N")
TKZ_SIZE(rows, "rows")
TKZ_SIZE(dim, "d")
TKZ_SIZE(k, "k")
TKZ_SIZE(m, "m")
#undef TKZ_SIZE

/// Open while in scope. Costs one comparison when no tool listens.
class NvtxRange {
 public:
  template <class Args>
  NvtxRange(const char* function, const Args& args) {
    if (domain() == nullptr) return;
    RangeName name(function);
    add_batch(name, args, 0);
    add_heads(name, args, 0);
    add_tokens(name, args, 0);
    add_rows(name, args, 0);
    add_dim(name, args, 0);
    add_k(name, args, 0);
    add_m(name, args, 0);
    nvtxEventAttributes_t event = {};
    event.version = NVTX_VERSION;
    event.size = NVTX_EVENT_ATTRIB_STRUCT_SIZE;
    event.messageType = NVTX_MESSAGE_TYPE_ASCII;
    event.message.ascii = name.text();
    nvtxDomainRangePushEx(domain(), &event);
  }
  ~NvtxRange() {
    if (domain() != nullptr) nvtxDomainRangePop(domain());
  }
  NvtxRange(const NvtxRange&) = delete;
  NvtxRange& operator=(const NvtxRange&) = delete;

 private:
  /// Null unless a tool has been injected into the process.
  static nvtxDomainHandle_t domain() {
    static const nvtxDomainHandle_t handle = nvtxDomainCreateA("tokenzip");
    return handle;
  }
};

#else

class NvtxRange {
 public:
  template <class Args>
  NvtxRange(const char*, const Args&) {}
};

#endif

}  // namespace tkz
