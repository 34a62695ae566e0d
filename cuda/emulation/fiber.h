// Copyright 2026 The TokenZip Authors
// SPDX-License-Identifier: Apache-2.0
//
// A thread of the emulated GPU: its own stack on the calling thread, entered and left by a jump.
#pragma once

#include <cstddef>

namespace tkz::emulation {

/// Runs `entry`, which must never return, on a stack of its own. Overflowing the stack faults.
class Fiber {
 public:
  explicit Fiber(void (*entry)());
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Called outside any fiber: continues this one until it suspends.
  void resume();
  /// Called on this fiber: goes back to resume().
  void suspend();
  /// Called on this fiber before anything else, each time it is entered for the first time.
  void arrive();

 private:
  void* memory_;
  void* stack_pointer_;
  void* caller_ = nullptr;
  // What AddressSanitizer has to be told at a jump; unused otherwise.
  void* own_frames_ = nullptr;
  void* caller_frames_ = nullptr;
  const void* caller_stack_ = nullptr;
  size_t caller_stack_size_ = 0;
};

}  // namespace tkz::emulation
